"""What every engine must keep: subclass `EngineContract` and provide an `engine` fixture that gives an empty engine.

    class TestMyEngine(EngineContract):
        @pytest.fixture
        def engine(self, tmp_path):
            return MyEngine(tmp_path)

An engine may store vectors rounded and may number its snapshots as it likes, as long as later ones have higher numbers.
"""

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from index.articles import Article
from index.dates import parse_period
from index.engine import Engine, NewPassage, Snapshot
from index.errors import IndexingBusy, NoSnapshot, SnapshotError
from index.italian import analyze
from index.near_copies import article_signature, bands
from tests.index.memory_engine import HashingEncoder, bare_manifest, new_article

ENCODER = HashingEncoder()
VECTOR_ERROR = 0.02  # half precision and 8-bit quantisation stay below it
UNKNOWN_ID = 12345


def article(id_: str, title: str, text: str, published: str = "") -> Article:
    """Return an article of a test."""
    return Article(id_, text, title, published=parse_period(published))


PORT = article(
    "porto",
    "Porto Sereno, nuovo molo",
    "Il molo nuovo di Porto Sereno apre a maggio. La sindaca Ilde Ferraris taglia il nastro.",
    "2025-04-24",
)
MUSEUM = article("museo", "Riapre il museo", "Il museo della carta riapre dopo due anni. Il biglietto costa otto euro.", "2025-03")
WOLVES = article(
    "lupi",
    "Lupi nel parco",
    "\n".join(
        f"Il censimento numero {n} dei guardiaparco ha contato {n + 11} lupi, tre lupacchiotti e molte orme lungo il torrente Lodola."
        for n in range(30)
    ),
    "2025-01-30",
)
MARKET = article("mercato", "Il mercato di Borgo Tamerice", "Il mercato si tiene ogni sabato in piazza. Le mele costano due euro al chilo.")
ARTICLES = (PORT, MUSEUM, WOLVES, MARKET)

AGENCY_SENTENCES = (
    "Il tribunale di Castelbruno ha condannato ieri i due fratelli Ondarelli a quattro anni e mezzo per la frode del consorzio delle pere.",
    "Secondo i giudici i due hanno venduto per tre stagioni come frutta della valle casse comprate oltre confine a metà del prezzo.",
    "La procura aveva chiesto sei anni, la difesa l'assoluzione perché il fatto non costituisce reato.",
    "Il consorzio, che riunisce ottanta famiglie di coltivatori, si è costituito parte civile e riceverà centoventimila euro.",
    "Le motivazioni saranno depositate entro novanta giorni e i legali hanno già annunciato il ricorso in appello.",
    "In aula c'erano una trentina di soci, che hanno ascoltato la lettura della sentenza in silenzio.",
)
OTHER_SENTENCES = (
    "Il pullman della banda di Borgo Tamerice è uscito di strada lunedì sera sulla provinciale 17, poco prima del bivio per il mulino.",
    "A bordo viaggiavano quaranta musicisti che tornavano dal concorso di Torrelago con il secondo premio.",
    "Ventitré di loro sono stati medicati al pronto soccorso di San Bartolo, nessuno è in pericolo di vita.",
    "La strada è rimasta chiusa fino a mezzanotte per rimuovere il mezzo e ripulire l'asfalto dal gasolio.",
)
AGENCY = article("agenzia", "Pere, condannati gli Ondarelli", " ".join(AGENCY_SENTENCES), "2025-10-02")
REPRINT = article("gazzetta", "Quattro anni ai fratelli delle pere", " ".join(AGENCY_SENTENCES[:-1]), "2025-10-03")
LATE_REPRINT = article("corriere", "Frode, la sentenza", " ".join((*AGENCY_SENTENCES, "Domani lo sciopero dei treni.")), "2025-10-04")
UNDATED_REPRINT = article("bacheca", "", " ".join(AGENCY_SENTENCES))
ACCIDENT = article("incidente", "Pere, condannati gli Ondarelli", " ".join(OTHER_SENTENCES), "2025-10-02")


class EngineContract:
    """The facts that hold for every engine."""

    @pytest.fixture
    def engine(self) -> Engine:
        """Return an empty engine; the subclass provides it."""
        raise NotImplementedError

    @pytest.fixture
    def published(self, engine: Engine) -> Engine:
        """Return the engine with four articles published."""
        publish(engine, ARTICLES)
        return engine

    # an empty engine

    def test_empty_engine_has_no_snapshot(self, engine: Engine) -> None:
        """An engine in which nothing was published says so by NoSnapshot and by no number."""
        assert engine.current_number() is None
        with pytest.raises(NoSnapshot):
            engine.open_current()

    def test_what_was_published_is_sound(self, engine: Engine) -> None:
        """A published snapshot passes the check of all that was written; without one the check says so."""
        with pytest.raises(NoSnapshot):
            engine.verify()
        publish(engine, ARTICLES)
        engine.verify()

    def test_nothing_to_roll_back_to(self, published: Engine) -> None:
        """Without an earlier snapshot rollback raises NoSnapshot and changes nothing."""
        number = published.current_number()
        with pytest.raises(NoSnapshot):
            published.rollback()
        assert published.current_number() == number

    def test_unknown_draft_is_not_published(self, published: Engine) -> None:
        """Publishing a number that was never built is an error, and the current snapshot stays."""
        number = published.current_number()
        with pytest.raises(SnapshotError):
            published.publish(999)
        assert published.current_number() == number

    def test_empty_collection(self, engine: Engine) -> None:
        """A snapshot without articles answers every question with nothing."""
        publish(engine, ())
        snapshot = engine.open_current()
        assert (snapshot.manifest.articles, snapshot.manifest.passages) == (0, 0)
        assert snapshot.nominate_by_terms({"lup": 1.0}, limit=5) == []
        assert snapshot.nominate_by_ngrams({"_lup": 1.0}, limit=5) == []
        assert snapshot.nominate_by_vector(vector("lupi"), limit=5) == []
        assert list(snapshot.vocabulary()) == []
        assert snapshot.newest_articles(limit=5) == []
        assert snapshot.digests() == {}

    # drafts, publication, rollback

    def test_draft_can_be_asked_before_anybody_sees_it(self, engine: Engine) -> None:
        """A draft answers like any snapshot while the engine still has none."""
        draft = build(engine, ARTICLES)
        assert draft.digests() == {a.id: a.digest for a in ARTICLES}
        assert article_ids(draft, draft.nominate_by_terms({"lup": 1.0}, limit=50)) == {"lupi"}
        assert engine.current_number() is None

    def test_draft_is_unseen_until_published(self, published: Engine) -> None:
        """Whoever opens the current snapshot sees the old one until the draft is published, and the new one afterwards."""
        draft = build(published, (article("nuovo", "Nuovo", "Arriva il circo in città."),))
        number = draft.manifest.number
        draft.close()
        assert "nuovo" not in published.open_current().digests()
        published.publish(number)
        assert "nuovo" in published.open_current().digests()
        assert published.current_number() == number == published.open_current().manifest.number

    def test_open_snapshot_never_changes(self, published: Engine) -> None:
        """A snapshot opened before a publication goes on showing what it showed."""
        before = published.open_current()
        publish(published, (replaced(PORT, "Il molo è chiuso."),), removed=["lupi"])
        assert before.digests() == {a.id: a.digest for a in ARTICLES}
        assert article_ids(before, before.nominate_by_terms({"lup": 1.0}, limit=50)) == {"lupi"}
        assert before.articles(["porto"])["porto"].text == PORT.text

    def test_rollback_returns_to_the_earlier_snapshot(self, published: Engine) -> None:
        """After a rollback the earlier snapshot is current again, whole, and its number is returned."""
        first = published.current_number()
        publish(published, (), removed=["lupi"])
        assert published.rollback() == first == published.current_number()
        assert published.open_current().digests() == {a.id: a.digest for a in ARTICLES}

    def test_rollback_passes_over_drafts(self, published: Engine) -> None:
        """A draft that was never published is nothing to go back to."""
        first = published.current_number()
        build(published, (article("bozza", "Bozza", "Questa bozza resta una bozza."),)).close()
        publish(published, (), removed=["lupi"])
        assert published.rollback() == first

    def test_numbers_grow_after_rollback(self, published: Engine) -> None:
        """What is published after a rollback has a number of its own and builds on the snapshot rolled back to."""
        first = published.current_number()
        publish(published, (), removed=["lupi"])
        second = published.current_number()
        published.rollback()
        publish(published, (), removed=["museo"])
        assert published.current_number() not in (first, second)
        assert set(published.open_current().digests()) == {"porto", "lupi", "mercato"}

    def test_nobody_rolls_back_to_what_was_rolled_back(self, published: Engine) -> None:
        """A snapshot that was rolled back from is passed over by the next rollback."""
        first = published.current_number()
        publish(published, (), removed=["lupi"])
        published.rollback()
        publish(published, (), removed=["museo"])
        assert published.rollback() == first

    def test_one_indexes_at_a_time(self, engine: Engine) -> None:
        """While somebody holds the indexing lock others are refused, and afterwards they are not."""
        with engine.indexing(), pytest.raises(IndexingBusy), engine.indexing():
            pass
        with engine.indexing():
            pass

    def test_vacuum_keeps_the_newest(self, published: Engine) -> None:
        """Vacuum deletes drafts and old snapshots, and the one it keeps still answers."""
        publish(published, (), removed=["lupi"])
        publish(published, (), removed=["museo"])
        build(published, (article("bozza", "Bozza", "Questa bozza viene cancellata."),)).close()
        assert published.vacuum(keep=2) == 2
        snapshot = published.open_current()
        assert set(snapshot.digests()) == {"porto", "mercato"}
        assert article_ids(snapshot, snapshot.nominate_by_terms({"mol": 1.0}, limit=50)) == {"porto"}
        snapshot.close()
        published.rollback()
        assert set(published.open_current().digests()) == {"porto", "museo", "mercato"}
        with pytest.raises(NoSnapshot):
            published.rollback()

    def test_publishing_goes_on_after_vacuum(self, published: Engine) -> None:
        """A vacuum leaves behind an engine that builds and publishes as before."""
        publish(published, (), removed=["lupi"])
        assert published.vacuum(keep=1) == 1
        publish(published, (WOLVES,))
        assert published.open_current().digests() == {a.id: a.digest for a in ARTICLES}

    # what a draft holds

    def test_changed_article_replaces_its_former_self(self, published: Engine) -> None:
        """A changed article is found by its new words and no longer by its old ones; the others stay."""
        changed = replaced(MUSEUM, "Il museo ospita una mostra di aquiloni.")
        publish(published, (changed,))
        snapshot = published.open_current()
        assert snapshot.digests() == {a.id: a.digest for a in (PORT, changed, WOLVES, MARKET)}
        assert article_ids(snapshot, snapshot.nominate_by_terms(dict.fromkeys(analyze("aquiloni"), 1.0), limit=5)) == {"museo"}
        assert snapshot.nominate_by_terms(dict.fromkeys(analyze("biglietto"), 1.0), limit=5) == []
        assert snapshot.nominate_by_ngrams({"ttoo": 1.0, "bigl": 1.0}, limit=5) == []
        assert snapshot.articles(["museo"])["museo"] == changed

    def test_removed_article_is_gone(self, published: Engine) -> None:
        """A removed article is neither nominated nor found by id, and its passages are unknown."""
        before = published.open_current()
        gone = before.nominate_by_terms({"lup": 1.0}, limit=50)
        assert gone
        publish(published, (), removed=["lupi", "never-there"])
        snapshot = published.open_current()
        assert snapshot.nominate_by_terms({"lup": 1.0}, limit=50) == []
        assert not set(gone) & set(snapshot.nominate_by_ngrams({"_lup": 1.0}, limit=50))
        assert not set(gone) & set(snapshot.nominate_by_vector(vector("lupi"), limit=50))
        assert snapshot.passages(gone) == []
        assert snapshot.articles(["lupi"]) == {}
        assert (snapshot.manifest.articles, snapshot.manifest.passages) == (3, 3)

    def test_removed_article_can_come_back(self, published: Engine) -> None:
        """An article that was removed and is put in again is found again, with the same passage ids."""
        ids = set(published.open_current().nominate_by_terms({"lup": 1.0}, limit=50))
        publish(published, (), removed=["lupi"])
        publish(published, (WOLVES,))
        assert set(published.open_current().nominate_by_terms({"lup": 1.0}, limit=50)) == ids

    def test_unchanged_article_keeps_its_vectors(self, published: Engine) -> None:
        """Passages of articles that nobody touched keep the vectors they had."""
        before = published.open_current()
        ids = before.nominate_by_terms({"lup": 1.0}, limit=50)
        vectors = before.vectors(ids)
        publish(published, (), removed=["porto"])
        np.testing.assert_array_equal(vectors, published.open_current().vectors(ids))

    @pytest.mark.parametrize("difference", ["recipe", "encoder_fingerprint"])
    def test_other_recipe_or_encoder_starts_anew(self, published: Engine, difference: str) -> None:
        """A draft with another recipe or encoder inherits nothing: it holds `changed` only."""
        encoder = HashingEncoder(fingerprint="other", dimension=24) if difference == "encoder_fingerprint" else ENCODER
        publish(published, (MUSEUM,), encoder=encoder, recipe="other 2" if difference == "recipe" else "test 1")
        snapshot = published.open_current()
        assert set(snapshot.digests()) == {"museo"}
        assert snapshot.manifest.passages == 1
        assert snapshot.nominate_by_terms({"lup": 1.0}, limit=50) == []
        assert (
            snapshot.manifest.dimension
            == encoder.dimension
            == snapshot.vectors(snapshot.nominate_by_terms({"muse": 1.0}, limit=1)).shape[1]
        )

    # the manifest

    def test_manifest_counts_are_filled_in(self, published: Engine) -> None:
        """Counts and averages of the manifest are those of what was indexed, headlines included."""
        manifest = published.open_current().manifest
        passages = all_passages(ARTICLES)
        assert (manifest.articles, manifest.passages) == (len(ARTICLES), len(passages))
        assert manifest.average_terms == pytest.approx(np.mean([len(p.indexed.terms) for p in passages]))
        assert manifest.average_ngrams == pytest.approx(np.mean([len(p.ngrams) for p in passages]))

    def test_manifest_is_kept(self, published: Engine) -> None:
        """What the manifest says of encoder, recipe and time of making comes back as it was given."""
        manifest = published.open_current().manifest
        given = bare_manifest(ENCODER)
        assert (manifest.encoder, manifest.encoder_fingerprint, manifest.dimension) == (
            given.encoder,
            given.encoder_fingerprint,
            given.dimension,
        )
        assert (manifest.recipe, manifest.created) == (given.recipe, given.created)

    # nominations

    def test_terms_nominate_passages_that_hold_them(self, published: Engine) -> None:
        """Every nominated passage holds one of the terms, and the limit is kept."""
        snapshot = published.open_current()
        ids = snapshot.nominate_by_terms({"lup": 1.0, "muse": 1.0}, limit=50)
        assert len(ids) == len(set(ids))
        assert all({"lup", "muse"} & set(p.terms) for p in snapshot.passages(ids))
        assert article_ids(snapshot, ids) == {"lupi", "museo"}
        assert len(snapshot.nominate_by_terms({"lup": 1.0, "muse": 1.0}, limit=2)) == 2

    def test_weights_decide_who_comes_first(self, published: Engine) -> None:
        """The passage that holds the heavier of two equally rare terms is nominated first."""
        snapshot = published.open_current()
        market, pier = analyze("mercato molo")
        for heavy, light, expected in ((market, pier, "mercato"), (pier, market, "porto")):
            first = snapshot.nominate_by_terms({heavy: 1.0, light: 0.01}, limit=1)
            assert article_ids(snapshot, first) == {expected}

    def test_terms_are_taken_literally(self, published: Engine) -> None:
        """Terms are not analysed again: what is no term of the index nominates nothing, marks and operators included."""
        snapshot = published.open_current()
        for term in ("lupi", "Lupi", "*", '"', "lup*", "lup OR muse", "-lup", "\x00", "🦊", ""):
            assert snapshot.nominate_by_terms({term: 1.0}, limit=5) == []
        assert snapshot.nominate_by_terms({}, limit=5) == []

    def test_ngrams_nominate_passages_that_hold_them(self, published: Engine) -> None:
        """A character n-gram nominates the passages with a word that holds it, and no others."""
        snapshot = published.open_current()
        assert article_ids(snapshot, snapshot.nominate_by_ngrams({"usto": 1.0, "_mer": 1.0}, limit=50)) == {"mercato"}
        assert snapshot.nominate_by_ngrams({"zzzz": 1.0}, limit=50) == []
        assert snapshot.nominate_by_ngrams({}, limit=50) == []

    def test_vector_nominates_the_nearest_first(self, published: Engine) -> None:
        """Nomination by vector gives distinct known ids in order of the dot product, at most as many as there are."""
        snapshot = published.open_current()
        ids = snapshot.nominate_by_vector(vector("lupi del parco"), limit=1000)
        assert len(ids) == len(set(ids)) == snapshot.manifest.passages
        similarities = snapshot.vectors(ids) @ vector("lupi del parco")
        assert (np.diff(similarities) <= VECTOR_ERROR).all()
        assert snapshot.nominate_by_vector(vector("lupi del parco"), limit=2) == ids[:2]

    def test_nominations_are_repeatable(self, published: Engine) -> None:
        """The same question nominates the same passages in the same order."""
        snapshot = published.open_current()
        assert snapshot.nominate_by_terms({"lup": 1.0}, limit=3) == snapshot.nominate_by_terms({"lup": 1.0}, limit=3)
        assert snapshot.nominate_by_ngrams({"_lup": 1.0}, limit=3) == snapshot.nominate_by_ngrams({"_lup": 1.0}, limit=3)

    # statistics

    def test_frequencies_count_passages(self, published: Engine) -> None:
        """A frequency is the number of passages that hold the word, however often; unknown words have none."""
        snapshot = published.open_current()
        passages = all_passages(ARTICLES)
        terms = Counter(term for p in passages for term in set(p.indexed.terms))
        grams = Counter(gram for p in passages for gram in set(p.ngrams))
        assert snapshot.term_frequencies(terms) == terms
        assert snapshot.ngram_frequencies(grams) == grams
        assert snapshot.term_frequencies(["zanzibar"]).get("zanzibar", 0) == 0
        assert snapshot.ngram_frequencies(["zzzz"]).get("zzzz", 0) == 0
        assert snapshot.term_frequencies([]) == {}

    def test_frequencies_follow_removals_from_above(self, published: Engine) -> None:
        """After a removal a frequency lies between what stands there and what stood there."""
        before = published.open_current().term_frequencies(["eur"])["eur"]
        publish(published, (), removed=["museo"])
        assert before - 1 <= published.open_current().term_frequencies(["eur"])["eur"] <= before

    def test_vocabulary_begins_with_the_most_frequent(self, published: Engine) -> None:
        """The vocabulary holds every term once, in order of falling frequency."""
        snapshot = published.open_current()
        vocabulary = list(snapshot.vocabulary())
        frequencies = snapshot.term_frequencies(vocabulary)
        assert set(vocabulary) == {term for p in all_passages(ARTICLES) for term in p.indexed.terms}
        assert len(vocabulary) == len(set(vocabulary))
        assert [frequencies[term] for term in vocabulary] == sorted(frequencies.values(), reverse=True)

    # passages, vectors, articles

    def test_passages_come_in_the_order_asked_for(self, published: Engine) -> None:
        """Passages come back whole, in the order of their ids, unknown ids left out."""
        snapshot = published.open_current()
        expected = {p.indexed.passage.id: p.indexed for p in all_passages(ARTICLES)}
        ids = sorted(expected)
        assert snapshot.passages([ids[2], UNKNOWN_ID, ids[0], ids[1]]) == [expected[ids[2]], expected[ids[0]], expected[ids[1]]]
        assert snapshot.passages([]) == []

    def test_passages_are_slices_of_their_article(self, published: Engine) -> None:
        """The text of every passage stands in its article at its offsets."""
        snapshot = published.open_current()
        for indexed in snapshot.passages([p.indexed.passage.id for p in all_passages(ARTICLES)]):
            passage = indexed.passage
            assert snapshot.articles([passage.article_id])[passage.article_id].text[passage.start : passage.end] == passage.text

    def test_vectors_come_in_the_order_asked_for(self, published: Engine) -> None:
        """Vectors come back as (ids, dimension) float32 in the order of their ids."""
        snapshot = published.open_current()
        expected = {p.indexed.passage.id: p.vector for p in all_passages(ARTICLES)}
        ids = sorted(expected, reverse=True)
        vectors = snapshot.vectors(ids)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(vectors, np.stack([expected[id_] for id_ in ids]), atol=VECTOR_ERROR)
        assert snapshot.vectors([]).shape == (0, ENCODER.dimension)

    def test_unknown_vector_is_an_error(self, published: Engine) -> None:
        """Asking for the vector of an unknown passage raises KeyError."""
        with pytest.raises(KeyError):
            published.open_current().vectors([UNKNOWN_ID])

    def test_articles_come_back_whole(self, published: Engine) -> None:
        """An article comes back equal to what was put in; unknown ids are left out."""
        assert published.open_current().articles(["lupi", "nobody", "museo"]) == {"lupi": WOLVES, "museo": MUSEUM}

    def test_every_field_of_an_article_is_kept(self, engine: Engine) -> None:
        """Marks, emoji, line ends and metadata of an article survive storage character for character."""
        odd = Article(
            "a/b è",
            "date 2025-03 Perché?\r\nSì — «già» 🦊 \ttutto.\n",
            "È un 'titolo'",
            "https://e.it/?a=1&b=2",
            "Fonte",
            "Autrice",
            parse_period("2025"),
            "x.jsonl:3",
            12,
        )
        publish(engine, (odd,))
        assert engine.open_current().articles([odd.id]) == {odd.id: odd}

    def test_newest_articles_come_first(self, published: Engine) -> None:
        """Articles are listed by date, newest first, undated ones last, and by pages."""
        snapshot = published.open_current()
        assert [a.id for a in snapshot.newest_articles(limit=10)] == ["porto", "museo", "lupi", "mercato"]
        assert [a.id for a in snapshot.newest_articles(limit=2, offset=1)] == ["museo", "lupi"]
        assert snapshot.newest_articles(limit=2, offset=9) == []

    def test_articles_of_one_day_have_an_order(self, engine: Engine) -> None:
        """Articles of the same day and undated ones are listed in one order, that of `Article.newest_first` in reverse."""
        same_day = [article(f"a{n}", "Titolo", f"Testo numero {n}.", "2025-05-01" if n % 2 else "") for n in range(8)]
        publish(engine, same_day)
        assert engine.open_current().newest_articles(limit=8) == sorted(same_day, key=lambda a: a.newest_first, reverse=True)

    def test_digests_tell_what_is_stored(self, published: Engine) -> None:
        """Digests are those of the stored articles, by id."""
        assert published.open_current().digests() == {a.id: a.digest for a in ARTICLES}

    def test_passage_ids_are_those_of_an_article(self, published: Engine) -> None:
        """The passages of an article are known by its id, also after it has changed; an unknown article has none."""
        assert published.open_current().passage_ids(["lupi", "nobody"]) == {p.indexed.passage.id for p in all_passages([WOLVES])}
        changed = replaced(WOLVES, "I lupi sono tornati.")
        publish(published, (changed,))
        snapshot = published.open_current()
        assert snapshot.passage_ids(["lupi", "porto"]) == {p.indexed.passage.id for p in all_passages([changed, PORT])}
        assert snapshot.passage_ids([]) == frozenset()

    # near-copies

    def test_copies_are_found_in_one_build_and_across_two(self, engine: Engine) -> None:
        """A text that came again under another headline is a copy of the first, in both directions, whenever it came."""
        publish(engine, (AGENCY, ACCIDENT, REPRINT))
        assert copies(engine) == {"agenzia": ("gazzetta",), "gazzetta": ("agenzia",), "incidente": ()}
        publish(engine, (LATE_REPRINT,))
        assert copies(engine) == {
            "agenzia": ("gazzetta", "corriere"),
            "gazzetta": ("agenzia", "corriere"),
            "corriere": ("agenzia", "gazzetta"),
            "incidente": (),
        }

    def test_copies_come_oldest_first(self, engine: Engine) -> None:
        """Copies are listed by date, those of one day by id, undated ones last, in whatever order they were put in."""
        same_day = [article(f"{name}-bis", name, REPRINT.text, "2025-10-03") for name in ("z", "a")]
        publish(engine, (UNDATED_REPRINT, LATE_REPRINT, *same_day))
        publish(engine, (REPRINT, AGENCY))
        assert copies(engine)["agenzia"] == ("a-bis", "gazzetta", "z-bis", "corriere", "bacheca")
        assert copies(engine)["bacheca"] == ("agenzia", "a-bis", "gazzetta", "z-bis", "corriere")

    def test_same_event_is_no_copy(self, engine: Engine) -> None:
        """An article that tells the same event in its own words is no copy, not even with a sentence in common and the same headline."""
        own = (
            "Quattro anni e mezzo di carcere: tanto pagheranno Ivo e Sante Ondarelli per le pere spacciate come nostrane.",
            AGENCY_SENTENCES[4],
            "Erano accusati di aver riempito i magazzini del consorzio con frutta straniera, tra il 2021 e il 2023.",
            "Agli ottanta coltivatori della valle spetta un risarcimento, ma nessuno sa quando arriverà.",
        )
        publish(engine, (AGENCY, article("inviato", AGENCY.title, " ".join(own), "2025-10-02")))
        assert copies(engine) == {"agenzia": (), "inviato": ()}

    def test_half_a_text_is_no_copy(self, engine: Engine) -> None:
        """An article that shares a band with another, but less than a copy shares, is none."""
        half = article("mezzo", "Pere e pullman", " ".join((*AGENCY_SENTENCES[:3], *OTHER_SENTENCES[:2])))
        assert not set(bands(article_signature(half))).isdisjoint(bands(article_signature(AGENCY)))
        publish(engine, (AGENCY, half))
        assert copies(engine) == {"agenzia": (), "mezzo": ()}

    def test_short_texts_have_no_copies(self, engine: Engine) -> None:
        """Two texts of fewer words than tell a copy are none, however equal."""
        short = " ".join(AGENCY.text.split()[:20])
        publish(engine, (article("a", "A", short), article("b", "B", short)))
        assert copies(engine) == {"a": (), "b": ()}

    def test_unknown_articles_have_no_entry(self, published: Engine) -> None:
        """Of articles that the snapshot does not hold nothing is said; those without copies have an empty entry."""
        assert published.open_current().copies(["nobody", "lupi"]) == {"lupi": ()}
        assert published.open_current().copies([]) == {}

    def test_removed_copy_is_gone(self, engine: Engine) -> None:
        """A copy that is removed is nobody's copy any longer; after a rollback, and when it is put in again, it is."""
        publish(engine, (AGENCY, REPRINT))
        before = engine.open_current()
        publish(engine, (), removed=["gazzetta"])
        assert copies(engine) == {"agenzia": ()}
        assert before.copies(["agenzia"]) == {"agenzia": ("gazzetta",)}
        engine.rollback()
        assert copies(engine)["agenzia"] == ("gazzetta",)
        publish(engine, (), removed=["agenzia"])
        publish(engine, (AGENCY,))
        assert copies(engine) == {"agenzia": ("gazzetta",), "gazzetta": ("agenzia",)}

    def test_changed_text_changes_its_copies(self, engine: Engine) -> None:
        """An article whose text changes leaves its old copies for new ones, and is never a copy of its former self."""
        publish(engine, (AGENCY, REPRINT, ACCIDENT))
        publish(engine, (replaced(REPRINT, ACCIDENT.text),))
        assert copies(engine) == {"agenzia": (), "gazzetta": ("incidente",), "incidente": ("gazzetta",)}
        publish(engine, (replaced(REPRINT, f"{REPRINT.text} Fine."),))
        assert copies(engine) == {"agenzia": ("gazzetta",), "gazzetta": ("agenzia",), "incidente": ()}

    def test_copies_survive_vacuum(self, engine: Engine) -> None:
        """A vacuum takes the copies that stand in no kept snapshot, and no others; what comes later is compared as before."""
        publish(engine, (AGENCY, REPRINT, ACCIDENT))
        publish(engine, (LATE_REPRINT,), removed=["gazzetta"])
        assert engine.vacuum(keep=1) == 1
        assert copies(engine) == {"agenzia": ("corriere",), "corriere": ("agenzia",), "incidente": ()}
        publish(engine, (UNDATED_REPRINT, replaced(ACCIDENT, "Niente.")))
        assert copies(engine)["bacheca"] == ("agenzia", "corriere")

    # withdrawals

    def test_nothing_is_withdrawn_at_first(self, engine: Engine) -> None:
        """An engine withdraws nothing by itself, before and after a publication; restoring what is not withdrawn changes nothing."""
        assert engine.withdrawn() == frozenset()
        engine.restore("porto")
        publish(engine, ARTICLES)
        assert engine.withdrawn() == frozenset()

    def test_withdrawn_until_restored(self, engine: Engine) -> None:
        """An article is withdrawn from the call on, once however often it is said, until it is restored; others stay as they are."""
        engine.withdraw("porto", "rettifica")
        engine.withdraw("lupi")
        engine.withdraw("porto")
        assert engine.withdrawn() == {"porto", "lupi"}
        engine.restore("porto")
        engine.restore("porto")
        assert engine.withdrawn() == {"lupi"}
        engine.restore("lupi")
        assert engine.withdrawn() == frozenset()

    def test_withdrawal_outlives_snapshots(self, published: Engine) -> None:
        """What is withdrawn stays so when it is removed, indexed again, rolled back and vacuumed; the snapshot itself does not change."""
        published.withdraw("lupi", "diffida")
        publish(published, (), removed=["lupi"])
        publish(published, (WOLVES,))
        published.rollback()
        publish(published, (replaced(WOLVES, "I lupi sono tornati."),))
        published.vacuum(keep=1)
        assert published.withdrawn() == {"lupi"}
        assert "lupi" in published.open_current().digests()

    @pytest.mark.parametrize("id_", ["cronaca/2025 è", '«🦊» "\\\n', "", "x" * 5000])
    def test_any_id_can_be_withdrawn(self, engine: Engine, id_: str) -> None:
        """Ids are kept character for character, also those of articles that nobody has indexed yet."""
        engine.withdraw(id_, "perché sì ✓")
        assert engine.withdrawn() == {id_}


def build(
    engine: Engine,
    changed: Iterable[Article],
    removed: Iterable[str] = (),
    *,
    encoder: HashingEncoder = ENCODER,
    recipe: str = "test 1",
) -> Snapshot:
    """Build a draft; what the manifest proposes as a number is one more than the current one."""
    manifest = bare_manifest(encoder, number=(engine.current_number() or 0) + 1, recipe=recipe)
    return engine.build(manifest, (new_article(a, encoder) for a in changed), removed)


def publish(
    engine: Engine,
    changed: Iterable[Article],
    removed: Iterable[str] = (),
    *,
    encoder: HashingEncoder = ENCODER,
    recipe: str = "test 1",
) -> None:
    """Build a draft and publish it."""
    draft = build(engine, changed, removed, encoder=encoder, recipe=recipe)
    number = draft.manifest.number
    draft.close()
    engine.publish(number)


def copies(engine: Engine) -> dict[str, tuple[str, ...]]:
    """Return the near-copies of every published article."""
    snapshot = engine.open_current()
    found = snapshot.copies(sorted(snapshot.digests()))
    snapshot.close()
    return found


def replaced(original: Article, text: str) -> Article:
    """Return an article with another text."""
    return Article(original.id, text, original.title, published=original.published)


def all_passages(articles: Iterable[Article]) -> list[NewPassage]:
    """Return what is put into the engine for these articles."""
    return [passage for a in articles for passage in new_article(a, ENCODER).passages]


def vector(text: str) -> NDArray[np.float32]:
    """Return the vector of a question."""
    return ENCODER.encode([text], "question").reshape(-1)


def article_ids(snapshot: Snapshot, ids: Iterable[int]) -> set[str]:
    """Return the ids of the articles that these passages belong to."""
    return {indexed.passage.article_id for indexed in snapshot.passages(list(ids))}

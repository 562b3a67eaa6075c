"""The pipeline answers from one snapshot, picks up new ones, and says no in time."""

import datetime
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.articles import Article
from index.collection import FolderCollection
from index.dates import parse_period
from index.errors import EncoderMismatch
from index.indexer import reindex
from index.snapshot import FolderEngine
from retrieval.answer import Answer, Latest, NoAnswer, Reason, Several
from retrieval.conversation import Turn
from retrieval.deadline import Deadline, TooSlow
from retrieval.pipeline import LONGEST_QUESTION_CHARACTERS, Pipeline
from retrieval.question import Query, Question
from retrieval.reader import RetrievedPassage, Span, best_of_each
from tests.index.memory_engine import HashingEncoder

TODAY = datetime.date(2026, 1, 1)


class FirstSentenceReader:
    """A reader that proposes the first sentence of every passage, sure of the best one."""

    def read(self, query: Query, passages: Sequence[RetrievedPassage], deadline: Deadline, /) -> list[Span]:
        """See `Reader`."""
        deadline.check()
        return [
            Span(retrieved, start, end, start, end, -rank, 0.9 / (1 + rank))
            for rank, retrieved in enumerate(passages)
            for start, end in retrieved.passage.sentences[:1]
        ]

    def read_apart(self, query: Query, groups: Sequence[Sequence[RetrievedPassage]], deadline: Deadline, /) -> list[Span]:
        """See `Reader`."""
        return best_of_each(self, query, groups, deadline)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two articles."""
    articles = tmp_path / "articoli"
    articles.mkdir()
    write(articles, "molo", "Il molo di Porto Sereno apre a maggio.", "2025-03-11")
    write(articles, "museo", "Il museo della carta costa cinque euro.", "2025-06-02")
    return articles


def write(folder: Path, name: str, text: str, date: str) -> None:
    """Write an article."""
    (folder / f"{name}.md").write_text(f"---\ntitle: {name}\ndate: {date}\n---\n{text}", encoding="utf-8")


@pytest.fixture
def engine(folder: Path, tmp_path: Path) -> FolderEngine:
    """Return an engine in which the folder is published."""
    engine = FolderEngine(tmp_path / "index")
    reindex(engine, HashingEncoder(), FolderCollection(folder), lambda _: None)
    return engine


@pytest.fixture
def pipeline(engine: FolderEngine) -> Pipeline:
    """Return a pipeline over the folder."""
    return Pipeline(engine, HashingEncoder(), FirstSentenceReader())


def ask(pipeline: Pipeline, text: str, asked_on: datetime.date = TODAY) -> Answer | NoAnswer:
    """Return the outcome of a question."""
    outcome = pipeline.ask(Question(text, asked_on)).outcome
    assert isinstance(outcome, Answer | NoAnswer)
    return outcome


def test_answer_cites_the_article_that_speaks_of_it(pipeline: Pipeline) -> None:
    """A question is answered from the article with its words, and the result says from which snapshot and how fast."""
    result = pipeline.ask(Question("Quando apre il molo?", TODAY))
    assert isinstance(result.outcome, Answer)
    assert result.outcome.citation.article.id == "molo"
    assert result.article_ids[0] == "molo"
    assert result.snapshot == 1
    assert list(result.milliseconds) == ["understand", "retrieve", "read", "choose"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.NOT_A_QUESTION),
        ("   ", Reason.NOT_A_QUESTION),
        ("🙂🙂🙂", Reason.NOT_A_QUESTION),
        ("?!…", Reason.NOT_A_QUESTION),
        ("di chi è?", Reason.NOT_A_QUESTION),
        ("molo " * LONGEST_QUESTION_CHARACTERS, Reason.TOO_LONG),
    ],
)
def test_what_is_no_question_is_refused_with_its_reason(pipeline: Pipeline, text: str, reason: Reason) -> None:
    """Empty texts, emoji, words that say nothing and novels are refused by name."""
    outcome = ask(pipeline, text)
    assert isinstance(outcome, NoAnswer)
    assert outcome.reason == reason


def test_nothing_indexed_is_a_reason(tmp_path: Path) -> None:
    """Without a snapshot a question is answered with that."""
    outcome = ask(Pipeline(FolderEngine(tmp_path / "vuoto"), HashingEncoder(), FirstSentenceReader()), "Quando apre il molo?")
    assert isinstance(outcome, NoAnswer)
    assert outcome.reason == Reason.NOTHING_INDEXED


def test_new_snapshot_is_seen_by_the_next_question(pipeline: Pipeline, engine: FolderEngine, folder: Path) -> None:
    """After a publication the next question is answered from it, without a restart."""
    before = pipeline.snapshot()
    write(folder, "molo", "Il molo di Porto Sereno apre a giugno.", "2025-04-01")
    reindex(engine, HashingEncoder(), FolderCollection(folder), lambda _: None)
    outcome = ask(pipeline, "Quando apre il molo?")
    assert isinstance(outcome, Answer)
    assert "giugno" in outcome.citation.sentence
    assert "maggio" in before.articles(["molo"])["molo"].text


def test_last_good_snapshot_goes_on_serving(pipeline: Pipeline, engine: FolderEngine, folder: Path, tmp_path: Path) -> None:
    """Where the newly published snapshot cannot be opened, questions are answered from the one before."""
    ask(pipeline, "Quando apre il molo?")
    write(folder, "molo", "Il molo di Porto Sereno apre a giugno.", "2025-04-01")
    reindex(engine, HashingEncoder(), FolderCollection(folder), lambda _: None)
    (tmp_path / "index" / "snapshots" / "000002" / "vectors.faiss").unlink()
    outcome = ask(pipeline, "Quando apre il molo?")
    assert isinstance(outcome, Answer)
    assert "maggio" in outcome.citation.sentence


def test_index_of_another_encoder_is_refused(engine: FolderEngine) -> None:
    """An index made by another encoder is not searched."""
    other = Pipeline(engine, HashingEncoder(name="altro", fingerprint="altro-1"), FirstSentenceReader())
    with pytest.raises(EncoderMismatch):
        other.ask(Question("Quando apre il molo?", TODAY))


def test_passed_deadline_raises(pipeline: Pipeline) -> None:
    """A question whose time is over raises TooSlow instead of working on."""
    with pytest.raises(TooSlow):
        pipeline.ask(Question("Quando apre il molo?", TODAY), Deadline.after(-1))


def test_later_articles_are_unknown_as_of_an_earlier_day(pipeline: Pipeline) -> None:
    """Seen from a day, articles published after it do not exist; those of the same day and undated ones do."""
    costs = "Quanto costa il museo della carta?"
    later, earlier = ask(pipeline, costs, datetime.date(2025, 6, 2)), pipeline.ask(Question(costs, datetime.date(2025, 6, 1)))
    assert isinstance(later, Answer)
    assert later.citation.article.id == "museo"
    assert "museo" not in earlier.article_ids


def test_many_later_articles_do_not_hide_an_earlier_one(folder: Path, tmp_path: Path) -> None:
    """Seen from a day, the one article known then is found however many later ones speak of the same."""
    for number in range(80):
        write(folder, f"dopo{number}", f"Il contratto di Bellandi con il Borgo numero {number} scade nel 2027.", "2025-12-01")
    write(folder, "prima", "Il lungo contratto di Bellandi, firmato in una fredda mattina di gennaio a Bari, scade nel 2021.", "2020-01-01")
    engine = FolderEngine(tmp_path / "molti")
    reindex(engine, HashingEncoder(), FolderCollection(folder), lambda _: None)
    outcome = ask(
        Pipeline(engine, HashingEncoder(), FirstSentenceReader()), "Quando scade il contratto di Bellandi?", datetime.date(2020, 6, 1)
    )
    assert isinstance(outcome, Answer)
    assert outcome.citation.article.id == "prima"


def test_threads_share_a_pipeline(pipeline: Pipeline) -> None:
    """Many threads that ask at once get the same answers as one that asks alone."""
    expected = {text: ask(pipeline, text) for text in ("Quando apre il molo?", "Quanto costa il museo?")}
    wrong: list[str] = []

    def work(text: str) -> None:
        wrong.extend(text for _ in range(20) if ask(pipeline, text) != expected[text])

    threads = [threading.Thread(target=work, args=(text,)) for text in expected for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_published_period_may_be_partial() -> None:
    """An article of a month is known from the month's first day on."""
    march = Article("a", "t", published=parse_period("2025-03"))
    assert march.is_known_on(datetime.date(2025, 3, 1))
    assert not march.is_known_on(datetime.date(2025, 2, 28))
    assert Article("a", "t").is_known_on(datetime.date(1900, 1, 1))


def test_small_talk_is_not_looked_for(pipeline: Pipeline) -> None:
    """A greeting asks nothing of the articles, and nothing is read for it."""
    result = pipeline.ask(Question("Ciao, come stai?", TODAY))
    assert (result.outcome, result.evidence) == (NoAnswer(Reason.GREETING), None)


def test_small_talk_between_two_questions_is_forgotten(pipeline: Pipeline) -> None:
    """`Grazie` is no turn that a follow-up leans on."""
    history = (Turn("Quando apre il molo di Porto Sereno?", "a maggio", "molo"), Turn("Grazie!"))
    result = pipeline.ask(Question("E quando?", TODAY, history))
    assert result.evidence is not None
    assert result.evidence.query.leans_on == "molo"


def test_question_of_two_parts_is_answered_in_two(pipeline: Pipeline) -> None:
    """Each part has its own answer from its own article; the articles of both are named."""
    result = pipeline.ask(Question("Quando apre il molo di Porto Sereno e quanto costa il museo della carta?", TODAY))
    assert isinstance(result.outcome, Several)
    texts = [part.citation.article.id for _, part in result.outcome.parts if isinstance(part, Answer)]
    assert texts == ["molo", "museo"]
    assert set(result.article_ids[:2]) == {"molo", "museo"}


def test_withdrawn_article_is_gone_at_once(pipeline: Pipeline, engine: FolderEngine) -> None:
    """From the next question on, in the same snapshot; once restored it is back."""
    question = "Quando apre il molo di Porto Sereno?"
    assert isinstance(ask(pipeline, question), Answer)
    engine.withdraw("molo")
    outcome = ask(pipeline, question)
    assert "molo" not in {article.id for article in pipeline.snapshot().newest_articles(limit=9)}
    assert not (isinstance(outcome, Answer) and outcome.citation.article.id == "molo")
    engine.restore("molo")
    restored = ask(pipeline, question)
    assert isinstance(restored, Answer)
    assert restored.citation.article.id == "molo"


def test_latest_of_all_and_of_a_subject(pipeline: Pipeline) -> None:
    """Newest first; with words only what speaks of them; nothing where nobody does."""
    for result in (pipeline.latest(Question("", TODAY)), pipeline.ask(Question("Ultime notizie?", TODAY))):
        assert isinstance(result.outcome, Latest)
        assert [c.article.id for c in result.outcome.citations] == ["museo", "molo"]
    about = pipeline.ask(Question("ultime notizie sul molo", TODAY)).outcome
    assert isinstance(about, Latest)
    assert (about.about, [c.sentence for c in about.citations]) == ("molo", ["Il molo di Porto Sereno apre a maggio."])
    assert pipeline.latest(Question("lupi", TODAY)).outcome == Latest("lupi", ())


def test_latest_as_of_a_day(pipeline: Pipeline) -> None:
    """What was published later is not yet known."""
    outcome = pipeline.latest(Question("", datetime.date(2025, 4, 1))).outcome
    assert isinstance(outcome, Latest)
    assert [c.article.id for c in outcome.citations] == ["molo"]


@pytest.mark.parametrize(("asked_on", "is_old"), [(datetime.date(2025, 6, 1), False), (datetime.date(2027, 1, 1), True)])
def test_old_news_are_told_as_such(pipeline: Pipeline, asked_on: datetime.date, *, is_old: bool) -> None:
    """An answer whose newest source is more than a year old says so; one about a past time does not."""
    assert (pipeline.ask(Question("Quando apre il molo di Porto Sereno?", asked_on)).newest is not None) == is_old
    assert pipeline.ask(Question("Nel 2024 quando apriva il molo di Porto Sereno?", asked_on)).newest is None


def test_near_copies_are_one_citation(folder: Path, engine: FolderEngine, pipeline: Pipeline) -> None:
    """Agency copy is cited once, with its copies beside it."""
    text = " ".join(f"Al porto nuovo la banchina numero {n} accoglie le navi da crociera della compagnia Azzurra." for n in range(8))
    for name in ("agenzia", "gazzetta", "corriere"):
        write(folder, name, text, "2025-09-01")
    reindex(engine, HashingEncoder(), FolderCollection(folder), lambda _: None)
    outcome = ask(pipeline, "Chi accoglie la banchina del porto nuovo?")
    assert isinstance(outcome, Answer)
    assert {outcome.citation.article.id, *(copy.id for copy in outcome.citation.copies)} == {"agenzia", "gazzetta", "corriere"}
    assert len(outcome.citation.copies) == 2

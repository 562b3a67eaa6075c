"""Near-copies are told from other articles, the same way on every machine."""

import hashlib
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.cleaning import readable_intervals
from index.near_copies import BAND_ROWS, FEWEST_WORDS, NEAR_COPY, PERMUTATIONS, Signature, article_signature, bands, signature, similarity
from index.reading.folder import read_folder
from index.sentences import split_sentences

SAMPLES = [item for item in read_folder(Path(__file__).parents[2] / "articles") if isinstance(item, Article)]
TEXT = "Il molo nuovo di Porto Sereno apre a maggio, tre anni dopo la mareggiata. " + " ".join(
    f"La gru numero {n} ha posato {n + 40} massi da {n}5 tonnellate." for n in range(12)
)
DEVIATION = (0.25 / PERMUTATIONS) ** 0.5  # the greatest of the estimate, at a similarity of .5


def is_near_copy(one: Signature, other: Signature) -> bool:
    """True if an engine takes two articles with these signatures for near-copies."""
    return not set(bands(one)).isdisjoint(bands(other)) and similarity(one, other) >= NEAR_COPY


def sentences(article: Article) -> list[str]:
    """Return the sentences of an article."""
    intervals = readable_intervals(article)
    return [article.text[start:end] for interval in intervals for start, end in split_sentences(article.text, *interval)]


LONG = [(article, found) for article in SAMPLES if len(found := sentences(article)) >= 8]


def test_signature_is_the_same_on_every_machine() -> None:
    """Signatures and bands are stored, so they never change: a change needs another SCHEMA_VERSION of the library."""
    made = signature(TEXT)
    assert hashlib.blake2b(made, digest_size=8).hexdigest() == "c341f24eb3487871"
    assert bands(made)[:2] == (5662958972134570621, 220058326059606317)


def test_signature_has_its_shape() -> None:
    """A signature holds four bytes for each permutation, and a band of 63 bits for each four of these, all different."""
    made = signature(TEXT)
    assert len(made) == 4 * PERMUTATIONS
    assert len(set(bands(made))) == PERMUTATIONS // BAND_ROWS
    assert all(0 <= band < 1 << 63 for band in bands(made))


def test_equal_rows_in_other_places_are_other_bands() -> None:
    """The same four values make another band in another place."""
    assert len(set(bands(bytes(4 * PERMUTATIONS)))) == PERMUTATIONS // BAND_ROWS


def test_case_accents_and_marks_do_not_count() -> None:
    """What folding takes away changes no signature; what it keeps does, the order of words included."""
    assert signature(TEXT.upper().replace(",", " —").replace(" ", "\n")) == signature(TEXT)
    assert signature(TEXT.replace("maggio", "giugno")) != signature(TEXT)
    assert similarity(signature(" ".join(reversed(TEXT.split()))), signature(TEXT)) < 0.1


def test_headline_and_furniture_do_not_count() -> None:
    """Two pages of the same text with their own headline, date and page furniture have one signature."""
    plain = Article("a", TEXT, "Il molo apre")
    glued = "date 2025-03 "
    dressed = Article("b", f"{glued}{TEXT}\nLeggi anche: il porto vecchio\nRiproduzione riservata", "Tre anni dopo", body_start=len(glued))
    assert article_signature(plain) == article_signature(dressed) == signature(TEXT)


def test_short_text_has_no_signature() -> None:
    """A text with fewer words than tell a copy has the empty signature, which shares no band and is like nothing, not even itself."""
    words = TEXT.split()
    assert signature(" ".join(words[: FEWEST_WORDS - 1])) == signature("") == b""
    assert len(signature(" ".join(words[:FEWEST_WORDS]))) == 4 * PERMUTATIONS
    assert bands(b"") == ()
    assert similarity(b"", b"") == similarity(b"", signature(TEXT)) == similarity(signature(TEXT), b"") == 0.0


@given(st.integers(200, 400), st.floats(0, 1))
def test_similarity_estimates_what_is_shared(size: int, part: float) -> None:
    """The similarity of two texts is the part of their 5-grams that both hold, within five deviations."""
    shared = int(size * part)
    one = [f"parola{n}" for n in range(size)]
    other = [*one[:shared], *(f"altra{n}" for n in range(size - shared))]
    grams = [set(zip(*(words[start:] for start in range(5)), strict=False)) for words in (one, other)]
    expected = len(grams[0] & grams[1]) / len(grams[0] | grams[1])
    estimate = similarity(signature(" ".join(one)), signature(" ".join(other)))
    assert estimate == similarity(signature(" ".join(other)), signature(" ".join(one))) == pytest.approx(expected, abs=5 * DEVIATION)


def test_long_text_is_read_to_its_end() -> None:
    """The second half of a text of 20,000 words counts as much as the first."""
    words = [f"parola{n}" for n in range(20_000)]
    whole, first, second = signature(" ".join(words)), signature(" ".join(words[:10_000])), signature(" ".join(words[10_000:]))
    assert similarity(whole, first) == pytest.approx(0.5, abs=5 * DEVIATION)
    assert similarity(whole, second) == pytest.approx(0.5, abs=5 * DEVIATION)


def test_reprints_of_the_agency_are_told_from_all_other_articles() -> None:
    """Of the sample articles, many of which tell one event again as it goes on, two pairs are near-copies: those of the agency."""
    signatures = {article.id: article_signature(article) for article in SAMPLES}
    assert len(signatures) > 60
    assert {pair for pair in combinations(sorted(signatures), 2) if is_near_copy(*(signatures[id_] for id_ in pair))} == {
        ("2025-01-30-censimento-lupi-alta-lodola", "2025-01-31-lupi-parco-alta-lodola-38"),
        ("2025-09-02-orme-dinosauro-cava-ghirri", "2025-09-03-pietrasole-dinosauri-27-impronte"),
    }


@pytest.mark.parametrize("edit", ["dropped", "added"])
def test_reprints_are_found(edit: str) -> None:
    """Each sample article is a near-copy of itself with a quarter of its sentences dropped, or added, at its ends."""
    assert len(LONG) > 30
    missed = []
    for place, (article, own) in enumerate(LONG):
        foreign = LONG[place - 1][1]
        head, tail = len(own) // 8, len(own) // 4 - len(own) // 8
        edited = own[head : len(own) - tail] if edit == "dropped" else [*foreign[:head], *own, *foreign[len(foreign) - tail :]]
        if not is_near_copy(signature(" ".join(own)), signature(" ".join(edited))):
            missed.append(article.id)
    assert missed == []

"""Passages are runs of whole sentences, and always slices of their article."""

from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.passages import PASSAGE_WORDS, SHORTEST_LAST_WORDS, indexed_text, passage_id, split_article

KNOWN_ID = 3548873263573115751  # of article a, 0 to 4, Ciao; it must never change, or every index would be made anew
WORDS = st.sampled_from(["Il", "molo", "di", "Porto", "è", "chiuso.", "E'", "«Sì»", "2,5", "perché", "\n", "\n\n", "dott.", "© foto X\n"])


def prose(sentences: int, words: int) -> str:
    """Return sentences of so many words, each different."""
    return " ".join(f"Frase{n} " + " ".join(["parola"] * (words - 2)) + " fine." for n in range(sentences))


@given(st.lists(WORDS, max_size=400))
def test_every_passage_and_sentence_is_a_slice(words: list[str]) -> None:
    """`article.text[start:end] == text` holds for every passage, and its sentences lie inside it in order."""
    article = Article(id="a", text=" ".join(words))
    for passage in split_article(article):
        assert article.text[passage.start : passage.end] == passage.text
        assert passage.sentences[0][0] == passage.start
        assert passage.sentences[-1][1] == passage.end
        assert all(a[1] <= b[0] for a, b in zip(passage.sentences, passage.sentences[1:], strict=False))


@given(st.lists(st.integers(min_value=2, max_value=150), min_size=1, max_size=30))
def test_every_sentence_stands_in_a_passage_that_is_not_too_long(lengths: list[int]) -> None:
    """No sentence is lost, and a passage is longer than the limit only by a short rest or by a single long sentence."""
    article = Article(id="a", text=" ".join(prose(1, length).replace("Frase0", f"Frase{n}x") for n, length in enumerate(lengths)))
    passages = split_article(article)
    assert all(any(f"Frase{n}x" in p.text for p in passages) for n in range(len(lengths)))
    assert all(len(p.text.split()) <= PASSAGE_WORDS + SHORTEST_LAST_WORDS or len(p.sentences) == 1 for p in passages[:-1])


def test_neighbours_overlap_by_a_sentence() -> None:
    """A passage begins with the last sentence of the one before it."""
    first, second = split_article(Article(id="a", text=prose(10, 20)))[:2]
    assert first.sentences[-1] == second.sentences[0]


def test_page_furniture_is_in_no_passage() -> None:
    """Captions, credits, reading times and share lines are never indexed."""
    furniture = ["© foto LaPresse", "2' di lettura", "Loading...", "Clicca per ingrandire", "Leggi anche: il derby", "Condividi"]
    text = "\n".join(["Il molo riapre a maggio.", *furniture, "Costa tre euro (leggi qui) a testa."])
    (passage,) = split_article(Article(id="a", text=text))
    quoted = [text[start:end] for start, end in passage.sentences]
    assert quoted == ["Il molo riapre a maggio.", "Costa tre euro", "a testa."]


def test_lost_line_breaks_end_sentences() -> None:
    """What an export has left of line breaks is quoted nowhere and parts the sentences around it."""
    text = "Incidente in via Gravina. rn rnCoinvolti due veicoli. nn «Nessun ferito», dice il sindaco."
    (passage,) = split_article(Article(id="a", text=text))
    assert [text[s:e] for s, e in passage.sentences] == [
        "Incidente in via Gravina.",
        "Coinvolti due veicoli.",
        "«Nessun ferito», dice il sindaco.",
    ]


def test_markdown_marks_are_not_quoted() -> None:
    """Heading marks, list bullets and quotation marks of Markdown stand outside the sentences."""
    text = "## Il molo\n\n- Primo punto.\n> Detto così.\n1. Uno."
    (passage,) = split_article(Article(id="a", text=text))
    assert [text[s:e] for s, e in passage.sentences] == ["Il molo", "Primo punto.", "Detto così.", "Uno."]


def test_ids_are_stable_and_distinct() -> None:
    """The same passage always has the same 63-bit id; another article, place or text gives another."""
    known = passage_id("a", 0, 4, "Ciao")
    assert known == KNOWN_ID
    assert 0 <= known < 2**63
    assert len({known, passage_id("b", 0, 4, "Ciao"), passage_id("a", 1, 5, "Ciao"), passage_id("a", 0, 4, "Ciau")}) == 4


def test_headline_is_context() -> None:
    """Engines see the headline before the text; without one they see the text."""
    assert (indexed_text("Titolo", "Testo"), indexed_text("", "Testo")) == ("Titolo\nTesto", "Testo")

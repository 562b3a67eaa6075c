"""Passages are runs of whole sentences, and always slices of their article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.passages import PASSAGE_WORDS, SHORTEST_LAST_WORDS, indexed_text, passage_id, split_article
from index.sentences import LONGEST_SENTENCE_CHARACTERS

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


def test_text_without_blanks_fills_passages_too() -> None:
    """A megabyte without a blank gives passages that are bounded in characters."""
    passages = split_article(Article(id="a", text="x" * 1_000_000))
    assert max(len(passage.text) for passage in passages) <= 2 * LONGEST_SENTENCE_CHARACTERS


def test_page_furniture_is_in_no_passage() -> None:
    """Captions, credits, reading times and share lines are never indexed."""
    furniture = ["© foto LaPresse", "2' di lettura", "Loading...", "Clicca per ingrandire", "Leggi anche: il derby", "Condividi"]
    text = "\n".join(["Il molo riapre a maggio.", *furniture, "Costa tre euro (leggi qui) a testa."])
    (passage,) = split_article(Article(id="a", text=text))
    quoted = [text[start:end] for start, end in passage.sentences]
    assert quoted == ["Il molo riapre a maggio.", "Costa tre euro", "a testa."]


@pytest.mark.parametrize(
    "line",
    [
        "Abbonati, il Bari supera quota diecimila tessere.",
        "Credit Suisse è stata comprata da UBS.",
        "Credit Suisse cambia proprietario",
        "Seguici allo stadio, dice il capitano.",
        "Leggi tutto il discorso: il presidente Rossi lascia il club nel 2027.",
        "2027. È l'anno della scadenza.",
        "- 3 gradi a Bari.",
    ],
)
def test_prose_that_begins_like_furniture_is_kept(line: str) -> None:
    """A line that only begins like furniture, a list mark or a credit is quoted whole."""
    text = f"Il molo riapre a maggio.\n{line}"
    quoted = "".join(text[s:e] for passage in split_article(Article(id="a", text=text)) for s, e in passage.sentences)
    assert line.replace(" ", "") in quoted.replace(" ", "")


def test_credit_takes_one_name_with_it() -> None:
    """Of a credit glued to prose only the agency's name is left out."""
    text = "© Foto Ansa Mario Rossi resta al Bari fino al 2027, dice il presidente."
    (passage,) = split_article(Article(id="a", text=text))
    assert passage.text == "Mario Rossi resta al Bari fino al 2027, dice il presidente."


@pytest.mark.parametrize(
    "line", ["Leggi anche: il Bari, il presidente e il capitano parlano tutti della partita di domenica", "Foto: Ansa", "Abbonati ora!"]
)
def test_short_lines_and_links_are_furniture(line: str) -> None:
    """Links to other articles, credits and calls to subscribe are left out."""
    assert split_article(Article(id="a", text=line)) == []


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

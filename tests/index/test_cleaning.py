"""Cleaning: which lines of real Italian pages are furniture, and which only look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.cleaning import readable_intervals


def readable(text: str) -> list[str]:
    """Return what is left to read of a text."""
    return [text[start:end] for start, end in readable_intervals(Article("a", text))]


@pytest.mark.parametrize(
    "line",
    [
        "2’ di lettura",
        "Loading...",
        "© RIPRODUZIONE RISERVATA",
        "❖",
        "* * *",
        "Stampa questo articolo - Segnala a un amico - Torna indietro",
        "Facebook | WhatsApp | E-mail",
        "Condividi su Facebook",
        "Copia link",
        "Pubblicità - Continua a leggere sotto",
        "Continua a leggere dopo la pubblicità",
        "Ultimo aggiornamento: 14/03/2025, 10:22",
        "Pubblicato il 12 marzo 2025 alle 18.42",
        "Pubblicato: 3 marzo 2025, 08:10 | Ultimo aggiornamento: lunedì 3 marzo 2025, 21:15",
        "Ultima modifica: 16 febbraio 2022 09:02 1 minuto di lettura",
        "< Prec. Pros. >",
        "Segui La Voce del Porto anche su Facebook, Instagram e Telegram. Per segnalazioni: WhatsApp 333 0000000",
        "Seguici su Google News",
        "LEGGI ANCHE: Il caso dei semafori intelligenti, spenti da novembre per un guasto alla centrale",
        "Vai alla gallery",
    ],
)
def test_furniture_is_not_read(line: str) -> None:
    """A line of furniture between two paragraphs is left out, the paragraphs stay."""
    assert readable(f"Il molo riapre a maggio.\n{line}\nI lavori sono finiti.") == ["Il molo riapre a maggio.", "I lavori sono finiti."]


@pytest.mark.parametrize(
    "line",
    [
        "Stampa e televisione ne parlano da giorni",
        "Il sindaco segue la vicenda su Facebook e non risponde.",
        "Continua la serie positiva del Grifone",
        "Pubblicato nel 1954, il romanzo torna in libreria.",
        "Pubblicato il 3 marzo 2025 il bando, le domande scadono in aprile e si presentano allo sportello",
        "Precedente del prossimo turno",
        "Aggiornato il regolamento, restano da scrivere le tariffe per i residenti e per chi viene da fuori",
        "2 - 1",
        "(leggi Berlusconi)",
        "45' Rossi",
    ],
)
def test_prose_that_looks_like_furniture_is_read(line: str) -> None:
    """A line that only begins like furniture, a result, a scorer are read."""
    assert line in readable(f"Prima riga.\n{line}\nUltima riga.")


@pytest.mark.parametrize("inside", ["(leggi qui)", "(guarda le foto)", "(Guarda il video)", "(clicca qui)"])
def test_invitations_inside_a_sentence_are_left_out(inside: str) -> None:
    """An invitation between brackets is cut out of its sentence, the rest is read."""
    assert [piece.strip() for piece in readable(f"La coda arrivava alla chiesa {inside} e oltre.")] == [
        "La coda arrivava alla chiesa",
        "e oltre.",
    ]


@given(st.text(alphabet=st.sampled_from("ab \n-|·©.!(segui su facebook)"), max_size=200))
def test_intervals_lie_in_the_text_in_order(text: str) -> None:
    """Whatever the text, intervals are inside of it, in order, and none is blank."""
    last = 0
    for start, end in readable_intervals(Article("a", text)):
        assert last <= start < end <= len(text)
        assert text[start:end].strip()
        last = end

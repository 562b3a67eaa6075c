"""What an administrator reads who adds an article: what was found in a link or a file, and what became of it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from bot.markup import Block, Button, Paragraph, Reply, Run, line, sentence, shorten
from bot.replies.citations import SOURCE_CHARACTERS, title
from bot.replies.wording import counted, days_in_words, italian_date
from index.articles import Article
from index.cleaning import readable_intervals
from index.dates import Period
from index.sentences import split_sentences
from index.sources.adding import LARGEST_FILE_BYTES, Reason

ADD_BUTTON = "add"
DISCARD_BUTTON = "discard"
OPENING_SENTENCES = 3
OPENING_CHARACTERS = 600
LOOKED_AT_CHARACTERS = 10_000  # for the opening, whatever the length of the article

_NOT_READ = {
    Reason.UNSUPPORTED: "Questo non lo so leggere. Mandami un file .txt, .md, .html, .pdf o .docx, oppure il link di una pagina.",
    Reason.UNREADABLE: (
        "Qui non trovo un testo da leggere: forse è una scansione, una pagina senza articolo o un file rovinato. "
        "Prova a mandarmi il testo in un file .txt o .docx."
    ),
    Reason.NOT_FOUND: "Questa pagina non esiste, o non esiste più. Controlla il link, per favore.",
    Reason.FORBIDDEN: "Questo indirizzo non posso aprirlo: leggo solo pagine pubbliche del web.",
    Reason.CLOSED: "Il sito non permette ai programmi di leggere questa pagina. Puoi mandarmi il testo in un file.",
    Reason.UNREACHABLE: (
        "Il sito non mi dà questa pagina: forse non risponde, forse è riservata. Riprova più tardi, o mandami il testo in un file."
    ),
    Reason.TOO_LARGE: f"È troppo grande: leggo file fino a {LARGEST_FILE_BYTES >> 20} MB e pagine fino a 10 MB.",
    Reason.TOO_SLOW: "Ci vuole troppo tempo per leggerlo. Riprova più tardi, o mandami il testo in un file più semplice.",
    Reason.UNKNOWN: "Qualcosa è andato storto mentre lo leggevo. Riprova fra poco, per favore.",
}


def preview_reply(articles: Sequence[Article], *, token: str = "", is_known: bool = False, is_withdrawn: bool = False) -> Reply:
    """Return what was read, with buttons to add or discard it where there is a token."""
    quote = Paragraph((Run(_opening(articles[0])),), is_quote=True)
    remarks = {
        "Senza data: non saprò dire di quando è.": not any(article.published for article in articles),
        "Senza titolo.": not articles[0].title,
        "C’è già fra gli articoli: questo prende il suo posto.": is_known,
        "È stato ritirato: resta fuori finché non usi /ripristina.": is_withdrawn,
    }
    notes = [words for words, is_true in remarks.items() if is_true]
    blocks = [Block(_head(articles)), Block((quote,)), *([Block(tuple(map(line, notes)))] if notes else [])]
    buttons = (Button("Aggiungi", f"{ADD_BUTTON}:{token}"), Button("Scarta", f"{DISCARD_BUTTON}:{token}"))
    return Reply(tuple(blocks), (buttons,) if token else ())


def not_read_reply(reason: Reason) -> Reply:
    """Return why a link or a file cannot be added."""
    return sentence(_NOT_READ[reason])


def adding_reply(articles: Sequence[Article]) -> Reply:
    """Return that articles are being added."""
    return _told(articles, "Aggiungo…")


def added_reply(articles: Sequence[Article], *, is_withdrawn: bool) -> Reply:
    """Return that articles are answered from now on, unless they were withdrawn before."""
    if is_withdrawn:
        return _told(articles, "Aggiunto, ma resta ritirato: per citarlo di nuovo c’è /ripristina.")
    return _told(articles, "Aggiunto: ora rispondo anche da questo articolo.")


def addition_waits_reply(articles: Sequence[Article]) -> Reply:
    """Return that articles are safe, but somebody else is indexing."""
    return _told(articles, "L’ho messo da parte: un altro programma sta rileggendo gli articoli. Entra con la prossima rilettura.")


def addition_failed_reply(articles: Sequence[Article]) -> Reply:
    """Return that articles are safe, but could not be indexed."""
    return _told(articles, "L’ho messo da parte, ma non sono riuscito a rileggere gli articoli. Non va perso: /reindex ci riprova.")


def addition_skipped_reply(articles: Sequence[Article]) -> Reply:
    """Return that articles were passed over by the indexing."""
    return _told(articles, "Non l’ho aggiunto: nella rilettura è stato saltato. /reindex ne dice il motivo.")


def discarded_reply(articles: Sequence[Article]) -> Reply:
    """Return that articles were discarded, as far as they are still known."""
    return _told(articles, "Scartato.") if articles else sentence("Scartato.")


def _told(articles: Sequence[Article], words: str) -> Reply:
    return Reply((Block(_head(articles)), Block((line(words),))))


def _head(articles: Sequence[Article]) -> tuple[Paragraph, ...]:
    """Return title, source, date and length, as far as they are known."""
    words = sum(len(article.text[article.body_start :].split()) for article in articles)
    updates = counted(len(articles), "aggiornamento", "aggiornamenti") if len(articles) > 1 else ""
    parts = (shorten(articles[0].source, characters=SOURCE_CHARACTERS), _date(articles), updates, counted(words, "parola", "parole"))
    return (title(articles[0]), line(" · ".join(part for part in parts if part)))


def _date(articles: Sequence[Article]) -> str:
    """Return the date of an article, or the days from the first update of a page to the last."""
    dates = [article.published for article in articles if article.published]
    if not dates:
        return ""
    return italian_date(dates[0]) if len(dates) == 1 else days_in_words(Period(min(dates).first, max(dates).last))


def _opening(article: Article) -> str:
    """Return the first sentences."""
    beginning = replace(article, text=article.text[: article.body_start + LOOKED_AT_CHARACTERS], furniture=())
    places = (place for start, end in readable_intervals(beginning) for place in split_sentences(beginning.text, start, end))
    sentences = [beginning.text[start:end] for start, end in islice(places, OPENING_SENTENCES)]
    while len(sentences) > 1 and len(" ".join(sentences)) > OPENING_CHARACTERS:
        sentences.pop()
    return shorten(" ".join(sentences) or beginning.text[article.body_start :], characters=OPENING_CHARACTERS)

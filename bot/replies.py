"""Every sentence that a user reads, in Italian, and the card that shows an answer with its source.

Outcomes and events come in, `Reply` values go out; `bot/markup` turns them into Telegram's HTML or into text for a terminal.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.links import page_address, text_fragment
from bot.markup import Block, Button, Paragraph, Reply, Run, Style, line, sentence, shorten
from index.articles import Article
from index.dates import MONTHS, Period, period
from index.indexer import Progress, Report
from retrieval.answer import Answer, Citation, Latest, NoAnswer, Outcome, Reason, Several, Tentative
from retrieval.answer_types import AnswerType
from retrieval.choice import Thresholds
from retrieval.explanation import Explanation
from retrieval.pipeline import Result
from retrieval.stance import Stance, Standing

TITLE_CHARACTERS = 200
SOURCE_CHARACTERS = 80
SPEAKER_CHARACTERS = 60
QUESTION_CHARACTERS = 160
SENTENCE_CHARACTERS = 300
OTHERS_SHOWN = 3
NEAREST_SHOWN = 3
TENTATIVE_SHOWN = 3
SKIPPED_SHOWN = 5
SOURCES_PER_PAGE = 6
SOURCES_BUTTON = "sources"

START = sentence(
    "Ciao! Rispondo a domande sugli articoli del mio archivio: ti mostro la frase esatta, il titolo, la fonte e la data.\n"
    "Scrivimi una domanda, per esempio: «Quando scade il contratto di Ancelotti?»\n"
    "/help dice che cosa so fare."
)
HELP = sentence(
    "Scrivimi una domanda a parole tue: cerco la risposta negli articoli e ti cito la frase, senza riscriverla.\n"
    "Puoi continuare con domande brevi, come «E Simeone?». Se la risposta non c’è, te lo dico.\n"
    "In un gruppo rispondo quando mi nomini o rispondi a un mio messaggio.\n"
    "/sources elenca gli articoli che leggo\n"
    "/ultime mostra le ultime notizie; con delle parole, quelle che ne parlano\n"
    "/perche spiega come ho trovato l’ultima risposta\n"
    "/id dice il tuo numero e quello della chat\n"
    "/reindex rilegge gli articoli (solo per chi mi gestisce)"
)
NOTHING_TO_EXPLAIN = sentence("Non ho ancora risposto a nessuna domanda in questa chat.")
CONSOLE_GREETING = sentence("Scrivi una domanda e premi Invio; Ctrl-D per finire.")
ONLY_TEXT = sentence("So leggere solo domande scritte: prova a mandarmela come testo.")
EMPTY_MENTION = sentence("Dimmi! Scrivi la domanda nello stesso messaggio in cui mi nomini.")
UNKNOWN_COMMAND = sentence("Non conosco questo comando. /help dice che cosa so fare.")
NOT_ALLOWED = sentence(
    "Mi dispiace, non posso rispondere in questa chat: chi mi gestisce deve prima aggiungerla. /id dice i numeri che servono."
)
BUTTON_NOT_ALLOWED = "Mi dispiace, non posso rispondere in questa chat."  # a toast: words only
ADMINS_ONLY = sentence("Mi dispiace, questo comando è riservato a chi mi gestisce.")
BUSY = sentence("Ho molte domande in coda: riprova fra un minuto, per favore.")
TOO_SLOW = sentence("Ci sto mettendo troppo tempo. Riprova fra poco, magari con una domanda più breve.")
ARCHIVE_UNREADABLE = sentence("In questo momento non riesco a leggere l’archivio degli articoli. Riprova più tardi.")
FAILED = sentence("Qualcosa è andato storto dalla mia parte. Riprova fra poco, per favore.")
NO_SOURCES = sentence("Non ho ancora articoli da leggere.")
REINDEX_RUNNING = sentence("Sto già rileggendo gli articoli: aspetta che abbia finito, per favore.")
REINDEX_STARTED = sentence("Rileggo gli articoli… Intanto continuo a rispondere.")
REINDEX_STOPPED = sentence("La rilettura degli articoli si è interrotta: resta in uso l’archivio di prima.")

_NO_ANSWER = {
    Reason.NOT_A_QUESTION: "Scrivimi una domanda a parole, per esempio: «Quando scade il contratto di Ancelotti?»",
    Reason.TOO_LONG: "La domanda è troppo lunga per me: riscrivila in una o due frasi, per favore.",
    Reason.NOTHING_INDEXED: "Non ho ancora articoli da leggere: riprova più tardi.",
    Reason.UNKNOWN_SUBJECT: "Non lo trovo: nessuno degli articoli che leggo ne parla.",
    Reason.FACT_NOT_FOUND: "Non lo trovo negli articoli.",
    Reason.NO_COUNTING: "Non so fare conti né contare articoli: cerco la frase che dice una cosa. Prova a chiedermi proprio quella.",
    Reason.GREETING: "Ciao! Fammi una domanda sugli articoli che leggo: ti rispondo con la frase, la fonte e la data.",
    Reason.THANKS: "Grazie a te! Se vuoi sapere altro dagli articoli, sono qui.",
    Reason.INSULT: "Mi dispiace se non ti sono stato d’aiuto. Prova a farmi la domanda con altre parole.",
    Reason.ABOUT_BOT: "Sono Edicola: leggo gli articoli del mio archivio e rispondo con le loro frasi. /help dice come.",
    Reason.ORDER: "Questo non lo so fare: rispondo soltanto a domande, con le parole degli articoli che leggo.",
}
_NEAREST = {
    Reason.UNKNOWN_SUBJECT: "Gli articoli più vicini alla tua domanda:",
    Reason.FACT_NOT_FOUND: "Ne parlano, ma senza dirlo:",
}
_ANSWER_TYPES = {
    AnswerType.PERSON: "una persona",
    AnswerType.PLACE: "un luogo",
    AnswerType.DATE: "una data",
    AnswerType.NUMBER: "un numero",
    AnswerType.MONEY: "una somma",
    AnswerType.DURATION: "una durata",
    AnswerType.REASON: "un motivo",
    AnswerType.THING: "una cosa o un nome",
}
_STAGES = {"read": "Leggo gli articoli", "encode": "Preparo i passi", "publish": "Pubblico l’archivio"}


def result_reply(result: Result) -> Reply:
    """Return what a person reads for a result: how a follow-up was understood, the outcome, and whether its news are old."""
    reply = outcome_reply(result.outcome)
    blocks = (*_understood(result), *reply.blocks, *_staleness(result))
    return replace(reply, blocks=blocks)


def outcome_reply(outcome: Outcome) -> Reply:
    """Return what a person reads for an outcome."""
    match outcome:
        case Answer():
            return _answer(outcome)
        case Tentative():
            quotes = tuple(Block(_card(citation), _brief_card(citation)) for citation in outcome.citations[:TENTATIVE_SHOWN])
            heading = "Forse è in questo passo:" if len(quotes) == 1 else "Forse è in uno di questi passi:"
            return Reply((Block((line(heading),), (line(heading),)), *quotes))
        case NoAnswer():
            return _no_answer(outcome)
        case Latest():
            return _latest(outcome)
        case Several(parts):
            return Reply(tuple(block for text, part in parts for block in _part(text, part)))


def explanation_reply(question: str, explanation: Explanation | None) -> Reply:
    """Return why a question was answered so: the words looked for, the passages weighed, the sentences compared."""
    heading = line(Run(shorten(question, characters=QUESTION_CHARACTERS), "italic"))
    if explanation is None:
        return Reply((Block((heading, line("Non ho cercato niente: non mi sembrava una domanda sugli articoli."))),))
    looked = [heading, line(f"Ho cercato: {', '.join(explanation.words)}.")]
    if explanation.guesses:
        looked.append(line(f"E anche parole vicine: {', '.join(explanation.guesses)}."))
    if explanation.period:
        looked.append(line(f"Per il tempo: {_days(explanation.period)}."))
    looked.append(line(f"Mi aspettavo: {_wanted(explanation)}."))
    weighed = [line(f"Ho letto {_counted(explanation.read_passages, 'passo', 'passi')}, dagli articoli:")]
    for weighing in explanation.passages:
        shared = f"con {', '.join(weighing.shared)}" if weighing.shared else "senza parole in comune"
        weighed.append(line("• ", _title_run(weighing.article), f" ({_source_text(weighing.article)}), {shared}"))
    compared = [line("Le frasi che rispondono meglio, con la mia sicurezza:")]
    for citation, confidence in explanation.sentences:
        compared.append(line(f"• {100 * confidence:.0f} su 100: «{shorten(citation.sentence, characters=SENTENCE_CHARACTERS)}»"))
    threshold = line(f"Rispondo da {100 * Thresholds().answer:.0f} su 100, «forse» da {100 * Thresholds().tentative:.0f}.")
    return Reply((Block(tuple(looked)), Block(tuple(weighed)), Block((*compared, threshold))))


def sources_reply(articles: Sequence[Article], *, offset: int, total: int) -> Reply:
    """Return a page of the list of articles, with buttons to the pages before and after it."""
    if not articles:
        return NO_SOURCES
    count = _counted(total, "articolo", "articoli")
    heading = Block((line(f"{count}, dal più recente ({offset + 1}–{offset + len(articles)}):"),))
    entries = (Block((_title(article), _source_and_date(article))) for article in articles)
    buttons = []
    if offset > 0:
        buttons.append(Button("‹ Più recenti", f"{SOURCES_BUTTON}:{max(0, offset - SOURCES_PER_PAGE)}"))
    if offset + len(articles) < total:
        buttons.append(Button("Meno recenti ›", f"{SOURCES_BUTTON}:{offset + SOURCES_PER_PAGE}"))
    return Reply((heading, *entries), (tuple(buttons),) if buttons else ())


def id_reply(user_id: int, chat_id: int) -> Reply:
    """Return the numbers that `ADMIN_IDS` and `ALLOWED_IDS` take."""
    own = line("Il tuo numero è ", Run(str(user_id), "code"), ".")
    chat = (line("Il numero di questa chat è ", Run(str(chat_id), "code"), "."),) if chat_id != user_id else ()
    return Reply((Block((own, *chat)),))


def progress_reply(progress: Progress) -> Reply:
    """Return how far the reading of the articles has come."""
    amount = f"{_number(progress.done)} di {_number(progress.total)}" if progress.total else _number(progress.done)
    return sentence(f"Rileggo gli articoli. {_STAGES[progress.stage]}: {amount}")


def report_reply(report: Report) -> Reply:
    """Return what an indexing did; of what was skipped, the first few with the reason."""
    counts = (
        f"Ho riletto gli articoli in {report.seconds:.0f} s: {_counted(report.added, 'nuovo', 'nuovi')}, "
        f"{_counted(report.changed, 'cambiato', 'cambiati')}, {_counted(report.removed, 'tolto', 'tolti')}, "
        f"{_counted(report.unchanged, 'invariato', 'invariati')}."
    )
    if not report.skipped:
        return sentence(counts)
    shown = [line(f"• {shorten(s.origin, characters=150)}: {shorten(s.reason, characters=300)}") for s in report.skipped[:SKIPPED_SHOWN]]
    rest = len(report.skipped) - len(shown)
    more = [line(f"… e {_counted(rest, 'altro', 'altri')}")] if rest else []
    heading = line(f"{_counted(len(report.skipped), 'saltato', 'saltati')}:")
    return Reply((Block((line(counts),), (line(counts),)), Block((heading, *shown, *more), (heading,))))


def reindex_failed_reply(message: str) -> Reply:
    """Return that an indexing failed; the message is for whoever runs the bot, in English."""
    return Reply((*REINDEX_STOPPED.blocks, Block((line(Run(shorten(message, characters=500), "code")),))))


def italian_date(published: Period | None) -> str:
    """Return a date in words, as precise as what is known: `11 marzo 2025`, `marzo 2025`, `2025`."""
    if published is None:
        return "data sconosciuta"
    first = published.first
    if published.precision == "year":
        return str(first.year)
    month = f"{MONTHS[first.month - 1]} {first.year}"
    return month if published.precision == "month" else f"{'1º' if first.day == 1 else first.day} {month}"


def _answer(answer: Answer) -> Reply:
    first = answer.citation
    further = (_labelled("Anche:", citation) for citation in answer.further)
    alternatives = (_labelled(_when(citation, first), citation) for citation in answer.alternatives)
    return Reply((Block(_card(first), _brief_card(first)), *further, *alternatives, *_others(answer.others[:OTHERS_SHOWN])))


def _part(text: str, outcome: Answer | Tentative | NoAnswer) -> tuple[Block, ...]:
    """Return one part of a question with what was answered to it."""
    heading = line(Run(shorten(text, characters=QUESTION_CHARACTERS), "italic"))
    first, *rest = outcome_reply(outcome).blocks
    return (Block((heading, *first.paragraphs), (heading, *first.brief)), *rest)


def _latest(latest: Latest) -> Reply:
    about = shorten(latest.about, characters=QUESTION_CHARACTERS)
    if not latest.citations:
        return sentence(f"Non ho articoli su «{about}»." if about else "Non ho articoli con una data.")
    heading = line(f"Le ultime su «{about}»:" if about else "Le ultime che ho letto:")
    return Reply((Block((heading,), (heading,)), *(Block(_card(citation), _brief_card(citation)) for citation in latest.citations)))


def _understood(result: Result) -> tuple[Block, ...]:
    """Return how a question was completed, where it leaned on the one before."""
    query = result.evidence.query if result.evidence else None
    if query is None or isinstance(result.outcome, NoAnswer) or not (query.completed or query.about):
        return ()
    text = f"«{query.completed}»" if query.completed else f"parli di {query.about}"
    return (Block((line(Run(f"Ho capito: {shorten(text, characters=QUESTION_CHARACTERS)}", "italic")),)),)


def _staleness(result: Result) -> tuple[Block, ...]:
    if result.newest is None:
        return ()
    return (Block((line(Run(f"Attenzione: la notizia più recente che ho su questo è di {_of(result.newest)}.", "italic")),)),)


def _days(span: Period) -> str:
    if span in {period(span.first.year), period(span.first.year, span.first.month), Period(span.first, span.first)}:
        return italian_date(span)
    return f"dal {italian_date(Period(span.first, span.first))} al {italian_date(Period(span.last, span.last))}"


def _wanted(explanation: Explanation) -> str:
    return " o ".join(_ANSWER_TYPES[type_] for type_ in explanation.answer_types)


def _of(published: Period) -> str:
    """Return a date as it follows `è di`: a day takes the article."""
    return f"un articolo del {italian_date(published)}" if published.precision != "month" else f"un articolo di {italian_date(published)}"


def _labelled(label: str, citation: Citation) -> Block:
    heading = line(label)
    return Block((heading, *_card(citation)), (heading, *_brief_card(citation)))


def _when(citation: Citation, first: Citation) -> str:
    """Return how the time of a citation stands to that of the first one."""
    published, reference = citation.article.published, first.article.published
    if published is None:
        return "Un altro articolo, senza data, dice:"
    if reference is not None and published.is_before(reference):
        return f"Prima, {italian_date(published)}:"
    if reference is not None and reference.is_before(published):
        return f"Più di recente, {italian_date(published)}:"
    return f"Un altro articolo, {italian_date(published)}, dice:"


def _others(citations: Sequence[Citation]) -> tuple[Block, ...]:
    if not citations:
        return ()
    entries: list[Run] = []
    for citation in citations:
        entries += [Run("; " if entries else "Anche in: "), _title_run(citation.article, citation.sentence)]
        entries.append(Run(f" ({_source_text(citation.article)})"))
    return (Block((line(*entries),)),)


def _no_answer(outcome: NoAnswer) -> Reply:
    heading = (line(_NO_ANSWER[outcome.reason]),)
    label = _NEAREST.get(outcome.reason)
    if not outcome.nearest or label is None:
        return Reply((Block(heading, heading),))
    nearest = [line("• ", _title_run(article), f" ({_source_text(article)})") for article in outcome.nearest[:NEAREST_SHOWN]]
    return Reply((Block(heading, heading), Block((line(label), *nearest))))


def _card(citation: Citation) -> tuple[Paragraph, ...]:
    """Return the sentence as a quotation with the span in bold, then title, source and date."""
    sentence_start, sentence_end, span_start, span_end = citation.offsets
    text = citation.article.text
    style: Style = "plain" if citation.span == citation.sentence else "bold"
    quotation = (Run(text[sentence_start:span_start]), Run(citation.span, style), Run(text[span_end:sentence_end]))
    quote = Paragraph(tuple(run for run in quotation if run.text), is_quote=True)
    copies = f" · +{_counted(len(citation.copies), 'articolo', 'articoli')}" if citation.copies else ""
    source = line(_source_text(citation.article, separator=" · ") + copies)
    return (*_how_it_is_told(citation.standing), quote, _title(citation.article, citation.sentence), source)


def _how_it_is_told(standing: Standing) -> tuple[Paragraph, ...]:
    match standing.stance:
        case Stance.RUMOUR:
            return (line(Run("Indiscrezione, non ancora un fatto:", "italic")),)
        case Stance.STATEMENT if standing.speaker:
            return (line(Run(f"Lo dice {shorten(standing.speaker, characters=SPEAKER_CHARACTERS)}:", "italic")),)
        case _:
            return ()


def _brief_card(citation: Citation) -> tuple[Paragraph, ...]:
    """Return the card without its sentence, which is never cut."""
    explanation = line(Run("La frase è troppo lunga per questo messaggio: si legge nell’articolo.", "italic"))
    return (explanation, _title(citation.article, citation.sentence), _source_and_date(citation.article))


def _title(article: Article, quoted: str = "") -> Paragraph:
    return line(_title_run(article, quoted))


def _title_run(article: Article, quoted: str = "") -> Run:
    url = page_address(article.url)
    title = shorten(article.title or f"Senza titolo ({article.id})", characters=TITLE_CHARACTERS)
    return Run(title, url=url, fragment=text_fragment(url, quoted) if url and quoted else "")


def _source_and_date(article: Article) -> Paragraph:
    return line(_source_text(article, separator=" · "))


def _source_text(article: Article, *, separator: str = ", ") -> str:
    source = shorten(article.source, characters=SOURCE_CHARACTERS)
    return separator.join(part for part in (source, italian_date(article.published)) if part)


def _counted(number: int, one: str, many: str) -> str:
    return f"{_number(number)} {one if number == 1 else many}"


def _number(number: int) -> str:
    """Return a number with dots between the thousands, as Italian writes it."""
    return f"{number:,}".replace(",", ".")

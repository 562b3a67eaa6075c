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
from retrieval.explanation import Explanation, Weighed, explain
from retrieval.pipeline import Result
from retrieval.stance import Stance, Standing

TITLE_CHARACTERS = 200
SOURCE_CHARACTERS = 80
SPEAKER_CHARACTERS = 60
QUESTION_CHARACTERS = 160
SENTENCE_CHARACTERS = 300
WORDS_CHARACTERS = 200
OTHERS_SHOWN = 3
NEAREST_SHOWN = 3
TENTATIVE_SHOWN = 3
SKIPPED_SHOWN = 5
CHANGED_SHOWN = 5
SOURCES_PER_PAGE = 6
SOURCES_BUTTON = "sources"

START = sentence(
    "Ciao! Rispondo a domande sugli articoli del mio archivio: ti mostro la frase esatta, il titolo, la fonte e la data.\n"
    "Scrivimi una domanda, per esempio: «Quando scade il contratto di Ancelotti?»\n"
    "/help dice che cosa so fare."
)
HELP = sentence(
    "Scrivimi una domanda a parole tue: cerco la risposta negli articoli e ti cito la frase, senza riscriverla.\n"
    "Puoi continuare con domande brevi, come «E Simeone?»; se rispondi a un mio messaggio, riparto da quello. "
    "Se la risposta non c’è, te lo dico.\n"
    "In un gruppo rispondo quando mi nomini o rispondi a un mio messaggio.\n"
    "/sources elenca gli articoli che leggo\n"
    "/ultime mostra le ultime notizie; con un nome o un tema, come «/ultime Genoa», quelle che ne parlano\n"
    "/perche spiega come ho trovato l’ultima risposta, o quella a cui rispondi con il comando\n"
    "/id dice il tuo numero e quello della chat\n"
    "Solo per chi mi gestisce: /reindex rilegge gli articoli, /ritira ne toglie uno, /ripristina lo rimette."
)
NOTHING_TO_EXPLAIN = sentence("Non ho niente da spiegare: in questa chat non ho ancora risposto a nessuna domanda.")
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
WHICH_ARTICLE = sentence(
    "Quale articolo? Scrivi dopo il comando il suo id o il suo link, oppure rispondi con il comando a un mio messaggio che lo cita."
)
UNKNOWN_ARTICLE = sentence("Non conosco nessun articolo con questo id o con questo link.")
REINDEX_RUNNING = sentence("Sto già rileggendo gli articoli: aspetta che abbia finito, per favore.")
REINDEX_STARTED = sentence("Rileggo gli articoli… Intanto continuo a rispondere.")
REINDEX_STOPPED = sentence("La rilettura degli articoli si è interrotta: resta in uso l’archivio di prima.")

_NO_ANSWER = {
    Reason.NOT_A_QUESTION: "Scrivimi una domanda a parole, per esempio: «Quando scade il contratto di Ancelotti?»",
    Reason.TOO_LONG: "La domanda è troppo lunga per me: riscrivila in una o due frasi, per favore.",
    Reason.NOTHING_INDEXED: "Non ho ancora articoli da leggere: riprova più tardi.",
    Reason.UNKNOWN_SUBJECT: "Non lo trovo: nessuno degli articoli che leggo ne parla.",
    Reason.FACT_NOT_FOUND: "Non lo trovo negli articoli.",
    Reason.NO_COUNTING: "Non so fare calcoli né contare gli articoli: cerco la frase che risponde. Prova a chiedermi un fatto preciso.",
    Reason.GREETING: "Ciao! Fammi una domanda sugli articoli che leggo: ti rispondo con la frase, la fonte e la data.",
    Reason.THANKS: "Grazie a te! Se vuoi sapere altro, sono qui.",
    Reason.INSULT: "Mi dispiace di non esserti stato d’aiuto. Prova a farmi la domanda con altre parole.",
    Reason.ABOUT_BOT: "Sono Edicola, un bot: leggo gli articoli dell’archivio e rispondo con le loro frasi. /help dice che cosa so fare.",
    Reason.ORDER: "Questo non lo so fare: rispondo solo alle domande, con le parole degli articoli che leggo.",
}
_NEAREST = {
    Reason.UNKNOWN_SUBJECT: "Gli articoli più vicini alla tua domanda:",
    Reason.FACT_NOT_FOUND: "Ne parlano, ma senza dirlo:",
}
_NOT_SOUGHT = {Reason.TOO_LONG: "la domanda è troppo lunga per me.", Reason.NOTHING_INDEXED: "non ne ho ancora."}
_ANSWER_TYPES = {
    AnswerType.PERSON: "una persona",
    AnswerType.PLACE: "un luogo",
    AnswerType.DATE: "una data",
    AnswerType.NUMBER: "un numero",
    AnswerType.MONEY: "una somma",
    AnswerType.DURATION: "una durata",
    AnswerType.REASON: "un motivo",
    AnswerType.THING: "un nome o una cosa",
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


def explanation_reply(question: str, result: Result) -> Reply:
    """Return how a question was answered: the words looked for, the passages weighed, the sentences compared."""
    heading = line(Run(shorten(question, characters=QUESTION_CHARACTERS), "italic"))
    explanation = explain(result)
    if explanation is None:
        return Reply((Block((heading, line(_without_reading(result.outcome)))),))
    return Reply((Block((heading, *_sought(explanation))), Block(_weighed(explanation)), Block(_compared(explanation))))


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


def withdrawn_reply(articles: Sequence[Article]) -> Reply:
    """Return that articles were taken away, and how they come back."""
    done = line("Da adesso non lo cito e non lo elenco più; i messaggi già inviati restano.")
    back = [line("Per rimetterlo: ", Run(f"/ripristina {article.id}", "code")) for article in articles[:CHANGED_SHOWN]]
    return Reply((Block((*_named("Ritirato", articles), done, *back), (done,)),))


def restored_reply(articles: Sequence[Article]) -> Reply:
    """Return that articles came back."""
    done = line("Da adesso posso citarlo di nuovo.")
    return Reply((Block((*_named("Ripristinato", articles), done), (done,)),))


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
    further = (_labelled("E anche:", citation) for citation in answer.further)
    alternatives = (_labelled(_when(citation, first), citation) for citation in answer.alternatives)
    return Reply((Block(_card(first), _brief_card(first)), *further, *alternatives, *_others(answer.others[:OTHERS_SHOWN])))


def _part(text: str, outcome: Answer | Tentative | NoAnswer) -> tuple[Block, ...]:
    """Return one part of a question with what was answered to it; where space ends, what stands beside the answers goes first."""
    heading = line(Run(shorten(text, characters=QUESTION_CHARACTERS), "italic"))
    first, *rest = outcome_reply(outcome).blocks
    beside = [replace(block, is_aside=isinstance(outcome, Answer)) for block in rest]
    return (Block((heading, *first.paragraphs), (heading, *first.brief)), *beside)


def _latest(latest: Latest) -> Reply:
    about = shorten(latest.about, characters=QUESTION_CHARACTERS)
    if not latest.citations:
        return sentence(
            f"Non ho trovato articoli su «{about}»." if about else "Non ho articoli con una data: non so quali siano gli ultimi."
        )
    heading = line(f"Le ultime notizie su «{about}»:" if about else "Le ultime notizie che ho letto:")
    return Reply((Block((heading,), (heading,)), *(Block(_card(citation), _brief_card(citation)) for citation in latest.citations)))


def _understood(result: Result) -> tuple[Block, ...]:
    """Return how a question was completed, where it leaned on the one before."""
    query = result.evidence.query if result.evidence else None
    if query is None or isinstance(result.outcome, NoAnswer) or not (query.completed or query.about):
        return ()
    text = shorten(query.completed or query.about, characters=QUESTION_CHARACTERS)
    return (_remark(f"Ho capito: «{text}»" if query.completed else f"Ho capito: parli di {text}."),)


def _staleness(result: Result) -> tuple[Block, ...]:
    if result.newest is None:
        return ()
    day = f"di {italian_date(result.newest)}" if result.newest.precision == "month" else _with_article("del", result.newest)
    return (_remark(f"Attenzione: la notizia più recente che ho è {day}. Da allora qualcosa può essere cambiato."),)


def _remark(text: str) -> Block:
    remark = (line(Run(text, "italic")),)
    return Block(remark, remark)


def _without_reading(outcome: Outcome) -> str:
    """Return why nothing was read for an outcome."""
    if isinstance(outcome, Latest):
        which = "che ne parlano" if outcome.about else "che leggo"
        return f"Ho messo in ordine di data gli articoli {which}, dal più recente."
    reason = outcome.reason if isinstance(outcome, NoAnswer) else Reason.NOT_A_QUESTION
    return f"Non ho cercato negli articoli: {_NOT_SOUGHT.get(reason, 'non mi è sembrata una domanda a cui possano rispondere.')}"


def _sought(explanation: Explanation) -> tuple[Paragraph, ...]:
    lines = [f"Ho cercato: {_listed(explanation.words)}."]
    if explanation.guesses:
        lines.append(f"E anche le parole che cominciano per {_listed([f'{stem}-' for stem in explanation.guesses])}.")
    if explanation.period:
        lines.append(f"Periodo: {_days(explanation.period)}.")
    if explanation.answer_types:
        lines.append(f"Come risposta mi aspettavo {' oppure '.join(_ANSWER_TYPES[type_] for type_ in explanation.answer_types)}.")
    return tuple(map(line, lines))


def _weighed(explanation: Explanation) -> tuple[Paragraph, ...]:
    if not explanation.passages:
        return (line("Non ho trovato niente da leggere."),)
    heading = line(f"Ho letto {_counted(explanation.read_passages, 'passo', 'passi')}. Gli articoli più vicini:")
    return (heading, *(_weighing(weighed) for weighed in explanation.passages))


def _weighing(weighed: Weighed) -> Paragraph:
    shared = f"ci sono {_listed(weighed.shared)}" if len(weighed.shared) > 1 else f"c’è {_listed(weighed.shared)}"
    return line(
        "• ", _title_run(weighed.article), f" ({_source_text(weighed.article)}): {shared if weighed.shared else 'nessuna di queste parole'}"
    )


def _compared(explanation: Explanation) -> tuple[Paragraph, ...]:
    if not explanation.sentences:
        return (line("Nessuna frase mi è sembrata una risposta."),)
    lines = ["Le frasi più promettenti, e quanto ne sono sicuro:"]
    for citation, confidence in explanation.sentences:
        lines.append(f"• {100 * confidence:.0f} su 100: «{shorten(citation.sentence, characters=SENTENCE_CHARACTERS)}»")
    lines.append(f"Da {100 * Thresholds().answer:.0f} su 100 in su rispondo, da {100 * Thresholds().tentative:.0f} dico «forse».")
    best, outcome = explanation.sentences[0][0], explanation.outcome
    if isinstance(outcome, Answer) and outcome.citation.article.id != best.article.id:
        lines.append("Tra più risposte ho scelto la più recente, e un fatto prima di un’indiscrezione.")
    return tuple(map(line, lines))


def _listed(words: Sequence[str]) -> str:
    return shorten(", ".join(words), characters=WORDS_CHARACTERS)


def _days(span: Period) -> str:
    if span in {period(span.first.year), period(span.first.year, span.first.month), Period(span.first, span.first)}:
        return italian_date(span)
    first, last = Period(span.first, span.first), Period(span.last, span.last)
    return f"{_with_article('dal', first)} {_with_article('al', last)}"


def _with_article(preposition: str, published: Period) -> str:
    """Return a day or a year behind `del`, `dal` or `al`: before 8 and 11 it is `dell’8`, `dell’11`."""
    is_shortened = published.precision == "day" and published.first.day in (8, 11)
    return f"{preposition}{'l’' if is_shortened else ' '}{italian_date(published)}"


def _named(verb: str, articles: Sequence[Article]) -> tuple[Paragraph, ...]:
    """Return what was done to each of some articles, several where they share a link."""
    shown = [line(f"{verb}: ", _title_run(article), f" ({_source_text(article)})") for article in articles[:CHANGED_SHOWN]]
    rest = len(articles) - len(shown)
    return (*shown, *([line(f"… e {_counted(rest, 'altro', 'altri')} con lo stesso link")] if rest else []))


def _labelled(label: str, citation: Citation) -> Block:
    heading = line(label)
    return Block((heading, *_card(citation)), (heading, *_brief_card(citation)))


def _when(citation: Citation, first: Citation) -> str:
    """Return how the time of a citation stands to that of the first one."""
    published, reference = citation.article.published, first.article.published
    if published is None:
        return "Un altro articolo, senza data, dice:"
    if reference is not None and published.is_before(reference):
        return f"In precedenza, {italian_date(published)}:"
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
            return (line(Run("Indiscrezione, non ancora confermata:", "italic")),)
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

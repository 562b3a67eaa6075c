"""What a person reads for an answer, for a doubt, for none."""

from collections.abc import Sequence
from dataclasses import replace

from bot.markup import Block, Reply, Run, line, sentence, shorten
from bot.replies.citations import brief_card, card, source_text, title_run
from bot.replies.wording import italian_date, with_article
from retrieval.answer import Answer, Citation, Latest, NoAnswer, Outcome, Reason, Several, Tentative
from retrieval.pipeline import Result

QUESTION_CHARACTERS = 160
OTHERS_SHOWN = 3
NEAREST_SHOWN = 3
TENTATIVE_SHOWN = 3

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
            quotes = tuple(Block(card(citation), brief_card(citation)) for citation in outcome.citations[:TENTATIVE_SHOWN])
            heading = "Forse è in questo passo:" if len(quotes) == 1 else "Forse è in uno di questi passi:"
            return Reply((Block((line(heading),), (line(heading),)), *quotes))
        case NoAnswer():
            return _no_answer(outcome)
        case Latest():
            return _latest(outcome)
        case Several(parts):
            return Reply(tuple(block for text, part in parts for block in _part(text, part)))


def _answer(answer: Answer) -> Reply:
    first = answer.citation
    further = (_labelled("E anche:", citation) for citation in answer.further)
    alternatives = (_labelled(_when(citation, first), citation) for citation in answer.alternatives)
    return Reply((Block(card(first), brief_card(first)), *further, *alternatives, *_others(answer.others[:OTHERS_SHOWN])))


def _labelled(label: str, citation: Citation) -> Block:
    heading = line(label)
    return Block((heading, *card(citation)), (heading, *brief_card(citation)))


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
        entries += [Run("; " if entries else "Anche in: "), title_run(citation.article, citation.sentence)]
        entries.append(Run(f" ({source_text(citation.article)})"))
    return (Block((line(*entries),)),)


def _part(text: str, outcome: Answer | Tentative | NoAnswer) -> tuple[Block, ...]:
    """Return one part of a question with what was answered to it; where space ends, what stands beside the answers goes first."""
    heading = line(Run(shorten(text, characters=QUESTION_CHARACTERS), "italic"))
    first, *rest = outcome_reply(outcome).blocks
    beside = [replace(block, is_aside=isinstance(outcome, Answer)) for block in rest]
    return (Block((heading, *first.paragraphs), (heading, *first.brief)), *beside)


def _no_answer(outcome: NoAnswer) -> Reply:
    heading = (line(_NO_ANSWER[outcome.reason]),)
    label = _NEAREST.get(outcome.reason)
    if not outcome.nearest or label is None:
        return Reply((Block(heading, heading),))
    nearest = [line("• ", title_run(article), f" ({source_text(article)})") for article in outcome.nearest[:NEAREST_SHOWN]]
    return Reply((Block(heading, heading), Block((line(label), *nearest))))


def _latest(latest: Latest) -> Reply:
    about = shorten(latest.about, characters=QUESTION_CHARACTERS)
    if not latest.citations:
        return sentence(
            f"Non ho trovato articoli su «{about}»." if about else "Non ho articoli con una data: non so quali siano gli ultimi."
        )
    heading = line(f"Le ultime notizie su «{about}»:" if about else "Le ultime notizie che ho letto:")
    return Reply((Block((heading,), (heading,)), *(Block(card(citation), brief_card(citation)) for citation in latest.citations)))


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
    return (
        _remark(
            f"Attenzione: la notizia più recente che ho è {with_article('del', result.newest)}. Da allora qualcosa può essere cambiato."
        ),
    )


def _remark(text: str) -> Block:
    remark = (line(Run(text, "italic")),)
    return Block(remark, remark)

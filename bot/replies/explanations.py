"""How an answer was found, in short readable Italian."""

from bot.markup import Block, Paragraph, Reply, Run, line, shorten
from bot.replies.citations import source_text, title_run
from bot.replies.outcomes import QUESTION_CHARACTERS
from bot.replies.wording import counted, days_in_words, listed
from retrieval.answer import Answer, Latest, NoAnswer, Outcome, Reason
from retrieval.answer_types import AnswerType
from retrieval.choice import Thresholds
from retrieval.explanation import Explanation, Weighed, explain
from retrieval.pipeline import Result

SENTENCE_CHARACTERS = 300

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


def explanation_reply(question: str, result: Result) -> Reply:
    """Return how a question was answered: the words looked for, the passages weighed, the sentences compared."""
    heading = line(Run(shorten(question, characters=QUESTION_CHARACTERS), "italic"))
    explanation = explain(result)
    if explanation is None:
        return Reply((Block((heading, line(_without_reading(result.outcome)))),))
    return Reply((Block((heading, *_sought(explanation))), Block(_weighed(explanation)), Block(_compared(explanation))))


def _without_reading(outcome: Outcome) -> str:
    """Return why nothing was read for an outcome."""
    if isinstance(outcome, Latest):
        which = "che ne parlano" if outcome.about else "che leggo"
        return f"Ho messo in ordine di data gli articoli {which}, dal più recente."
    reason = outcome.reason if isinstance(outcome, NoAnswer) else Reason.NOT_A_QUESTION
    return f"Non ho cercato negli articoli: {_NOT_SOUGHT.get(reason, 'non mi è sembrata una domanda a cui possano rispondere.')}"


def _sought(explanation: Explanation) -> tuple[Paragraph, ...]:
    lines = [f"Ho cercato: {listed(explanation.words)}."]
    if explanation.guesses:
        lines.append(f"E anche le parole che cominciano per {listed([f'{stem}-' for stem in explanation.guesses])}.")
    if explanation.period:
        lines.append(f"Periodo: {days_in_words(explanation.period)}.")
    if explanation.answer_types:
        lines.append(f"Come risposta mi aspettavo {' oppure '.join(_ANSWER_TYPES[type_] for type_ in explanation.answer_types)}.")
    return tuple(map(line, lines))


def _weighed(explanation: Explanation) -> tuple[Paragraph, ...]:
    if not explanation.passages:
        return (line("Non ho trovato niente da leggere."),)
    heading = line(f"Ho letto {counted(explanation.read_passages, 'passo', 'passi')}. Gli articoli più vicini:")
    return (heading, *(_weighing(weighed) for weighed in explanation.passages))


def _weighing(weighed: Weighed) -> Paragraph:
    shared = f"ci sono {listed(weighed.shared)}" if len(weighed.shared) > 1 else f"c’è {listed(weighed.shared)}"
    return line(
        "• ", title_run(weighed.article), f" ({source_text(weighed.article)}): {shared if weighed.shared else 'nessuna di queste parole'}"
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

"""What was answered to a gold question, in the form that is written down and scored: one JSON line each."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from retrieval.answer import Outcome, OutcomeName, outcome_name, quoted
from retrieval.stance import Stance


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote that is shown: its sentence, the article's id and date (ISO, as precise as it is known, "" if not), and how it is told."""

    sentence: str
    article_id: str
    published: str
    stance: Stance
    speaker: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer to the question with this id.

    `shown` are the quotes that a person sees, in order; `answer` is the span in the first of them and `sentence` that quote. `article_ids`
    are best first, the cited one before all others. `confidence` is between 0 and 1. `quotes` are what is shown, with its sources.
    """

    id: str
    outcome: OutcomeName
    answer: str
    sentence: str
    shown: tuple[str, ...]
    article_ids: tuple[str, ...]
    confidence: float
    milliseconds: float
    quotes: tuple[Quote, ...] = ()

    @property
    def answered(self) -> bool:
        """True for an answer, false for tentative quotes and for none."""
        return self.outcome == "answer"

    def to_json(self) -> str:
        """Return the prediction as one line of JSON."""
        fields = {
            "id": self.id,
            "outcome": self.outcome,
            "answered": self.answered,
            "answer": self.answer,
            "sentence": self.sentence,
            "shown": self.shown,
            "article_ids": self.article_ids,
            "confidence": round(self.confidence, 6),
            "milliseconds": round(self.milliseconds, 3),
            "quotes": [asdict(quote) for quote in self.quotes],
        }
        return json.dumps(fields, ensure_ascii=False)


def predict(question_id: str, outcome: Outcome, article_ids: Sequence[str], milliseconds: float) -> Prediction:
    """Write down an outcome; the first citation's article is put before the other `article_ids`."""
    citations = quoted(outcome)
    first = citations[0] if citations else None
    return Prediction(
        id=question_id,
        outcome=outcome_name(outcome),
        answer=first.span if first else "",
        sentence=first.sentence if first else "",
        shown=tuple(dict.fromkeys(citation.sentence for citation in citations)),
        article_ids=tuple(dict.fromkeys([*([first.article.id] if first else []), *article_ids])),
        confidence=outcome.confidence,
        milliseconds=milliseconds,
        quotes=tuple(
            Quote(c.sentence, c.article.id, str(c.article.published or ""), c.standing.stance, c.standing.speaker) for c in citations
        ),
    )

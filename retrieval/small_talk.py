"""What people write to a bot that is no question about articles: greetings, thanks, insults, orders, sums.

Only texts that are nothing else are told so (`small_talk.txt`): what may be a question is left to the articles, as is
`Ciao, quando gioca la Roma?`.
"""

import re
from functools import cache
from pathlib import Path

from index.italian import fold
from retrieval.answer import Reason

LONGEST_WORDS = 12  # a longer text is read for orders and sums only

_PHRASES = Path(__file__).with_name("small_talk.txt")
_LONG = frozenset({Reason.ORDER, Reason.NO_COUNTING})
_NUMBER = re.compile(r"\d{1,15}")
_CALCULATION = re.compile(
    r"(?:quanto fa(?:nno)?|quant e|calcola(?:mi)?|fammi|dimmi|what is|how much is)?[\s\d.,()]{0,40}"
    r"(?:(?:[-+*/x×÷^=:]|per|piu|meno|diviso|volte|al quadrato|plus|minus|times)[\s\d.,()=]{0,40}){1,12}\??"
)


def small_talk(text: str) -> Reason | None:
    """Return what kind of text it is where it asks nothing of the articles, or None: it may be a question."""
    folded = fold(text)
    if _is_calculation(text):
        return Reason.NO_COUNTING
    is_long = len(folded.split()) > LONGEST_WORDS
    return next((reason for reason, pattern in _patterns() if pattern.search(folded) and (reason in _LONG or not is_long)), None)


def _is_calculation(text: str) -> bool:
    """True if nothing but a calculation stands in a text (`Quanto fa 12*7?`): two numbers at least."""
    plain = " ".join(text.casefold().replace("ù", "u").split())
    return len(_NUMBER.findall(plain)) > 1 and bool(_CALCULATION.fullmatch(plain))


@cache
def _patterns() -> tuple[tuple[Reason, re.Pattern[str]], ...]:
    """Return the pattern of each kind, those that may stand anywhere first."""
    phrases: dict[str, list[str]] = {}
    section = ""
    for line in _PHRASES.read_text(encoding="utf-8").splitlines():
        if line.startswith(("=", "~")):
            section = line.strip()
        elif line and not line.startswith("#"):
            phrases.setdefault(section, []).append(line)
    whole = [(Reason(s[1:]), re.compile(rf"^(?:(?:{'|'.join(p)})(?: |$)){{1,9}}$")) for s, p in phrases.items() if s[0] == "="]
    parts = [(Reason(s[1:]), re.compile(rf"\b(?:{'|'.join(p)})")) for s, p in phrases.items() if s[0] == "~"]
    return (*parts, *whole)

"""Which texts are corrections: those whose sentences are others than when the article was last read.

Pages carry boxes that change every day (a ticker, what is read most, a counter), and some of that may be read as text. So what is page
furniture, and every line without a sentence, may change without making the article one that was corrected.
"""

import datetime
import hashlib
import re
from collections.abc import Iterable

from index.articles import Article
from index.cleaning import CLEANER_VERSION, readable_intervals
from index.sentences import split_sentences
from index.sources.extraction import EXTRACTOR_VERSION
from index.sources.ledger import KnownText, Ledger
from index.sources.tally import Tally

READER_VERSION = f"{EXTRACTOR_VERSION}, cleaner {CLEANER_VERSION}"  # two texts can only be compared if both were read by the same
TEXTS_AT_ONCE = 500

_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*$")


class KnownTexts:
    """The texts that the articles of one source had when they were last read."""

    def __init__(self, source: str, ledger: Ledger) -> None:
        self._source = source
        self._ledger = ledger
        self._recalled: dict[str, KnownText | None] = {}
        self._unkept: dict[str, KnownText] = {}

    def recall(self, article_ids: Iterable[str]) -> None:
        """Read what is known of the texts that are asked for next, all at once: that is faster."""
        ids = list(article_ids)
        self._recalled = dict.fromkeys(ids) | self._ledger.texts(self._source, ids)

    def changed_on(self, article: Article, today: datetime.date, tally: Tally) -> datetime.date | None:
        """Return the day on which an article was last seen to have been corrected; count it if it is new or corrected now."""
        if article.id not in self._recalled:
            self.recall([article.id])
        known = self._recalled.pop(article.id)
        digest = _digest(article.text)
        if known and (known.digest, known.version) == (digest, READER_VERSION):
            return known.changed_on
        sentences, day = _digest(*sentences_of(article)), known.changed_on if known else None
        if known is None:
            tally.new += 1
        elif known.sentences != sentences and known.version == READER_VERSION:
            tally.changed += 1
            day = today
        self._unkept[article.id] = KnownText(digest, sentences, READER_VERSION, day)
        if len(self._unkept) == TEXTS_AT_ONCE:
            self.keep()
        return day

    def keep(self) -> None:
        """Write the texts down that were not known."""
        self._ledger.keep_texts(self._source, self._unkept)
        self._unkept.clear()


def sentences_of(article: Article) -> list[str]:
    """Return the sentences of an article, each in one line; headings, entries of lists and page furniture are none."""
    pieces = (article.text[s:e] for start, end in readable_intervals(article) for s, e in split_sentences(article.text, start, end))
    return [" ".join(piece.split()) for piece in pieces if _ENDS_SENTENCE.search(piece)]


def _digest(*texts: str) -> str:
    return hashlib.blake2b("\n".join(texts).encode("utf-8", "replace"), digest_size=16).hexdigest()

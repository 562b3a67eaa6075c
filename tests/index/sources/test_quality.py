"""What the report says of each source, counted in a real snapshot."""

import datetime
from pathlib import Path

from index.articles import Article
from index.dates import Period
from index.sources.history import History, Run
from index.sources.quality import SourceQuality, quality
from tests.index.memory_engine import index_in_memory

WORDS = "Il sindaco di Borgo Tamerice annuncia che il ponte sul Lodola riapre a settembre dopo due anni di lavori e di proteste"


def article(id_: str, found_in: str, day: str = "", text: str = "") -> Article:
    """Return an article; without a text of its own it is unlike all others."""
    published = Period(*[datetime.date.fromisoformat(day)] * 2) if day else None
    return Article(id_, text or " ".join(f"parola{id_}{n}" for n in range(10)), published=published, found_in=found_in)


def test_each_source_is_counted(tmp_path: Path) -> None:
    """Articles, undated ones, copies of older ones, median length; the last run says what was skipped, the last good one when."""
    snapshot = index_in_memory(
        [
            article("a1", "corriere", "2025-03-01", text=WORDS * 4),
            article("a2", "corriere"),
            article("a3", "corriere", "2025-03-02"),
            article("b1", "agenzia", "2025-03-05", text=WORDS * 4),
            article("s", ""),
        ]
    ).open_current()
    with History(tmp_path / "sources.sqlite") as history:
        history.add(Run("corriere", 1.0, 2.0, given=3))
        history.add(Run("corriere", 3.0, 4.0, "la rete è giù", skipped=2, reasons=(("non è testo", 2),)))
        history.add(Run("muta", 5.0, 6.0))
        unnamed, agency, corriere, mute = quality(snapshot, history)
    assert (unnamed.source, unnamed.articles, unnamed.undated) == ("", 1, 1)
    assert (agency.articles, agency.near_duplicates) == (1, 1)
    assert corriere == SourceQuality("corriere", 3, 1, 0, 2, (("non è testo", 2),), 2.0, "la rete è giù", 10)
    assert mute == SourceQuality("muta", 0, 0, 0, 0, (), 6.0, "", 0)


def test_more_articles_than_a_batch_are_all_counted() -> None:
    """Batches neither lose nor double an article; without a history nothing is known of runs."""
    articles = [article(f"n{n}", "a", f"2025-01-{n % 28 + 1:02d}") for n in range(1203)]
    (only,) = quality(index_in_memory(articles).open_current(), None)
    assert (only.articles, only.last_success, only.median_words) == (1203, None, 10)

"""Runs are remembered, and a source that has fallen silent or fails is noticed."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.sources.declaration import Kind, Source
from index.sources.history import FAILED_RUNS, UNKNOWN_SILENCE_DAYS, History, HistoryError, Run

DAY = 24 * 3600.0
START = datetime.datetime(2025, 3, 1, 12, tzinfo=datetime.UTC).timestamp()


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """An empty history."""
    with History(tmp_path / "sources.sqlite") as history:
        yield history


def feed(silent_days: int = 0, kind: Kind = "feed") -> Source:
    """Return a source."""
    return Source("corriere", kind, silent_days=silent_days)


def run(history: History, day: float, *, new: int = 0, failure: str = "") -> None:
    """Write down a run on a day after the start."""
    history.add(Run("corriere", START + day * DAY, START + day * DAY + 60, failure, new=new))


def brings(history: History, days: list[int]) -> None:
    """Bring something new on these days."""
    for day in days:
        run(history, day, new=3)


def test_runs_come_back_whole(history: History, tmp_path: Path) -> None:
    """What was written is read, also by another process."""
    first = Run("a", 1.0, 2.5, "", 9, 3, 1, 2, 5, datetime.date(2025, 3, 1), True, (("non è testo", 2),))
    second = Run("a", 3.0, 4.0, "la rete è giù")
    for one in (first, second, Run("b", 1.0, 2.0)):
        history.add(one)
    with History(tmp_path / "sources.sqlite") as other:
        assert (other.last_run("a"), other.last_success("a"), other.last_run("c")) == (second, first, None)
        assert other.sources() == ("a", "b")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """The error names the file and the mend."""
    (tmp_path / "sources.sqlite").write_bytes(b"non e' SQLite" * 100)
    with pytest.raises(HistoryError, match=r"sources.sqlite.*delete it"):
        History(tmp_path / "sources.sqlite")


def test_a_source_that_was_never_asked_is_not_stale(history: History) -> None:
    """Nothing is known of it."""
    assert history.staleness(feed(), START) is None


def test_failures_are_told_after_three_runs(history: History) -> None:
    """Two failures are bad luck, the third is told with its reason, a success ends it."""
    brings(history, [0])
    for number in range(FAILED_RUNS):
        assert history.staleness(feed(), START) is None
        run(history, 0.01 * (number + 1), failure="il feed è una pagina")
    stale = history.staleness(feed(), START + 0.1 * DAY)
    assert stale is not None
    assert (stale.is_failing, stale.since) == (True, datetime.date(2025, 3, 1))
    assert "il feed è una pagina" in stale.reason
    run(history, 0.2)
    assert history.staleness(feed(), START + 0.2 * DAY) is None


def test_failing_for_a_day_is_told_after_fewer_runs(history: History) -> None:
    """Who is asked seldom need not fail three times."""
    run(history, 0, failure="giù")
    assert history.staleness(feed(), START + 0.9 * DAY) is None
    assert history.staleness(feed(), START + DAY) is not None


def test_a_daily_source_is_missed_after_three_days(history: History) -> None:
    """Three times its usual gap may pass; the day after that it is told."""
    brings(history, list(range(10)))
    run(history, 12)
    assert history.staleness(feed(), START + 12 * DAY) is None
    run(history, 13)
    stale = history.staleness(feed(), START + 13 * DAY)
    assert stale is not None
    assert (stale.is_failing, stale.since) == (False, datetime.date(2025, 3, 10))


def test_a_weekly_source_is_missed_after_three_weeks(history: History) -> None:
    """A rhythm of a week allows three weeks."""
    brings(history, [0, 7, 14, 21, 28])
    run(history, 49)
    assert history.staleness(feed(), START + 49 * DAY) is None
    run(history, 50)
    assert history.staleness(feed(), START + 50 * DAY) is not None


def test_one_holiday_does_not_stretch_the_rhythm(history: History) -> None:
    """Of eleven gaps one of three weeks is not what is usual."""
    brings(history, [*range(11), 31])
    run(history, 35)
    assert history.staleness(feed(), START + 35 * DAY) is not None


def test_a_little_known_source_has_two_weeks(history: History) -> None:
    """With fewer than five days known it is fourteen days, also where nothing ever came."""
    run(history, 0)
    run(history, UNKNOWN_SILENCE_DAYS)
    assert history.staleness(feed(), START + UNKNOWN_SILENCE_DAYS * DAY) is None
    run(history, UNKNOWN_SILENCE_DAYS + 1)
    assert history.staleness(feed(), START + 15 * DAY) is not None


@pytest.mark.parametrize("kind", ["folder", "pages"])
def test_an_archive_may_lie_still(history: History, kind: Kind) -> None:
    """A folder or single pages without a rhythm are never missed, unless the declaration says so."""
    brings(history, [0])
    run(history, 300)
    assert history.staleness(feed(kind=kind), START + 300 * DAY) is None
    assert history.staleness(feed(silent_days=30, kind=kind), START + 300 * DAY) is not None


def test_declared_days_come_first(history: History) -> None:
    """What is declared counts, however fast the source usually is."""
    brings(history, list(range(10)))
    run(history, 16)
    assert history.staleness(feed(silent_days=7), START + 16 * DAY) is None
    assert history.staleness(feed(silent_days=6), START + 16 * DAY) is not None


def test_nobody_is_blamed_while_nobody_asks(history: History) -> None:
    """After a month in which the program did not run, the source is silent only up to its last run."""
    brings(history, list(range(10)))
    assert history.staleness(feed(), START + 40 * DAY) is None


@settings(max_examples=40, deadline=None)
@given(days=st.lists(st.integers(0, 60), max_size=12), failures=st.lists(st.integers(0, 60), max_size=5), now=st.integers(0, 90))
def test_a_source_that_just_brought_something_is_never_stale(
    tmp_path_factory: pytest.TempPathFactory, days: list[int], failures: list[int], now: int
) -> None:
    """Whatever happened before, a run with something new ends every alarm."""
    with History(tmp_path_factory.mktemp("h") / "sources.sqlite") as history:
        for day in sorted({*days, *failures}):
            run(history, day, new=1 if day in days else 0, failure="giù" if day in failures else "")
        run(history, max([now, *days, *failures]), new=1)
        assert history.staleness(feed(), START + max([now, *days, *failures]) * DAY + 120) is None

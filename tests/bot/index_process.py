"""A child that reports as `edicola index --json` does, step by step: each line of its input lets it print the next event."""

import sys
from datetime import date

from bot.reindexing import Failure, encode_event
from index.articles import Skipped
from index.indexer import Progress, Report
from index.sources.history import Stale

SKIPPED = tuple(Skipped(f"brutto-{number}.md", "the front matter has no end") for number in range(7))
EVENTS = {
    "progress": Progress("encode", 1200, 5000),
    "report": Report(added=3, changed=1, removed=0, unchanged=60, skipped=SKIPPED, passages=200, snapshot=8, seconds=2.4),
    "stale": Stale("corriere", date(2025, 3, 8), "nothing new for 30 days, and not within 6 as is usual for it", is_failing=False),
    "failing": Stale("corriere", date(2025, 3, 8), "it fails in every run: the feed is not there (404)", is_failing=True),
    "failure": Failure("ArticleError", "articles is not a folder: create it"),
    "busy": Failure("IndexingBusy", "another process holds the lock"),
}


def main() -> None:
    """Print the event that each line of the file named last asks for, once it is there."""
    sys.stdout.write("a library's chatter on the first line\n")
    for line in open(sys.argv[1]):  # noqa: SIM115, PTH123 - a pipe that the test writes to
        if line.strip() == "die":
            sys.exit(9)
        sys.stdout.write(encode_event(EVENTS[line.strip()]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

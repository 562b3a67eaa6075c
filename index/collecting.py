"""Articles are collected aside on disk, so that what their sites repeat is known before the first of them is given.

In comes what a collection reads, once; out comes the same with furniture. Memory holds the hashes of lines, the disk holds the texts.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator

from index.article_json import article_from_json, article_to_json
from index.articles import Article, Skipped
from index.repeated_lines import RepeatedLines

REPORT_EVERY = 50  # articles between two reports
IN_MEMORY_BYTES = 16 << 20  # a small collection never touches the disk


def collected(items: Iterable[Article | Skipped], report: Callable[[int, int], None]) -> Iterator[Article | Skipped]:
    """Yield what was skipped at once; then, when all is collected, the articles in their order with the lines that their site repeats."""
    repeated = RepeatedLines()
    count = 0
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES, mode="w+", encoding="ascii", newline="\n") as aside:
        for item in items:
            if isinstance(item, Skipped):
                yield item
                continue
            repeated.add(item)
            aside.write(f"{article_to_json(item)}\n")
            count += 1
            if count % REPORT_EVERY == 0:
                report(count, 0)
        report(count, count)
        aside.seek(0)
        for line in aside:
            yield repeated.mark(article_from_json(line))

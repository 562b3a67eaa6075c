"""Bodies of pages that are no pages: plain text becomes an article, or there is a reason."""

import datetime

import pytest

from index.articles import Skipped
from index.sources.extraction import PageToRead, extract, extracted

ADDRESS = "https://giornale.test/a.txt"


def read(body: bytes, content_type: str) -> object:
    """Return what is kept of a body, as it is read again."""
    return extracted(extract(PageToRead(body, ADDRESS, ADDRESS, content_type, datetime.date(2026, 1, 1))), ADDRESS)


@pytest.mark.parametrize("content_type", ["text/plain", "text/markdown; charset=utf-8"])
@pytest.mark.parametrize("body", [b"", b"\n \n", b"\x1c", b"\xef\xbb\xbf", b"date: 2024-03-11 \n"])
def test_a_text_without_text_is_skipped(body: bytes, content_type: str) -> None:
    """Blanks of any kind, a mark, a date alone: no article is made of them."""
    assert read(body, content_type) == Skipped(ADDRESS, "it has no text")


def test_a_text_is_an_article() -> None:
    """Its address is its id, its site the source."""
    (article,) = read(b"Il ponte\n\nRiapre a settembre.", "text/plain")  # type: ignore[misc] - a reason would fail the test
    assert (article.id, article.url, article.source, article.title) == (ADDRESS, ADDRESS, "giornale.test", "Il ponte")

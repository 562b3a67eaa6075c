"""Plain text becomes an article: all of it is text, and its first line is a title where it looks like one."""

from index.articles import Article
from index.reading.fields import glued_date, title_line


def read_text(text: str, default_id: str, origin: str) -> Article:
    """Return the article of a text; a date that is glued to its first line is its date, and then there is no title."""
    if glued := glued_date(text):
        published, body_start = glued
        return Article(id=default_id, text=text, published=published, origin=origin, body_start=body_start)
    title, body_start = title_line(text)
    return Article(id=default_id, text=text, title=title, origin=origin, body_start=body_start)

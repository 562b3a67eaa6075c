"""Documents of offices and printers become articles: PDF and Word.

The day on which a document was made counts as that of its publication: it is the best that a document says, and a source whose documents
are older or younger than their news declares its own dates. To be called in one of `Workers`: some documents take for ever to read.
"""

import re
from collections.abc import Callable, Mapping

from index.articles import Article
from index.errors import ArticleError
from index.reading.decoding import LARGEST_TEXT_BYTES
from index.reading.fields import LONGEST_TITLE_CHARACTERS, article_of, checked, one_line, title_line
from index.reading.pdf import read_pdf
from index.reading.word import read_word

_READERS: dict[str, Callable[[bytes], tuple[Mapping[str, str], str]]] = {".pdf": read_pdf, ".docx": read_word}
_NO_TITLE = re.compile(  # what programs write where nobody wrote a title
    r"microsoft\s+(?:word|powerpoint|excel)\b.*|untitled\b.*|senza\s+titolo\b.*|document[oi]?\s*\d*|layout\s+\d+|pagina\s+\d+|word\s+document"
    r"|[^\r\n]{0,200}\.(?:docx?|indd|pdf|odt|rtf|txt|pages|qxp|pptx?|html?)",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(r"user|utente|admin|administrator|root|unknown|anonymous|python-docx|microsoft office user|pc|owner", re.IGNORECASE)


def read_document(raw: bytes, suffix: str, *, default_id: str, origin: str) -> Article:
    """Return the article of a document; ArticleError where it cannot be read or holds no text."""
    read = _READERS.get(suffix.lower())
    if read is None:
        raise ArticleError(f"documents ending in {suffix or 'nothing'} are not read: use {' or '.join(_READERS)}")
    try:
        properties, text = read(raw)
    except (ArticleError, MemoryError):
        raise
    except Exception as error:  # whatever damage does to the libraries, the other documents go on
        raise ArticleError(f"it is damaged or no {suffix}: export it again as {suffix} ({type(error).__name__})") from error
    if len(text) > LARGEST_TEXT_BYTES:
        raise ArticleError(f"its text has more than {LARGEST_TEXT_BYTES >> 20} million characters: split it")
    author = one_line(properties, "author")
    title, body_start = _title(one_line(properties, "title"), text)
    metadata = {**properties, "author": "" if _NO_AUTHOR.fullmatch(author) else author}
    return checked(article_of(metadata, text, default_id, origin, title=title, body_start=body_start))


def _title(declared: str, text: str) -> tuple[str, int]:
    """Return the title and where the prose begins: the declared title if somebody wrote it, else the first line if it looks like one."""
    if not declared or len(declared) > 2 * LONGEST_TITLE_CHARACTERS or _NO_TITLE.fullmatch(declared):
        return title_line(text)
    return declared, len(declared) if text.startswith(f"{declared}\n") else 0

"""Bytes of a PDF become its properties and its text, in the order in which its pages were written."""

import io
import logging
import re
from collections.abc import Mapping

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, LimitReachedError

from index.errors import ArticleError
from index.reading.decoding import LARGEST_TEXT_BYTES
from index.reading.pdf_paragraphs import joined_pages

MOST_PAGES = 1000
FIRST_YEAR = 1993  # of PDF: earlier days are those of clocks that nobody had set

_DAY = re.compile(r"\s*(?:D:)?(\d{4})-?(\d{2})-?(\d{2})")
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports every flaw that it gets over, thousands in one file


def read_pdf(raw: bytes) -> tuple[Mapping[str, str], str]:
    """Return `title`, `author`, `date` and `updated` as far as they are known, and the text; ArticleError says what is wrong with it.

    Other errors of the library mean that the file is damaged.
    """
    try:
        reader = _opened(raw)
        pages = _page_texts(reader)
    except LimitReachedError as error:
        raise ArticleError(f"it unpacks to more than a document can hold: print it as a new PDF ({error})") from error
    except DependencyError as error:
        raise ArticleError("it is encrypted with AES: save it without protection, or install pypdf[crypto]") from error
    text = joined_pages(pages)
    if not text:
        only_images = any(_shows_images(page) for page in reader.pages)
        raise ArticleError("it holds no text, only images: run OCR first" if only_images else "it holds no text")
    return _properties(reader), text


def _opened(raw: bytes) -> PdfReader:
    reader = PdfReader(io.BytesIO(raw))
    if reader.is_encrypted and not reader.decrypt(""):  # many are encrypted so that they can be read but not printed
        raise ArticleError("it is protected by a password: save it without")
    if len(reader.pages) > MOST_PAGES:
        raise ArticleError(f"it has {len(reader.pages):,} pages, more than {MOST_PAGES:,}: split it")
    return reader


def _page_texts(reader: PdfReader) -> list[str]:
    texts: list[str] = []
    for number, page in enumerate(reader.pages, start=1):
        try:
            texts.append(_UNSTORABLE.sub("", page.extract_text()))
        except (LimitReachedError, DependencyError, MemoryError):
            raise
        except Exception as error:  # half of a document would be quoted as if it were the whole
            raise ArticleError(f"its page {number} is damaged: export it again ({type(error).__name__})") from error
        if sum(map(len, texts)) > LARGEST_TEXT_BYTES:
            raise ArticleError(f"its text has more than {LARGEST_TEXT_BYTES >> 20} million characters: split it")
    return texts


def _shows_images(page: PageObject) -> bool:
    return bool(page.images.keys())


def _properties(reader: PdfReader) -> dict[str, str]:
    try:
        written = {str(name): _UNSTORABLE.sub("", str(value)) for name, value in (reader.metadata or {}).items()}
    except MemoryError:
        raise
    except Exception:  # the text was read: damaged properties are as good as none
        return {}
    return {
        "title": written.get("/Title", ""),
        "author": written.get("/Author", ""),
        "date": _day(written.get("/CreationDate", "")),
        "updated": _day(written.get("/ModDate", "")),
    }


def _day(written: str) -> str:
    match = _DAY.match(written)
    return "-".join(match.groups()) if match and int(match.group(1)) >= FIRST_YEAR else ""

"""Bytes of a Word document become its properties and its text: paragraphs, headings, lists and table cells, each on a line of its own.

What was struck out or hidden is left out, what was inserted is read; page headers, footers and notes are no part of the text.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from index.errors import ArticleError

MOST_PARTS = 5000
LARGEST_XML_BYTES = 40 << 20  # as a tree it takes ten times as much memory
LARGEST_UNPACKED_BYTES = 300 << 20  # images
PIECE_BYTES = 1 << 20
FIRST_YEAR = 1993
TEMPLATE_AUTHOR = "python-docx"  # the properties beside it are those of its template

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others unpack to any size at once
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says again what stands beside it
_PARAGRAPH, _TEXT, _RUN = qn("w:p"), qn("w:t"), qn("w:r")
_UNREAD = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), _COMPATIBILITY})
_SIGNS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_TITLE_STYLES = ("Title", "Heading 1")


def read_word(raw: bytes) -> tuple[Mapping[str, str], str]:
    """Return `title`, `author`, `date` and `updated` as far as they are known, and the text; ArticleError says what is wrong with it.

    Other errors of the libraries mean that the file is damaged.
    """
    document = Document(io.BytesIO(_unpacked(raw)))
    paragraphs = [(element, text) for element in _paragraphs(document.element.body) if (text := _text(element))]
    if not paragraphs:
        raise ArticleError("it holds no text")
    properties = _properties(document)
    if heading := _heading(document, *paragraphs[0]):
        properties["title"] = heading
    return properties, "\n\n".join(text for _, text in paragraphs)


def _unpacked(raw: bytes) -> bytes:
    """Return a package with the XML of another one, each part as long as it was declared, and nothing in place of images.

    What a package says of its sizes is believed only by reading no further; XML that declares entities is refused: no Word document does.
    """
    if raw.startswith(_OLD_OR_LOCKED):
        raise ArticleError("it is an old .doc, or protected by a password: save it as .docx without")
    unpacked = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as package, zipfile.ZipFile(unpacked, "w", zipfile.ZIP_STORED) as copy:
        parts = {part.filename: part for part in package.infolist()}  # of two with one name the last counts
        _check_sizes(package.infolist())
        for name, part in parts.items():
            copy.writestr(name, _content(package, part) if _is_xml(part) else b"")
    return unpacked.getvalue()


def _check_sizes(parts: Sequence[zipfile.ZipInfo]) -> None:
    if any(part.compress_type not in _METHODS for part in parts):
        raise ArticleError("it is packed as no Word document is: save it again as .docx")
    unpacked, unpacked_xml = sum(part.file_size for part in parts), sum(part.file_size for part in parts if _is_xml(part))
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED_BYTES or unpacked_xml > LARGEST_XML_BYTES:
        raise ArticleError(f"it unpacks to {unpacked >> 20} MiB in {len(parts):,} parts, too much for a document: split it")


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith((".xml", ".rels"))


def _content(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Return what a part holds, unpacked in pieces: at once a part would be unpacked whole, whatever size it declares."""
    with package.open(part) as stream:
        content = b"".join(iter(partial(stream.read, PIECE_BYTES), b""))
    if b"<!DOCTYPE" in content.replace(b"\x00", b""):  # NULs: UTF-16
        raise ArticleError("its XML declares entities, as no Word document does: save it again as .docx")
    return content


def _paragraphs(element: Any) -> Iterator[Any]:
    """Yield the paragraphs below an element in their order, those of tables and text boxes among them."""
    for child in element:
        if child.tag in _UNREAD:
            continue
        if child.tag == _PARAGRAPH:
            yield child
        yield from _paragraphs(child)


def _text(paragraph: Any) -> str:
    lines = "".join(_pieces(paragraph)).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _pieces(element: Any) -> Iterator[str]:
    """Yield the visible text of a paragraph, without that of paragraphs inside it."""
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _UNREAD and child.tag != _PARAGRAPH and not _is_hidden(child):
            yield from _pieces(child)


def _is_hidden(element: Any) -> bool:
    if element.tag != _RUN:
        return False
    hidden = element.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return hidden is not None and hidden.get(qn("w:val"), "true") not in ("0", "false", "off")


def _heading(document: WordDocument, element: Any, text: str) -> str:
    """Return the first paragraph if it is set as a title."""
    style = Paragraph(element, document).style
    return text if style is not None and style.name in _TITLE_STYLES and "\n" not in text else ""


def _properties(document: WordDocument) -> dict[str, str]:
    relations = document.part.package.rels.values() if document.part.package else ()
    if not any(relation.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES for relation in relations):
        return {}  # python-docx would make some up
    written = document.core_properties
    if written.author == TEMPLATE_AUTHOR:
        return {"title": written.title}
    return {"title": written.title, "author": written.author, "date": _day(written.created), "updated": _day(written.modified)}


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment and moment.year >= FIRST_YEAR else ""

"""Bytes of a page become text: what the page and its server declare is believed only as far as the bytes bear it out.

Declarations are asked in the order of browsers: byte order mark, HTTP header, `<meta>`, XML declaration. Italian pages that declare
ISO-8859-1 mean Windows-1252, many that declare one of the two are UTF-8, and some that declare UTF-8 hold bytes of Windows-1252.
"""

import codecs
import re

from index.errors import ArticleError

DECLARED_WITHIN_BYTES = 4096
BINARY_NULS = 0.1  # share of NUL bytes from which a page without a mark is UTF-16 or no text

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"""charset\s{0,5}=\s{0,5}["']?\s{0,5}([\w.:-]{2,30})""", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""<meta\b[^>]{0,300}?charset\s{0,5}=\s{0,5}["']?\s{0,5}([\w.:-]{2,30})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s{0,20}<\?xml[^>]{0,100}?encoding\s{0,5}=\s{0,5}["']([\w.:-]{2,30})""", re.IGNORECASE)
_KNOWN = re.compile(
    r"utf-8|utf-16(?:-[lb]e)?|ascii|cp(?:125\d|437|850|852|866|874|932|949|950)|iso8859-\d{1,2}|koi8-[ru]|mac-\w+"
    r"|gb2312|gbk|gb18030|big5|euc_\w+|shift_jis|iso2022_jp"
)
_LATIN = ("ascii", "iso8859-1")  # labels that browsers read as Windows-1252
_ITALIAN = frozenset(map(chr, (*range(0xA0, 0x100), *range(0x2010, 0x2040), 0x20AC)))
_C1 = re.compile(rb"[\x80-\x9f]")
_MAGIC = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b")


def decode_page(raw: bytes, content_type: str = "") -> str:
    """Return the text of a page without its byte order mark and NULs; ArticleError for what is no text."""
    if raw.startswith(_MAGIC):
        raise ArticleError("it is no page but a binary file: give it its own ending, or export it as text")
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace").replace("\x00", "")
    if b"\x00" in raw:
        if encoding := _wide(raw):
            return raw.decode(encoding, "replace").replace("\x00", "")
        raw = raw.replace(b"\x00", b"")
    return _decode_narrow(raw, declared_encoding(raw, content_type))


def declared_encoding(raw: bytes, content_type: str = "") -> str:
    """Return the Python name of the first encoding that is declared and known, empty where there is none."""
    head = raw[:DECLARED_WITHIN_BYTES]
    labels = [match.group(1) for match in [_CHARSET.search(content_type)] if match]
    labels += [match.group(1).decode("ascii", "replace") for pattern in (_META_CHARSET, _XML_ENCODING) if (match := pattern.search(head))]
    return next((name for label in labels if (name := _codec(label))), "")


def _codec(label: str) -> str:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    return name if _KNOWN.fullmatch(name) else ""


def _wide(raw: bytes) -> str:
    """Return which UTF-16 a page without a mark is in, empty if its NULs are dirt; ArticleError if it is no text."""
    if raw.count(0) < BINARY_NULS * len(raw):
        return ""
    odd, even = raw[1::2].count(0), raw[::2].count(0)
    if max(odd, even) < 0.5 * len(raw[::2]) or min(odd, even) > 0.1 * max(odd, even):
        raise ArticleError("looks like a binary file: export it as text")
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode_narrow(raw: bytes, declared: str) -> str:
    """Decode bytes whose ASCII is ASCII: valid UTF-8 is UTF-8 whatever was declared, and what is not was declared wrongly as such."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and (declared in ("", "utf-8", *_LATIN) or not text.isascii()):
        return text
    if declared.startswith("utf-") or declared in ("", "cp1252", *_LATIN):
        return _decode_mixed(raw)
    if declared.startswith("iso8859") and _C1.search(raw):
        return raw.decode("cp1252", "replace")  # typographic quotes, which no ISO 8859 has
    return raw.decode(declared, "replace")


def _decode_mixed(raw: bytes) -> str:
    """Decode UTF-8 with foreign bytes, or Windows-1252, whichever most of the page is; foreign bytes are read as Windows-1252."""
    text = raw.decode("utf-8", _FOREIGN)
    lenient = raw.decode("utf-8", "replace")
    foreign = lenient.count("\ufffd")
    italian = sum(char in _ITALIAN for char in lenient)  # `È»` of Windows-1252 is valid UTF-8 as well, for a letter of no use here
    return text if italian >= foreign else raw.decode("cp1252", "replace")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_FOREIGN = "edicola-windows-1252"
codecs.register_error(_FOREIGN, _as_windows)

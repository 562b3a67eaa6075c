"""Encodings of pages: declared rightly, wrongly, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ArticleError
from index.reading.page_encoding import declared_encoding, decode_page

WORDS = "Perché l’età è così: «Città», 1.200 €"
META = '<html><head><meta charset="{}"></head><body>'


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8", "", ""),
        ("utf-8", "iso-8859-1", ""),
        ("utf-8", "", "text/html; charset=ISO-8859-1"),
        ("utf-8-sig", "iso-8859-1", "text/html; charset=windows-1252"),
        ("cp1252", "iso-8859-1", ""),
        ("cp1252", "utf-8", ""),
        ("cp1252", "", "text/html; charset=utf-8"),
        ("cp1252", "", ""),
        ("cp1252", "iso-8859-15", ""),
        ("cp1252", "x-no-such", ""),
        ("cp1252", "unicode_escape", ""),
        ("utf-16", "", ""),
        ("utf-16-le", "", ""),
    ],
)
def test_words_are_read_whatever_was_declared(encoding: str, declared: str, content_type: str) -> None:
    """Right declarations are believed; wrong ones are seen by the bytes; ISO-8859-1 means Windows-1252."""
    page = META.format(declared) + WORDS
    assert decode_page(page.encode(encoding), content_type) == page


def test_foreign_bytes_in_utf8_are_read_as_windows() -> None:
    """A page of UTF-8 with a few bytes of Windows-1252 pasted in keeps both."""
    raw = ("Perché così, più là: " * 5).encode() + "l’età".encode("cp1252")
    assert decode_page(raw) == "Perché così, più là: " * 5 + "l’età"


def test_other_alphabet_is_read_as_declared() -> None:
    """A declared encoding that is neither UTF-8 nor Latin is believed."""
    raw = b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">' + "Привет".encode("cp1251")
    assert decode_page(raw).endswith("Привет")


@pytest.mark.parametrize(
    ("raw", "content_type", "name"),
    [
        (b'<?xml version="1.0" encoding="iso-8859-2"?>', "", "iso8859-2"),
        (b'<meta charset="iso-8859-2">', "text/html; charset=windows-1250", "cp1250"),
        (b'<meta charset="rot13">', "", ""),
        (b"<meta name=x>", "", ""),
    ],
)
def test_declarations_are_asked_in_the_order_of_browsers(raw: bytes, content_type: str, name: str) -> None:
    """The HTTP header comes before the page, and what is no encoding of text is passed over."""
    assert declared_encoding(raw, content_type) == name


@pytest.mark.parametrize("raw", [b"%PDF-1.4 ...", b"\x89PNG\r\n", b"PK\x03\x04zip", bytes(range(256)) * 2 + b"\x00" * 400])
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    """Documents and images are no pages."""
    with pytest.raises(ArticleError):
        decode_page(raw)


@given(
    st.binary(max_size=200), st.sampled_from(["", "text/html; charset=utf-8", "text/html; charset=big5", "charset=utf-16", "charset=\x00"])
)
def test_any_bytes_are_text_or_refused(raw: bytes, content_type: str) -> None:
    """Whatever comes, text comes out that can be stored, or an ArticleError."""
    try:
        text = decode_page(raw, content_type)
    except ArticleError:
        return
    text.encode()
    assert "\x00" not in text


@given(st.text(alphabet=st.sampled_from("abc àèéìòùÈ’“”«»€–\n"), min_size=1))
def test_italian_windows_text_comes_back(text: str) -> None:
    """Italian text in Windows-1252 is read back where it is no valid UTF-8, and ASCII always."""
    raw = text.encode("cp1252")
    try:
        raw.decode()
    except UnicodeDecodeError:
        assert decode_page(raw, "text/html; charset=windows-1252") == text

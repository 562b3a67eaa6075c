"""The body of an answer: the raw chunks of the network come in, at most so many decoded bytes come out.

Decoding is done here because a few bytes can stand for gigabytes: no step makes more than what is still allowed.
"""

import zlib
from collections.abc import Iterable, Iterator

ENCODINGS = "gzip, deflate"  # what we tell servers; more is not read

_GZIP_START = b"\x1f\x8b"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class BrokenBody(Exception):
    """The body ends too early, or is not what its encoding says."""


def read_body(chunks: Iterable[bytes], encoding: str, limit: int) -> tuple[bytes, bool]:
    """Return the first `limit` decoded bytes and whether there were more; stop reading where they end."""
    body = bytearray()
    for piece in _decoded(chunks, encoding.strip().lower(), limit + 1):
        body += piece
        if len(body) > limit:
            return bytes(body[:limit]), True
    return bytes(body), False


def _decoded(chunks: Iterable[bytes], encoding: str, piece_bytes: int) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        return iter(chunks)
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _inflated(chunks, piece_bytes)
    raise BrokenBody(f"its encoding {encoding!r} is not one of {ENCODINGS}")


def _inflated(chunks: Iterable[bytes], piece_bytes: int) -> Iterator[bytes]:
    """Yield what compressed chunks hold, in pieces of at most `piece_bytes`; a gzip file may have several parts."""
    part = zlib.decompressobj(_GZIP_OR_ZLIB)
    has_begun = False
    for chunk in chunks:
        rest = chunk
        while rest:
            has_begun = True
            if part.eof:
                if not rest.startswith(_GZIP_START[: len(rest)]):
                    return  # padding
                part = zlib.decompressobj(_GZIP_OR_ZLIB)
            try:
                yield part.decompress(rest, piece_bytes)
            except zlib.error as error:
                raise BrokenBody(f"its compressed body is damaged: {error}") from error
            rest = part.unused_data if part.eof else part.unconsumed_tail
    if has_begun and not part.eof:
        raise BrokenBody("its compressed body ends too early")

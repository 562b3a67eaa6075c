"""A seed becomes a damaged input: bytes are flipped, cut, repeated, spliced, declared to be of another encoding, filled with what hurts.

Everything comes from one `random.Random`: the same one gives the same input. Nothing is known here of formats, but for packages (docx),
whose parts are damaged inside: outside, nothing but their checksum would ever be tested.
"""

# ruff: noqa: E501 - lists of words, best read side by side

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from random import Random

LARGEST_BYTES = 100_000
RUN_LENGTHS = (*[3] * 40, *[20] * 30, *[200] * 20, *[2_000] * 8, 30_000, LARGEST_BYTES)  # most are short: long ones take their time
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "iso-8859-15", "cp437", "utf-7", "shift_jis")
SIGNS = (
    *" \t\n\r.,;:!?…'\"’”»«()[]{}<>&=/\\|-–—_*#>@%$0123456789aAeEèÈ",
    "\x00", "\x0b", "\x0c", "\x1c", "\x1f", "\x7f", "\x85", "\xa0", "\xad", "\u0300", "\u0323", "\u200b", "\u200d", "\u200e", "\u202e", "\u2028",
    "\u2029", "\u2066", "\ufeff", "\ufffd", "\ufffe", "\U0001f600", "\U000e0061", "\U0010ffff", "⸢0⸥", "ﬁ", "ß", "ẞ",
)  # fmt: skip
WORDS = (
    "&#0;", "&#xD800;", "&#x110000;", "&nbsp;", "&amp;amp;lt;", "&a;", "<!--", "-->", "<![CDATA[", "]]>", "<script>", "</script>", "<p>", "</p>", "<div>",
    "</div>", "<br><br>", "<table><tr><td>", "</table>", "<time datetime=", "<h1>", "<h2>", '<a href="x">', "<svg><title>", "<template>", "<?xml ?>", "<!DOCTYPE x>",
    '<!DOCTYPE x [<!ENTITY a "&a;&a;">]>', "\\u0000", "\\ud800", "\\UFFFFFFFF", "\\x00", "%00", "../", "file:///etc/passwd", "http://[::1]/", "https://xn--a/",
    "javascript:0", "null", "true", "NaN", "-Infinity", "1e999", "[[[[", "{{{{", "}", "]", "''", '""', "---\n", "\n---\n", "\r\n", "\r", "\n\n", ": ", "- ", "? ", "&x ", "*x",
    "!!python/object:os.system", "|\n", ">-\n", "%YAML 9.9", "sep=;\n", "sep=\"\n", "date:", "date", "continua", "leggi anche:", "Riproduzione riservata", "Foto ©",
    "(Leggi qui)", ". rn Il", "rn", "nn", "1. ", "> ", "# ", "- a", "ore 12:30", "Aggiornamento", "12 gennaio 2024", "31/02/2024", "2024-13-45", "0000-00-00", "9999-12-31",
    "1 ſet 2024", "3 aprıle 2025", "٣/٤/٢٠٢٤", "2024-01-01T00:00:00+99:99", "0001-01-01T00:00:00+23:59", "~nessuno/", "á́́",
)  # fmt: skip
NUMBERS = (
    "0",
    "-1",
    "1",
    "255",
    "65536",
    "2147483648",
    "4294967296",
    "18446744073709551616",
    "9" * 30,
    "9" * 5000,
    "1e400",
    "0x41",
    "٣",
    "²",
)
LOOKALIKES = {
    "s": "ſ",
    "i": "ı",
    "I": "İ",
    "k": "\u212a",
    "1": "１",
    " ": "\u00a0",
    "'": "’",
    "-": "\u2011",
    ".": "․",
    "e": "е",
    "\n": "\u2028",
}

_NUMBER = re.compile(rb"\d+")
_LINE = re.compile(rb"[^\n]*\n?")


def mutated(seed: bytes, others: Sequence[bytes], random: Random, *, largest: int = LARGEST_BYTES) -> bytes:
    """Return a seed after one or a few mutations, never longer than `largest`; `others` are what pieces are spliced in from."""
    if seed.startswith(b"PK\x03\x04") and random.random() < 0.85:
        return _mutated_package(seed, others, random, largest)
    raw = seed
    for _ in range(_few(random)):
        raw = random.choice(_MUTATIONS)(raw, others, random, largest)[:largest]
    return raw


def _few(random: Random) -> int:
    return 1 + min(int(random.expovariate(0.5)), 12)


def _slice(raw: bytes, random: Random, longest: int = 400) -> tuple[int, int]:
    start = random.randrange(len(raw) + 1)
    return start, min(len(raw), start + random.randint(0, random.choice((4, 40, longest))))


def _flip(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    changed = bytearray(raw)
    for _ in range(random.choice((1, 1, 2, 8, 64)) if raw else 0):
        changed[random.randrange(len(changed))] = random.choice((random.randrange(256), random.choice(b'\x00\xff\x80<>&"\n\r')))
    return bytes(changed)


def _cut(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    return raw[: random.randrange(len(raw) + 1)] if random.random() < 0.7 else raw[random.randrange(len(raw) + 1) :]


def _delete(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    start, end = _slice(raw, random)
    return raw[:start] + raw[end:]


def _repeat(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    """Repeat a slice where it stands, sometimes until the input is as long as it may be."""
    start, end = _slice(raw, random)
    times = min(random.choice(RUN_LENGTHS), 1 + largest // max(1, end - start))
    return raw[:end] + raw[start:end] * times + raw[end:]


def _move(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    start, end = _slice(raw, random)
    rest = raw[:start] + raw[end:]
    place = random.randrange(len(rest) + 1)
    return rest[:place] + raw[start:end] + rest[place:]


def _splice(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    other = random.choice(others)
    start, end = _slice(other, random, 4000)
    place, until = _slice(raw, random)
    return raw[:place] + other[start:end] + raw[until:]


def _insert_word(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    place = random.randrange(len(raw) + 1)
    return raw[:place] + _encoded(random.choice(WORDS)) * random.choice((1, 1, 1, 2, 50)) + raw[place:]


def _insert_run(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    """Insert one sign many times: what makes a careless pattern take for ever."""
    sign = _encoded(random.choice(SIGNS))
    place = random.randrange(len(raw) + 1)
    return raw[:place] + sign * min(random.choice(RUN_LENGTHS), largest // len(sign)) + raw[place:]


def _replace_number(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    numbers = [match.span() for match in _NUMBER.finditer(raw)]
    start, end = random.choice(numbers) if numbers else _slice(raw, random)
    return raw[:start] + _encoded(random.choice(NUMBERS)) + raw[end:]


def _replace_sign(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    """Replace a letter by one that looks like it, here or everywhere."""
    sign = random.choice([*LOOKALIKES])
    return raw.replace(sign.encode(), LOOKALIKES[sign].encode(), random.choice((1, 3, -1)))


def _encode_otherwise(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    return raw.decode("utf-8", "replace").encode(random.choice(ENCODINGS), "replace")


def _change_ends(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    return raw.replace(b"\n", random.choice((b"\r\n", b"\r", b"", b" ", b"\n\n", b"\x0b", "\u2028".encode())))


def _change_case(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    start, end = _slice(raw, random)
    return raw[:start] + raw[start:end].swapcase() + raw[end:]


def _shuffle_lines(raw: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    lines = _LINE.findall(raw)
    start = random.randrange(len(lines))
    part = lines[start : start + 6]
    random.shuffle(part)
    return b"".join([*lines[:start], *part, *lines[start + 6 :]])


_MUTATIONS: Sequence[Callable[[bytes, Sequence[bytes], Random, int], bytes]] = (
    _flip, _cut, _delete, _repeat, _move, _splice, _insert_word, _insert_word, _insert_word, _insert_run, _insert_run, _replace_number,
    _replace_sign, _encode_otherwise, _change_ends, _change_case, _shuffle_lines,
)  # fmt: skip


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _mutated_package(seed: bytes, others: Sequence[bytes], random: Random, largest: int) -> bytes:
    """Damage one part inside a package, sometimes taking it out or changing how it is packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seed)) as old, zipfile.ZipFile(out, "w", random.choice((0, 8, 8, 12, 14))) as new:
        xml = [part.filename for part in old.infolist() if part.filename.endswith((".xml", ".rels"))]
        damaged = random.choice([*xml, *["word/document.xml"] * 6, *["docProps/core.xml"] * 2])
        for part in old.infolist():
            content = old.read(part)
            if part.filename == damaged:
                content = mutated(content, (content, *others), random, largest=largest)
            if part.filename != damaged or random.random() > 0.03:
                new.writestr(part.filename, content)
    return out.getvalue()

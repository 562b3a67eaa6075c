"""Gold questions: what is asked, and what a right answer would be.

In come JSON lines, one question each (docs/quality says what the fields mean); out come `GoldQuestion`s, or a `GoldError` that names
the file, the line and the mend. Other formats are read by `evaluation/squad` and `evaluation/written`.
"""

import datetime
import gzip
import hashlib
import json
import lzma
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from index.articles import Article
from index.errors import EdicolaError

STATUSES = ("", "fact", "rumour", "quote")

_UNPACK: Mapping[str, Callable[[bytes], bytes]] = {".gz": gzip.decompress, ".xz": lzma.decompress}


class GoldError(EdicolaError):
    """Gold questions cannot be read or used; the message names the place and the mend."""


@dataclass(frozen=True, slots=True)
class GoldFact:
    """Answers and the articles in which they stand literally: an older fact, or one part of what a question asks."""

    answers: tuple[str, ...]
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with its right answers, each a literal slice of one of the articles named.

    `history` are the questions asked before it, oldest first. `sentence` is the sentence that answers, where it is known. `older` is what
    was said before, `parts` what each part asks, or the items of a list. `status` is `fact`, `rumour` or `quote` (by `speaker`), "" where
    nobody judged it. `origin` says where the question was read (`visible.jsonl:12`).
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    answerable: bool = True
    type: str = "standard"
    history: tuple[str, ...] = ()
    asked_on: datetime.date | None = None
    sentence: str = ""
    older: tuple[GoldFact, ...] = ()
    parts: tuple[GoldFact, ...] = ()
    status: str = ""
    speaker: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class GoldCollection:
    """Articles and the questions on them; `dropped` counts questions left out because no answer stands where its file says."""

    articles: tuple[Article, ...]
    questions: tuple[GoldQuestion, ...]
    dropped: int = 0


def read_gold(*paths: Path) -> list[GoldQuestion]:
    """Read the questions of one or more JSON lines files, in order; GoldError at the first line that cannot be used."""
    questions = [_question(record, origin) for path in paths for origin, record in read_records(path)]
    origins: dict[str, str] = {}
    for question in questions:
        if question.id in origins:
            raise GoldError(f"{question.origin}: id {question.id!r} is already that of {origins[question.id]}: give one of them another id")
        origins[question.id] = question.origin
    return questions


def of_types(questions: Sequence[GoldQuestion], types: Collection[str]) -> list[GoldQuestion]:
    """Return the questions of these types, or all where none is named; GoldError for a type that no question has."""
    counts = Counter(question.type for question in questions)
    if unknown := sorted(set(types) - counts.keys()):
        raise GoldError(f"no question is of type {unknown[0]!r}: there are {', '.join(sorted(counts))}")
    return [question for question in questions if not types or question.type in types]


def sample(questions: Sequence[GoldQuestion], limit: int | None) -> list[GoldQuestion]:
    """Return up to `limit` questions in their order: always the same ones, whatever else the file holds (smallest hash of the id)."""
    if limit is None:
        return list(questions)
    chosen = {question.id for question in sorted(questions, key=_rank)[:limit]}
    return [question for question in questions if question.id in chosen]


def gold_digest(questions: Iterable[GoldQuestion]) -> str:
    """Return the hex BLAKE2b of all that the questions say, origins left out."""
    hashed = hashlib.blake2b(digest_size=16)
    for q in questions:
        said = [q.id, q.question, q.answers, q.article_ids, q.answerable, q.type, q.history, str(q.asked_on or ""), q.sentence]
        if q.status:
            said += [[(fact.answers, fact.article_ids) for fact in facts] for facts in (q.older, q.parts)] + [q.status, q.speaker]
        hashed.update(json.dumps(said, ensure_ascii=False).encode())
    return hashed.hexdigest()


def read_text(path: Path) -> str:
    """Return a UTF-8 text, unpacked where its name ends in .gz or .xz; GoldError if it cannot be read."""
    try:
        raw = _UNPACK.get(path.suffix, bytes)(path.read_bytes())
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise GoldError(f"{path} cannot be read ({error}): check its name, and fetch it again if it is damaged") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise GoldError(f"{path.name}:{line}: the line is not UTF-8: save the file again as UTF-8") from error


def read_records(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the place (`file:line`) and the content of each JSON line, blank ones left out; GoldError where one is no JSON object."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            origin = f"{path.name}:{number}"
            yield origin, _record(line, origin)


def _rank(question: GoldQuestion) -> bytes:
    return hashlib.blake2b(question.id.encode(), digest_size=8).digest()


def _record(line: str, origin: str) -> Mapping[str, object]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise GoldError(f"{origin}: the line is not JSON ({error}): write one object {{…}} a line") from error
    if not isinstance(record, dict):
        raise GoldError(
            f"{origin}: the line is not a JSON object: write {{…}} with `id`, `question`, `answers`, `article_ids`, `answerable`"
        )
    return record


def _question(record: Mapping[str, object], origin: str) -> GoldQuestion:
    question = GoldQuestion(
        id=_text(record, "id", origin),
        question=_text(record, "question", origin),
        answers=_texts(record, "answers", origin),
        article_ids=_texts(record, "article_ids", origin),
        answerable=_flag(record, "answerable", origin),
        type=_text(record, "type", origin) if "type" in record else "standard",
        history=_texts(record, "history", origin) if record.get("history") else (),
        asked_on=_day(record.get("asked_on"), origin),
        sentence=_text(record, "sentence", origin) if record.get("sentence") else "",
        older=_facts(record, "older", origin),
        parts=_facts(record, "parts", origin),
        status=_status(record.get("status", ""), origin),
        speaker=_text(record, "speaker", origin) if record.get("speaker") else "",
        origin=origin,
    )
    if question.answerable and not (question.answers and question.article_ids):
        raise GoldError(f"{origin}: `answerable` is true without `answers` or `article_ids`: name both, or make it false")
    if not question.answerable and question.answers:
        raise GoldError(f"{origin}: `answerable` is false, and there are `answers`: leave them empty, or make it true")
    return question


def _text(record: Mapping[str, object], name: str, origin: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not value.strip():
        raise GoldError(f"{origin}: `{name}` is missing, empty or no string: write one between double quotes")
    return value


def _texts(record: Mapping[str, object], name: str, origin: str) -> tuple[str, ...]:
    value = record.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise GoldError(f'{origin}: `{name}` is no list of strings that are not empty: write [] or ["…", "…"]')
    return tuple(cast("list[str]", value))


def _facts(record: Mapping[str, object], name: str, origin: str) -> tuple[GoldFact, ...]:
    value = record.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise GoldError(f'{origin}: `{name}` is no list of objects: write [{{"answers": ["…"], "article_ids": ["…"]}}]')
    items = cast("list[Mapping[str, object]]", value)
    return tuple(GoldFact(_texts(item, "answers", origin), _texts(item, "article_ids", origin)) for item in items)


def _status(value: object, origin: str) -> str:
    if value not in STATUSES:
        raise GoldError(f"{origin}: `status` is {value!r}: write fact, rumour or quote, or leave it out")
    return str(value)


def _flag(record: Mapping[str, object], name: str, origin: str) -> bool:
    value = record.get(name)
    if not isinstance(value, bool):
        raise GoldError(f"{origin}: `{name}` is neither true nor false: write one of them, without quotes")
    return value


def _day(value: object, origin: str) -> datetime.date | None:
    if value is None or value == "":
        return None
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError as error:
        raise GoldError(f"{origin}: `asked_on` is {value!r}, not a date such as 2025-03-31: mend it or leave it out") from error

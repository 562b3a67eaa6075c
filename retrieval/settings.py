"""Settings of answering: which reader, how much is read, from which day the world is seen, when news are old."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from index.errors import SettingError
from index.settings import PROJECT

BUILT_IN_READER = str(PROJECT / "models" / "reader-it")
FEATURE_READER = "features"
MOST_TOP_K = 100
MOST_STALE_AFTER_DAYS = 3650


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """What `retrieval` needs to know; every value has a default that works."""

    reader_model: str = BUILT_IN_READER  # `features` for the light one, or any question-answering model by name or path
    top_k: int = 10  # passages that are read
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Rome"))
    as_of: datetime.date | None = None  # None: today
    stale_after_days: int = 365  # an answer whose newest article is older says so
    aliases_file: Path | None = None  # an operator's own aliases, beside the built-in ones


def read_retrieval_settings(environ: Mapping[str, str]) -> RetrievalSettings:
    """Read the settings from a mapping; empty values count as missing. SettingError names what cannot be used."""
    defaults = RetrievalSettings()
    return RetrievalSettings(
        reader_model=environ.get("READER_MODEL") or defaults.reader_model,
        top_k=_positive(environ, "TOP_K", defaults.top_k, most=MOST_TOP_K),
        timezone=_timezone(environ.get("TIMEZONE", "")) or defaults.timezone,
        as_of=_day(environ.get("AS_OF", "")),
        stale_after_days=_positive(environ, "STALE_AFTER_DAYS", defaults.stale_after_days, most=MOST_STALE_AFTER_DAYS),
        aliases_file=_path(environ.get("ALIASES_FILE", "")),
    )


def _positive(environ: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    value = environ.get(name, "").strip()
    if not value:
        return default
    if not (value.isdecimal() and len(value) <= len(str(most)) and 1 <= int(value) <= most):
        raise SettingError(f"{name}={value!r} is not a whole number from 1 to {most}")
    return int(value)


def _path(value: str) -> Path | None:
    return Path(value) if value.strip() else None


def _timezone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(f"TIMEZONE={name!r} is not a time zone such as Europe/Rome") from error


def _day(value: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value) if value else None
    except ValueError as error:
        raise SettingError(f"AS_OF={value!r} is not a date such as 2025-03-31") from error

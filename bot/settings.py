"""Settings of the bot, and of the whole program: every value is read once, from a mapping that the command line hands over.

The token and the journal's address are secrets: they show in no `repr`, no log and no error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from index.errors import SettingError
from index.settings import IndexSettings, read_index_settings
from retrieval.settings import RetrievalSettings, read_retrieval_settings

TELEGRAM_API_URL = "https://api.telegram.org"
MOST_RETENTION_DAYS = 36500
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is shown to nobody; `value` is for the one who needs it."""

    value: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return "(secret)" if self.value else ""


@dataclass(frozen=True, slots=True)
class BotSettings:
    """What `bot` needs to know; every value but the token has a default that works."""

    token: Secret = Secret()
    api_url: str = TELEGRAM_API_URL
    admin_ids: frozenset[int] = frozenset()
    allowed_ids: frozenset[int] = frozenset()  # people or groups; empty: everybody
    journal_url: Secret = Secret()  # empty: SQLite in `DATA_DIR`
    public_url: str = ""  # where articles without an address of their own will be shown
    log_level: str = "INFO"
    answer_timeout_seconds: float = 20.0
    queue_size: int = 100  # questions waiting for their turn before new ones are asked to come back later
    retention_days: int = 90  # 0: for ever
    reindex_minutes: float = 30.0  # between two readings of the sources; 0: only at the start and when told


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of all three layers."""

    index: IndexSettings
    retrieval: RetrievalSettings
    bot: BotSettings

    @property
    def journal_url(self) -> str:
        """The journal's database as SQLAlchemy names it."""
        from sqlalchemy import URL  # noqa: PLC0415 - slow to import, and `--help` reads this module

        beside_index = URL.create("sqlite", database=str(self.index.data_dir / "journal.sqlite"))
        return self.bot.journal_url.value or beside_index.render_as_string()


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read all settings from a mapping; empty values count as missing. SettingError names what cannot be used."""
    return Settings(read_index_settings(environ), read_retrieval_settings(environ), read_bot_settings(environ))


def read_bot_settings(environ: Mapping[str, str]) -> BotSettings:
    """Read the bot's settings from a mapping; SettingError names what cannot be used."""
    defaults = BotSettings()
    if environ.get("WEBHOOK_URL", "").strip():
        raise SettingError("WEBHOOK_URL is not supported yet: leave it empty, the bot fetches its updates by polling")
    return BotSettings(
        token=Secret(environ.get("TELEGRAM_TOKEN", "").strip()),
        api_url=_web_address(environ, "TELEGRAM_API_URL") or defaults.api_url,
        admin_ids=_ids(environ, "ADMIN_IDS"),
        allowed_ids=_ids(environ, "ALLOWED_IDS"),
        journal_url=Secret(environ.get("JOURNAL_URL", "").strip()),
        public_url=_web_address(environ, "PUBLIC_URL"),
        log_level=_log_level(environ.get("LOG_LEVEL", "")) or defaults.log_level,
        answer_timeout_seconds=_number(environ, "ANSWER_TIMEOUT_SECONDS", defaults.answer_timeout_seconds, least=0.1),
        queue_size=int(_number(environ, "QUEUE_SIZE", defaults.queue_size, least=1)),
        reindex_minutes=_number(environ, "REINDEX_MINUTES", defaults.reindex_minutes, least=0),
        retention_days=_days(environ, "RETENTION_DAYS", defaults.retention_days),
    )


def require_token(settings: BotSettings) -> Secret:
    """Return the token; SettingError says where to get one."""
    if not settings.token:
        raise SettingError("TELEGRAM_TOKEN is missing: talk to @BotFather in Telegram, send /newbot, put TELEGRAM_TOKEN=… into .env")
    if not _TOKEN.fullmatch(settings.token.value):
        raise SettingError("TELEGRAM_TOKEN does not look like 123456:ABC-DEF…: copy the whole token that @BotFather gave you into .env")
    return settings.token


def _web_address(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip().rstrip("/")
    if value and not value.startswith(("http://", "https://")):
        raise SettingError(f"{name}={value!r} is not an address that begins with http:// or https://")
    return value


def _ids(environ: Mapping[str, str], name: str) -> frozenset[int]:
    parts = [part.strip() for part in environ.get(name, "").split(",")]
    try:
        return frozenset(int(part) for part in parts if part)
    except ValueError as error:
        raise SettingError(f"{name} is a list of numbers with commas, such as 123456,-100987: ask the bot for them with /id") from error


def _log_level(value: str) -> str:
    level = value.strip().upper()
    if level and level not in LOG_LEVELS:
        raise SettingError(f"LOG_LEVEL={value!r} is none of {', '.join(LOG_LEVELS)}")
    return level


def _number(environ: Mapping[str, str], name: str, default: float, *, least: float) -> float:
    value = environ.get(name, "").strip()
    if not value:
        return default
    try:
        number = float(value)
    except ValueError as error:
        raise SettingError(f"{name}={value!r} is not a number") from error
    if not least <= number < float("inf"):
        raise SettingError(f"{name}={value!r} is below {least:g}")
    return number


def _days(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, "").strip()
    if value and not (re.fullmatch(r"[0-9]{1,5}", value) and int(value) <= MOST_RETENTION_DAYS):
        raise SettingError(f"{name}={value!r} is not a whole number from 0, which is for ever, to {MOST_RETENTION_DAYS}")
    return int(value) if value else default

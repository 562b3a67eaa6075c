"""Settings of the bot: defaults that work, errors that name the setting and the mend, secrets that stay secret."""

import re
from pathlib import Path

import pytest

from bot.journal import Journal
from bot.settings import BotSettings, Secret, read_settings, require_token
from index.errors import SettingError


def test_everything_but_the_token_has_a_default() -> None:
    """An empty environment is enough for all commands but `bot`; the journal lies beside the index."""
    settings = read_settings({})
    assert settings.bot == BotSettings()
    assert settings.journal_url == f"sqlite:///{Path('data') / 'journal.sqlite'}"


def test_values_are_read() -> None:
    """Each name sets what it says."""
    bot = read_settings(
        {
            "TELEGRAM_TOKEN": " 123:abc ",
            "TELEGRAM_API_URL": "http://127.0.0.1:8081/",
            "ADMIN_IDS": "12, 34,",
            "ALLOWED_IDS": "-100987",
            "JOURNAL_URL": "postgresql://u:p@db/edicola",
            "PUBLIC_URL": "https://edicola.example",
            "LOG_LEVEL": "debug",
            "ANSWER_TIMEOUT_SECONDS": "7.5",
            "QUEUE_SIZE": "3",
            "RETENTION_DAYS": "0",
        }
    ).bot
    assert bot == BotSettings(
        token=Secret("123:abc"),
        api_url="http://127.0.0.1:8081",
        admin_ids=frozenset({12, 34}),
        allowed_ids=frozenset({-100987}),
        journal_url=Secret("postgresql://u:p@db/edicola"),
        public_url="https://edicola.example",
        log_level="DEBUG",
        answer_timeout_seconds=7.5,
        queue_size=3,
        retention_days=0,
    )


def test_age_of_old_news_and_own_aliases_are_read() -> None:
    """STALE_AFTER_DAYS is a whole number up to ten years, a year where nothing is set; ALIASES_FILE is a path or nothing."""
    defaults, read = read_settings({"ALIASES_FILE": " "}), read_settings({"STALE_AFTER_DAYS": "3650", "ALIASES_FILE": "own/aliases.txt"})
    assert (defaults.retrieval.stale_after_days, defaults.retrieval.aliases_file) == (365, None)
    assert (read.retrieval.stale_after_days, read.retrieval.aliases_file) == (3650, Path("own/aliases.txt"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("ADMIN_IDS", "@anna"),
        ("ALLOWED_IDS", "1;2"),
        ("PUBLIC_URL", "ftp://edicola.example"),
        ("LOG_LEVEL", "loud"),
        ("ANSWER_TIMEOUT_SECONDS", "soon"),
        ("ANSWER_TIMEOUT_SECONDS", "0"),
        ("ANSWER_TIMEOUT_SECONDS", "nan"),
        ("QUEUE_SIZE", "0"),
        ("RETENTION_DAYS", "-1"),
        ("RETENTION_DAYS", "0.5"),
        ("RETENTION_DAYS", "36501"),
        ("RETENTION_DAYS", "9" * 5000),
        ("WEBHOOK_URL", "https://edicola.example/hook"),
        ("AS_OF", "yesterday"),
        ("STALE_AFTER_DAYS", "0"),
        ("STALE_AFTER_DAYS", "3651"),
        ("STALE_AFTER_DAYS", "-1"),
        ("STALE_AFTER_DAYS", "1.5"),
        ("STALE_AFTER_DAYS", "a year"),
        ("STALE_AFTER_DAYS", "9" * 5000),
    ],
)
def test_wrong_value_is_named(name: str, value: str) -> None:
    """A value that cannot be used is an error that names its setting."""
    with pytest.raises(SettingError, match=name):
        read_settings({name: value})


@pytest.mark.parametrize("token", ["", "123456", "1:a b", "١:abc"])
def test_missing_or_broken_token_says_what_to_do(token: str) -> None:
    """Without a token, or with half of one, the error leads to @BotFather and .env and does not show it."""
    with pytest.raises(SettingError, match=r"TELEGRAM_TOKEN.*@BotFather.*\.env") as raised:
        require_token(BotSettings(token=Secret(token)))
    assert not token or not re.search(rf"{token}\b", str(raised.value).replace("123456:ABC", ""))


def test_secrets_show_nowhere() -> None:
    """Neither the token nor the journal's password shows when settings are printed."""
    settings = read_settings({"TELEGRAM_TOKEN": "123:abc", "JOURNAL_URL": "postgresql://u:hush@db/x"})
    for text in (repr(settings), str(settings), f"{settings.bot.token}", f"{settings.bot.token!r}"):
        assert "123:abc" not in text
        assert "hush" not in text


@pytest.mark.parametrize("name", ["dove?", "a#b", "50%20", "perché no"])
def test_journal_lies_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    """DATA_DIR may have characters that mean something in an address."""
    Journal(read_settings({"DATA_DIR": str(tmp_path / name)}).journal_url).close()
    assert (tmp_path / name / "journal.sqlite").is_file()

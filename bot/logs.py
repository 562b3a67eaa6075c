"""Logging: one line a record on stderr, `time level logger message`, the message in `key=value` words where a program may read it.

No line ever holds a secret: libraries that write addresses down (and the token is part of the address) are kept quiet, and whatever
still names a secret has it struck out.
"""

import logging
import sys
from collections.abc import Iterable
from typing import TextIO

from bot.settings import Secret

TALKATIVE = ("httpx", "httpcore", "telegram", "asyncio", "sqlalchemy", "urllib3", "sentence_transformers", "transformers", "trafilatura")
STRUCK_OUT = "(secret)"


class Discreet(logging.Formatter):
    """Writes records without the secrets, in messages and in tracebacks alike."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._secrets = [secret.value for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, STRUCK_OUT)
        return text


def configure_logging(level: str, *, secrets: Iterable[Secret], stream: TextIO | None = None) -> None:
    """Send everything of `level` and above to a stream, stderr by default."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Discreet(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))

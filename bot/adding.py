"""Adding an article by hand: a child process reads the link or the file, so that a bad one never hurts the bot.

The child (`edicola add --pending --json`) holds what it read and prints its token, or the reason why there is none, in one line of JSON.
Both directions of that format are here. Methods that are no coroutines block: `asyncio` code calls them in threads.
"""

import asyncio
import json
import logging
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

from bot.reindexing import NICENESS
from index.articles import Article
from index.engine import Engine
from index.errors import EdicolaError, NoSnapshot
from index.sources.adding import Additions, NotAdded, Reason, UnknownAddition
from index.sources.declaration import ADDED

READING_SECONDS = 90.0  # for the child as a whole: start, fetching, reading

_log = logging.getLogger(__name__)

Articles = tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Articles that wait for a decision, and whether some of them are in the index already, or were withdrawn from it."""

    token: str
    articles: Articles
    is_known: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class NotRead:
    """A link or a file gave no article."""

    reason: Reason


def encode_held(token: str) -> str:
    """Return the line that says under which token articles are held."""
    return json.dumps({"token": token})


def encode_refusal(error: NotAdded) -> str:
    """Return the line that says why there is nothing to hold."""
    return json.dumps({"reason": error.reason, "message": str(error)})


def decode_reading(output: bytes) -> str | NotRead:
    """Return the token in what a child wrote, or why there is none; other lines, such as a library's chatter, are passed over."""
    for line in reversed(output.decode(errors="replace").splitlines()):
        with suppress(ValueError, TypeError, KeyError):
            fields = json.loads(line)
            if "token" in fields:
                return str(fields["token"])
            _log.warning("not added: %s", fields["message"])
            return NotRead(Reason(fields["reason"]))
    return NotRead(Reason.UNKNOWN)


class Adding:
    """Reads in a child process, one at a time, and keeps what was read until somebody decides."""

    def __init__(
        self,
        command: Sequence[str],
        additions: Additions,
        engine: Engine,
        environ: Mapping[str, str] | None = None,
        *,
        seconds: float = READING_SECONDS,
    ) -> None:
        """`environ` is the child's environment; None: our own, without the token."""
        self._command = command
        self._additions = additions
        self._engine = engine
        self._environ = {name: value for name, value in (environ or os.environ).items() if name != "TELEGRAM_TOKEN"}
        self._seconds = seconds
        self._turn = asyncio.Lock()

    async def read(self, reference: str) -> Held | NotRead:
        """Read a link or a file and hold what it gives."""
        async with self._turn:
            token = decode_reading(await self._output_of_child(reference))
        if isinstance(token, NotRead):
            return token
        try:
            return await asyncio.to_thread(self._held, token)
        except EdicolaError as error:
            _log.error("what was read cannot be held: %s", error)
            return NotRead(Reason.UNKNOWN)

    def accept(self, token: str) -> Articles:
        """Let the next indexing read what is held; empty if it is held no longer.

        What another source gives is forgotten here: fetching it anew has brought that source in step, and there it stays so.
        """
        try:
            if self._is_given_elsewhere(articles := self._additions.pending(token)):
                self._additions.discard(token)
                return articles
        except UnknownAddition:
            pass
        try:
            return self._additions.accept(token)
        except UnknownAddition:
            return ()

    def discard(self, token: str) -> Articles:
        """Forget what is held and return what that was; empty if it is held no longer."""
        try:
            articles = self._additions.pending(token)
        except UnknownAddition:
            return ()
        self._additions.discard(token)
        return articles

    def is_accepted(self, token: str) -> bool:
        """Tell whether what was held under a token was accepted, and not replaced since."""
        try:
            return bool(self._additions.accepted(token))
        except UnknownAddition:
            return False

    def is_indexed(self, articles: Articles) -> bool:
        """Tell whether articles are in the index as they were read."""
        indexed = self._indexed(articles)
        return all(article.id in indexed and _prose(indexed[article.id]) == _prose(article) for article in articles)

    def is_withdrawn(self, articles: Articles) -> bool:
        """Tell whether some of these articles were withdrawn."""
        return not self._engine.withdrawn().isdisjoint(article.id for article in articles)

    def _held(self, token: str) -> Held:
        articles = self._additions.pending(token)
        return Held(token, articles, bool(self._indexed(articles)), self.is_withdrawn(articles))

    def _is_given_elsewhere(self, articles: Articles) -> bool:
        indexed = self._indexed(articles)
        return all(article.id in indexed and indexed[article.id].found_in != ADDED for article in articles)

    def _indexed(self, articles: Articles) -> Mapping[str, Article]:
        try:
            with closing(self._engine.open_current()) as snapshot:
                return snapshot.articles([article.id for article in articles])
        except NoSnapshot:
            return {}

    async def _output_of_child(self, reference: str) -> bytes:
        """Run the child and return what it wrote; when its time is over that is the reason."""
        try:
            child = await asyncio.create_subprocess_exec(
                *self._command, reference, stdout=asyncio.subprocess.PIPE, env=self._environ, start_new_session=True
            )
        except OSError as error:
            _log.error("the process that reads additions could not be run: %s", error)
            return b""
        try:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, child.pid, NICENESS)
            async with asyncio.timeout(self._seconds):
                output, _ = await child.communicate()
            return output
        except TimeoutError:
            return encode_refusal(NotAdded(f"reading took longer than {self._seconds:g} seconds", Reason.TOO_SLOW)).encode()
        finally:
            await _end(child)


def _prose(article: Article) -> str:
    return article.text[article.body_start :].strip()


async def _end(child: asyncio.subprocess.Process) -> None:
    """Kill a child that still runs, with all processes that it started."""
    if child.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()

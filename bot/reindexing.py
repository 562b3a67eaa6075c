"""Indexing as a child process that reports in JSON lines, so that it never starves the answers.

The child (`edicola index --json`) writes one event a line: progress, sources that have
fallen silent, a report at the end, or a failure. Both directions of that format
are here.
"""

import asyncio
import json
import logging
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from index.articles import Skipped
from index.indexer import Progress, Report
from index.sources.history import Stale

NICENESS = 10  # the answers come first
TERMINATION_SECONDS = 3.0  # then the child is killed; a crash leaves the index whole
LONGEST_LINE_BYTES = 1 << 24  # a report names every file that was skipped

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Indexing ended without a report. `error` is the name of the error, `message` what to do about it."""

    error: str
    message: str


IndexEvent = Progress | Stale | Report | Failure


def encode_event(event: IndexEvent) -> str:
    """Return an event as one line of JSON."""
    return json.dumps({"event": type(event).__name__.lower(), **asdict(event)}, ensure_ascii=False, default=str)


def decode_event(line: str) -> IndexEvent | None:
    """Return the event of a line, or None for a line that is none, such as a library's chatter."""
    try:
        fields = json.loads(line)
        kind = fields.pop("event")
        if kind == "report":
            return Report(**{**fields, "skipped": tuple(Skipped(**skipped) for skipped in fields["skipped"])})
        if kind == "stale":
            return Stale(**{**fields, "since": date.fromisoformat(fields["since"])})
        return Progress(**fields) if kind == "progress" else Failure(**fields)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


class Reindexing:
    """Runs the child, one at a time."""

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str] | None = None, *, termination_seconds: float = TERMINATION_SECONDS
    ) -> None:
        """`environ` is the child's environment; None: our own, without the token."""
        self._command = command
        self._environ = {name: value for name, value in (environ or os.environ).items() if name != "TELEGRAM_TOKEN"}
        self._termination_seconds = termination_seconds
        self._is_running = False
        self._child: asyncio.subprocess.Process | None = None

    def claim(self) -> bool:
        """Reserve the next run; False if one is under way. Whoever gets it must call `events`."""
        if self._is_running:
            return False
        self._is_running = True
        return True

    async def events(self, *arguments: str) -> AsyncGenerator[IndexEvent, None]:
        """Run the child with further arguments and yield its events; the last one is a report or a failure."""
        try:
            self._child = child = await self._start(arguments)
            last: IndexEvent | None = None
            assert child.stdout is not None
            async for line in child.stdout:
                event = decode_event(line.decode(errors="replace"))
                if event is not None:
                    yield (last := event)
            code = await child.wait()
            if not isinstance(last, Report | Failure):
                yield Failure("ChildFailed", f"the indexing process ended with code {code} and no report, see the log")
        except OSError as error:
            yield Failure(type(error).__name__, f"the indexing process could not be run: {error}")
        except ValueError as error:  # a line over the limit
            yield Failure(type(error).__name__, f"the indexing process wrote what cannot be read: {error}")
        finally:
            await self.stop()
            self._is_running = False

    async def stop(self) -> None:
        """End the child if it runs; what it had not published is dropped, the index stays as it was."""
        child = self._child
        if child is None or child.returncode is not None:
            return
        child.terminate()
        try:
            await asyncio.wait_for(child.wait(), self._termination_seconds)
        except TimeoutError:
            child.kill()
            await child.wait()

    async def _start(self, arguments: Sequence[str]) -> asyncio.subprocess.Process:
        child = await asyncio.create_subprocess_exec(
            *self._command, *arguments, stdout=asyncio.subprocess.PIPE, env=self._environ, limit=LONGEST_LINE_BYTES
        )
        try:
            os.setpriority(os.PRIO_PROCESS, child.pid, NICENESS)
        except OSError:
            _log.debug("the indexing process keeps its priority")
        return child

"""What people made, kept apart from the index: the inbox of updates and the answers given.

The inbox holds every update until it is answered, so that a crash loses no question; what a person wrote leaves the inbox as soon as it
is answered. The answers are the conversation of each chat; what they cite, and why there was none, is kept for review.
SQLite by default, any database that SQLAlchemy speaks by URL. Methods block: `asyncio` code calls them in threads.
"""

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from index.errors import EdicolaError
from retrieval.conversation import MAX_TURNS, Conversation, Turn

SCHEMA_VERSION = 1
BUSY_SECONDS = 30  # how long a writer waits for another one

JsonObject = dict[str, Any]


class JournalError(EdicolaError):
    """The journal cannot be opened or written."""


class State(StrEnum):
    """What became of an update."""

    RECEIVED = "received"  # to be answered
    ANSWERED = "answered"  # with a message id, unless there was nothing to say
    UNCONFIRMED = "unconfirmed"  # the answer was sent, whether it arrived is unknown: it is never sent again
    REFUSED = "refused"  # Telegram will not deliver it: the bot was blocked, the chat is gone


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given. `citations` are `{article_id, digest, offsets}`, enough to show them again."""

    chat_id: int
    turn: Turn
    outcome: str  # answer, tentative or none
    reason: str = ""
    confidence: float = 0.0
    snapshot: int | None = None
    citations: tuple[Mapping[str, Any], ...] = ()


_metadata = sa.MetaData()
_schema = sa.Table("schema_version", _metadata, sa.Column("version", sa.Integer, primary_key=True))
_inbox = sa.Table(
    "inbox",
    _metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("received_at", sa.DateTime, nullable=False, index=True),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),  # JSON, empty once answered
    sa.Column("message_id", sa.BigInteger),
)
_answers = sa.Table(
    "answers",
    _metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("given_at", sa.DateTime, nullable=False, index=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("article_id", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("snapshot", sa.Integer),
    sa.Column("citations", sa.Text, nullable=False),  # JSON
)
_INSERT: Mapping[str, Callable[[sa.Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Journal:
    """The database; safe to share between threads. Close it at the end."""

    def __init__(self, url: str) -> None:
        """Open the database, made if it is missing; JournalError if that cannot be done."""
        try:
            self._engine = _engine(url)
            with self._engine.begin() as connection:
                _migrate(connection)
        except (SQLAlchemyError, ImportError, OSError) as error:
            raise JournalError(f"the journal cannot be opened, check JOURNAL_URL and DATA_DIR: {type(error).__name__}") from error

    def receive(self, updates: Sequence[JsonObject]) -> list[JsonObject]:
        """Store updates in one transaction and return those that were not known before, in order."""
        now = _now()
        fresh = []
        with self._engine.begin() as connection:
            for update in updates:
                row = {"update_id": update["update_id"], "received_at": now, "state": State.RECEIVED, "body": json.dumps(update)}
                if connection.execute(self._insert_new(_inbox), row).rowcount == 1:
                    fresh.append(update)
        return fresh

    def unanswered(self) -> list[JsonObject]:
        """Return the updates that are still to be answered, in the order in which they came."""
        query = sa.select(_inbox.c.body).where(_inbox.c.state == State.RECEIVED).order_by(_inbox.c.received_at, _inbox.c.update_id)
        with self._engine.connect() as connection:
            return [json.loads(body) for body in connection.scalars(query)]

    def finish(self, update_id: int, state: State, *, message_id: int | None = None, given: Given | None = None) -> None:
        """Record what became of an update, and the answer that was given to it; the first record of an update stands."""
        with self._engine.begin() as connection:
            found = connection.execute(
                sa.update(_inbox)
                .where(_inbox.c.update_id == update_id, _inbox.c.state == State.RECEIVED)
                .values(state=state, message_id=message_id, body="")
            )
            if given and found.rowcount:
                connection.execute(sa.insert(_answers), _answer_row(given, message_id))

    def state(self, update_id: int) -> tuple[State, int | None] | None:
        """Return what became of an update and the id of the message that answers it; None for one never received."""
        query = sa.select(_inbox.c.state, _inbox.c.message_id).where(_inbox.c.update_id == update_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return (State(row.state), row.message_id) if row else None

    def conversation(self, chat_id: int, *, up_to: int | None = None) -> Conversation:
        """Return the last turns of a chat, oldest first; up to the one that the message with the id `up_to` answered, if it is known."""
        query = sa.select(_answers).where(_answers.c.chat_id == chat_id).order_by(_answers.c.id.desc()).limit(MAX_TURNS)
        with self._engine.connect() as connection:
            last = sa.select(sa.func.max(_answers.c.id)).where(_answers.c.chat_id == chat_id, _answers.c.message_id == up_to)
            last_id = connection.scalar(last) if up_to is not None else None
            rows = connection.execute(query if last_id is None else query.where(_answers.c.id <= last_id)).all()
        return tuple(_turn(row) for row in reversed(rows))

    def turn(self, chat_id: int, message_id: int) -> Turn | None:
        """Return the turn that a message of ours answered; None if it answered no question, or that was forgotten."""
        query = sa.select(_answers).where(_answers.c.chat_id == chat_id, _answers.c.message_id == message_id).order_by(_answers.c.id.desc())
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return _turn(row) if row else None

    def forget(self, *, older_than_days: int) -> int:
        """Delete what was received or given longer ago, unanswered updates excepted; return the number of rows."""
        before = _now() - datetime.timedelta(days=older_than_days)
        with self._engine.begin() as connection:
            updates = connection.execute(sa.delete(_inbox).where(_inbox.c.received_at < before, _inbox.c.state != State.RECEIVED))
            answers = connection.execute(sa.delete(_answers).where(_answers.c.given_at < before))
        return updates.rowcount + answers.rowcount

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _insert_new(self, table: sa.Table) -> Any:
        return _INSERT[self._engine.dialect.name](table).on_conflict_do_nothing()


def _engine(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() not in _INSERT:
        raise JournalError(f"JOURNAL_URL names {parsed.get_backend_name()}: only sqlite and postgresql are known")
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Readers beside a writer (WAL), and no commit lost when the power fails (synchronous=FULL)."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _migrate(connection: sa.Connection) -> None:
    _metadata.create_all(connection)
    version = connection.scalar(sa.select(_schema.c.version))
    if version is None:
        connection.execute(sa.insert(_schema), {"version": SCHEMA_VERSION})
    elif version != SCHEMA_VERSION:
        raise JournalError(
            f"the journal has schema {version}, this Edicola knows {SCHEMA_VERSION}: install the newer one, or set JOURNAL_URL"
        )


def _turn(row: sa.Row[Any]) -> Turn:
    return Turn(row.question, row.answer, row.article_id, row.title)


def _answer_row(given: Given, message_id: int | None) -> JsonObject:
    return {
        "given_at": _now(),
        "chat_id": given.chat_id,
        "message_id": message_id,
        "question": given.turn.question,
        "answer": given.turn.answer,
        "article_id": given.turn.article_id,
        "title": given.turn.title,
        "outcome": given.outcome,
        "reason": given.reason,
        "confidence": given.confidence,
        "snapshot": given.snapshot,
        "citations": json.dumps(given.citations),
    }


def _now() -> datetime.datetime:
    """Return the time in UTC, naive: SQLite keeps no zone."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)

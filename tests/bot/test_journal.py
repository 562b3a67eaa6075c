"""The journal: what is received is kept until it is answered, what is answered is kept for a time."""

import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.journal import Given, Journal, JournalError, State
from retrieval.conversation import MAX_TURNS, Turn

UPDATES = [{"update_id": 5, "message": {"text": "Quando?"}}, {"update_id": 6, "message": {"text": "Chi?"}}]


def make_given(chat_id: int = 1, question: str = "Quando?") -> Given:
    """Return an answer that was given."""
    return Given(chat_id, Turn(question, "2027", "simeone", "Simeone resta"), "answer", "", 0.9, 7, ({"article_id": "simeone"},))


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a journal in a folder that does not exist yet."""
    return f"sqlite:///{tmp_path / 'new' / 'journal.sqlite'}"


def test_known_updates_are_not_received_again(url: str) -> None:
    """Only new updates come back from receiving; all are unanswered, in the order of their coming, also after a restart."""
    journal = Journal(url)
    assert journal.receive(UPDATES[:1]) == UPDATES[:1]
    assert journal.receive(UPDATES) == UPDATES[1:]
    journal.close()
    assert Journal(url).unanswered() == UPDATES


def test_finished_update_is_no_longer_unanswered_and_its_words_are_gone(url: str) -> None:
    """What a person wrote leaves the inbox with the answer; a second record changes nothing."""
    journal = Journal(url)
    journal.receive(UPDATES)
    journal.finish(5, State.ANSWERED, message_id=77, given=make_given())
    journal.finish(5, State.UNCONFIRMED, given=make_given())
    assert journal.unanswered() == UPDATES[1:]
    assert journal.state(5) == (State.ANSWERED, 77)
    assert len(journal.conversation(1)) == 1
    with sa.create_engine(url).connect() as connection:
        assert connection.scalar(sa.text("SELECT body FROM inbox WHERE update_id = 5")) == ""


def test_conversation_holds_the_last_turns_of_a_chat(url: str) -> None:
    """The conversation is bounded, oldest turn first, and of one chat."""
    journal = Journal(url)
    for number in range(2 * MAX_TURNS + 4):
        journal.receive([{"update_id": number}])
        journal.finish(number, State.ANSWERED, given=make_given(chat_id=number % 2, question=str(number)))
    assert [int(turn.question) for turn in journal.conversation(1)] == list(range(5, 2 * MAX_TURNS + 4, 2))


def test_commits_survive_a_power_cut(url: str) -> None:
    """SQLite writes ahead and waits for the disk at every commit."""
    journal = Journal(url)
    with journal._engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(sa.text("PRAGMA synchronous")) == 2


def test_old_rows_are_forgotten_but_not_the_unanswered(url: str) -> None:
    """Retention deletes answers and answered updates, and leaves what still has to be answered."""
    journal = Journal(url)
    journal.receive(UPDATES)
    journal.finish(5, State.ANSWERED, given=make_given())
    assert journal.forget(older_than_days=1) == 0
    long_ago = datetime.datetime(2020, 1, 1)
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text("UPDATE inbox SET received_at = :day"), {"day": long_ago})
        connection.execute(sa.text("UPDATE answers SET given_at = :day"), {"day": long_ago})
    assert journal.forget(older_than_days=90) == 2
    assert (journal.unanswered(), journal.conversation(1), journal.state(5)) == (UPDATES[1:], (), None)


def test_journal_of_a_newer_program_is_refused(url: str) -> None:
    """A schema that this program does not know is not touched."""
    Journal(url).close()
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text("UPDATE schema_version SET version = 99"))
    with pytest.raises(JournalError, match="schema 99"):
        Journal(url)


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/nowhere/j.sqlite", "mysql://u:secret@h/x", "nonsense", "postgresql://u:secret@127.0.0.1:1/x"]
)
def test_journal_that_cannot_be_opened_names_the_setting(url: str) -> None:
    """An address that leads nowhere is an error that names JOURNAL_URL, without the password."""
    with pytest.raises(JournalError, match="JOURNAL_URL") as raised:
        Journal(url)
    assert "secret" not in str(raised.value)

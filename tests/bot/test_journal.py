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


def answer_all(journal: Journal, count: int) -> None:
    """Answer question after question in two chats by turns, question 1 with message 101 in chat 1, and so on."""
    for number in range(count):
        journal.receive([{"update_id": number}])
        given = make_given(chat_id=number % 2, question=str(number))
        journal.finish(number, State.ANSWERED, message_id=100 + number, given=given)


@pytest.mark.parametrize(
    ("up_to", "questions"),
    [
        (105, [1, 3, 5]),
        (101, [1]),
        (117, [7, 9, 11, 13, 15, 17]),
        (119, [9, 11, 13, 15, 17, 19]),
        (104, [9, 11, 13, 15, 17, 19]),  # of the other chat
        (999, [9, 11, 13, 15, 17, 19]),
        (None, [9, 11, 13, 15, 17, 19]),
    ],
)
def test_conversation_up_to_a_message_ends_with_it(url: str, up_to: int | None, questions: list[int]) -> None:
    """The conversation that a card belongs to ends with its turn, and is bounded; a message that answered nothing here changes nothing."""
    journal = Journal(url)
    answer_all(journal, 20)
    assert [int(turn.question) for turn in journal.conversation(1, up_to=up_to)] == questions


def test_conversation_goes_on_from_the_answer_that_came_last(url: str) -> None:
    """What was asked in reply to an older card is the newest turn of its chat from then on."""
    journal = Journal(url)
    answer_all(journal, 4)
    journal.receive([{"update_id": 50}])
    journal.finish(50, State.ANSWERED, message_id=200, given=make_given(question="50"))
    assert [turn.question for turn in journal.conversation(1)] == ["1", "3", "50"]
    assert [turn.question for turn in journal.conversation(1, up_to=101)] == ["1"]


def test_turn_is_known_by_the_message_that_answered_it(url: str) -> None:
    """A message of ours leads to what it answered and cited, in its own chat only, and to nothing once that is forgotten."""
    journal = Journal(url)
    answer_all(journal, 4)
    assert journal.turn(1, 103) == Turn("3", "2027", "simeone", "Simeone resta")
    assert journal.turn(0, 103) is None
    assert journal.turn(1, 999) is None
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text("UPDATE answers SET given_at = :day"), {"day": datetime.datetime(2020, 1, 1)})
    journal.forget(older_than_days=90)
    assert journal.turn(1, 103) is None


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

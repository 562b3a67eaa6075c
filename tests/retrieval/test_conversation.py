"""A conversation remembers what was answered, and not for ever."""

from index.articles import Article
from retrieval.answer import Answer, Citation, NoAnswer, Reason, Tentative, cited, outcome_name, quoted
from retrieval.conversation import MAX_TURNS, Conversation, Turn, turn_of, with_turn

ARTICLE = Article("a", "Mario Rossi allena il Borgo. Costa due euro.", "Rossi")
FIRST, SECOND = Citation(ARTICLE, 0, 28, 0, 11), Citation(ARTICLE, 29, 44, 35, 43)


def test_turn_remembers_the_answer_and_its_article() -> None:
    """An answer leaves its span and article, tentative quotes leave the article of the first, a no leaves the question alone."""
    assert turn_of("Chi?", Answer(FIRST, 0.9)) == Turn("Chi?", "Mario Rossi", "a", "Rossi")
    assert turn_of("Chi?", Tentative((SECOND, FIRST), 0.4)) == Turn("Chi?", "", "a", "Rossi")
    assert turn_of("Chi?", NoAnswer(Reason.FACT_NOT_FOUND, (ARTICLE,))) == Turn("Chi?")


def test_old_turns_are_forgotten() -> None:
    """Only the last turns are kept, in order, and the conversation given is left as it was."""
    conversation: Conversation = ()
    for number in range(MAX_TURNS + 3):
        before = conversation
        conversation = with_turn(conversation, Turn(str(number)))
        assert conversation != before
    assert [turn.question for turn in conversation] == [str(number) for number in range(3, MAX_TURNS + 3)]


def test_what_is_quoted_and_what_is_only_named() -> None:
    """Quotes are the answer and what differs from it; articles that say the same are cited after them, and a no cites nothing."""
    answer = Answer(FIRST, 0.9, others=(FIRST,), alternatives=(SECOND,))
    assert (quoted(answer), cited(answer)) == ((FIRST, SECOND), (FIRST, SECOND, FIRST))
    assert quoted(Tentative((SECOND,), 0.3)) == cited(Tentative((SECOND,), 0.3)) == (SECOND,)
    assert cited(NoAnswer(Reason.TOO_LONG)) == ()
    assert [outcome_name(o) for o in (answer, Tentative((), 0.3), NoAnswer(Reason.TOO_LONG))] == ["answer", "tentative", "none"]

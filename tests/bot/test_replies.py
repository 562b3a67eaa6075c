"""Replies: the card, its limits, and the same words in Telegram and in the terminal."""

import datetime
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import administration, handlers, replies
from bot.links import text_fragment
from bot.markup import Block, Reply, Run, line, sentence, to_console, to_html
from index.articles import Article, Skipped
from index.dates import Period, parse_period, period
from index.indexer import Progress, Report
from index.italian import tokenize
from index.passages import Passage
from retrieval.answer import Answer, Citation, Latest, NoAnswer, Outcome, Reason, Several, Tentative
from retrieval.answer_types import AnswerType
from retrieval.pipeline import Evidence, Result
from retrieval.question import Query, QueryTerm, Question
from retrieval.reader import RetrievedPassage, Span
from retrieval.stance import Stance, Standing
from tests.bot.fakes import RENEWAL, TODAY, make_article, make_citation, shown
from tests.telegram_server.limits import formatted_text, within

LATER = make_article(
    "Simeone lascia nel 2026.", id="later", title="Simeone saluta", url="ftp://x", source="Gazzetta", published="2025-05-12"
)
ODD_TEXT = st.text(st.one_of(st.sampled_from("<>&\"' \n\t😀🇮🇹אبé\u202e\x00\u200d’«»#/@"), st.characters()), max_size=60) | st.sampled_from(
    ["x" * 10_000, "😀" * 2_100, "<b>" * 1_400, "&amp;" * 900, "\ud800", ""]
)
SENTENCES = st.builds(lambda text, times: (text.strip() or "a") * times, ODD_TEXT, st.sampled_from([1, 1, 40]))


def parsed(markup: str) -> str:
    """Return what Telegram shows for the markup; Refusal if it would refuse or spoil it."""
    markup.encode()  # what cannot be encoded cannot be sent
    return within(formatted_text(markup, "HTML", None), 4096, "message is too long").text


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Articles with anything in their fields."""
    urls = st.sampled_from(
        ["", 'https://news.example/a?b=1&c="2"#d', "http://x", "javascript:alert(1)", "https://[", "https://è.example/à"]
    )
    published = draw(st.none() | st.sampled_from([period(2025), period(2025, 3), period(2025, 3, 11)]))
    return Article(draw(ODD_TEXT), draw(SENTENCES), draw(ODD_TEXT), draw(urls | ODD_TEXT), draw(ODD_TEXT), "", published)


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    """Citations of the whole of an article, with any span, told in any way, with any copies."""
    article = draw(articles())
    end = len(article.text)
    start = draw(st.integers(0, end - 1))
    standing = Standing(draw(st.sampled_from(Stance)), draw(ODD_TEXT))
    return Citation(article, 0, end, start, draw(st.integers(start + 1, end)), standing, draw(st.lists(articles(), max_size=2).map(tuple)))


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    """What an outcome was chosen from: any words, any passages, each an article as it is, a span in each."""
    words = ODD_TEXT.map(lambda text: [token.folded for token in tokenize(text)])
    terms = tuple(QueryTerm(stem, word) for stem, word in zip(draw(words), draw(words), strict=False))
    days = st.dates(datetime.date(1900, 1, 1), TODAY)
    query = Query(
        Question(draw(ODD_TEXT), TODAY),
        draw(ODD_TEXT),
        terms,
        frozenset(draw(words)),
        draw(st.frozensets(st.sampled_from(AnswerType))),
        period=draw(st.none() | st.builds(lambda one, other: Period(min(one, other), max(one, other)), days, days)),
        completed=draw(ODD_TEXT),
        about=draw(ODD_TEXT),
    )
    passages = []
    for number, article in enumerate(draw(st.lists(articles(), max_size=6))):
        end = len(article.text)
        passages.append(RetrievedPassage(Passage(number, article.id, 0, end, article.text, ((0, end),)), article, 1.0, 1.0, 0.0, 0.0))
    spans = [Span(retrieved, 0, retrieved.passage.end, 0, 1, 1.0, draw(st.floats(0, 1))) for retrieved in passages]
    return Evidence(query, tuple(passages), tuple(spans))


several = st.lists(citations(), max_size=4).map(tuple)
answers = st.builds(Answer, citations(), st.just(0.9), several, several, several)
simple = st.one_of(
    answers,
    st.builds(Tentative, several, st.just(0.5)),
    st.builds(NoAnswer, st.sampled_from(Reason), st.lists(articles(), max_size=4).map(tuple)),
)
outcomes = st.one_of(
    simple,
    st.builds(Latest, ODD_TEXT, st.lists(citations(), max_size=5).map(tuple)),
    st.builds(Several, st.lists(st.tuples(ODD_TEXT, simple), min_size=1, max_size=3).map(tuple)),
)
dates = st.sampled_from([period(2020), period(2020, 8), period(2020, 8, 8), period(2020, 8, 11)])
results = st.builds(Result, outcomes, st.just(()), st.just(1), st.just({}), st.none() | evidence(), st.none() | dates)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(results)
def test_telegram_takes_every_reply(result: Result) -> None:
    """Whatever stands in articles, the message has valid markup and keeps Telegram's limits, whatever was understood and however old."""
    assert parsed(to_html(replies.result_reply(result)))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(ODD_TEXT, results)
def test_telegram_takes_every_explanation(question: str, result: Result) -> None:
    """Why an answer was given is a valid message, whatever the question, the words and the articles."""
    assert parsed(to_html(replies.explanation_reply(question, result)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(articles(), min_size=1, max_size=8))
def test_telegram_takes_every_withdrawal(named: list[Article]) -> None:
    """What was withdrawn or restored is told in a valid message, whatever the ids and titles."""
    assert parsed(to_html(replies.withdrawn_reply(named)))
    assert parsed(to_html(replies.restored_reply(named)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(articles(), min_size=1, max_size=6))
def test_telegram_takes_every_list_of_sources(listed: list[Article]) -> None:
    """A page of the sources is valid, whatever their titles."""
    assert parsed(to_html(replies.sources_reply(listed, offset=6, total=100)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(citations())
def test_quote_is_whole_or_not_there(citation: Citation) -> None:
    """A sentence is never cut: it is quoted as it stands, or left to the article."""
    text = formatted_text(to_html(replies.outcome_reply(Answer(citation, 0.9))), "HTML", None)
    quotes = text.pieces("blockquote")
    assert not quotes or "".join(quotes).strip() in re.sub("[\ud800-\udfff]", "\ufffd", citation.sentence)
    assert quotes or "troppo lunga" in text.text or not citation.sentence.strip()


def test_newer_article_stands_under_the_answer_with_its_date() -> None:
    """What a later article says is shown with its day, before the articles that say the same."""
    newer, other = make_citation(LATER, LATER.text, "2026"), make_citation(make_article(id="o", title="Eco", url=""))
    text = shown(replies.outcome_reply(Answer(make_citation(), 0.9, (other,), (newer,))))
    assert text.split("\n\n")[1:] == [
        "Più di recente, 12 maggio 2025:\nSimeone lascia nel 2026.\nSimeone saluta\nGazzetta · 12 maggio 2025",
        "Anche in: Eco (Cronache, 11 marzo 2025)",
    ]


@pytest.mark.parametrize(
    ("published", "label"),
    [
        ("2025-03-12", "Più di recente, 12 marzo 2025:"),
        ("2025-04", "Più di recente, aprile 2025:"),
        ("2025-03-10", "In precedenza, 10 marzo 2025:"),
        ("2024", "In precedenza, 2024:"),
        ("2025-03-11", "Un altro articolo, 11 marzo 2025, dice:"),
        ("2025-03", "Un altro articolo, marzo 2025, dice:"),  # the month holds the day: nobody knows which came first
        ("2025", "Un altro articolo, 2025, dice:"),
        ("", "Un altro articolo, senza data, dice:"),
    ],
)
def test_time_of_an_alternative_is_told_as_far_as_it_is_known(published: str, label: str) -> None:
    """What another article says is put before or after the answer only where its date surely lies there."""
    other = make_citation(replace(LATER, published=parse_period(published)), LATER.text, "2026")
    text = shown(replies.outcome_reply(Answer(make_citation(), 0.9, (), (other,))))
    assert f"\n\n{label}\nSimeone lascia nel 2026.\n" in text


def test_undated_answer_is_neither_before_nor_after() -> None:
    """Where the answer itself has no date, an alternative is told with its own date only."""
    undated = make_citation(make_article(published=""))
    text = shown(replies.outcome_reply(Answer(undated, 0.9, (), (make_citation(LATER, LATER.text, "2026"),))))
    assert "\n\nUn altro articolo, 12 maggio 2025, dice:\n" in text


@pytest.mark.parametrize(
    ("standing", "label"),
    [
        (Standing(Stance.RUMOUR), "Indiscrezione, non ancora confermata:\n"),
        (Standing(Stance.STATEMENT, "il ministro  Rossi"), "Lo dice il ministro Rossi:\n"),
        (Standing(Stance.STATEMENT), ""),
        (Standing(), ""),
    ],
)
def test_card_says_how_its_sentence_is_told(standing: Standing, label: str) -> None:
    """Above a rumour stands that it is one, above somebody's words whose they are, above a fact nothing."""
    citation = replace(make_citation(), standing=standing)
    assert shown(replies.outcome_reply(Answer(citation, 0.9))).startswith(f"{label}{RENEWAL}\n")
    assert f"\n\n{label}{RENEWAL}\n" in shown(replies.outcome_reply(Tentative((citation,), 0.4)))
    assert f"\n\n{label}{RENEWAL}\n" in shown(replies.outcome_reply(Latest("Simeone", (citation,))))


@pytest.mark.parametrize(("count", "mark"), [(0, ""), (1, " · +1 articolo"), (2, " · +2 articoli")])
def test_near_copies_are_counted_on_the_card(count: int, mark: str) -> None:
    """Articles with the same text are not shown again but counted behind the date."""
    copies = tuple(make_article(id=f"copia-{number}") for number in range(count))
    text = shown(replies.outcome_reply(Answer(replace(make_citation(), copies=copies), 0.9)))
    assert text.endswith(f"\nCronache · 11 marzo 2025{mark}")


@pytest.mark.parametrize(
    ("updated", "gone", "told"),
    [
        (period(2025, 3, 12), None, "Cronache · 11 marzo 2025 · aggiornato il 12 marzo 2025"),
        (period(2025, 4, 8), None, "Cronache · 11 marzo 2025 · aggiornato l’8 aprile 2025"),
        (period(2025, 4), None, "Cronache · 11 marzo 2025 · aggiornato ad aprile 2025"),
        (period(2025, 5), None, "Cronache · 11 marzo 2025 · aggiornato a maggio 2025"),
        (period(2026), None, "Cronache · 11 marzo 2025 · aggiornato nel 2026"),
        (None, datetime.date(2025, 8, 11), "Cronache · 11 marzo 2025 · non più in linea dall’11 agosto 2025"),
        (
            period(2025, 3, 12),
            datetime.date(2025, 8, 1),
            "Cronache · 11 marzo 2025 · aggiornato il 12 marzo 2025 · non più in linea dal 1º agosto 2025",
        ),
    ],
)
def test_card_says_that_an_article_was_corrected_or_is_gone(updated: Period | None, gone: datetime.date | None, told: str) -> None:
    """Beside the day of publication stand the day of a correction and the day since which the source has the article no longer."""
    citation = make_citation(replace(make_article(), updated=updated, gone=gone))
    assert shown(replies.outcome_reply(Answer(citation, 0.9))).splitlines()[-1] == told


def test_items_of_a_list_follow_the_answer() -> None:
    """More items of a list stand under the first one, before what other articles say."""
    further, other = make_citation(sentence="La firma era attesa.", span="firma"), make_citation(LATER, LATER.text, "2026")
    blocks = shown(replies.outcome_reply(Answer(make_citation(), 0.9, (), (other,), (further,)))).split("\n\n")
    assert [block.split("\n")[0] for block in blocks] == [RENEWAL, "E anche:", "Più di recente, 12 maggio 2025:"]


def make_result(outcome: Outcome, *, newest: Period | None = None, **understood: str) -> Result:
    """Return a result with what was understood of its question."""
    query = Query(Question("E Simeone?", TODAY), "", (), frozenset(), frozenset(), **understood)
    return Result(outcome, (), 1, {}, Evidence(query, (), ()), newest)


def test_follow_up_says_how_it_was_understood() -> None:
    """Above the answer to a follow-up stands the whole question, or else of whom it is taken to speak; above a no it does not."""
    answer = Answer(make_citation(), 0.9)
    whole = make_result(answer, completed="Quando scade il contratto di Simeone?", about="Ancelotti")
    assert shown(replies.result_reply(whole)).startswith(f"Ho capito: «Quando scade il contratto di Simeone?»\n\n{RENEWAL}\n")
    assert shown(replies.result_reply(make_result(answer, about="Simeone"))).startswith(f"Ho capito: parli di Simeone.\n\n{RENEWAL}\n")
    for silent in (make_result(answer), make_result(NoAnswer(Reason.FACT_NOT_FOUND), about="Simeone"), Result(answer, (), 1, {})):
        assert replies.result_reply(silent) == replies.outcome_reply(silent.outcome)


@pytest.mark.parametrize(
    ("newest", "words"),
    [
        ("2023-03-11", "dell’11 marzo 2023"),
        ("2023-03-08", "dell’8 marzo 2023"),
        ("2023-05-01", "del 1º maggio 2023"),
        ("2023-03", "di marzo 2023"),
        ("2023", "del 2023"),
    ],
)
def test_old_news_are_called_old(newest: str, words: str) -> None:
    """Under an answer of which even the newest source is old stands from when it is, in good Italian."""
    text = shown(replies.result_reply(make_result(Answer(make_citation(), 0.9), newest=parse_period(newest))))
    assert text.endswith(f"\n\nAttenzione: la notizia più recente che ho è {words}. Da allora qualcosa può essere cambiato.")


def test_warning_of_old_news_stays_when_space_ends() -> None:
    """Where not everything fits, the alternatives become brief before the warning goes."""
    long_article = make_article("Lungo " * 600 + "fine.")
    citation = make_citation(long_article, long_article.text, "fine")
    text = shown(replies.result_reply(make_result(Answer(citation, 0.9, (), (citation, citation)), newest=parse_period("2023"))))
    assert text.count("Lungo") == 600
    assert text.count("La frase è troppo lunga") == 2
    assert "Attenzione: la notizia più recente" in text


def test_latest_is_a_list_of_whole_sentences() -> None:
    """The newest of something are quoted under what was asked for, those of everything under a heading of their own."""
    citations = (make_citation(LATER, LATER.text, LATER.text), make_citation(sentence=RENEWAL, span=RENEWAL))
    blocks = shown(replies.outcome_reply(Latest("Simeone", citations))).split("\n\n")
    assert blocks == [
        "Le ultime notizie su «Simeone»:",
        "Simeone lascia nel 2026.\nSimeone saluta\nGazzetta · 12 maggio 2025",
        f"{RENEWAL}\nSimeone resta\nCronache · 11 marzo 2025",
    ]
    assert shown(replies.outcome_reply(Latest("", citations))).startswith("Le ultime notizie che ho letto:\n\nSimeone lascia")
    assert "<b>" not in to_html(replies.outcome_reply(Latest("", citations)))


@pytest.mark.parametrize(
    ("about", "words"),
    [("Simeone", "Non ho trovato articoli su «Simeone»."), ("", "Non ho articoli con una data: non so quali siano gli ultimi.")],
)
def test_nothing_new_is_said(about: str, words: str) -> None:
    """Where there is nothing to show, the reply says what there is nothing of."""
    assert shown(replies.outcome_reply(Latest(about, ()))) == words


def test_each_part_of_a_question_has_its_answer() -> None:
    """A question that asks several things is answered part by part, also where a part has no answer."""
    near = make_article(id="n", title="Vicino")
    parts = (
        ("Quando scade Simeone?", Answer(make_citation(), 0.9)),
        ("Quanto guadagna?", NoAnswer(Reason.FACT_NOT_FOUND, (near,))),
        ("Chi lo vuole?", Tentative((make_citation(LATER, LATER.text, "Simeone"),), 0.3)),
    )
    assert shown(replies.outcome_reply(Several(parts))).split("\n\n") == [
        f"Quando scade Simeone?\n{RENEWAL}\nSimeone resta\nCronache · 11 marzo 2025",
        "Quanto guadagna?\nNon lo trovo negli articoli.",
        "Ne parlano, ma senza dirlo:\n• Vicino (Cronache, 11 marzo 2025)",
        "Chi lo vuole?\nForse è in questo passo:",
        "Simeone lascia nel 2026.\nSimeone saluta\nGazzetta · 12 maggio 2025",
    ]


def test_answers_to_all_parts_stay_when_space_ends() -> None:
    """Where not everything fits, what other articles say becomes brief for all parts before any part loses its quotation."""
    article = make_article("parola " * 130 + "fine.")
    citation = make_citation(article, article.text, "fine")
    answer = Answer(citation, 0.9, (), (citation, citation))
    text = shown(replies.outcome_reply(Several((("Uno?", answer), ("Due?", answer), ("Tre?", answer)))))
    parts = re.split(r"\n*(?:Uno|Due|Tre)\?\n", text)[1:]
    assert [part.startswith(article.text) for part in parts] == [True, True, True]
    assert [part.count("La frase è troppo lunga") for part in parts] == [2, 2, 2]


def test_no_reply_is_longer_than_a_message_even_in_brief() -> None:
    """Where even titles and sources are too much for one message, the last cards are left out."""
    article = make_article("parola " * 700 + "fine.", title="😀" * 190, source="😀" * 79)
    citation = make_citation(article, article.text, "fine")
    answer = Answer(citation, 0.9, (), (citation,) * 2, (citation,) * 4)
    text = parsed(to_html(replies.outcome_reply(Several((("Uno?", answer), ("Due?", answer), ("Tre?", answer))))))
    assert [word for word in ("Uno?", "Due?", "Tre?") if word in text] == ["Uno?", "Due?", "Tre?"]


def test_explanation_names_words_articles_and_sentences() -> None:
    """An explanation tells what was looked for and when, which articles hold it, and how sure each sentence was."""
    citation = make_citation()
    article = citation.article
    end = len(article.text)
    passage = RetrievedPassage(Passage(1, article.id, 0, end, article.text, ((0, end),)), article, 1.0, 1.0, 0.0, 0.0)
    terms = (QueryTerm("simeon", "simeone"), QueryTerm("rinnov", "rinnova"), QueryTerm("prolung", "rinnova", 0.5), QueryTerm("zar", "zar"))
    types = frozenset({AnswerType.NUMBER, AnswerType.DATE})
    first, last = period(2025, 3, 8).first, period(2025, 4, 11).last
    query = Query(Question("Simeone rinnova?", TODAY), "", terms, frozenset({"simeone"}), types, period=Period(first, last))
    span = Span(passage, *citation.offsets, 1.0, 0.873)
    result = Result(Answer(make_citation(LATER, LATER.text, "2026"), 0.6), (), 1, {}, Evidence(query, (passage,), (span,)))
    assert shown(replies.explanation_reply("Simeone rinnova?", result)).split("\n\n") == [
        "Simeone rinnova?\nHo cercato: simeone, rinnova, zar.\nE anche le parole che cominciano per prolung-.\n"
        "Periodo: dall’8 marzo 2025 all’11 aprile 2025.\nCome risposta mi aspettavo una data oppure un numero.",
        "Ho letto 1 passo. Gli articoli più vicini:\n• Simeone resta (Cronache, 11 marzo 2025): ci sono simeone, rinnova",
        f"Le frasi più promettenti, e quanto ne sono sicuro:\n• 87 su 100: «{RENEWAL}»\nDa 40 su 100 in su rispondo, da 10 dico «forse».\n"
        "Tra più risposte ho scelto la più recente, e un fatto prima di un’indiscrezione.",
    ]


def test_help_names_every_command() -> None:
    """/help speaks of all commands but itself and /start, those for administrators too."""
    named = set(re.findall(r"/([a-z]+)", shown(replies.HELP)))
    assert named == {*handlers.COMMANDS, *administration.COMMANDS, "id"} - {"start", "help"}


def test_least_important_goes_first_when_space_ends() -> None:
    """Where not everything fits, the supporting articles go first, then the newer quote is named instead of quoted; the answer stays."""
    long_article = make_article("Lungo " * 500 + "fine.")
    main = make_citation(long_article, long_article.text, "fine")
    newer = make_citation(replace(long_article, id="n"), long_article.text, "fine")
    text = shown(replies.outcome_reply(Answer(main, 0.9, (make_citation(),), (newer,))))
    assert text.startswith(long_article.text)
    assert text.count("Lungo") == 500
    assert "Un altro articolo, 11 marzo 2025, dice:\nLa frase è troppo lunga" in text
    assert "Anche in" not in text


def test_sentence_longer_than_a_message_is_explained_and_linked() -> None:
    """A sentence that no message can hold is not cut: the reply leads to it."""
    article = make_article("parola " * 1000 + "fine.")
    reply = replies.outcome_reply(Answer(make_citation(article, article.text, "fine"), 0.9))
    assert shown(reply) == "La frase è troppo lunga per questo messaggio: si legge nell’articolo.\nSimeone resta\nCronache · 11 marzo 2025"
    assert "https://news.example/simeone#:~:text=parola" in to_html(reply)


def test_length_is_counted_as_telegram_counts() -> None:
    """An emoji counts twice: a sentence of 3,000 of them is too long for a message of 4,096 units."""
    article = make_article("😀" * 3000)
    assert "troppo lunga" in parsed(to_html(replies.outcome_reply(Answer(make_citation(article, article.text, "😀"), 0.9))))


def test_markup_in_articles_is_shown_as_it_stands() -> None:
    """What looks like markup in a sentence or a title reaches the reader as it was written."""
    article = make_article("Il tag <b> & il segno > restano.", title='<a href="x">&amp;</a>')
    text = parsed(to_html(replies.outcome_reply(Answer(make_citation(article, article.text, "<b>"), 0.9))))
    assert text.startswith('Il tag <b> & il segno > restano.\n<a href="x">&amp;</a>')


def test_single_tentative_quote_is_announced_as_one() -> None:
    """One quote is not called several."""
    assert shown(replies.outcome_reply(Tentative((make_citation(),), 0.4))).startswith("Forse è in questo passo:")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_sentence(reason: Reason) -> None:
    """Every reason for no answer says something of its own."""
    texts = {shown(replies.outcome_reply(NoAnswer(other))) for other in Reason if other != reason}
    assert shown(replies.outcome_reply(NoAnswer(reason))) not in texts


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ("2025-03-11", "11 marzo 2025"),
        ("2025-05-01", "1º maggio 2025"),
        ("2025-03", "marzo 2025"),
        ("2025", "2025"),
        ("", "data sconosciuta"),
    ],
)
def test_dates_are_written_in_italian(published: str, words: str) -> None:
    """A date is written in words, as precise as it is known."""
    assert replies.italian_date(parse_period(published)) == words


def test_article_without_title_and_source_is_still_named() -> None:
    """An article without title is named by its id, without source by its date alone."""
    article = make_article(id="sport/note", title="", source="", url="", published="")
    assert shown(replies.sources_reply([article], offset=0, total=1)).endswith("Senza titolo (sport/note)\ndata sconosciuta")


def test_console_says_what_telegram_says() -> None:
    """The terminal shows the words of the message; without colours the span stands between asterisks and links after their text."""
    reply = replies.outcome_reply(Answer(make_citation(), 0.9, (), (make_citation(LATER, LATER.text, "2026"),)))
    plain = to_console(reply, colour=False)
    assert plain.startswith(f"  ▏ {RENEWAL.replace('2027', '*2027*')}\nSimeone resta <https://news.example/simeone>\n")
    coloured = re.sub(r"\x1b\[\d+m", "", to_console(reply, colour=True))
    for text in (plain.replace("*", ""), coloured):
        assert re.sub(r" <http[^>]*>|  ▏ ", "", text) == shown(reply)


def test_article_cannot_drive_the_terminal() -> None:
    """Escape sequences in an article are shown as unknown characters."""
    reply = Reply((Block((line("a\x1b[2Jb\u202ec", Run("x", url="https://e.example/\x1b")),)),))
    assert to_console(reply, colour=False) == "a\ufffd[2Jb\ufffdcx <https://e.example/\ufffd>"


def test_sentence_keeps_its_lines() -> None:
    """A reply of several lines is shown as several lines."""
    assert to_html(sentence("a < b\nc")) == "a &lt; b\nc"


@pytest.mark.parametrize(
    ("url", "quoted", "fragment"),
    [
        ("https://e.example", "Due parole, sole-", "#:~:text=Due%20parole%2C%20sole%2D"),
        ("https://e.example#su", "Due", ":~:text=Due"),
        ("https://e.example", "a b c d e f g h i", "#:~:text=a%20b%20c%20d,f%20g%20h%20i"),
        ("https://e.example", "è" * 900, ""),
    ],
)
def test_link_leads_to_the_sentence(url: str, quoted: str, fragment: str) -> None:
    """A short sentence is named whole, a long one by its edges, a monstrous one not at all."""
    assert text_fragment(url, quoted) == fragment


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://[", "http://localhost", "https://e.example/a b", "ftp://e.example"])
def test_address_that_telegram_would_not_open_is_left_out(url: str) -> None:
    """An article whose address cannot be opened is named without a link."""
    assert "<a " not in to_html(replies.outcome_reply(Answer(make_citation(make_article(url=url)), 0.9)))


def test_report_counts_in_italian() -> None:
    """One is singular, thousands have dots, and nothing is said of nothing skipped."""
    report = Report(1, 2, 1, 16432, (), 9, 3, 0.6)
    assert shown(replies.report_reply(report)) == "Ho riletto gli articoli in 1 s: 1 nuovo, 2 cambiati, 1 tolto, 16.432 invariati."


def test_report_of_monstrous_file_names_fits() -> None:
    """A report is a valid message whatever the files are called."""
    skipped = tuple(Skipped("<" * 5000, "&" * 5000) for _ in range(9))
    assert parsed(to_html(replies.report_reply(Report(0, 0, 0, 0, skipped, 0, 1, 1.0))))
    assert parsed(to_html(replies.reindex_failed_reply("<" * 5000)))


def test_progress_without_a_total_counts_up() -> None:
    """While the total is unknown only the count is shown."""
    assert shown(replies.progress_reply(Progress("read", 1500, 0))) == "Rileggo gli articoli. Leggo gli articoli: 1.500"

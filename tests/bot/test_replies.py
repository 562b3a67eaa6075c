"""Replies: the card, its limits, and the same words in Telegram and in the terminal."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import replies
from bot.links import text_fragment
from bot.markup import Block, Reply, Run, line, sentence, to_console, to_html
from index.articles import Article
from index.dates import parse_period, period
from index.indexer import Progress, Report
from index.reading import Skipped
from retrieval.answer import Answer, Citation, NoAnswer, Outcome, Reason, Tentative
from tests.bot.fakes import RENEWAL, make_article, make_citation, shown
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
    """Citations of the whole of an article, with any span."""
    article = draw(articles())
    end = len(article.text)
    start = draw(st.integers(0, end - 1))
    return Citation(article, 0, end, start, draw(st.integers(start + 1, end)))


several = st.lists(citations(), max_size=4).map(tuple)
outcomes = st.one_of(
    st.builds(Answer, citations(), st.just(0.9), several, several),
    st.builds(Tentative, several, st.just(0.5)),
    st.builds(NoAnswer, st.sampled_from(Reason), st.lists(articles(), max_size=4).map(tuple)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(outcomes)
def test_telegram_takes_every_reply(outcome: Outcome) -> None:
    """Whatever stands in articles, the message has valid markup and keeps Telegram's limits."""
    assert parsed(to_html(replies.outcome_reply(outcome)))


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
    assert not quotes or "".join(quotes).strip() in citation.sentence.replace("\ud800", "\ufffd")
    assert quotes or "troppo lunga" in text.text or not citation.sentence.strip()


def test_newer_article_stands_under_the_answer_with_its_date() -> None:
    """What a later article says is shown with its day, before the articles that say the same."""
    newer, other = make_citation(LATER, LATER.text, "2026"), make_citation(make_article(id="o", title="Eco", url=""))
    text = shown(replies.outcome_reply(Answer(make_citation(), 0.9, (other,), (newer,))))
    assert text.split("\n\n")[1:] == [
        "Più di recente, 12 maggio 2025:\nSimeone lascia nel 2026.\nSimeone saluta\nGazzetta · 12 maggio 2025",
        "Anche in: Eco (Cronache, 11 marzo 2025)",
    ]


def test_least_important_goes_first_when_space_ends() -> None:
    """Where not everything fits, the supporting articles go first, then the newer quote is named instead of quoted; the answer stays."""
    long_article = make_article("Lungo " * 500 + "fine.")
    main = make_citation(long_article, long_article.text, "fine")
    newer = make_citation(replace(long_article, id="n"), long_article.text, "fine")
    text = shown(replies.outcome_reply(Answer(main, 0.9, (make_citation(),), (newer,))))
    assert text.startswith(long_article.text)
    assert text.count("Lungo") == 500
    assert "Più di recente, 11 marzo 2025:\nLa frase è troppo lunga" in text
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

"""Live pages: several dated updates become several articles, and nothing else does."""

import datetime
import json

import pytest

from index.articles import Article
from index.reading.pages import read_page
from tests.index.reading.page_samples import HEADLINE, PROSE, page, paragraphs

TODAY = datetime.date(2026, 11, 22)
PUBLISHED = '<meta property="article:published_time" content="2025-03-01T10:00:00+01:00">'
LEAD = f"<p>{PROSE[0]}</p>"
DAYS = ("3 marzo 2025", "2 marzo 2025", "1 marzo 2025")


def read(body: str, head: str = PUBLISHED) -> tuple[Article, ...]:
    """Read a page with this body."""
    return read_page(
        page(head=head, body=body).encode(), url="https://www.lavocedelporto.it/x", default_id="a", origin="a.html", today=TODAY
    )


def each(form: str, heads: tuple[str, ...] = DAYS) -> str:
    """Return the updates, one a heading, with the prose that belongs to it."""
    return "".join(form.format(head=head, text=text) for head, text in zip(heads, PROSE[1:], strict=False))


LIVE_JSON = json.dumps(
    {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "headline": HEADLINE,
        "datePublished": "2025-03-01T10:00:00+01:00",
        "liveBlogUpdate": [
            {"@type": "BlogPosting", "headline": "Ora", "datePublished": f"2025-03-0{day}T{clock}:00+01:00", "articleBody": text}
            for day, clock, text in zip((3, 2, 1), ("18:42", "09:30", "11:00"), PROSE[1:], strict=True)
        ],
    }
)


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (LEAD + each("<h2>Aggiornamento del {head}, ore 18</h2><p>{text}</p>"), PUBLISHED),
        (LEAD + each("<h3>{head}, 18:42</h3><p>{text}</p>"), PUBLISHED),
        (LEAD + each("<p><strong>Aggiornamento del {head}</strong> – {text}</p>"), PUBLISHED),
        (LEAD + "<ul class=timeline>" + each("<li><span>{head} - 18:42</span><p>{text}</p></li>") + "</ul>", PUBLISHED),
        (
            LEAD
            + each(
                '<div class="entry"><time datetime="{head}+01:00">poco fa</time><p>{text}</p></div>',
                ("2025-03-03T18:42", "2025-03-02T09:30", "2025-03-01T11:00"),
            ),
            PUBLISHED,
        ),
        (LEAD + each("<h2>{head}</h2><h4>18:42</h4><p>{text}</p>", ("Lunedì 3 marzo", "Domenica 2 marzo", "Sabato 1º marzo")), PUBLISHED),
        (
            LEAD + each("<div><span>{head}</span><p>{text}</p></div>", ("18:42", "09:30", "11:00")),
            f'<script type="application/ld+json">{LIVE_JSON}</script>',
        ),
    ],
    ids=["headings", "times", "bold", "list", "time elements", "days and times", "JSON-LD"],
)
def test_dated_updates_become_articles(body: str, head: str) -> None:
    """Each update is an article of its day, with the words of the page and an id counted from the oldest; the lead stays with the page."""
    lead, *updates = read(body, head)
    assert [(one.id, str(one.published)) for one in updates] == [("a#1", "2025-03-01"), ("a#2", "2025-03-02"), ("a#3", "2025-03-03")]
    assert [text in one.text for one, text in zip(updates, PROSE[:0:-1], strict=True)] == [True] * 3
    assert all(sum(text in one.text for text in PROSE) == 1 for one in (lead, *updates))
    assert {(one.title, one.url) for one in (lead, *updates)} == {(HEADLINE, "https://www.lavocedelporto.it/x")}
    assert (lead.id, str(lead.published)) == ("a", "2025-03-01")


def test_updates_that_stand_oldest_first_are_counted_the_same() -> None:
    """The order of the page does not change which update is which."""
    updates = [f"<h2>Aggiornamento del {day}</h2><p>{text}</p>" for day, text in zip(DAYS, PROSE[1:], strict=True)]
    newest_first, oldest_first = read(LEAD + "".join(updates)), read(LEAD + "".join(reversed(updates)))
    assert [(one.id, one.text) for one in newest_first] == [(one.id, one.text) for one in oldest_first]


def test_month_with_a_letter_of_another_alphabet_is_none() -> None:
    """A month that only looks like one is no error and gives no day."""
    (article,) = read(LEAD + each("<h3>Aggiornamento {head} ore 12:30</h3><p>{text}</p>", ("12 aprıle", "13 aprıle", "14 aprıle")))
    assert str(article.published) == "2025-03-01"


CLOCKS = ("18:42", "14:30", "11:05")
ONE_DAY = json.dumps(
    {
        "@type": "LiveBlogPosting",
        "headline": HEADLINE,
        "datePublished": "2025-03-03T11:05:00+01:00",
        "liveBlogUpdate": [
            {"@type": "BlogPosting", "datePublished": f"2025-03-03T{clock}:00+01:00", "articleBody": text}
            for clock, text in zip(CLOCKS, PROSE[1:], strict=True)
        ],
    }
)


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (LEAD + each("<div><span>{head}</span><p>{text}</p></div>", CLOCKS), f'<script type="application/ld+json">{ONE_DAY}</script>'),
        (LEAD + each("<h3>Aggiornamento del 3 marzo 2025, ore {head}</h3><p>{text}</p>", CLOCKS), PUBLISHED),
        ("<div id=live>" + LEAD + each("<div><b>Lunedì 3 marzo 2025 - {head}</b><p>{text}</p></div>", CLOCKS) + "</div>", PUBLISHED),
    ],
    ids=["JSON-LD", "named", "days and times"],
)
def test_updates_of_one_day_become_articles_where_the_page_says_that_it_is_live(body: str, head: str) -> None:
    """A live page is divided from its first day on: the ids of its updates stay when the page goes on the next day."""
    lead, *updates = read(body, head)
    assert [(one.id, str(one.published)) for one in updates] == [(f"a#{n}", "2025-03-03") for n in (1, 2, 3)]
    assert [text in one.text for one, text in zip(updates, PROSE[:0:-1], strict=True)] == [True] * 3
    assert PROSE[0] in lead.text


def test_standfirst_of_a_live_page_is_in_no_update() -> None:
    """What stands above boxes of updates is not taken for a part of the first of them."""
    boxes = each("<div><h4>Aggiornamento del {head}</h4><h3>Il punto</h3><div><p>{text}</p></div></div>")
    html = page(head=PUBLISHED, byline=f"<p class=sommario>{PROSE[0]}</p>", body=boxes)
    lead, *updates = read_page(html.encode(), url="https://www.lavocedelporto.it/x", default_id="a", origin="a.html", today=TODAY)
    assert len(updates) == 3
    assert [PROSE[0] in one.text for one in (lead, *updates)] == [True, False, False, False]


@pytest.mark.parametrize(
    "body",
    [
        LEAD + each("<h3>{head}</h3><p>{text}</p>", ("18:42", "17.30", "16:05")),
        "<div class=timeline>" + LEAD + each("<h3>{head}</h3><p>{text}</p>", ("18:42", "17.30", "16:05")) + "</div>",
        LEAD + each("<h3>3 marzo 2025, ore {head}</h3><p>{text}</p>", ("18:42", "17.30", "16:05")),
        LEAD + "<h2>Le tappe</h2>" + each("<h3>{head}</h3><p>{text}</p>", ("12 gennaio 2024", "15 maggio 2024", "3 giugno 2024")),
        LEAD + "<h2>Il programma</h2>" + each("<h3>{head}, ore 21</h3><p>{text}</p>", ("3 aprile 2025", "4 aprile 2025", "5 aprile 2025")),
        paragraphs() + "<p><em>Aggiornamento del 4 marzo 2025: una versione precedente riportava una cifra sbagliata.</em></p>",
        paragraphs() + each('<div class="comment"><time datetime="2025-03-0{head}T10:00">x</time><p>{text}</p></div>', ("5", "6", "7")),
        "<p>Aggiornato alle 09:15 del 13 marzo 2025</p><p>11 marzo 2025, 18:42</p>" + paragraphs(),
    ],
    ids=["times of one day", "timeline of one day", "programme of one day", "chronology", "programme", "correction", "comments", "byline"],
)
def test_other_dates_divide_no_article(body: str) -> None:
    """Times of one day, chronologies, programmes, corrections, comments and bylines are no updates: the page is one article."""
    (article,) = read(body)
    assert article.id == "a"

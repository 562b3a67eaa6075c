"""Boxes that are marked by their shape, before any name is asked."""

import pytest
from lxml import html

from index.reading.page_marks import mark_boxes
from index.reading.page_tree import drop_page_header, is_box, is_in_box, parse_page
from tests.index.reading.page_samples import HEADLINE, page, paragraphs

BOX = '<{tag} class="x"><span>{day}</span><h5><a href="{link}">Un altro titolo di giornale</a></h5><p>{text}</p></{tag}>'
SENTENCE = "Il libro racconta di una valle e di chi la lasciò, senza rimpianti."


def marked(body: str) -> html.HtmlElement:
    """Return the tree of a page with this body, its boxes marked."""
    tree = parse_page(page(body=f"{paragraphs()}<div>{body}</div>{paragraphs()}"))
    mark_boxes(tree)
    return tree


def row(*, tag: str = "div", day: str = "3 marzo 2024", link: str = "/n/{n}", text: str = SENTENCE, count: int = 4) -> str:
    """Return boxes of one shape."""
    return "".join(BOX.format(tag=tag, day=day, link=link.format(n=n), text=text) for n in range(count))


@pytest.mark.parametrize(
    "body", [row(), row(tag="li"), row(tag="section"), row(day="<time>ieri</time>"), row(day="", text="Il libro racconta di una…")]
)
def test_row_of_short_boxes_with_titles_and_days_leads_elsewhere(body: str) -> None:
    """At least three boxes of one shape, each with one linked title and a day or a cut text, are teasers."""
    boxes = marked(body).xpath("//*[@class='x']")
    assert [is_box(box) for box in boxes] == [True] * 4


@pytest.mark.parametrize(
    "body",
    [
        row(count=2),
        row(day=""),
        row(link="#update-{n}"),
        row(link="https://www.lavocedelporto.it/x#{n}"),
        row(text=SENTENCE * 8),
        "".join(f"<div class=x>3 marzo 2024 <p>{SENTENCE} <a href='/d/{n}'>Ecco il documento intero</a></p></div>" for n in range(4)),
        row() + f"<div class=x><p>{SENTENCE}</p></div>",
    ],
    ids=["two", "no day", "anchors", "permalinks", "long", "links in sentences", "one without"],
)
def test_row_of_boxes_of_the_article_itself_is_kept(body: str) -> None:
    """Few boxes, books without days, updates of a live page, long boxes and links in sentences are the article's own."""
    boxes = marked(body).xpath("//*[@class='x']")
    assert boxes
    assert not any(map(is_box, boxes))


@pytest.mark.parametrize("heading", [f"<h1>{HEADLINE}</h1>", f"<h3>{HEADLINE}</h3>"])
def test_box_with_the_headline_and_most_words_is_none(heading: str) -> None:
    """A widget or a form that holds the headline and the prose is no furniture, nor is what stands in it."""
    tree = parse_page(f"<title>Blog: {HEADLINE}</title><form><div class=widget>{heading}<i>11 marzo</i>{paragraphs()}</div></form>")
    mark_boxes(tree)
    assert not any(is_in_box(element) for element in tree.iter("i", "p", "h1", "h3"))


def test_box_with_the_headline_and_few_words_is_furniture() -> None:
    """A list of the most read articles stays furniture where it names the article itself."""
    tree = parse_page(f"<title>{HEADLINE}</title><div class=widget><h3>{HEADLINE}</h3><i>oggi</i></div><h1>{HEADLINE}</h1>{paragraphs()}")
    mark_boxes(tree)
    assert all(is_in_box(element) for element in tree.iter("i"))


def test_box_with_most_words_and_no_headline_is_furniture() -> None:
    """Comments stay furniture however long they are."""
    tree = parse_page(f"<title>{HEADLINE}</title><h1>{HEADLINE}</h1><p>Breve.</p><div class=comments><h3>Lettori</h3>{paragraphs()}</div>")
    mark_boxes(tree)
    assert [is_in_box(element) for element in tree.iter("p")] == [False, True, True, True, True]


CONTENTS = "<div><h4>I punti chiave</h4><ul><li><a href='{0}a'>La mensa</a></li><li><a href='{0}b'>Il ponte</a></li></ul></div>"


@pytest.mark.parametrize(("prefix", "furniture"), [("#", True), ("/n/", False)])
def test_list_of_contents_is_furniture_with_its_heading(prefix: str, furniture: bool) -> None:
    """A list of nothing but links to places in the page is furniture, with the heading above it; other lists of links are not for this."""
    (heading,) = (one for one in marked(CONTENTS.format(prefix)).iter("h4") if one.text == "I punti chiave")
    assert is_in_box(heading) is furniture


@pytest.mark.parametrize(("header", "left"), [("<h1>La Voce</h1><p>Dal 1911, ogni mattina</p>", 0), (f"<h1>{HEADLINE}</h1>", 1)])
def test_header_of_the_page_goes_unless_it_holds_the_headline(header: str, left: int) -> None:
    """The name and the motto of the site are removed, and never the headline or the header of the article."""
    tree = parse_page(f"<body><header>{header}</header><article><header><h2>{HEADLINE}</h2></header>{paragraphs()}</article></body>")
    drop_page_header(tree, next(element for element in tree.iter("h1", "h2") if element.text == HEADLINE))
    assert (len(list(tree.iter("h1"))), len(list(tree.iter("h2"))), len(list(tree.iter("p")))) == (left, 1, 4)

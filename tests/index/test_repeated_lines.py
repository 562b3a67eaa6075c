"""What a site repeats is found by its frequency, and never what an article alone says."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.cleaning import readable_intervals
from index.passages import split_article
from index.repeated_lines import RepeatedLines

DISCLAIMER = "La riproduzione dei contenuti di questo sito è vietata senza il consenso scritto dell’editore."
NAMES = "Anna Bruno Carla Dario Elena Fabio Gina Ivo".split()


def marked(articles: Sequence[Article]) -> list[Article]:
    """Return articles after all were counted."""
    repeated = RepeatedLines()
    for article in articles:
        repeated.add(article)
    return [repeated.mark(article) for article in articles]


def reports(number: int, *, host: str = "giornale.test", line: str = DISCLAIMER, with_line: int | None = None) -> list[Article]:
    """Return reports of one site, the first ones with a line more."""
    texts = [f"{name} ha aperto il forno numero {n} di via Larga.\nIl pane costa {n} euro." for n, name in enumerate(NAMES[:number])]
    count = number if with_line is None else with_line
    return [Article(str(n), f"{text}\n{line}" if n < count else text, url=f"https://{host}/{n}") for n, text in enumerate(texts)]


def test_line_of_every_article_is_furniture() -> None:
    """A disclaimer under each article is marked, stands in no passage, and the text stays as it is."""
    for before, after in zip(reports(6), marked(reports(6)), strict=True):
        assert after.text == before.text
        assert [after.text[start:end] for start, end in after.furniture] == [DISCLAIMER]
        assert all(DISCLAIMER not in passage.text for passage in split_article(after))
        assert "".join(after.text[start:end] for start, end in readable_intervals(after)).endswith("euro.")


def test_digest_tells_that_furniture_was_found() -> None:
    """An article is indexed anew once its site is seen to repeat one of its lines."""
    (before, *_), (after, *_) = reports(6), marked(reports(6))
    assert before.digest != after.digest


def test_three_times_is_no_habit() -> None:
    """A line in three articles is left in them; in a fourth one it is furniture."""
    assert not any(article.furniture for article in marked(reports(6, with_line=3)))
    assert sum(bool(article.furniture) for article in marked(reports(6, with_line=4))) == 4


def test_background_of_a_large_site_is_read() -> None:
    """What four of forty articles repeat is their background, and may hold the answer."""
    background = "Il ponte è chiuso dal crollo del 2019."
    others = [Article(f"a{n}", f"Oggi a Porto Sereno è il giorno {n}.", url=f"https://giornale.test/a{n}") for n in range(36)]
    assert not any(article.furniture for article in marked([*reports(4, line=background), *others]))


def test_sites_are_counted_apart() -> None:
    """What two sites say three times each is no habit of either."""
    assert not any(a.furniture for a in marked([*reports(3), *reports(3, host="gazzetta.test")]))


def test_article_published_again_is_no_furniture() -> None:
    """Five reprints of one article keep their text: little of it would be left."""
    reprints = [Article(str(n), "Il molo chiude alle otto.\nRiapre lunedì.", url=f"https://giornale.test/{n}") for n in range(5)]
    assert marked(reprints) == reprints


@given(st.lists(st.lists(st.sampled_from(["uno due", "tre", "", "—", "quattro cinque sei", "\u2028"]), max_size=6), max_size=8))
def test_furniture_is_whole_lines_in_order(texts: list[list[str]]) -> None:
    """Whatever is repeated, furniture is a list of whole lines of the text, in order and apart."""
    for article in marked([Article(str(n), "\n".join(lines), source="Il Molo") for n, lines in enumerate(texts)]):
        lines = article.text.split("\n")
        assert all(article.text[start:end] in lines for start, end in article.furniture)
        assert list(article.furniture) == sorted(set(article.furniture))

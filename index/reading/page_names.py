"""Title, author and site of a page: what trafilatura finds, weighed against the headline that a reader sees and what the page declares."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import html

from index.reading.fields import site
from index.reading.page_dates import DATE
from index.reading.page_facts import PageFacts, one_line
from index.reading.page_tree import is_in_box, names

ALIKE = 0.5  # share of common words from which two titles are the same headline
LONGEST_TITLE_CHARACTERS = 300
LONGEST_WRITTEN_TITLE_CHARACTERS = 1_000  # with the name and the motto of the site
MOST_SHOWN_TITLES = 300
LONGEST_SITE_CHARACTERS = 100
LONGEST_HOST_CHARACTERS = 253  # of a name in DNS
MOST_MARKED_NAMES = 100
MOST_NAME_MARKS = 50  # elements in which a marked one says its name
LONGEST_NAME_WORDS = 6
MOST_AUTHORS = 6

_SEPARATOR = re.compile(r"\s+(?:[|•·»«–—:-]|:{2,}|//)\s+|\s*\|\s*|\s+[–—]\s*|:\s{1,3}(?=\S+\.(?:it|com|net|org|eu)\b)")
_LEADING_MARKS = re.compile(r"^[\s|•·»–—:*~.-]+(?=\s)")
_WORDS = re.compile(r"\w+")
_BEFORE_NAME = re.compile(
    r"^\W*(?:(?:articolo|testo|testi|servizio|pubblicato|inserito|postato|scritto|intervista|autore|autrice|autori|firma|written|posted"
    r"|words|parole|foto\s+e\s+testo)"
    r"\s*:?\s+(?=(?:di|da|by|a\s+cura)\b)|(?:autore|autrice|autori|firma)\s*:\s*)?"
    r"(?:(?:a\s+cura\s+d(?:i|ella|el|ello|ei|egli|elle|ell['’])|di|da|by|dal?l[a'’]?\s*nostr[oa]\s+(?:inviat|corrispondent)[oa](?:\s+speciale)?)"
    r"(?:\s+|(?<=['’])))?\s*:?\s*",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^\W*(?:(?:(?:articolo|testo|servizio)\s+)?(?:di|by|a\s+cura\s+di)|(?:scritto|pubblicato|inserito|postato)\s+d[ai])\s+\S",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(
    r"\s*(?:[|/•·(\[<@]|[–—-]\s|,?\s*(?:\b\d|\d{1,2}[/.-]\d)|\b(?:pubblicato|aggiornato|in\s+data|il\s+\d|alle\s+\d|ore\s+\d|inviat[oa]|corrispondente)\b"
    r"|(?:luned|marted|mercoled|gioved|venerd)[iìí]|\b(?:sabato|domenica)\s+\d).*$",
    re.IGNORECASE | re.DOTALL,
)
_BETWEEN_NAMES = re.compile(r"\s*[;,&]\s*|\s+(?:e|ed|and)\s+")
_NO_NAME = re.compile(r"@|https?:|www\.|\.(?:it|com|net|org)\b|\d|[_/\\{}=#]", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<=[^\W\d_])\d{1,4}\b")  # sites are called so: a desk bears their name
_ADDRESS = re.compile(r"\S+@\S+|https?:\S+|www\.\S+")
_ACCOUNTS = frozenset(
    "admin administrator amministratore webmaster root user utente editor superuser wordpress author autore staff desk".split()
)
_SMALL = frozenset("di de del della dello dei degli da dal dalla d la lo le van von der den el al e".split())
_INDIVIDUAL = re.compile(
    r"\bredazion|\bagenzi|\bansa\b|\badnkronos\b|\bagi\b|\bufficio\b|\bcomunicato\b|\blettere\b|\bstaff\b", re.IGNORECASE
)
_AUTHOR_MARKS = frozenset(
    "author autore byline firma article-author article__author entry-author post-author author-name nome-autore autore-articolo "
    "giornalista signature article-signature vcard p-author by-author news-author".split()
)
_MARKS_OF_NAMES = frozenset({"name", "fn"})
_PERSON_ICONS = frozenset("user person author pen pencil".split())  # of the sets of icons: `fa-user`, `bi-person`, `glyphicon-pencil`
_LARGE = frozenset({"5", "6", "7", "+2", "+3", "+4"})
_ARTICLES = frozenset("il lo la i gli le l di del dello della dei degli delle d da dal".split())
_TITLE_NAMES = frozenset("entry-title post-title article-title titolo titolo-articolo article__title news-title headline".split())


@dataclass(frozen=True, slots=True)
class Headline:
    """The title of a page, and the element that shows it where there is one."""

    title: str
    element: html.HtmlElement | None = None


def fold(text: str) -> tuple[str, ...]:
    """Return the words of a title, case and punctuation apart."""
    return tuple(word.casefold() for word in _WORDS.findall(text))


def find_headline(tree: html.HtmlElement, facts: PageFacts, found: str, site: str, host: str) -> Headline:
    """Return the headline that a reader sees if the page declares the same or nothing else; otherwise what it declares, else `found`."""
    declared = [without_site(title, site, host) for title in _declared_titles(tree, facts)]
    words = f" {' '.join(fold(tree.text_content()))} ".replace(f" {' '.join(fold(page_title(tree)))} ", " ", 1)
    declared = [title for title in declared if title and fold(title) != fold(site)]
    seen = [title for title in declared if f" {' '.join(fold(title)[:8])} " in words]
    shown = [Headline(title, element) for element, title in islice(_shown_titles(tree, site, host), MOST_SHOWN_TITLES)]
    for titles in (declared, [without_site(found, site, host)]):
        folded = [fold(title) for title in titles]
        likest = [max((_likeness(words, title) for title in folded), default=0.0) for words in (fold(one.title) for one in shown)]
        if max(likest, default=0.0) >= ALIKE:
            return shown[likest.index(max(likest))]
    if not shown and (plain := _plain_headline(tree, declared)):
        return plain
    main = [one for one in shown if one.element is not None and next(one.element.iterancestors("article", "main"), None) is not None]
    main = [one for one in main if one.element is not None and one.element.tag == "h1"] or main
    if len(main) == 1 or (shown and not seen):
        return (main or shown)[0]
    title = next(iter(declared), without_site(found, site, host))
    return Headline(title, (main or shown or [Headline("")])[0].element)


def _plain_headline(tree: html.HtmlElement, declared: Sequence[str]) -> Headline | None:
    """Return the headline of a page without headings: the element that shows nothing but the title which the page declares."""
    wanted = {fold(title): title for title in declared if title}
    for element in tree.iter("td", "div", "p", "span", "b", "strong", "a", "font"):
        if len(element) <= 1 and (title := wanted.get(fold(element.text_content()[:LONGEST_TITLE_CHARACTERS]))) and not is_in_box(element):
            return Headline(title, element)
    return None


def without_site(title: str, site: str, host: str) -> str:
    """Return a title without the name of its site before or behind it."""
    title = _LEADING_MARKS.sub("", title)
    for _ in range(3):
        pieces = list(_SEPARATOR.finditer(title))
        if pieces and _names_site(title[pieces[-1].end() :], site, host):
            title = title[: pieces[-1].start()].strip()
        elif pieces and _names_site(title[: pieces[0].start()], site, host):
            title = title[pieces[0].end() :].strip()
        elif inner := next(
            (n for n in range(1, len(pieces)) if _names_site(title[pieces[n - 1].end() : pieces[n].start()], site, host)), 0
        ):
            title = title[: pieces[inner - 1].start()].strip()  # behind the name stands the site's motto
        else:
            return title
    return title


def likeness(one: str, other: str) -> float:
    """Return the share of words that two titles have in common, of the longer of them; 1 where one is a cut of the other."""
    return _likeness(fold(one), fold(other))


def _likeness(first: Sequence[str], second: Sequence[str]) -> float:
    if not first or not second:
        return 0.0
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) >= 4 and longer[: len(shorter)] == shorter:
        return 1.0
    return len(set(first) & set(second)) / max(len(set(first)), len(set(second)))


def find_site(tree: html.HtmlElement, facts: PageFacts, found: str, host: str) -> str:
    """Return the name of the site: declared, else what trafilatura found if it is a name, else as in the page's title, else the host."""
    in_title = _site_in_title(tree, host)
    for name in (*facts.meta("og:site_name"), *facts.organisations, *in_title, found, *facts.meta("application-name")):
        if (
            name
            and len(name) <= LONGEST_SITE_CHARACTERS
            and fold(name) != fold(host)
            and not _NO_NAME.search(name.removesuffix(".it").removesuffix(".com"))
            and len(name.split()) <= LONGEST_NAME_WORDS + 2
        ):
            return one_line(name)
    return host


def _site_in_title(tree: html.HtmlElement, host: str) -> list[str]:
    """Return the part of the page's title that is neither the headline on the page nor without likeness to the host."""
    title = page_title(tree)
    bare = "".join(fold(host.rpartition(".")[0]))
    pieces = [piece.strip() for piece in _SEPARATOR.split(title)]
    return [piece for piece in pieces if len(pieces) > 1 and bare and ("".join(fold(piece)) in bare or bare in "".join(fold(piece)))][-1:]


def page_title(tree: html.HtmlElement) -> str:
    """Return what the `<title>` of a page says, empty where it has none."""
    titles = (title for title in tree.iter("title") if next(title.iterancestors("svg"), None) is None)
    return next((one_line(title.text_content()) for title in titles), "")


def host_of(url: str) -> str:
    """Return the host of an address without `www.`, empty where it has none."""
    host = site(url)
    return host if len(host) <= LONGEST_HOST_CHARACTERS else ""


def find_author(tree: html.HtmlElement, facts: PageFacts, found: str, site: str, lines: Sequence[str]) -> str:
    """Return who signed the article: declared, else found by trafilatura, else in a byline of these lines; empty where nobody did."""
    sections = {
        fold(name)
        for name in (*facts.meta("article:section", "article:tag", "keywords", "news_keywords"), *facts.strings("articleSection"))
    }
    others = sections | {fold(site), ()}
    candidates = [
        ", ".join(_declared_names(facts)),
        *facts.meta("author", "article:author", "dc.creator", "parsely-author", "sailthru.author"),
    ]
    candidates += [
        *islice(_marked_names(tree), MOST_MARKED_NAMES),
        *(line for line in lines if _BYLINE.match(line)),
        found,
        *_names_beside_dates(lines),
    ]
    for candidate in candidates:
        people = [name for name in clean_authors(candidate) if fold(name) not in others]
        if people:
            return ", ".join(people)
    return ""


def _names_beside_dates(lines: Sequence[str]) -> Iterator[str]:
    """Yield what stands between marks in a line with a date: `16 agosto 2020 · Elio Marchi`."""
    for line in lines:
        pieces = re.split(r"\s[·•|/–—]\s", line)
        if len(pieces) > 1 and DATE.search(line):
            yield from (piece for piece in pieces if len(piece.split()) in (2, 3, 4) and not DATE.search(piece))


def clean_authors(text: str) -> list[str]:
    """Return the names in a byline, without what stands before and behind them; none if it holds something else than names."""
    people: list[str] = []
    text = _ADDRESS.sub(" ", text[:300])
    for part in _BETWEEN_NAMES.split(_AFTER_NAME.sub("", _BEFORE_NAME.sub("", one_line(text), count=1))):
        name = _AFTER_NAME.sub("", _BEFORE_NAME.sub("", part, count=1)).strip(" .,;:-–—")
        name += "." * bool(re.search(rf"(?<!\w){re.escape(name[-1:])}\.", part) and name[-1:].isupper() and name[-2:-1] in (" ", "."))
        if _is_name(name) and name not in people:
            people.append(name.title() if name.isupper() and len(name) > 5 else name)
    return people if len(people) <= MOST_AUTHORS else []


def _is_name(text: str) -> bool:
    words = text.replace("’", "'").replace("'", " ").split()
    desk = _INDIVIDUAL.search(text) is not None
    said = _NUMBERED.sub(" ", text) if desk else text
    if not words or len(words) > LONGEST_NAME_WORDS or _NO_NAME.search(said) or text.casefold() in _ACCOUNTS:
        return False
    if desk:
        return True
    return len(words) >= 2 and all(word[0].isupper() or word.casefold() in _SMALL for word in words)


def _declared_names(facts: PageFacts) -> Iterator[str]:
    for node in facts.nodes:
        author = node.get("author")
        names_of = [one.get("name") if isinstance(one, dict) else one for one in (author if isinstance(author, list) else [author])]
        if found := [one_line(name) for name in names_of if isinstance(name, str) and name.strip()]:
            yield from found
            return


def _marked_names(tree: html.HtmlElement) -> Iterator[str]:
    """Yield what elements hold that are marked as the author of the article."""
    for element in tree.iter("a", "span", "div", "p", "address", "strong", "em", "cite", "li", "b"):
        if _AUTHOR_MARKS & (_marks(element) | {*element.get("rel", "").lower().split()}) and not is_in_box(element):
            inner = (e for e in islice(element.iterdescendants(), MOST_NAME_MARKS) if _MARKS_OF_NAMES & _marks(e))
            line = one_line(next(inner, element).text_content())
            if line and len(line.split()) <= 3 * LONGEST_NAME_WORDS:
                yield line
    for icon in tree.iter("i", "span", "svg"):
        if icon.tail and _PERSON_ICONS & _icon_words(icon) and not icon.text_content().strip():
            holder = icon.getparent()
            if holder is not None and not is_in_box(holder):
                yield one_line(icon.tail)


def _marks(element: html.HtmlElement) -> set[str]:
    return {*names(element), *element.get("itemprop", "").lower().split()}


def _icon_words(icon: html.HtmlElement) -> set[str]:
    return {word for name in names(icon) for word in name.split("-")}


def _declared_titles(tree: html.HtmlElement, facts: PageFacts) -> Iterable[str]:
    written = (*facts.strings("headline"), *facts.meta("og:title", "twitter:title", "dc.title", "headline"), page_title(tree))
    yield from (title for title in dict.fromkeys(written) if len(title) <= LONGEST_WRITTEN_TITLE_CHARACTERS)


def _shown_titles(tree: html.HtmlElement, site: str, host: str) -> Iterator[tuple[html.HtmlElement, str]]:
    """Yield the elements that may show the headline, with their words: first those of the first rank."""
    large = [e for e in tree.iter("font") if e.get("size", "").strip() in _LARGE] if next(tree.iter("h1", "h2"), None) is None else []
    marked = [
        e for e in tree.iter("h2", "h3", "div", "p", "span") if "headline" in e.get("itemprop", "").lower() or _TITLE_NAMES & {*names(e)}
    ]
    for element in (*tree.iter("h1"), *marked, *tree.iter("h2"), *large):
        written = one_line(element.text_content())
        title = without_site(written, site, host) if len(written) <= LONGEST_WRITTEN_TITLE_CHARACTERS else ""
        if title and len(title) <= LONGEST_TITLE_CHARACTERS and not _names_site(title, site, host) and not is_in_box(element):
            yield element, title


def _names_site(text: str, site: str, host: str) -> bool:
    """True if words name the site: its declared name, its host, or a part of the one with the other."""
    words = fold(text)
    if not words:
        return True
    words = tuple(word for word in words if word not in _ARTICLES) or words
    squeezed, name = "".join(words), "".join(word for word in fold(site) if word not in _ARTICLES)
    bare_host = "".join(fold(host.rpartition(".")[0]))
    if squeezed in (name, bare_host, "".join(fold(host)), "home", "homepage", "news", "notizie"):
        return True
    return bool(
        name and len(name) >= 4 and len(words) <= 6 and (squeezed.startswith(name) or (name.startswith(squeezed) and len(squeezed) >= 4))
    )

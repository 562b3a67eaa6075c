"""What a page declares about itself for machines: its JSON-LD and its `<meta>` elements, as they are written.

Out come plain mappings and strings; which of them to believe is decided by those who read titles, names and dates.
"""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import html

MOST_NODES = 5_000  # of JSON-LD in one page
MOST_VALUES = 20  # of one field of the article
ARTICLE_TYPES = frozenset(
    """
    article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle reviewnewsarticle blogposting
    liveblogposting socialmediaposting techarticle report advertisercontentarticle
    """.split()
)
PAGE_TYPES = frozenset({"webpage", "itempage"})
_OTHERS = frozenset(
    "comment mentions hasPart isPartOf itemListElement relatedLink video image associatedMedia citation liveBlogUpdate about review "
    "publisher author significantLink subjectOf isBasedOn potentialAction breadcrumb".split()
)  # what stands in these speaks of something else

_OPENED = re.compile(r"\s*+(?://\s*+)?+(?:<!--|<!\[CDATA\[)")
_CLOSED = re.compile(r"(?:-->|\]\]>|/\*\s{0,9}\]\]>\s{0,9}\*/)\Z")
_LONGEST_CLOSING_CHARACTERS = 30
_TRAILING_COMMA = re.compile(r",(\s{0,50}[}\]])")
_FIELD = re.compile(r'"(headline|datePublished|dateModified)"\s{0,9}:\s{0,9}"((?:[^"\\\n]|\\.){1,400})"')

Node = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Nodes of JSON-LD that describe the article, best first, the updates of a live page, and contents of `<meta>` by lower-case name."""

    nodes: tuple[Node, ...]
    updates: tuple[Node, ...]
    metas: Mapping[str, tuple[str, ...]]
    organisations: tuple[str, ...] = ()

    def strings(self, field: str) -> Iterator[str]:
        """Yield the values of a field of the article's nodes that are strings, as many as an honest page may have."""
        values = (node.get(field) for node in self.nodes)
        first = (value[0] if isinstance(value, list) and value else value for value in values)
        yield from islice((one_line(value) for value in first if isinstance(value, str) and value.strip()), MOST_VALUES)

    def meta(self, *names: str) -> Iterator[str]:
        """Yield the contents of the `<meta>` elements of these names, in the order of the names."""
        for name in names:
            yield from self.metas.get(name, ())


def read_facts(tree: html.HtmlElement) -> PageFacts:
    """Return what a page declares about itself; what cannot be understood of it is passed over."""
    metas: dict[str, tuple[str, ...]] = {}
    for element in tree.iter("meta"):
        content = one_line(element.get("content", ""))
        for attribute in ("property", "name", "itemprop"):
            if (name := element.get(attribute, "").strip().lower()) and content:
                metas[name] = (*metas.get(name, ())[:8], content)
    nodes, broken = _nodes(tree)
    found = [node for node in nodes if _types(node) & ARTICLE_TYPES]
    found.sort(key=lambda node: "headline" not in node)  # stable: the first article that has a headline
    pages = [node for node in nodes if _types(node) & PAGE_TYPES]
    updates = [update for node in nodes for update in _mappings(node.get("liveBlogUpdate"))]
    organisations = [name for node in nodes for name in _publishers(node)]
    return PageFacts((*found, *broken, *pages), tuple(updates[:MOST_NODES]), metas, tuple(organisations))


def one_line(text: str) -> str:
    """Return a string with single spaces and without what no text may hold."""
    return " ".join(text.encode("utf-8", "ignore").decode("utf-8").replace("\x00", "").split())


def _nodes(tree: html.HtmlElement) -> tuple[list[Node], list[Node]]:
    """Return the nodes of JSON-LD, outermost first, and what is left of scripts that are not JSON."""
    nodes: list[Node] = []
    broken: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" not in script.get("type", "").lower() or not script.text:
            continue
        text = _unwrapped(_unwrapped(script.text))
        try:
            nodes.extend(_walk(_parse(text)))
        except (ValueError, RecursionError):
            fields: dict[str, object] = {}
            for match in _FIELD.finditer(text):
                fields.setdefault(match.group(1), match.group(2))
            if fields:
                broken.append(fields)
    return nodes, broken


def _unwrapped(script: str) -> str:
    """Return what stands between the signs of a comment or of CDATA, each of which may be missing."""
    if opened := _OPENED.match(script):
        script = script[opened.end() :]
    end = script.rstrip().removesuffix(";").rstrip()
    closed = _CLOSED.search(end, max(0, len(end) - _LONGEST_CLOSING_CHARACTERS))
    return end[: closed.start()].rstrip().removesuffix("//") if closed else script


def _parse(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return json.loads(_TRAILING_COMMA.sub(r"\1", text), strict=False)


def _walk(root: object) -> Iterator[Node]:
    waiting: deque[object] = deque([root])
    for _ in range(MOST_NODES):
        if not waiting:
            return
        value = waiting.popleft()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            yield value
            waiting.extend(inner for name, inner in value.items() if name not in _OTHERS and isinstance(inner, dict | list))


def _types(node: Node) -> set[str]:
    declared = node.get("@type")
    kinds = declared if isinstance(declared, list) else [declared]
    return {kind.rpartition("/")[2].rpartition(":")[2].lower() for kind in kinds if isinstance(kind, str)}


def _mappings(value: object) -> Sequence[Node]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _publishers(node: Node) -> Iterable[str]:
    organisations = _mappings(node.get("publisher"))
    if _types(node) & {"website", "organization", "newsmediaorganization"}:
        organisations = [*organisations, node]
    return [one_line(name) for organisation in organisations if isinstance(name := organisation.get("name"), str) and name.strip()]

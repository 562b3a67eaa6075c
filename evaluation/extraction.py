"""How well articles are read from pages, beside trafilatura alone: `python -m evaluation.extraction PAGES_FOLDER`.

The folder holds `sites/`, a folder of pages a site, and `pages.jsonl`: a line `{"path", "url", "content_type", "title", "date", "updated",
"author", "site", "text", "sections", "optional"}` for each page, where null says that the page does not tell, `sections` are the
`{"date", "text"}` of a live page, and `optional` are strings that are neither wanted in the text nor wrong in it, as rows of a line-up
are: whoever reads, their words are taken out of what was found before it is measured. The text of a page that only subscribers can read
to its end (`truncated`) is what everybody sees. Out come shares and means over the pages, printed for each site and written as JSON.
"""

import argparse
import json
import logging
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import fmean
from typing import Any

from evaluation.gold import GoldError, read_records
from evaluation.provenance import provenance
from index.articles import Article
from index.cleaning import readable_intervals
from index.errors import ArticleError, EdicolaError
from index.reading.pages import read_page
from index.repeated_lines import RepeatedLines

SAME_SECTION_F1 = 0.8
_WORD = re.compile(r"\w+")
_BETWEEN_NAMES = re.compile(r"\s*[,;&]\s*|\s+(?:e|ed)\s+")


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page, and what a reader finds in it; None where the page does not tell."""

    path: str
    raw: bytes
    url: str
    content_type: str
    title: str
    text: str
    date: str | None
    updated: str | None
    author: str | None
    sections: tuple[tuple[str | None, str], ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def site(self) -> str:
        """The folder of the page."""
        return Path(self.path).parent.name


@dataclass(frozen=True, slots=True)
class Extracted:
    """What one way of reading finds in a page; `read` is the text that may be quoted."""

    read: str = ""
    raw: str = ""
    title: str = ""
    date: str | None = None
    updated: str | None = None
    author: str | None = None
    sections: tuple[tuple[str | None, str], ...] = ()


def read_gold_pages(folder: Path) -> list[GoldPage]:
    """Return the pages of a folder with their gold, in the order of the file; GoldError names an unusable line."""
    pages = []
    for origin, record in read_records(folder / "pages.jsonl"):
        path = next(
            (path for path in (folder / str(record.get("path")), folder / "sites" / str(record.get("path"))) if path.is_file()), None
        )
        if path is None:
            raise GoldError(f"{origin}: there is no page {record.get('path')!r} in {folder.name}: give its `path` below that folder")
        listed = record.get("sections")
        sections = tuple((section.get("date"), str(section.get("text") or "")) for section in (listed if isinstance(listed, list) else []))
        url, content_type, title, text = (str(record.get(name) or "") for name in ("url", "content_type", "title", "text"))
        date, updated, author = (str(record[name]) if record.get(name) else None for name in ("date", "updated", "author"))
        if not date or not updated or updated <= date:
            updated = None  # a page that was touched on its own day was not corrected later
        name = str(path.relative_to(folder))
        neither = record.get("optional")
        optional = tuple(map(str, neither)) if isinstance(neither, list) else ()
        pages.append(GoldPage(name, path.read_bytes(), url, content_type, title, text, date, updated, author, sections, optional))
    return pages


def extract(pages: Sequence[GoldPage]) -> list[Extracted]:
    """Return what Edicola reads in pages that it reads together: what their sites repeat is left out."""
    read = [_articles(page) for page in pages]
    repeated = RepeatedLines()
    for article in chain.from_iterable(read):
        repeated.add(article)
    return [_extracted([repeated.mark(article) for article in articles]) for articles in read]


def _articles(page: GoldPage) -> tuple[Article, ...]:
    try:
        return read_page(page.raw, url=page.url, content_type=page.content_type, default_id=page.path, origin=page.path)
    except ArticleError:
        return ()


def _extracted(articles: Sequence[Article]) -> Extracted:
    if not articles:
        return Extracted()
    parts = [article for article in articles if "#" in article.id]
    first = articles[0]
    days = sorted(str(part.published) for part in parts if part.published)
    return Extracted(
        read="\n".join(map(_readable, articles)),
        raw="\n".join(article.text for article in articles),
        title=first.title,
        date=str(first.published) if first.published and first not in parts else days[0] if days else None,
        updated=str(first.updated) if first.updated else days[-1] if len(days) > 1 and days[-1] > days[0] else None,
        author=first.author or None,
        sections=tuple((str(part.published or "") or None, _readable(part)) for part in parts),
    )


def extract_with_trafilatura(pages: Sequence[GoldPage]) -> list[Extracted]:
    """Return what trafilatura finds in each page with its defaults."""
    return [_extracted_by_trafilatura(page) for page in pages]


def _extracted_by_trafilatura(page: GoldPage) -> Extracted:
    import trafilatura  # noqa: PLC0415 - half a second

    try:
        document: Any = trafilatura.bare_extraction(page.raw, url=page.url or None, with_metadata=True)
    except Exception:  # some pages are made to break readers
        document = None
    if document is None:
        return Extracted()
    text = document.text or ""
    return Extracted(text, text, document.title or "", document.date or None, None, document.author or None)


def _readable(article: Article) -> str:
    return "\n".join(article.text[start:end] for start, end in readable_intervals(article))


def measure(page: GoldPage, found: Extracted) -> dict[str, float]:
    """Return the figures of one page, each from 0 to 1; those of sections only where there are any."""
    figures = {
        "text_f1": token_f1(found.read, page.text, page.optional),
        "raw_text_f1": token_f1(found.raw, page.text, page.optional),
        "title": float(_fold(found.title) == _fold(page.title)),
        "date": float(found.date == page.date),
        "updated": float(found.updated == page.updated),
        "author": float(_names(found.author) == _names(page.author)),
    }
    if page.sections:
        figures["sections"] = _sections_f1(found.sections, page.sections)
    else:
        figures["one_article"] = float(not found.sections)
    return figures


def token_f1(found: str, wanted: str, optional: Sequence[str] = ()) -> float:
    """Return F1 over the multisets of lower-cased words; 1 where both are empty. Words of `optional` strings are not counted as found.

    A string that was found as it is written is taken out at its place, for it may be glued to the next word. Of others, as a table that
    is drawn with bars, the words that are not wanted are taken out, each as often as the string has it.
    """
    ours, theirs, neither = found, Counter(_fold(wanted)), Counter[str]()
    for string in optional:
        before, there, after = ours.partition(string)
        ours = f"{before} {after}"
        if not there:
            neither.update(_fold(string))
    return _multiset_f1(_without(Counter(_fold(ours)), theirs, neither), theirs)


def _without(ours: Counter[str], theirs: Counter[str], neither: Counter[str]) -> Counter[str]:
    """Return the words found without those that are neither wanted nor wrong."""
    return ours - ((ours - theirs) & neither)


def _multiset_f1(ours: Counter[str], theirs: Counter[str]) -> float:
    shared, total = (ours & theirs).total(), ours.total() + theirs.total()
    return 2 * shared / total if total else 1.0


def _sections_f1(found: Sequence[tuple[str | None, str]], wanted: Sequence[tuple[str | None, str]]) -> float:
    """Return F1 over sections: one is right if its day is, and its words are those of a section that no other has taken."""
    left, right = list(wanted), 0
    for date, text in found:
        same = [section for section in left if section[0] == date and token_f1(text, section[1]) >= SAME_SECTION_F1]
        if same:
            left.remove(same[0])
            right += 1
    return 2 * right / (len(found) + len(wanted))


def _fold(text: str | None) -> tuple[str, ...]:
    return tuple(_WORD.findall((text or "").lower()))


def _names(author: str | None) -> set[tuple[str, ...]]:
    return {_fold(name) for name in _BETWEEN_NAMES.split(author or "") if _fold(name)}


def summarise(figures: Iterable[tuple[str, Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """Return the mean of each figure over all pages and for each site; `pages` counts them."""
    groups: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    for site, of_page in figures:
        groups["all"].append(of_page)
        groups[site].append(of_page)
    return {name: {"pages": len(group), **_means(group)} for name, group in groups.items()}


def _means(group: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = dict.fromkeys(name for figures in group for name in figures)
    return {name: round(fmean(figures[name] for figures in group if name in figures), 4) for name in names}


SYSTEMS = {"edicola": extract, "trafilatura": extract_with_trafilatura}


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 2 if the pages cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.extraction", description="Measure what is read from pages with gold.")
    parser.add_argument("pages", type=Path, metavar="PAGES_FOLDER", help="a folder with sites/ and pages.jsonl")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures, with where they come from")
    parser.add_argument("--sites", nargs="*", metavar="SITE", help="only the pages of these folders")
    parser.add_argument("--each", action="store_true", help="also print the pages that are not read as in the gold")
    args = parser.parse_args(argv)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # pages without an article are expected
    try:
        pages = [page for page in read_gold_pages(args.pages) if not args.sites or page.site in args.sites]
    except (EdicolaError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    measured = {
        name: [(page.site, measure(page, found)) for page, found in zip(pages, system(pages), strict=True)]
        for name, system in SYSTEMS.items()
    }
    results = {name: summarise(figures) for name, figures in measured.items()}
    print("\n".join(table(results)))
    if args.each:
        print("\n".join(_shortfalls(pages, [figures for _, figures in measured["edicola"]])))
    if args.json:
        document = {**provenance(), "results": results, "table": _for_docs(results)}
        args.json.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def table(results: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[str]:
    """Yield the lines of a table: a line for each site and system, the columns that any of them has."""
    columns = list(dict.fromkeys(name for groups in results.values() for figures in groups.values() for name in figures))
    yield " ".join([f"{'site':24} {'system':12}", *(f"{column:>11}" for column in columns)])
    for group in sorted(next(iter(results.values()), {}), key=lambda name: (name == "all", name)):
        for system, groups in results.items():
            yield " ".join([f"{group:24} {system:12}", *(_cell(groups[group], column) for column in columns)])


def _for_docs(results: Mapping[str, Mapping[str, Mapping[str, float]]]) -> dict[str, list[Any]]:
    """Return the figures over all pages as a table of the docs, in per cent."""
    columns = list(dict.fromkeys(name for groups in results.values() for name in groups.get("all", {}) if name != "pages"))
    rows = [
        [system, *(f"{100 * groups['all'][c]:.1f}" if c in groups["all"] else "–" for c in columns)] for system, groups in results.items()
    ]
    return {"columns": ["", *(column.replace("_", " ") for column in columns)], "rows": rows}


def _cell(figures: Mapping[str, float], column: str) -> str:
    if column not in figures:
        return f"{'–':>11}"
    return f"{figures[column]:11.0f}" if column == "pages" else f"{figures[column]:11.3f}"


def _shortfalls(pages: Sequence[GoldPage], measured: Sequence[Mapping[str, float]]) -> Iterator[str]:
    for page, figures in zip(pages, measured, strict=True):
        short = {name: round(value, 3) for name, value in figures.items() if value < (0.97 if name.endswith("f1") else 1)}
        if short:
            yield f"{page.path}: {short}"


if __name__ == "__main__":
    sys.exit(main())

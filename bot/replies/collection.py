"""What is said about the collection itself: its list, its indexing, articles taken away and brought back."""

from collections.abc import Sequence
from datetime import date

from bot.markup import Block, Button, Paragraph, Reply, Run, line, sentence, shorten
from bot.replies.citations import source_line, source_text, title, title_run
from bot.replies.sentences import NO_SOURCES, REINDEX_STOPPED
from bot.replies.wording import counted, grouped, with_article
from index.articles import Article
from index.dates import Period
from index.indexer import Progress, Report
from index.sources.history import Stale
from index.sources.quality import SourceQuality

SKIPPED_SHOWN = 5
REASONS_SHOWN = 2  # of a source
CHANGED_SHOWN = 5
SOURCES_PER_PAGE = 6
SOURCES_BUTTON = "sources"

_STAGES = {"read": "Leggo gli articoli", "encode": "Preparo i passi", "publish": "Pubblico l’archivio"}


def sources_reply(articles: Sequence[Article], *, offset: int, total: int) -> Reply:
    """Return a page of the list of articles, with buttons to the pages before and after it."""
    if not articles:
        return NO_SOURCES
    count = counted(total, "articolo", "articoli")
    heading = Block((line(f"{count}, dal più recente ({offset + 1}–{offset + len(articles)}):"),))
    entries = (Block((title(article), source_line(article))) for article in articles)
    buttons = []
    if offset > 0:
        buttons.append(Button("‹ Più recenti", f"{SOURCES_BUTTON}:{max(0, offset - SOURCES_PER_PAGE)}"))
    if offset + len(articles) < total:
        buttons.append(Button("Meno recenti ›", f"{SOURCES_BUTTON}:{offset + SOURCES_PER_PAGE}"))
    return Reply((heading, *entries), (tuple(buttons),) if buttons else ())


def quality_blocks(sources: Sequence[SourceQuality]) -> tuple[Block, ...]:
    """Return how each source stands, for those who look after it."""
    return (Block((line("Come stanno le fonti:"), *map(_quality_line, sources))),)


def _quality_line(source: SourceQuality) -> Paragraph:
    name = shorten(source.source, characters=80) or "articoli"
    parts = [
        counted(source.articles, "articolo", "articoli"),
        f"{grouped(source.undated)} senza data",
        f"{grouped(source.near_duplicates)} quasi uguali ad altri",
        counted(source.skipped, "saltato", "saltati"),
        f"{grouped(source.median_words)} parole di solito",
    ]
    if source.last_success:
        day = date.fromtimestamp(source.last_success)
        parts.append(f"letta {with_article('il', Period(day, day))}")
    if source.failure:
        parts.append("ora non si riesce a leggere")
    reasons = "; ".join(f"{grouped(count)} × {reason}" for reason, count in source.reasons[:REASONS_SHOWN])
    details = [Run(f" – {shorten(reasons, characters=300)}", "italic")] if reasons else []
    return line("• ", Run(name, "bold"), f": {', '.join(parts)}", *details)


def progress_reply(progress: Progress) -> Reply:
    """Return how far the reading of the articles has come."""
    amount = f"{grouped(progress.done)} di {grouped(progress.total)}" if progress.total else grouped(progress.done)
    return sentence(f"Rileggo gli articoli. {_STAGES[progress.stage]}: {amount}")


def report_reply(report: Report) -> Reply:
    """Return what an indexing did; of what was skipped, the first few with the reason."""
    counts = (
        f"Ho riletto gli articoli in {report.seconds:.0f} s: {counted(report.added, 'nuovo', 'nuovi')}, "
        f"{counted(report.changed, 'cambiato', 'cambiati')}, {counted(report.removed, 'tolto', 'tolti')}, "
        f"{counted(report.unchanged, 'invariato', 'invariati')}."
    )
    if not report.skipped:
        return sentence(counts)
    shown = [line(f"• {shorten(s.origin, characters=150)}: {shorten(s.reason, characters=300)}") for s in report.skipped[:SKIPPED_SHOWN]]
    rest = len(report.skipped) - len(shown)
    more = [line(f"… e {counted(rest, 'altro', 'altri')}")] if rest else []
    heading = line(f"{counted(len(report.skipped), 'saltato', 'saltati')}:")
    return Reply((Block((line(counts),), (line(counts),)), Block((heading, *shown, *more), (heading,))))


def alarm_reply(stale: Sequence[Stale], recovered: Sequence[str]) -> Reply:
    """Return which sources give nothing any more, with the reason for whoever runs the bot, and which are well again."""
    blocks = []
    for one in stale:
        what = "non si riesce a leggere" if one.is_failing else "non dà niente di nuovo"
        heading = line(f"⚠ La fonte «{shorten(one.source, characters=80)}» {what} {with_article('dal', Period(one.since, one.since))}.")
        blocks.append(Block((heading, line(Run(shorten(one.reason, characters=300), "code"))), (heading,)))
    blocks += [Block((line(f"La fonte «{shorten(name, characters=80)}» è di nuovo a posto."),)) for name in recovered]
    return Reply(tuple(blocks))


def reindex_failed_reply(message: str) -> Reply:
    """Return that an indexing failed; the message is for whoever runs the bot, in English."""
    return Reply((*REINDEX_STOPPED.blocks, Block((line(Run(shorten(message, characters=500), "code")),))))


def withdrawn_reply(articles: Sequence[Article]) -> Reply:
    """Return that articles were taken away, and how they come back."""
    done = line("Da adesso non lo cito e non lo elenco più; i messaggi già inviati restano.")
    back = [line("Per rimetterlo: ", Run(f"/ripristina {article.id}", "code")) for article in articles[:CHANGED_SHOWN]]
    return Reply((Block((*_named("Ritirato", articles), done, *back), (done,)),))


def restored_reply(articles: Sequence[Article]) -> Reply:
    """Return that articles came back."""
    done = line("Da adesso posso citarlo di nuovo.")
    return Reply((Block((*_named("Ripristinato", articles), done), (done,)),))


def _named(verb: str, articles: Sequence[Article]) -> tuple[Paragraph, ...]:
    """Return what was done to each of some articles, several where they share a link."""
    shown = [line(f"{verb}: ", title_run(article), f" ({source_text(article)})") for article in articles[:CHANGED_SHOWN]]
    rest = len(articles) - len(shown)
    return (*shown, *([line(f"… e {counted(rest, 'altro', 'altri')} con lo stesso link")] if rest else []))

"""What the commands do in a terminal: the same pipeline and the same replies as in Telegram.

Answers, lists and reports go to stdout; what takes long is told on stderr.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

import httpx

from bot.adding import encode_held, encode_refusal
from bot.answering import Asked, clock
from bot.indexing import SKIPPED_SHOWN, ProgressBar, bring_in_step, counts, index, skipped_line
from bot.links import page_address
from bot.markup import printable, to_console
from bot.replies import CONSOLE_GREETING, explanation_reply, italian_date, preview_reply, result_reply
from bot.settings import Settings
from bot.source_report import SourceReport
from bot.withdrawing import Articles, Withdrawing
from evaluation.prediction import predict
from index.articles import Article
from index.errors import IndexingBusy
from index.italian import fold
from index.sources.adding import Additions, NotAdded, read_addition
from index.sources.collection import ADDED_FOLDER
from index.sources.quality import SourceQuality
from retrieval.answer import Answer, Citation, Latest, NoAnswer, Several, Tentative, quoted
from retrieval.assembly import build_encoder, build_engine, build_pipeline
from retrieval.conversation import Conversation, turn_of, with_turn
from retrieval.pipeline import Result
from retrieval.question import Question
from retrieval.visible import visible

PAGE_ARTICLES = 500
REASONS_SHOWN = 3  # of a source

Command = Callable[[argparse.Namespace, Settings], int]


def ask(args: argparse.Namespace, settings: Settings) -> int:
    """Print the answer to a question, for a person or for a program."""
    with _opened(args, settings) as pipeline:
        text = _text(args.question)
        result = pipeline.ask(Question(text, _today(args, settings)()))
    print(json.dumps(_result_fields(result), ensure_ascii=False) if args.json else _shown(result))
    if args.explain:
        print("\n" + to_console(explanation_reply(text, result), colour=sys.stdout.isatty()))
    return 0


def chat(args: argparse.Namespace, settings: Settings) -> int:
    """Answer question after question, each in the light of the earlier ones."""
    with _opened(args, settings) as pipeline:
        converse(pipeline, _typed_lines(), today=_today(args, settings))
    return 0


def converse(pipeline: Asked, lines: Iterable[str], *, today: Callable[[], date]) -> None:
    """Answer lines until they end."""
    conversation: Conversation = ()
    print(to_console(CONSOLE_GREETING, colour=sys.stdout.isatty()), end="\n\n")
    for line in lines:
        if text := line.strip():
            result = pipeline.ask(Question(text, today(), conversation))
            conversation = with_turn(conversation, turn_of(text, result.outcome))
            print(_shown(result), end="\n\n", flush=True)


def bot(_args: argparse.Namespace, settings: Settings) -> int:
    """Answer in Telegram until told to stop."""
    from bot.assembly import run_bot  # noqa: PLC0415 - the other commands don't need the Telegram library

    asyncio.run(run_bot(settings))
    return 0


def sources(args: argparse.Namespace, settings: Settings) -> int:
    """Print how each source stands, then the indexed articles, newest first; NoSnapshot if there are none."""
    words = [fold(word) for word in args.words]
    engine = build_engine(settings.index)
    if args.quality or not (args.json or words):
        for one in SourceReport(engine, settings.index).read():
            print(json.dumps(asdict(one), ensure_ascii=False) if args.json else _quality_line(one))
    if args.quality:
        return 0
    with closing(visible(engine.open_current(), engine.withdrawn())) as snapshot:
        for offset in range(0, snapshot.manifest.articles, PAGE_ARTICLES):
            for article in snapshot.newest_articles(limit=PAGE_ARTICLES, offset=offset):
                if all(word in fold(f"{article.title} {article.source}") for word in words):
                    print(json.dumps(_article_fields(article), ensure_ascii=False) if args.json else _article_line(article))
    return 0


def add(args: argparse.Namespace, settings: Settings, transport: httpx.BaseTransport | None = None) -> int:
    """Read a link or a file, print what it holds, and add it or only hold it; NotAdded says why not."""
    additions = Additions(settings.index.data_dir / ADDED_FOLDER)
    try:
        token = additions.hold(read_addition(_text([args.reference]), settings.index, transport=transport))
    except NotAdded as error:
        if args.json:
            print(encode_refusal(error), flush=True)
        raise
    articles = additions.pending(token) if args.pending else additions.accept(token)
    print(encode_held(token) if args.json else to_console(preview_reply(articles), colour=sys.stdout.isatty()), flush=True)
    _tell(f"held as {token}" if args.pending else "added: `edicola index` brings it into the index")
    return 0


def withdraw(args: argparse.Namespace, settings: Settings) -> int:
    """Take an article away and print which; UnknownArticle if there is none."""
    withdrawing = Withdrawing(build_engine(settings.index))
    articles = withdrawing.find(_text([args.article]))
    withdrawing.withdraw(articles, _text([args.reason]))
    _print_changed("withdrawn", articles)
    return 0


def restore(args: argparse.Namespace, settings: Settings) -> int:
    """Bring an article back and print which; UnknownArticle if there is none."""
    withdrawing = Withdrawing(build_engine(settings.index))
    articles = withdrawing.find(_text([args.article]))
    withdrawing.restore(articles)
    _print_changed("restored", articles)
    return 0


def doctor(_args: argparse.Namespace, settings: Settings) -> int:
    """Print what answering needs and what of it is missing; 1 if something is."""
    from bot.doctor import examine  # noqa: PLC0415

    findings = []
    for finding in examine(settings):
        print(finding, flush=True)
        findings.append(finding)
    return int(any(finding.problem for finding in findings))


def evaluate(args: argparse.Namespace, settings: Settings) -> int:
    """Measure the answers to gold questions."""
    from evaluation.cli import run  # noqa: PLC0415

    return run(args, settings.index, settings.retrieval)


COMMANDS: Mapping[str, Command] = {
    command.__name__: command for command in (ask, chat, bot, index, sources, add, withdraw, restore, doctor, evaluate)
}


@contextmanager
def _opened(args: argparse.Namespace, settings: Settings) -> Iterator[Asked]:
    """Bring the index in step and open what answers from it. Other articles than the bot's are indexed aside."""
    wanted = settings.index
    if args.articles is not None:
        folder = args.articles.resolve()
        aside = hashlib.blake2b(os.fsencode(folder), digest_size=8).hexdigest()
        wanted = replace(wanted, data_dir=wanted.data_dir / "aside" / aside)
    _tell("loading the models…")
    engine, encoder = build_engine(wanted), build_encoder(wanted)
    try:
        with ProgressBar() as bar:
            report = bring_in_step(wanted, engine, encoder, bar.show, articles=args.articles)
        if report.added or report.changed or report.removed:
            _tell(counts(report))
        for skipped in report.skipped[:SKIPPED_SHOWN]:
            _tell(skipped_line(skipped))
    except IndexingBusy:
        _tell("somebody else is indexing: answering from the index as it is")
    with closing(build_pipeline(wanted, settings.retrieval, engine=engine, encoder=encoder)) as pipeline:
        yield pipeline


def _text(words: Iterable[str]) -> str:
    """Return the words as one text; bytes that are no UTF-8, which arguments carry as surrogates, become replacement characters."""
    return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _today(args: argparse.Namespace, settings: Settings) -> Callable[[], date]:
    return clock(replace(settings.retrieval, as_of=args.as_of or settings.retrieval.as_of))


def _typed_lines() -> Iterator[str]:
    prompt = "» " if sys.stdin.isatty() else ""
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            yield input(prompt)


def _shown(result: Result) -> str:
    return to_console(result_reply(result), colour=sys.stdout.isatty())


def _tell(text: str) -> None:
    print(f"edicola: {text}", file=sys.stderr, flush=True)


def _result_fields(result: Result) -> dict[str, Any]:
    """Return a prediction as `edicola evaluate` writes it, and beside it what is cited, with its sources."""
    prediction = predict("", result.outcome, result.article_ids, sum(result.milliseconds.values()))
    fields: dict[str, Any] = json.loads(prediction.to_json())
    del fields["id"]
    match result.outcome:
        case Answer(citation, _, others, alternatives, further):
            return fields | {
                "cited": _citations((citation, *further)),
                "alternatives": _citations(alternatives),
                "others": _citations(others),
            }
        case Tentative() | Latest() | Several():
            return fields | {"cited": _citations(quoted(result.outcome))}
        case NoAnswer(reason, nearest, _):
            return fields | {"reason": reason, "nearest": [_article_fields(article) for article in nearest]}


def _citations(citations: Iterable[Citation]) -> list[dict[str, Any]]:
    return [_article_fields(c.article) | {"sentence": c.sentence, "span": c.span, "offsets": c.offsets} for c in citations]


def _article_fields(article: Article) -> dict[str, Any]:
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": str(article.published or ""),
        "url": page_address(article.url),
    }


def _article_line(article: Article) -> str:
    parts = (italian_date(article.published), article.title or article.id, article.source, page_address(article.url))
    return printable(" · ".join(" ".join(part.split()) for part in parts if part))


def _quality_line(source: SourceQuality) -> str:
    told = f"{source.articles} articles, {source.undated} without date, {source.near_duplicates} near-copies, {source.skipped} skipped"
    reasons = "".join(f"; {count} × {reason}" for reason, count in source.reasons[:REASONS_SHOWN])
    success = f"; last read {datetime.fromtimestamp(source.last_success):%Y-%m-%d %H:%M}" if source.last_success else ""
    failure = f"; FAILED: {source.failure}" if source.failure else ""
    return printable(f"[{source.source or 'articles'}] {told}, median {source.median_words} words{success}{failure}{reasons}")


def _print_changed(verb: str, articles: Articles) -> None:
    for article in articles:
        print(f"{verb} {printable(article.id)}: {_article_line(article)}")

"""The command `edicola evaluate`, also `python -m evaluation`: gold questions in, figures out.

`add_arguments` declares its options on a parser, `run` does the work. Errors of ours are left to the caller, which prints them.
"""

import argparse
import datetime
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Never

from tqdm import tqdm

from evaluation.aside import Aside, OpenAside, open_aside, write_articles
from evaluation.distractors import read_distractors
from evaluation.floors import Floor, fallen, parse_floor
from evaluation.gold import GoldCollection, GoldError, GoldQuestion, gold_digest, of_types, read_gold, sample
from evaluation.prediction import Prediction
from evaluation.provenance import articles_digest, models, provenance
from evaluation.report import open_to_write, render_table, write_json
from evaluation.run import answer_all, today
from evaluation.scores import judge, score
from evaluation.squad import read_squad
from evaluation.written import read_written
from index.indexer import Progress
from index.settings import IndexSettings
from retrieval.settings import RetrievalSettings


@dataclass(frozen=True, slots=True)
class _Examination:
    """A folder of articles and the questions on it, with what is worth telling of them."""

    articles_dir: Path
    questions: list[GoldQuestion]
    note: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `evaluate`."""
    what = parser.add_argument_group("what is asked (one of --gold, --squad, --written)")
    what.add_argument("--gold", type=Path, action="append", metavar="FILE", help="gold questions, JSON lines; may be repeated")
    what.add_argument("--articles", type=Path, metavar="DIR", help="the articles that --gold is about (default: ARTICLES_DIR)")
    what.add_argument("--squad", type=Path, metavar="FILE", help="a file in SQuAD's format: each of its paragraphs becomes an article")
    what.add_argument("--titles", action="append", metavar="TITLE", help="with --squad: ask only of this title; may be repeated")
    what.add_argument("--squad-headline", action=argparse.BooleanOptionalAction, default=True, help="with --squad: articles have titles")
    what.add_argument("--written", type=Path, metavar="DIR", help="a folder with written_articles and written_questions")
    what.add_argument("--split", default="dev", help="with --written: whose questions are asked (default: %(default)s)")
    what.add_argument(
        "--distractors",
        type=Path,
        action="append",
        metavar="FILE",
        help="with --squad, --written: articles to index beside; may be repeated",
    )
    what.add_argument("--types", action="append", metavar="TYPE", help="ask only questions of this type; may be repeated")
    what.add_argument("--limit", type=_count, metavar="N", help="ask only N questions, always the same ones")
    what.add_argument("--as-of", type=datetime.date.fromisoformat, metavar="DATE", help="the day of questions without one (default: today)")
    out = parser.add_argument_group("what comes out")
    out.add_argument("--predictions", type=Path, metavar="OUT", help="write what was answered, JSON lines")
    out.add_argument("--json", type=Path, metavar="OUT", help="write the figures and where they come from")
    out.add_argument("--floor", type=_floor, action="append", default=[], metavar="NAME=VALUE", help="exit 1 if this figure is lower")


def run(
    args: argparse.Namespace, index_settings: IndexSettings, retrieval_settings: RetrievalSettings, *, open_articles: OpenAside = open_aside
) -> int:
    """Index aside, ask, score and print; 1 if a floor is not kept, else 0. Raises GoldError and other EdicolaErrors."""
    settings = replace(retrieval_settings, as_of=args.as_of or retrieval_settings.as_of)
    with _examination(args, index_settings) as examined:
        if examined.note:
            print(examined.note, file=sys.stderr)
        with _Bar() as bar, open_articles(examined.articles_dir, index_settings, settings, bar.report) as aside:
            _warn(examined.questions, aside)
            predictions = _ask(examined.questions, aside, today(settings), args.predictions)
            digest = articles_digest(aside.digests)
    scores = score(judge(examined.questions, predictions))
    print(render_table(scores))
    if args.json:
        data = {"articles": len(aside.digests), "articles_digest": digest, "gold_digest": gold_digest(examined.questions)}
        about = {**provenance(), "data": data, "models": models(index_settings, settings), "as_of": today(settings).isoformat()}
        write_json(args.json, scores, about)
    sentences = fallen(scores, args.floor)
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return int(bool(sentences))


@contextmanager
def _examination(args: argparse.Namespace, index_settings: IndexSettings) -> Iterator[_Examination]:
    """Read what the arguments name; articles that stand in no folder are written into a temporary one."""
    if sum(map(bool, (args.gold, args.squad, args.written))) != 1:
        raise GoldError("name what is asked: exactly one of --gold FILE, --squad FILE and --written DIR")
    if args.gold:
        if args.distractors:
            raise GoldError("--distractors goes with --squad or --written: with --gold put the articles into its folder")
        yield _Examination(args.articles or index_settings.articles_dir, _chosen(args, read_gold(*args.gold)))
        return
    if args.articles:
        raise GoldError("--articles goes with --gold only: --squad and --written bring their own articles")
    collection = _collection(args)
    others = read_distractors(args.distractors or (), collection.articles)
    note = f"{collection.dropped} questions dropped: no answer stands where the file says" if collection.dropped else ""
    with tempfile.TemporaryDirectory(prefix="edicola-articles-") as folder:
        write_articles([*collection.articles, *others], Path(folder))
        yield _Examination(Path(folder), _chosen(args, list(collection.questions)), note)


def _collection(args: argparse.Namespace) -> GoldCollection:
    if args.squad:
        return read_squad(args.squad, args.titles or (), headline=args.squad_headline)
    return read_written(args.written, args.split)


def _chosen(args: argparse.Namespace, questions: list[GoldQuestion]) -> list[GoldQuestion]:
    chosen = sample(of_types(questions, args.types or ()), args.limit)
    if not chosen:
        raise GoldError("there is no question to ask: the files named are empty")
    return chosen


def _warn(questions: list[GoldQuestion], aside: Aside) -> None:
    """Tell what was left out of the index, and which articles are asked for although they are not in it."""
    for skipped in aside.skipped:
        print(f"left out: {skipped}", file=sys.stderr)
    absent = [(q, id_) for q in questions for id_ in q.article_ids if id_ not in aside.digests]
    if absent:
        question, article_id = absent[0]
        print(
            f"{len(absent)} gold articles are not indexed, first {article_id!r} ({question.origin}): is --articles right?", file=sys.stderr
        )


def _ask(questions: list[GoldQuestion], aside: Aside, asked_on: datetime.date, out: Path | None) -> list[Prediction]:
    """Answer all questions; what is answered is written at once, so that a run cut short leaves what it had."""
    answered = answer_all(aside.answerer, tqdm(questions, desc="ask", unit="question", mininterval=1), asked_on)
    if out is None:
        return list(answered)
    predictions = []
    with open_to_write(out) as file:
        for prediction in answered:
            file.write(prediction.to_json() + "\n")
            predictions.append(prediction)
    return predictions


class _Bar:
    """The progress bar of an indexing, one stage after the other."""

    def __init__(self) -> None:
        self._bar: tqdm[Never] | None = None
        self._stage = ""

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def report(self, progress: Progress) -> None:
        """Show how far the indexing has come."""
        if self._bar is None or self._stage != progress.stage:
            self.close()
            self._bar, self._stage = tqdm(desc=progress.stage, mininterval=1), progress.stage
        self._bar.total = progress.total or None
        self._bar.update(progress.done - self._bar.n)
        if progress.done == progress.total:
            self.close()

    def close(self) -> None:
        """Leave the bar as it is and begin a new line."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above zero")
    return int(text)


def _floor(text: str) -> Floor:
    try:
        return parse_floor(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error

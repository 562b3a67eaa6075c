"""How long indexing and asking take on a large collection.

    python -m benchmarks.scale --articles DIR --questions FILE.jsonl [--limit 300] [--out docs/figures/scale.json]

The articles are copied aside, so that one can be added. Prints seconds of the first index, of one with nothing changed and of one with
one new article, milliseconds of questions (p50, p95, by stage), and the resident memory of this process, in MB.
"""

import argparse
import datetime
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.provenance import inside_project, provenance
from index.collection import FolderCollection
from index.indexer import reindex
from index.settings import read_index_settings
from retrieval.assembly import build_encoder, build_engine, build_pipeline
from retrieval.question import Question
from retrieval.settings import BUILT_IN_READER, read_retrieval_settings

BYTES_IN_KB = 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True, help="JSON lines with `question`")
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--reader", default=BUILT_IN_READER)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(args.articles, _questions(args.questions, args.limit), args.reader, Path(scratch))
    text = json.dumps(figures, indent=1)
    print(text)
    if args.out:
        args.out.write_text(text + "\n", encoding="utf-8")
    return 0


def measure(articles: Path, questions: Sequence[str], reader: str, scratch: Path) -> dict[str, Any]:
    """Return the figures for a folder of articles and some questions."""
    copy = scratch / "articles"
    shutil.copytree(articles, copy)
    settings = replace(read_index_settings({}), articles_dir=copy, data_dir=scratch / "data")
    encoder, engine = build_encoder(settings), build_engine(settings)
    collection = FolderCollection(copy)
    reports = {name: reindex(engine, encoder, collection, lambda _: None) for name in ("first", "unchanged")}
    (copy / "zz-nuovo.md").write_text("---\ntitle: Nuovo\n---\nIl molo nuovo di Porto Sereno apre a maggio.", encoding="utf-8")
    reports["one_changed"] = reindex(engine, encoder, collection, lambda _: None)
    pipeline = build_pipeline(settings, replace(read_retrieval_settings({}), reader_model=reader), engine=engine, encoder=encoder)
    today = datetime.date(2026, 11, 1)
    started = time.perf_counter()
    pipeline.ask(Question(questions[0], today))
    first_question = time.perf_counter() - started
    stages: dict[str, list[float]] = {}
    for question in questions:
        result = pipeline.ask(Question(question, today))
        for stage, milliseconds in [*result.milliseconds.items(), ("total", sum(result.milliseconds.values()))]:
            stages.setdefault(stage, []).append(milliseconds)
    figures: dict[str, Any] = {
        **provenance(["python -m benchmarks.scale", *sys.argv[1:]]),
        "reader": inside_project(reader),
        "articles": reports["one_changed"].unchanged + 1,
        "passages": reports["one_changed"].passages,
        "index_seconds": {name: round(report.seconds, 2) for name, report in reports.items()},
        "first_question_milliseconds": round(1000 * first_question, 1),
        "question_milliseconds": {
            stage: {"p50": round(float(np.percentile(values, 50)), 1), "p95": round(float(np.percentile(values, 95)), 1)}
            for stage, values in stages.items()
        },
        "peak_resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // BYTES_IN_KB,
    }
    return {**figures, "table": _table(figures)}


def _table(figures: Mapping[str, Any]) -> dict[str, object]:
    """Return the figures as docs/quality shows them."""
    seconds, asked = figures["index_seconds"], figures["question_milliseconds"]
    rows = [
        ["articles", figures["articles"]],
        ["passages", figures["passages"]],
        ["first index, s", seconds["first"]],
        ["index again, nothing changed, s", seconds["unchanged"]],
        ["index again, one article new, s", seconds["one_changed"]],
        ["first question, ms", figures["first_question_milliseconds"]],
        *([f"{stage}, p50 and p95, ms", f"{values['p50']} and {values['p95']}"] for stage, values in asked.items()),
        ["peak resident memory, indexing included, MB", figures["peak_resident_mb"]],
    ]
    return {"columns": ["what", "figure"], "rows": [[str(cell) for cell in row] for row in rows]}


def _questions(file: Path, limit: int) -> list[str]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line)["question"] for line, _ in zip(lines, range(limit), strict=False)]


if __name__ == "__main__":
    raise SystemExit(main())

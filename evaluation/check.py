"""Proofreading gold files against their articles: `python -m evaluation.check GOLD… ARTICLES`.

Out come sentences, one a problem, each with its file and line; the command exits 1 if there are any.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evaluation.gold import GoldQuestion, read_gold
from index.articles import Article
from index.errors import EdicolaError
from index.reading.folder import read_folder

LEAST_UNANSWERABLE_SHARE = 0.2


def problems(questions: Sequence[GoldQuestion], articles: Mapping[str, Article]) -> list[str]:
    """Return what is wrong with the questions, in their order, and then with them as a set."""
    found = [f"{question.origin}: {problem}" for question in questions for problem in _problems_of(question, articles)]
    return [*found, *_repeated(questions), *_balance(questions)]


def _problems_of(question: GoldQuestion, articles: Mapping[str, Article]) -> Iterator[str]:
    for article_id in question.article_ids:
        if article_id not in articles:
            yield f"there is no article {article_id!r}: use an id of the collection"
    named = [articles[article_id] for article_id in question.article_ids if article_id in articles]
    if named:
        for answer in question.answers:
            if not any(answer in article.text for article in named):
                yield f"the answer {answer!r} stands in none of the articles named: copy it from the text, letter by letter"
        if question.sentence and not any(question.sentence in article.text for article in named):
            yield f"the sentence {question.sentence[:60]!r} stands in none of the articles named: copy it from the text, letter by letter"
        for article in named:
            if question.answerable and not any(answer in article.text for answer in question.answers):
                yield f"the article {article.id!r} holds none of the answers: leave it out, or add its answer"
    if not question.answerable and question.article_ids:
        yield "`answerable` is false, and there are `article_ids`: leave them empty"
    if question.type == "followup" and not question.history:
        yield "the type is followup, and `history` is empty: write the questions before it"


def _repeated(questions: Sequence[GoldQuestion]) -> Iterator[str]:
    first: dict[tuple[object, ...], str] = {}
    for question in questions:
        key = (question.question.casefold(), question.history, question.asked_on)
        if key in first:
            yield f"{question.origin}: the same question is asked in {first[key]}: change one of them"
        first.setdefault(key, question.origin)


def _balance(questions: Sequence[GoldQuestion]) -> Iterator[str]:
    share = sum(not question.answerable for question in questions) / len(questions) if questions else 0.0
    if share < LEAST_UNANSWERABLE_SHARE:
        yield f"only {share:.0%} of the questions are unanswerable: at least {LEAST_UNANSWERABLE_SHARE:.0%} must be, to measure refusal"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the types with their counts and every problem; 1 if there is one, 2 if a file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.check", description="Proofread gold questions against their articles.")
    parser.add_argument("gold", nargs="+", type=Path, metavar="GOLD", help="JSON lines of gold questions")
    parser.add_argument("articles", type=Path, metavar="ARTICLES", help="the folder of their articles")
    args = parser.parse_args(argv)
    try:
        questions = read_gold(*args.gold)
        articles = {item.id: item for item in read_folder(args.articles) if isinstance(item, Article)}
    except EdicolaError as error:
        print(error, file=sys.stderr)
        return 2
    found = problems(questions, articles)
    for name, count in Counter(question.type for question in questions).most_common():
        print(f"{count:6}  {name}")
    print(f"{len(questions):6}  questions on {len(articles)} articles, {sum(not q.answerable for q in questions)} unanswerable")
    for problem in found:
        print(problem)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())

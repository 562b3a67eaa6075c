"""Read the questions written for training, whose articles stand elsewhere: `training/questions`.

`questions.jsonl` holds, a line each, the question, where its article is found (`source`, `article_id`), a digest of the very text that it
was written on, and the answer's offsets in that text, none for a near-miss. `elsewhere` are answers in other articles of the same story.
Only `articles.jsonl` are texts of the project's own; a question on a story belongs to the group of its story.
"""

import hashlib
import json
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from index.articles import Article
from index.errors import EdicolaError
from index.sentences import split_sentences
from training.corpus import TrainingData
from training.features.examples import Example, squad_articles, written_articles

FOLDER = Path(__file__).parents[1] / "questions"
SQUAD = "squad"
_PARTS = 12  # of all articles, one is kept aside for weighing the judges
_STORY_PARTS = 4  # of the stories one: articles read by themselves are judged on them alone
STORY = "own:story-"


@dataclass(frozen=True, slots=True)
class Written:
    """The questions as examples, and the articles that they were written on by id; those of SQuAD-it are asked among their own."""

    examples: tuple[Example, ...]
    articles: dict[str, Article]


def is_kept_aside(group: str) -> bool:
    """Tell whether the questions on an article, `source:id`, judge the judges instead of training one of them."""
    return zlib.crc32(group.encode()) % (_STORY_PARTS if group.startswith(STORY) else _PARTS) == 0


def read_questions(data: TrainingData, folder: Path = FOLDER) -> Written:
    """Return all questions with their articles; EdicolaError where an article of the data folder is not the one that was read."""
    find = _finders(data, folder)
    examples, articles = [], {}
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        article = find[record["source"]](record["article_id"])
        if article is None or _digest(article.text) != record["text"]:
            raise EdicolaError(
                f"{record['source']} {record['article_id']!r} of {data.folder} is not the text that questions were written on"
            )
        if record["source"] != SQUAD:
            articles[article.id] = article
        examples.append(_example(record, article))
    return Written(tuple(examples), articles)


def is_of_squad(example: Example) -> bool:
    """Tell whether the example's article is a paragraph of SQuAD-it."""
    return example.group.startswith(f"{SQUAD}:")


def group_of(record: dict[str, Any]) -> str:
    """Return what a question must not be torn from: its story, its article, or all paragraphs of a SQuAD-it article."""
    source, id_ = record["source"], record["article_id"]
    return f"{source}:{record.get('story') or (id_.split('/')[0] if source == SQUAD else id_)}"


def _example(record: dict[str, Any], article: Article) -> Example:
    group = group_of(record)
    if "start" not in record:
        return Example(record["question"], (), article.id, group, (), (), record["type"])
    start, end = record["start"], record["end"]
    sentences = tuple(sentence for sentence in split_sentences(article.text) if sentence[0] <= start < sentence[1])
    elsewhere = tuple((other, first, last) for other, first, last in record.get("elsewhere", ()))
    return Example(record["question"], (), article.id, group, ((start, end),), sentences, record["type"], elsewhere)


def _finders(data: TrainingData, folder: Path) -> dict[str, Callable[[str], Article | None]]:
    """Return what finds an article of each source by its id there."""

    @cache
    def lines(name: str) -> list[str]:
        with lzma.open(data.folder / name, "rt", encoding="utf-8") as file:
            return list(file)

    @cache
    def news() -> dict[str, Article]:
        records = map(json.loads, lines("articles/news_it.jsonl.xz"))
        return {record["id"]: Article(f"news:{record['id']}", record["body"], title=record["title"]) for record in records}

    @cache
    def own() -> dict[str, Article]:
        return {article.id: article for article in own_articles(folder)}

    def paragraph(number: str) -> Article:
        return Article(f"paragraph:{number}", lines("text/italian_paragraphs.txt.xz")[int(number)].strip())

    squad = {article.id: article for article, _ in squad_articles(data)}
    return {
        "written": written_articles(data).get,
        "news": lambda id_: news().get(id_),
        "own": lambda id_: own().get(id_),
        "paragraph": paragraph,
        SQUAD: squad.get,
    }


def own_articles(folder: Path = FOLDER) -> Iterator[Article]:
    """Yield the articles that were invented for questions."""
    for line in (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        yield Article(record["id"], record["text"], title=record["title"])


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()

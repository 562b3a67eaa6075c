"""What the reader learns from: our own questions asked of the real retriever, and all questions as groups of windows."""

from collections.abc import Sequence
from pathlib import Path

from transformers import AutoTokenizer

from index.encoder import Encoder, SentenceTransformerEncoder
from index.settings import BUILT_IN_ENCODER
from retrieval.feature_model import FeatureModel
from training.corpus import TrainingData
from training.features.collections import Asked, ask, index_articles
from training.features.examples import squad_articles, written_articles
from training.reader.groups import Group, make_group
from training.reader.questions import SQUAD, Written, is_kept_aside, is_of_squad, read_questions


def ask_written(data: TrainingData, written: Written, work: Path) -> list[Asked]:
    """Ask our own questions: those on SQuAD-it of its paragraphs, the others of all articles that training may see."""
    encoder: Encoder = SentenceTransformerEncoder(BUILT_IN_ENCODER)
    known = data.training_written().articles
    articles = {id_: article for id_, article in written_articles(data).items() if id_ in known}
    paragraphs = index_articles([article for article, _ in squad_articles(data)], encoder, work / "squad")
    everything = index_articles(list({**articles, **written.articles}.values()), encoder, work / "new")
    rest = [example for example in written.examples if not is_of_squad(example)]
    return [*ask(rest, everything, encoder), *ask(filter(is_of_squad, written.examples), paragraphs, encoder)]


def training_groups(data: TrainingData, features: FeatureModel, tokenizer: Path, asked: Sequence[Asked]) -> list[Group]:
    """Return the training groups of all questions whose articles were not kept aside."""
    pieces = AutoTokenizer.from_pretrained(tokenizer)
    squad = {article.id: article for article, _ in squad_articles(data)}
    articles = {**written_articles(data), **squad, **read_questions(data).articles}
    groups = []
    for question in asked:
        example = question.example
        group = example.group if ":" in example.group else f"{SQUAD if example.article_id in squad else 'written'}:{example.group}"
        if not is_kept_aside(group) and (made := make_group(pieces, features, question, articles, group)):
            groups.append(made)
    return groups

"""Articles are indexed aside, by the real engine, encoder and reader."""

from pathlib import Path

import pytest

from evaluation.aside import open_aside, write_articles
from evaluation.gold import GoldQuestion
from evaluation.run import answer_all
from index.articles import Article
from index.dates import period
from index.reading.folder import read_folder
from index.settings import IndexSettings
from retrieval.settings import RetrievalSettings
from tests.evaluation.word_answerer import PARK, ROSSI, asked_on


def test_articles_written_aside_are_read_back_as_they_were(tmp_path: Path) -> None:
    """Id, title, date and every character of the text survive, so that gold answers stay literal slices."""
    articles = [
        Article("Crisi (1973)/1", "Riga uno.\n\tÈ «così»\u2028– sì…  ", title="Crisi", published=period(2025, 3)),
        Article("b", "Testo.", published=period(2024, 12, 31)),
    ]
    write_articles(articles, tmp_path)
    read = [item for item in read_folder(tmp_path) if isinstance(item, Article)]
    assert [(a.id, a.title, a.published, a.text) for a in articles] == [(a.id, a.title, a.published, a.text) for a in read]


def test_articles_are_indexed_aside_and_answered_by_the_real_pipeline(tmp_path: Path) -> None:
    """With the models of the settings, the bot's folders stay untouched, and a plain question finds its article."""
    settings = IndexSettings(articles_dir=tmp_path / "none", data_dir=tmp_path / "data")
    if not Path(settings.encoder_model).is_dir():
        pytest.skip(f"the built-in encoder is not there yet: {settings.encoder_model}")
    folder = tmp_path / "articles"
    folder.mkdir()
    write_articles([ROSSI, PARK], folder)
    (folder / "image.png").write_bytes(b"no text")
    with open_aside(folder, settings, RetrievalSettings(), lambda _: None) as aside:
        (prediction,) = answer_all(aside.answerer, [GoldQuestion("q", "Quanti lupi vivono nel parco?")], asked_on())
    assert prediction.article_ids[0] == "parco"
    assert {"rossi", "parco"} == aside.digests.keys()
    assert len(aside.skipped) == 1
    assert not settings.data_dir.exists()

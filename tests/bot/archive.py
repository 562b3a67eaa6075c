"""A small real archive: a folder of articles, the embedded engine, and the pipeline with the feature reader, but no neural model."""

from pathlib import Path

from index.collection import FolderCollection
from index.indexer import Report, reindex
from index.settings import IndexSettings
from index.snapshot import FolderEngine
from retrieval.feature_reader import FeatureReader
from retrieval.pipeline import Pipeline
from tests.index.memory_engine import HashingEncoder


def collection_settings(folder: Path) -> IndexSettings:
    """Return the settings under which a collection finds the articles of the archive in a folder, and what was added to them."""
    return IndexSettings(articles_dir=folder / "articles", data_dir=folder)


class Archive:
    """Articles in a folder, to be written, indexed and asked about."""

    def __init__(self, folder: Path) -> None:
        self.articles = folder / "articles"
        self.index = folder / "index"
        self.engine = FolderEngine(self.index)
        self.write("simeone", "Simeone resta", "2025-03-11", "Diego Simeone ha rinnovato con l'Atlético Madrid fino al 2027.")
        self.write("molo", "Il molo riapre", "2025-04-18", "Il molo di Porto Sereno apre il 9 maggio. Il biglietto costa tre euro.")
        self.write("museo", "Museo chiuso", "2025-05-02", "Il museo della carta resta chiuso fino a ottobre per i lavori al tetto.")

    def write(self, name: str, title: str, date: str, text: str) -> None:
        """Write an article; a name with a slash lies in a folder."""
        file = self.articles / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        url = f"https://www.cronache.example/{name.replace(' ', '-')}"
        file.write_text(f"---\ntitle: {title}\ndate: {date}\nsource: Cronache\nurl: {url}\n---\n\n{text}\n", encoding="utf-8")

    def reindex(self) -> Report:
        """Bring the index in step with the folder."""
        return reindex(self.engine, HashingEncoder(), FolderCollection(self.articles), lambda _: None)

    def pipeline(self) -> Pipeline:
        """Return what answers from the index, by an engine of its own as in another process."""
        return Pipeline(FolderEngine(self.index), HashingEncoder(), FeatureReader())

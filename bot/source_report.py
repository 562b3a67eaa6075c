"""How each source stands, for those who look after it: counted in the published snapshot, beside the history of its runs."""

from contextlib import closing, nullcontext

from index.engine import Engine
from index.settings import IndexSettings
from index.sources.collection import open_history
from index.sources.history import FILE_NAME
from index.sources.quality import SourceQuality, quality
from retrieval.visible import visible


class SourceReport:
    """Reads the report anew each time. It blocks: `asyncio` code calls it in a thread."""

    def __init__(self, engine: Engine, settings: IndexSettings) -> None:
        self._engine = engine
        self._settings = settings

    def read(self) -> tuple[SourceQuality, ...]:
        """Return all sources by name, withdrawn articles left out; NoSnapshot if nothing is indexed."""
        has_history = (self._settings.data_dir / FILE_NAME).exists()  # a folder that nobody declared has none
        with (
            closing(visible(self._engine.open_current(), self._engine.withdrawn())) as snapshot,
            open_history(self._settings) if has_history else nullcontext() as history,
        ):
            return quality(snapshot, history)

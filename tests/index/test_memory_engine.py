"""The engine in memory keeps the contract of engines."""

import pytest

from tests.index.engine_contract import EngineContract
from tests.index.memory_engine import MemoryEngine


class TestMemoryEngine(EngineContract):
    """All facts of the contract, in memory."""

    @pytest.fixture
    def engine(self) -> MemoryEngine:
        """Return an empty engine."""
        return MemoryEngine()

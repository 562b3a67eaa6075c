"""Settings of answering are read once, and what cannot be used is named."""

import datetime

import pytest

from index.errors import SettingError
from index.settings import BUILT_IN_ENCODER, IndexSettings, read_index_settings
from retrieval.settings import RetrievalSettings, read_retrieval_settings


def test_nothing_set_gives_the_defaults() -> None:
    """Without any setting, and with empty ones, the defaults hold."""
    assert read_retrieval_settings({}) == read_retrieval_settings({"READER_MODEL": "", "TOP_K": " "}) == RetrievalSettings()
    assert read_index_settings({}) == read_index_settings({"ARTICLES_DIR": ""}) == IndexSettings(encoder_model=BUILT_IN_ENCODER)


def test_settings_are_read() -> None:
    """Every setting of answering reaches its field."""
    read = read_retrieval_settings({"READER_MODEL": "x/y", "TOP_K": "7", "TIMEZONE": "Europe/London", "AS_OF": "2025-03-31"})
    assert (read.reader_model, read.top_k, str(read.timezone), read.as_of) == ("x/y", 7, "Europe/London", datetime.date(2025, 3, 31))


@pytest.mark.parametrize("name", ["TOP_K", "TIMEZONE", "AS_OF"])
@pytest.mark.parametrize("value", ["zero", "0", "-3", "../etc"])
def test_unusable_value_is_named(name: str, value: str) -> None:
    """A value that cannot be used is named together with its setting."""
    with pytest.raises(SettingError, match=f"{name}='{value}'"):
        read_retrieval_settings({name: value})


@pytest.mark.parametrize(("name", "value"), [("TOP_K", "101"), ("TOP_K", "9" * 5000), ("TIMEZONE", "Europe"), ("TIMEZONE", "x" * 300)])
def test_value_that_the_system_chokes_on_is_named(name: str, value: str) -> None:
    """A folder of time zones, a name too long and a number too large are named like any other wrong value."""
    with pytest.raises(SettingError, match=f"{name}='"):
        read_retrieval_settings({name: value})


def test_engine_elsewhere_is_refused_for_now() -> None:
    """An INDEX_URL that no engine serves is an error, not ignored."""
    with pytest.raises(SettingError, match="INDEX_URL"):
        read_index_settings({"INDEX_URL": "milvus://localhost"})

"""Settings of the index: where articles come from, where snapshots live, which encoder makes the vectors."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import SettingError

PROJECT = Path(__file__).resolve().parent.parent
BUILT_IN_ENCODER = str(PROJECT / "models" / "encoder-it")


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What `index` needs to know; every value has a default that works."""

    articles_dir: Path = Path("articles")
    sources_file: Path = Path("sources.toml")  # where there is none, the articles are those of `articles_dir`
    data_dir: Path = Path("data")
    encoder_model: str = BUILT_IN_ENCODER
    encoder_question_prompt: str | None = None  # None: what the model declares, or e5's prefixes for e5 models
    encoder_passage_prompt: str | None = None
    index_url: str = ""  # empty: a folder inside `data_dir`


def read_index_settings(environ: Mapping[str, str]) -> IndexSettings:
    """Read the settings from a mapping; empty values count as missing. SettingError names what cannot be used."""
    defaults = IndexSettings()
    url = environ.get("INDEX_URL", "").strip()
    if url:
        raise SettingError(f"INDEX_URL={url!r} is not supported yet: leave it empty to keep the index in DATA_DIR")
    return IndexSettings(
        articles_dir=Path(environ.get("ARTICLES_DIR") or defaults.articles_dir),
        sources_file=Path(environ.get("SOURCES_FILE") or defaults.sources_file),
        data_dir=Path(environ.get("DATA_DIR") or defaults.data_dir),
        encoder_model=_model(environ.get("ENCODER_MODEL") or defaults.encoder_model),
        encoder_question_prompt=environ.get("ENCODER_QUESTION_PROMPT") or None,
        encoder_passage_prompt=environ.get("ENCODER_PASSAGE_PROMPT") or None,
        index_url=url,
    )


def _model(name: str) -> str:
    """Return the absolute path of a model that is a folder, so that it is the same model from everywhere; other names as they are."""
    return str(Path(name).resolve()) if Path(name).is_dir() else name

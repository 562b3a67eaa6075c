"""One file is written into a folder, and the folder is read."""

from pathlib import Path

from index.articles import Article, Skipped
from index.reading.folder import read_folder


def read(tmp_path: Path, name: str, content: str | bytes) -> Article | Skipped:
    """Write one file and return the one thing that reading its folder gives."""
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    (item,) = read_folder(tmp_path)
    return item


def article(tmp_path: Path, name: str, content: str | bytes) -> Article:
    """Return the one article of a file that can be read."""
    item = read(tmp_path, name, content)
    assert isinstance(item, Article), item
    return item


def reason(tmp_path: Path, name: str, content: str | bytes) -> str:
    """Return why a file was skipped."""
    item = read(tmp_path, name, content)
    assert isinstance(item, Skipped), item
    return item.reason

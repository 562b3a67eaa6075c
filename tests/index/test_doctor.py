"""`edicola doctor` reads the index whole."""

from pathlib import Path

import pytest

from bot.cli import main


def test_doctor_finds_altered_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of the index whose bytes differ from what was written is named, although its size is the same."""
    (tmp_path / "articoli").mkdir()
    (tmp_path / "articoli" / "uno.txt").write_text("Il molo riapre a maggio.", encoding="utf-8")
    environ = {"ARTICLES_DIR": str(tmp_path / "articoli"), "DATA_DIR": str(tmp_path / "data"), "TELEGRAM_TOKEN": "1:abc"}
    assert main(("index",), environ) == 0
    (file,) = (tmp_path / "data").rglob("vectors.faiss")
    file.write_bytes(file.read_bytes()[:-1] + bytes([file.read_bytes()[-1] ^ 1]))
    capsys.readouterr()
    assert main(("doctor",), environ) == 1
    assert "PROBLEM index: " in (shown := capsys.readouterr().out)
    assert "vectors.faiss differs" in shown

"""Terms and character n-grams of a snapshot, in a tantivy index.

tantivy nominates and counts. It sees the tokens that `index/italian` made, separated by blanks, and analyses nothing itself.
"""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

import tantivy

from index.engine import NewPassage

WRITER_BYTES = 64_000_000
_MUTABLE = {"meta.json", ".managed.json"}  # tantivy replaces these; all other files are written once


class TermIndex:
    """The terms of one snapshot, open for reading."""

    def __init__(self, folder: Path) -> None:
        self._schema = _schema()
        try:
            self._searcher = tantivy.Index.open(str(folder)).searcher()
        except BaseException as error:
            if type(error).__name__ == "PanicException":  # what Rust raises on altered bytes is no Exception, and has no public name
                raise ValueError(f"tantivy cannot read {folder}") from error
            raise

    def nominate(self, field: str, weights: Mapping[str, float], limit: int) -> list[int]:
        """Return up to `limit` passage ids that hold any of the tokens in `field`, by tantivy's BM25, likeliest first."""
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, token, "freq"), weight))
            for token, weight in weights.items()
        ]
        if not clauses or limit < 1:
            return []
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False).hits
        return [int(id_) for id_ in self._searcher.fast_field_values("id", [address for _, address in hits])]

    def frequencies(self, field: str, tokens: Iterable[str]) -> dict[str, int]:
        """Return in how many passages each token stands; removed passages count until their segment is merged."""
        return {token: int(self._searcher.doc_freq(field, token)) for token in tokens}

    def vocabulary(self) -> list[str]:
        """Return all terms, the most frequent first."""
        return [term for term, _ in self._searcher.terms_with_prefix("terms", "")]


class TermWriter:
    """Writes a term index: that of `base` (hard links where there are any), with passages taken out and put in.

    A context manager: leaving it commits, unless by an error. One thread writes, so that the same passages always give the same segments.
    """

    def __init__(self, folder: Path, base: Path | None) -> None:
        folder.mkdir()
        if base is not None:
            _link(base, folder)
        self._writer = tantivy.Index(_schema(), path=str(folder), reuse=True).writer(WRITER_BYTES, 1)

    def remove(self, ids: Iterable[int]) -> None:
        """Take out the passages with these ids; those added later stay."""
        for passage_id in ids:
            self._writer.delete_documents_by_term("id", passage_id)

    def add(self, passage: NewPassage) -> None:
        """Put in a passage."""
        self._writer.add_document(_document(passage))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            self._writer.commit()
            self._writer.wait_merging_threads()


def _document(new: NewPassage) -> tantivy.Document:
    document = tantivy.Document()
    document.add_integer("id", new.indexed.passage.id)
    document.add_text("terms", " ".join(new.indexed.terms))
    document.add_text("ngrams", " ".join(new.ngrams))
    return document


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)  # signed: an unsigned fast field kills the writer when given an int
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("ngrams", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _link(base: Path, folder: Path) -> None:
    for file in sorted(base.iterdir()):
        if file.name in _MUTABLE:
            shutil.copy2(file, folder / file.name)
        elif file.suffix != ".lock":
            _link_or_copy(file, folder / file.name)


def _link_or_copy(file: Path, target: Path) -> None:
    try:
        os.link(file, target)
    except OSError:  # not every file system has hard links
        shutil.copy2(file, target)

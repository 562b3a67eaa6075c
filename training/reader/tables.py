"""Figures as a table of the docs: rows of named numbers in, the `table` that `evaluation.docs` shows out."""

from collections.abc import Mapping, Sequence

_LABELS = {
    "article_at_1": "article first",
    "hit_at_1": "sentence hit@1",
    "exact_match": "EM",
    "f1": "F1",
    "megabytes": "MB",
    "milliseconds_p50": "p50 ms",
}


def table(rows: Sequence[tuple[str, Mapping[str, float]]], first: str) -> dict[str, list[object]]:
    """Return the columns of all rows in the order in which they come up; what a row lacks is a dash."""
    keys = list(dict.fromkeys(key for _, figures in rows for key in figures))
    cells = [[name, *(f"{figures[key]:.1f}" if key in figures else "–" for key in keys)] for name, figures in rows]
    return {"columns": [first, *map(_label, keys)], "rows": list(cells)}


def _label(key: str) -> str:
    for set_ in ("dev", "held_out"):
        if key.startswith(f"{set_}_"):
            return f"{_LABELS[key.removeprefix(f'{set_}_')]} ({set_.replace('_', '-')})"
    return _LABELS[key]

"""Which article rows of the library are near-copies of each other, in three tables of its SQLite file.

Pairs are found when a row is added: by its bands, so that no other rows are looked at. They are kept between rows, whatever snapshot
these belong to; a snapshot shows the pairs of which both stand in it. Transactions are the library's.
"""

import sqlite3

from index.near_copies import NEAR_COPY, Signature, bands, similarity

COMPARED_ROWS = 100  # of one band, the latest: a form that thousands of articles share would make thousands of pairs for each

SCHEMA = (  # begins anew: whoever runs it signs all rows
    "DROP TABLE IF EXISTS signatures",
    "DROP TABLE IF EXISTS bands",
    "DROP TABLE IF EXISTS copies",
    "CREATE TABLE signatures (article INTEGER PRIMARY KEY, signature BLOB NOT NULL)",
    "CREATE TABLE bands (band INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (band, article)) WITHOUT ROWID",
    "CREATE TABLE copies (article INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (article, other)) WITHOUT ROWID",
)

# The known articles of a snapshot, each with its copies there or with NULL: (id, id of the copy)
SELECT_COPIES = """
SELECT a.id, b.id FROM articles a JOIN snapshot.members m ON m.article = a.row
LEFT JOIN copies c ON c.article = a.row AND EXISTS (SELECT 1 FROM snapshot.members WHERE article = c.other)
LEFT JOIN articles b ON b.row = c.other
WHERE a.id IN ({}) ORDER BY b.last_day IS NULL, b.last_day, b.id
"""


def add_signature(connection: sqlite3.Connection, row: int, signature: Signature) -> None:
    """Store the signature of a new row and pair it with its near-copies, versions of its own article among them: no snapshot has two."""
    if not signature:
        return
    own = bands(signature)
    others = sorted({other for band in own for other in _latest_rows(connection, band)})
    pairs = [(row, other) for other in others if similarity(signature, _signature(connection, other)) >= NEAR_COPY]
    connection.execute("INSERT INTO signatures VALUES (?, ?)", (row, signature))
    connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", ((band, row) for band in own))
    connection.executemany("INSERT INTO copies VALUES (?, ?)", (pair for one, other in pairs for pair in ((one, other), (other, one))))


def forget(connection: sqlite3.Connection, row: int) -> None:
    """Delete all that is known of a row."""
    others = [other for (other,) in connection.execute("SELECT other FROM copies WHERE article = ?", (row,))]
    connection.executemany("DELETE FROM copies WHERE article = ? AND other = ?", ((other, row) for other in others))
    connection.execute("DELETE FROM copies WHERE article = ?", (row,))
    own = bands(_signature(connection, row))
    connection.executemany("DELETE FROM bands WHERE band = ? AND article = ?", ((band, row) for band in own))
    connection.execute("DELETE FROM signatures WHERE article = ?", (row,))


def _latest_rows(connection: sqlite3.Connection, band: int) -> list[int]:
    sql = "SELECT article FROM bands WHERE band = ? ORDER BY article DESC LIMIT ?"
    return [row for (row,) in connection.execute(sql, (band, COMPARED_ROWS))]


def _signature(connection: sqlite3.Connection, row: int) -> Signature:
    """Return the signature of a row; the empty one where none is stored."""
    found = connection.execute("SELECT signature FROM signatures WHERE article = ?", (row,)).fetchone()
    return found[0] if found else b""

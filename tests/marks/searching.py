"""Everything that Dagster wrote, searched for values of records: raw bytes, and every cell of every SQLite database, unpacked."""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

MARK = re.compile(r"(?=([g-v]{16}))")
"""What tests/trials/company.py writes for every value of a person; looked for at every place, inside longer words too."""


def planted(extracts: Path) -> frozenset[str]:
    """Every mark in the extracts."""
    text = "\n".join(path.read_text() for path in extracts.glob("*.csv"))
    return frozenset(re.findall(r"\b[g-v]{16}\b", text))


def found(folder: Path, marks: frozenset[str]) -> list[str]:
    """`file: mark` for each mark somewhere below the folder; a database is also read cell by cell, for its pages break values in two."""
    hits = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        texts = [path.read_bytes().decode("latin-1"), path.read_bytes().decode("utf-16-le", "ignore"), *_cells(path)]
        hits += [f"{path.relative_to(folder)}: {mark}" for mark in sorted({mark for text in texts for mark in _in(text, marks)})]
    return hits


def _in(text: str, marks: frozenset[str]) -> set[str]:
    return {match for match in MARK.findall(text) if match in marks}


def _cells(path: Path) -> Iterator[str]:
    if path.read_bytes()[:15] != b"SQLite format 3":
        return
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield from (text for cell in row if cell is not None for text in _unpacked(cell))
    finally:
        connection.close()


def _unpacked(cell: object) -> Iterator[str]:
    """A cell as text; what is packed (Dagster packs its snapshots) also unpacked."""
    if not isinstance(cell, bytes):
        yield str(cell)
        return
    yield cell.decode("latin-1")
    try:
        yield zlib.decompress(cell).decode("latin-1")
    except zlib.error:
        return

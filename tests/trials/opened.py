"""Every file as everything that can be read out of it: its bytes, and whatever they are when they are unpacked. Nothing is asserted here.

Compressed files are decompressed, Parquet files and databases are read value by value, and what was packed inside of a value (Dagster keeps
snapshots that way) is unpacked too. Where text may be packed, looking at the raw bytes alone finds one mark in fifty.
"""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import zstandard

DEEP = 4
"""Packed things inside of packed things are opened so many times."""


def readings(path: Path) -> Iterator[tuple[str, bytes]]:
    """(how, bytes) of each way to read a file; a link by where it points to, for that is a name too."""
    if path.is_symlink():
        yield "link", str(path.readlink()).encode()
        return
    yield "name", path.name.encode()
    content = path.read_bytes()
    yield from _unpacked("bytes", content, DEEP)
    if content[8:12] == b"DUCK":
        yield from told_by_tables(path)
    elif content[:4] == b"PAR1":
        yield from (("parquet", _told(row)) for row in _rows_of_parquet(path))
    elif content[:15] == b"SQLite format 3":
        yield from _values_of_sqlite(path)


def told_by_tables(path: Path, schemas: str = "") -> Iterator[tuple[str, bytes]]:
    """A database's rows, as text, and the text of its views; of the schemas alone whose names begin so. Of one that was damaged, what the
    engine reads before it finds out."""
    with suppress(duckdb.Error):
        for row in _rows_of_database(path, schemas):
            yield "database", _told(row)


def _unpacked(how: str, content: bytes, deep: int) -> Iterator[tuple[str, bytes]]:
    yield how, content
    if not deep:
        return
    for kind, inner in _inside(content):
        yield from _unpacked(f"{how}, {kind}", inner, deep - 1)


def _inside(content: bytes) -> Iterator[tuple[str, bytes]]:
    """What is packed in these bytes, if they are a packed thing."""
    if content[:2] == b"\x1f\x8b":
        yield "gzip", gzip.decompress(content)
    elif content[:4] == b"\x28\xb5\x2f\xfd":
        yield "zstandard", zstandard.ZstdDecompressor().stream_reader(content).read()
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (("zip", packed.read(name)) for name in packed.namelist())
    elif content[:1] == b"\x78":
        try:
            yield "zlib", zlib.decompress(content)
        except zlib.error:
            return


def _told(row: tuple[object, ...]) -> bytes:
    return "\0".join(str(value) for value in row).encode()


def _rows_of_database(path: Path, schemas: str) -> Iterator[tuple[object, ...]]:
    with duckdb.connect(":memory:") as opened:
        opened.execute(f"ATTACH '{path}' AS cur (READ_ONLY)")
        own = "database_name = 'cur' AND starts_with(schema_name, ?)"
        yield from opened.execute(f"SELECT sql FROM duckdb_views() WHERE {own}", [schemas]).fetchall()
        for schema, table in opened.execute(f"SELECT schema_name, table_name FROM duckdb_tables() WHERE {own}", [schemas]).fetchall():
            yield from opened.execute(f'SELECT * FROM cur."{schema}"."{table}"').fetchall()


def _rows_of_parquet(path: Path) -> Iterator[tuple[object, ...]]:
    with duckdb.connect(":memory:") as opened:
        yield from opened.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()


def _values_of_sqlite(path: Path) -> Iterator[tuple[str, bytes]]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as opened:
        names = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in opened.execute(f'SELECT * FROM "{name}"'):
                for value in row:
                    if isinstance(value, bytes):
                        yield from _unpacked(f"sqlite {name}", value, DEEP)
                    elif isinstance(value, str):
                        yield f"sqlite {name}", value.encode()

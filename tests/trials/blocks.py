"""What the engine itself could still read of an older file in a newer one: blocks that survived, under the metadata of before.

A deleted row is not in any table, and its compressed bytes are no text: only its block, byte for byte the same, shows that it is there.
Where one survives anywhere in the newer file, the older file's headers and metadata are grafted on the blocks that did, and the engine is
asked for the values.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

BLOCK, FIRST_BLOCK = 256 * 1024, 3 * 4096


def survived(old: Path, new: Path) -> set[int]:
    """The data blocks of the older file whose bytes stand somewhere in the newer one."""
    after = {_digest(block) for block in _blocks(new).values()}
    before = _blocks(old)
    return {number for number in _data_blocks(old) if _digest(before[number]) in after}


def grafted(old: Path, new: Path, hybrid: Path) -> list[bytes]:
    """Values that the engine reads out of the newer file's surviving blocks by the older file's metadata, a column at a time; `hybrid` is
    written for that."""
    kept = survived(old, new)
    if not kept:
        return []
    content = bytearray(old.read_bytes())
    for number in _data_blocks(old) - kept:
        start = FIRST_BLOCK + number * BLOCK
        content[start : start + BLOCK] = bytes(BLOCK)
    hybrid.write_bytes(content)
    found: list[bytes] = []
    for schema, table, column in _columns(hybrid):
        with duckdb.connect(":memory:") as opened:  # a block that is no more makes this connection unusable
            try:
                opened.execute(f"ATTACH '{hybrid}' AS cur (READ_ONLY)")
                found += [str(value).encode() for (value,) in opened.execute(f'SELECT "{column}" FROM cur."{schema}"."{table}"').fetchall()]
            except duckdb.Error:
                continue
    hybrid.unlink()
    return found


def _columns(path: Path) -> list[tuple[str, str, str]]:
    """Of every table with a column that is stored in blocks of its own; read from the metadata alone."""
    with duckdb.connect(":memory:") as opened:
        opened.execute(f"ATTACH '{path}' AS cur (READ_ONLY)")
        return opened.execute("SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE database_name = 'cur'").fetchall()


def _data_blocks(path: Path) -> set[int]:
    """The blocks that hold rows, by what the file says of itself."""
    with duckdb.connect(str(path), read_only=True) as opened:
        found: set[int] = set()
        for schema, table in opened.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
            parts = opened.execute(f'SELECT block_id, additional_block_ids FROM pragma_storage_info(\'"{schema}"."{table}"\')').fetchall()
            for block, more in parts:
                found |= {number for number in (block, *(more or ())) if number is not None and number >= 0}
        return found


def _blocks(path: Path) -> dict[int, bytes]:
    content = path.read_bytes()
    return {number: content[FIRST_BLOCK + number * BLOCK :][:BLOCK] for number in range((len(content) - FIRST_BLOCK) // BLOCK)}


def _digest(block: bytes) -> bytes:
    return hashlib.sha256(block).digest()

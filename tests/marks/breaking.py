"""How a station is made to fail with an engine's error that quotes a record: the tables that it reads become views that raise on their
first row, with the row in the message."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def broken(file: Path, *schemas: str) -> Iterator[None]:
    """Meanwhile every table with rows in these schemas raises; afterwards the file is as it was. Fails where nothing would quote a row."""
    kept = file.with_name(file.name + ".kept")
    shutil.copy2(file, kept)
    mode = file.stat().st_mode
    try:
        file.chmod(0o600)
        with duckdb.connect(str(file)) as connection:
            assert [_break(connection, schema, table) for schema, table in _tables(connection, schemas)], f"{file}: no row to quote"
        file.chmod(mode)
        yield
    finally:
        file.unlink(missing_ok=True)
        kept.rename(file)


def _tables(connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...]) -> list[tuple[str, str]]:
    found = connection.execute("SELECT schema_name, table_name FROM duckdb_tables() WHERE list_contains(?, schema_name)", [[*schemas]])
    return [(schema, table) for schema, table in found.fetchall() if _has_rows(connection, schema, table)]


def _has_rows(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    return bool(connection.execute(f'SELECT count(*) FROM "{schema}"."{table}"').fetchall()[0][0])


def _break(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """What the view says when it is read: the row itself."""
    connection.execute(f'ALTER TABLE "{schema}"."{table}" RENAME TO "whole {table}"')
    whole = f'"{schema}"."whole {table}"'
    connection.execute(f'CREATE VIEW "{schema}"."{table}" AS SELECT w.* FROM {whole} w WHERE error(CAST(w AS VARCHAR)) IS NULL')
    try:
        connection.execute(f'SELECT * FROM "{schema}"."{table}"').fetchall()
    except duckdb.Error as error:
        return str(error)
    raise AssertionError(f"{schema}.{table} does not raise")

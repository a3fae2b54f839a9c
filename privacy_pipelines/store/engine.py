"""The one file that imports the engine: a session on DuckDB that quotes nobody.

Sessions are short, wait for a lock with jitter, and turn every engine error into one without the engine's message, because that may
quote a record (a cast, constraint or CSV error does).
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import duckdb
from duckdb.sqltypes import VARCHAR
from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import StoreBusy, StoreError

if TYPE_CHECKING:
    import pandas as pd

Value = str | bytes | int | float | bool | date | None
Row = tuple[Any, ...]
T = TypeVar("T")

ENGINE_VERSION: str = duckdb.__version__
MEMORY_LIMIT = "3GB"
"""What the engine may hold before it spills; a night's peak stays well below twice this."""
_ROWS_A_STATEMENT = 200
_AT_ONCE = 2
_FULL = ("No space left on device", "File too large")
_DAMAGED = ("Corrupt database file", "Could not read enough bytes")
"""What the engine says of itself where the volume or a quota is full, and where a block it reads is not the one it wrote."""


@dataclass(frozen=True, slots=True)
class Session:
    """An open connection. Statements are SQLGlot trees, or fixed text of this package; values are parameters."""

    connection: duckdb.DuckDBPyConnection
    spill: Path | None = None
    """Where the engine spills; None: the system's folder for temporary files."""
    catalog: str = ""
    """The attached catalog that names without one are of; empty: that of the file itself."""
    learned: dict[str, Callable[[str], str]] = field(default_factory=dict)
    """What statements may call by name. It belongs to this connection, and is gone with it."""

    def run(self, statement: str | exp.Expr, parameters: Sequence[Value] | Mapping[str, Value] = ()) -> None:
        """Execute; nothing comes back. Raises StoreError."""
        self._execute(statement, parameters)

    def rows(self, statement: str | exp.Expr, parameters: Sequence[Value] | Mapping[str, Value] = ()) -> list[Row]:
        """Every row. Raises StoreError."""
        with _silent(self.connection):  # an answer streams: a later row's error comes while fetching, and quotes it
            return self._execute(statement, parameters).fetchall()

    def one(self, statement: str | exp.Expr, parameters: Sequence[Value] | Mapping[str, Value] = ()) -> Row:
        """The one row that there must be. Raises StoreError."""
        with _silent(self.connection):
            row = self._execute(statement, parameters).fetchone()
        if row is None:
            raise StoreError("a statement that must answer with a row answered with none")
        return row

    def together(self, works: Iterable[Callable[[Session], T]]) -> list[T]:
        """Answers of pieces of work that do not touch each other's tables, in their order. Two go at once, each in a session of its own:
        while one statement is planned, or reads a table too small for two cores, the other has the core. Each sees what was committed
        before, and no temporary table. Raises what the first of them raises."""

        def alone(work: Callable[[Session], T]) -> T:
            with self.within(self.catalog) as another:
                return work(another)

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(alone, works))

    @contextmanager
    def within(self, catalog: str) -> Iterator[Session]:
        """Another session on the same files, to which names without a catalog are that one's. It sees no temporary table of this one.
        Raises StoreError."""
        with _silent(self.connection):
            connection = self.connection.cursor()
        try:
            another = Session(connection, self.spill, catalog)
            if catalog:
                another.run(f"USE {catalog}")
            yield another
        finally:
            connection.close()

    def stream(self, statement: str | exp.Expr, rows: int = 10_000) -> Iterator[list[Row]]:
        """The answer, so many rows at a time. Raises StoreError."""
        cursor = self._execute(statement, ())
        while True:
            with _silent(self.connection):
                some = cursor.fetchmany(rows)
            if not some:
                return
            yield some

    def frames(self, statement: str | exp.Expr, rows: int) -> Iterator[pd.DataFrame]:
        """The answer as pandas frames of about `rows` rows each, so that memory does not grow with the table. Raises StoreError."""
        vectors = max(1, rows // 2048)
        cursor = self._execute(statement, ())
        while True:
            with _silent(self.connection):
                frame = cursor.fetch_df_chunk(vectors)
            if not len(frame):
                return
            yield frame

    def attach(self, path: Path | None, alias: str, *, read_only: bool) -> None:
        """Attach a database file, or with None an empty one in memory. Raises StoreError, StoreBusy."""
        where = str(path).replace("'", "''") if path else ":memory:"
        # A file that is being written is worth nothing before it is whole, and is then checkpointed: a log of it would only be in the way.
        option = "READ_ONLY" if read_only else "RECOVERY_MODE no_wal_writes"
        with _silent(self.connection, path):
            self.connection.execute(f"ATTACH '{where}' AS {alias}{f' ({option})' if path else ''}")

    def detach(self, alias: str) -> None:
        """Close an attached file: what was written into it is in it. Raises StoreError."""
        self.run(f"DETACH {alias}")

    def forget(self) -> None:
        """Drop the session's temporary tables: what comes next begins as in a session of its own. Raises StoreError."""
        for (name,) in self.rows("SELECT table_name FROM duckdb_tables() WHERE temporary"):
            self.run(f"DROP TABLE temp.{sql.text(sql.ident(name))}")

    def function(self, name: str, work: Callable[[str], str]) -> None:
        """Let statements call this on a text, wherever the session's files are open; an earlier one of the name is forgotten. One that is
        known is not made again: that takes longer than most statements. Raises StoreError."""
        if self.learned.get(name) is work:
            return
        self.rows("SELECT 1")  # an answer of which the last rows were not asked for is over with it
        with _silent(self.connection):
            if name in self.learned:
                self.connection.remove_function(name)
            self.connection.create_function(name, work, [VARCHAR], VARCHAR)
        self.learned[name] = work

    def columns(self, catalog: str, schema: str, table: str) -> tuple[str, ...]:
        """The columns of a table in their order, as they were last committed; empty where it does not exist."""
        # The engine's list of columns, and that of tables, says all of every other first: it takes up to twenty times as long. That
        # there is none is an error, which would end a transaction, so another cursor asks.
        with _silent(self.connection), self.connection.cursor() as asking:
            try:
                asking.execute(f"SELECT * FROM {sql.text(sql.table(schema, table, catalog=catalog))} LIMIT 0")
            except (duckdb.CatalogException, duckdb.BinderException):
                return ()
            return tuple(column[0] for column in asking.description or ())

    def create(self, name: exp.Table, select: exp.Expr, *, temporary: bool = False) -> None:
        """`CREATE OR REPLACE TABLE name AS select`. Raises StoreError."""
        kind = "TEMPORARY TABLE" if temporary else "TABLE"
        self.run(f"CREATE OR REPLACE {kind} {sql.text(name)} AS {sql.text(select)}")

    def view(self, name: exp.Table, select: exp.Expr) -> None:
        """`CREATE OR REPLACE VIEW name AS select`. Raises StoreError."""
        self.run(f"CREATE OR REPLACE VIEW {sql.text(name)} AS {sql.text(select)}")

    @contextmanager
    def hasty(self) -> Iterator[None]:
        """Tables made meanwhile are not compressed: right for what is read a few times tonight and thrown away. Raises StoreError."""
        self.run("SET force_compression = 'uncompressed'")
        try:
            yield
        finally:
            self.run("RESET force_compression")

    @contextmanager
    def unordered(self) -> Iterator[None]:
        """Tables made meanwhile hold their rows in any order, so that every core writes: right where rows are only found by key. Raises
        StoreError."""
        self.run("SET preserve_insertion_order = false")
        try:
            yield
        finally:
            self.run("RESET preserve_insertion_order")

    @contextmanager
    def as_written(self) -> Iterator[None]:
        """Joins keep the sides that a statement gives them, the larger one left: of a file the engine cannot know how many rows it has,
        and would hold all of it in memory. Raises StoreError."""
        self.run("SET disabled_optimizers = 'build_side_probe_side,join_order'")
        try:
            yield
        finally:
            self.run("RESET disabled_optimizers")

    def write(
        self, select: exp.Expr, path: Path, kind: Literal["parquet", "csv", "json"], *, said: Mapping[str, str] = MappingProxyType({})
    ) -> int:
        """Write the answer into a file, and say how many rows it has. A Parquet file keeps what is `said` of it. Raises StoreError."""
        options = {"parquet": "FORMAT parquet, COMPRESSION zstd", "csv": "FORMAT csv, HEADER true", "json": "FORMAT json, ARRAY true"}[kind]
        where = str(path).replace("'", "''")
        if said:
            texts = (f"{name}: {sql.text(sql.lit(text))}" for name, text in said.items())
            options += f", KV_METADATA {{{', '.join(texts)}}}"
        return int(self.one(f"COPY ({sql.text(select)}) TO '{where}' ({options})")[0])

    def schema(self, name: str, catalog: str | None = None) -> None:
        """Make a schema if it is not there. Raises StoreError."""
        found = exp.Table(this=sql.ident(name), db=sql.ident(catalog) if catalog else None)
        self.run(f"CREATE SCHEMA IF NOT EXISTS {sql.text(found)}")

    def insert(self, name: exp.Table, rows: Sequence[Sequence[Value]]) -> None:
        """Insert a handful of rows, many to a statement: one at a time costs half a millisecond each. Raises StoreError."""
        for start in range(0, len(rows), _ROWS_A_STATEMENT):
            some = rows[start : start + _ROWS_A_STATEMENT]
            marks = ", ".join(f"({', '.join('?' for _ in row)})" for row in some)
            self._execute(f"INSERT INTO {sql.text(name)} VALUES {marks}", [value for row in some for value in row])

    def _execute(self, statement: str | exp.Expr, parameters: Sequence[Value] | Mapping[str, Value]) -> duckdb.DuckDBPyConnection:
        text = statement if isinstance(statement, str) else sql.text(statement)
        with _silent(self.connection):
            return self.connection.execute(text, parameters or None)


@contextmanager
def session(path: Path | None, *, spill: Path | None = None, read_only: bool = False, patience_s: float = 30.0) -> Iterator[Session]:
    """A session on a database file, or with None in memory. Spill goes into `spill`.

    Raises:
        StoreBusy: another process had the file open for `patience_s` seconds.
        StoreError: it cannot be opened: damaged, or made by a newer engine.
    """
    connection = _connect(path, read_only, time.monotonic() + patience_s)
    try:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        if spill is not None:
            connection.execute(f"SET temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
        yield Session(connection, spill)
    finally:
        connection.close()


def _connect(path: Path | None, read_only: bool, deadline: float) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,  # a table that is missing is never a variable that happens to have its name
    }
    while True:
        try:
            return duckdb.connect(str(path) if path else ":memory:", read_only=read_only, config=config)
        except duckdb.Error as error:
            failure = _explained(error, path)
        if not isinstance(failure, StoreBusy) or time.monotonic() > deadline:
            raise failure
        time.sleep(random.uniform(0.02, 0.2))  # noqa: S311  jitter against waiters in step, not a secret


@contextmanager
def _silent(connection: duckdb.DuckDBPyConnection, path: Path | None = None) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        failure = _explained(error, path)
    else:
        return
    raise failure from None


def _explained(error: duckdb.Error, path: Path | None) -> StoreError:
    """What kind of engine error it was, without a word of its message beyond what the engine says of itself."""
    message = str(error)
    where = f"{path}: " if path else ""
    if "Could not set lock" in message:
        holder = re.search(r"PID (\d+)", message)
        return StoreBusy(f"{where}process {holder[1] if holder else '?'} has it open. Wait for it to end, and try again")
    if "newer version" in message or "storage version" in message:
        return StoreError(f"{where}was written by a newer engine than {ENGINE_VERSION}. Install the version that wrote it")
    if any(said in message for said in _FULL) or isinstance(error, duckdb.OutOfMemoryException):
        return StoreError(f"{where}no space left on the store's volume, or no memory. Make room, and run the night again: it begins anew")
    if path:
        return StoreError(f"{where}cannot be opened as a database. Is it damaged? Restore it from a backup: privacy-pipelines restore")
    if any(said in message for said in _DAMAGED):
        return StoreError("a database of this store is damaged: a block does not fit its checksum. 'privacy-pipelines verify' says which")
    return StoreError(f"the engine failed with {type(error).__name__} (its message is withheld: it may quote a record)")

"""Tonight's tables of databases, each fetched whole into the drop folder as a Parquet extract of the day. It reads no clock.

What cannot be fetched is a finding and not an error: yesterday's rows stand, as where a file does not come, and retention goes on.
"""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from privacy_pipelines.databases.postgresql import Snapshot, snapshot
from privacy_pipelines.databases.relation import Relation, Wanted, no_such_column, require_fitting
from privacy_pipelines.databases.writing import Part, written
from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.drop import OUTSIDE
from privacy_pipelines.extracts.readers.named import named_columns
from privacy_pipelines.policy.model import Policy, Table


def fetch(policy: Policy, folder: Path, *, as_of: date, today: date) -> tuple[str, ...]:
    """Fetch every table of a database that has no extract of today yet; what could not be fetched, in sentences.

    A database knows only the present, so its extract is of today, and a night that decides for an earlier day fetches nothing. The tables
    of one connection are of one moment, and come all or not at all once their columns were found right.
    """
    tables = [table for table in policy.tables if table.extract.format == "database"]
    for table in tables:
        _sweep(table, folder)
    missing = [table for table in tables if not _extract_path(table, folder, today).exists()]
    if missing and as_of < today:
        return (f"{_names(missing)}: not fetched. A database knows only today, {today}, and the day decided is {as_of}",)
    findings: list[str] = []
    for connection in sorted({str(table.extract.connection) for table in missing}):
        findings += _fetched(connection, [table for table in missing if table.extract.connection == connection], folder, today)
    return tuple(findings)


@dataclass(frozen=True, slots=True)
class _Asked:
    table: Table
    relation: Relation
    columns: tuple[Wanted, ...]


def _fetched(connection: str, tables: list[Table], folder: Path, today: date) -> list[str]:
    """The tables of one connection, in one transaction. Their files get their names only when the last of them is written."""
    parts: list[Part] = []
    try:
        with snapshot(address_of(connection)) as database:
            asked, findings = _asked(database, tables)
            for one in asked:
                parts.append(_write(database, one, _below(folder, _extract_path(one.table, folder, today))))
        for part in parts:
            part.name()
    except ExtractError as error:
        return [f"{_names(tables)}: not fetched, {connection}: {error}. Yesterday's rows stand"]
    finally:
        for part in parts:
            part.drop()
    return findings


def address_of(connection: str) -> str:
    """What the environment variable holds. Raises ExtractError, which does not repeat it."""
    address = os.environ.get(connection, "").strip()
    if not address:
        raise ExtractError("the environment variable is not set. Set it to the database's address, as postgresql://user@host/database")
    return address


def _asked(database: Snapshot, tables: list[Table]) -> tuple[list[_Asked], list[str]]:
    """What to ask for; a table that is not as declared is left out with a sentence, and does not hold up the others."""
    asked, findings = [], []
    for table in tables:
        relation = Relation.parse(table.extract.relation or table.name)
        try:
            asked.append(_Asked(table, relation, _columns(database, table, relation)))
        except ExtractError as error:
            findings.append(f"{table.id}: not fetched, {relation.quoted}: {error}. Yesterday's rows stand")
    return asked, findings


def _columns(database: Snapshot, table: Table, relation: Relation) -> tuple[Wanted, ...]:
    """The declared columns, and no other: what is not declared never leaves the source (GDPR Art. 5(1)(c))."""
    found = {column.name: column for column in database.columns(relation)}
    if not found:
        raise ExtractError("there is no such table or view. Say `relation`, with its schema")
    wanted = [(name, column) for name, column in named_columns(table).items() if column is not None]
    for name, column in wanted:
        if name not in found:
            raise no_such_column(name, found.values())
        require_fitting(column, found[name])
    return tuple(Wanted(found[name], column) for name, column in wanted)


def _write(database: Snapshot, asked: _Asked, path: Path) -> Part:
    try:
        with database.rows(asked.relation.rows_statement(asked.columns, asked.table.extract.decimal)) as batches:
            return written(path, batches)
    except ExtractError as error:
        raise ExtractError(f"{asked.relation.quoted}: {error}") from None


def _extract_path(table: Table, folder: Path, day: date) -> Path:
    return folder / table.extract.path.replace("{table}", table.name).replace("{day}", day.isoformat())


def _below(folder: Path, path: Path) -> Path:
    """Raises ExtractError where a link leads out of the drop folder: personal data would be written where nothing disposes of it."""
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ExtractError(f"{path}: {OUTSIDE}")
    return path


def _sweep(table: Table, folder: Path) -> None:
    """What a fetch that was killed left behind holds personal data under a name that nothing else disposes of."""
    written = Part.unfinished(Path(table.extract.path.replace("{table}", table.name)))
    for leftover in folder.glob(glob.escape(written.as_posix()).replace("{day}", "*")):
        leftover.unlink()


def _names(tables: list[Table]) -> str:
    return ", ".join(table.id for table in tables)

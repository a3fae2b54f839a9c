"""ARRIVE: stage one extract against the store. Decides nothing about anyone; refuses a file or quarantines a row, and says why."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import ExtractError, StoreError
from privacy_pipelines.extracts.arrivals import Arrival, Last, Quarantined
from privacy_pipelines.extracts.drop import ExtractFile, header_of, inspect
from privacy_pipelines.extracts.reading import staging_statement
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import ENGINE_VERSION, Session
from privacy_pipelines.store.hashes import keyed_hash
from privacy_pipelines.store.layout import ARRIVED, STORED

_REJECTED = {
    "MISSING COLUMNS": "too few columns",
    "TOO MANY COLUMNS": "too many columns",
    "UNQUOTED VALUE": "a quote is not closed",
    "LINE SIZE OVER MAXIMUM": "a line is too long",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What arriving needs: the policy, an open night, and the key of its hashes."""

    policy: Policy
    session: Session
    key: bytes


def staged_name(table: str, day: date) -> exp.Table:
    """Where the rows of one extract are staged."""
    return sql.table(ARRIVED, f"{table}@{day.isoformat()}")


def arrive(desk: Desk, table: Table, file: ExtractFile, last: Last | None = None) -> tuple[Arrival, tuple[Quarantined, ...]]:
    """Stage one file; `last` is the newest landed one. A file that cannot be trusted as a whole is refused, and leaves nothing."""
    seen = inspect(file, table.extract.encoding)
    arrival = Arrival(table.id, file.day, file.name, seen.digest)
    if seen.fault:
        return replace(arrival, refused=seen.fault), ()
    try:
        header = header_of(file, table)
        arrival = replace(arrival, undeclared=_undeclared(table, header))
        rejected = _stage(desk, table, file, header)
    except (ExtractError, StoreError, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, ExtractError) else "cannot be read in its declared dialect"
        return replace(arrival, refused=why), ()
    name = staged_name(table.id, file.day)
    faults = (*rejected, *_faults(desk, table, file, [fault.line for fault in rejected]))
    arrival = _counted(desk, replace(arrival, quarantined=len(faults)), name)
    unreadable = bool(rejected) or any(not fault.key_hash for fault in faults)
    arrival = replace(arrival, trusted=seen.ends_with_line and not unreadable)
    refused = _as_a_whole(desk, table, arrival, last, cut=bool(rejected) and not seen.ends_with_line)
    if refused:
        desk.session.run(f"DROP TABLE {sql.text(name)}")
    return replace(arrival, refused=refused), faults


def _undeclared(table: Table, header: tuple[str, ...]) -> tuple[str, ...]:
    declared = {column.name for column in table.columns}
    missing = sorted(declared - set(header))
    if missing:
        raise ExtractError(f"declared columns are missing: {', '.join(missing)}")
    if len(set(header)) != len(header):
        raise ExtractError("a column name stands twice in the header")
    return tuple(sorted(set(header) - declared))


def _stage(desk: Desk, table: Table, file: ExtractFile, header: tuple[str, ...]) -> tuple[Quarantined, ...]:
    """Read the file into its staged table; the rows that the engine could not even split come back."""
    for leftover in ("reject_errors", "reject_scans"):
        desk.session.run(f"DROP TABLE IF EXISTS {leftover}")
    stored = sql.table(STORED, table.id)
    statement = staging_statement(table, str(file.path), header, _salt(desk, table), desk.policy.company.zone, stored)
    desk.session.create(staged_name(table.id, file.day), statement)
    found = desk.session.rows("SELECT DISTINCT line, CAST(error_type AS VARCHAR) FROM reject_errors ORDER BY ALL")
    return tuple(Quarantined(table.id, file.day, line, _REJECTED.get(kind, "cannot be split into columns"), "") for line, kind in found)


def _faults(desk: Desk, table: Table, file: ExtractFile, rejected: list[int]) -> tuple[Quarantined, ...]:
    """Mark duplicate keys, then list every row with a fault."""
    name = staged_name(table.id, file.day)
    keys = [col(key) for key in table.key]
    twice = exp.select(*(key.copy() for key in keys)).from_(name).group_by(*(key.copy() for key in keys)).having("count(*) > 1")
    here = exp.tuple_(*(key.copy() for key in keys)) if len(keys) > 1 else keys[0]
    desk.session.run(
        exp.update(
            name,
            {"_fault": lit("duplicate key")},
            where=sql.all_of((exp.In(this=here, query=twice.subquery()), sql.is_null(col("_fault")))),
        )
    )
    hashed = sql.case((sql.all_of(sql.not_null(key.copy()) for key in keys), keyed_hash(desk.key, table.id, table.key)), default=lit(""))
    faulty = exp.select(col("_record"), col("_fault"), hashed).from_(name).where(sql.not_null(col("_fault"))).order_by("_record")
    return tuple(Quarantined(table.id, file.day, line_of(record, rejected), fault, key) for record, fault, key in desk.session.rows(faulty))


def _counted(desk: Desk, arrival: Arrival, name: exp.Table) -> Arrival:
    kinds = [sql.count_if(exp.EQ(this=col("_arrival"), expression=lit(kind))) for kind in ("new", "changed", "same", "again")]
    masked = sql.call("COALESCE", exp.Sum(this=col("_masked")), lit(0))
    rows, new, changed, same, again, hidden = desk.session.one(exp.select(exp.Count(this=exp.Star()), *kinds, masked).from_(name))
    return replace(arrival, rows=rows, new=new, changed=changed, same=same, again=again, masked=int(hidden))


def line_of(record: int, rejected: list[int]) -> int:
    """The line of the n-th row that could be read: the header is line 1, and rows that could not be split have lines of their own.
    A field with line breaks counts as one line, as the engine counts.

    >>> line_of(1, []), line_of(2, [3]), line_of(3, [3, 4])
    (2, 4, 6)
    """
    line = record + 1
    for before in sorted(rejected):
        line += before <= line
    return line


def _as_a_whole(desk: Desk, table: Table, arrival: Arrival, last: Last | None, *, cut: bool) -> str:
    """Why the file as a whole cannot be trusted, or ''. A truncated file must never look like a thousand ended contracts."""
    if cut:
        return "truncated: the last line is cut"
    late = last is not None and arrival.day < last.day
    if table.extract.mode != "snapshot" or last is None or late:
        return ""
    if arrival.rows < last.rows * (1 - desk.policy.company.guards.row_drop):
        return f"truncated: {arrival.rows} rows where the extract of {last.day} had {last.rows}"
    return ""


def _salt(desk: Desk, table: Table) -> str:
    """Row hashes hold for one key, one reading of the table and one engine: another of any of them reads every row anew."""
    reading = [(c.name, c.type, c.format, c.zone, c.free_text, c.contains) for c in table.columns]
    dialect = (table.extract.decimal, table.extract.encoding, desk.policy.company.zone, ENGINE_VERSION)
    return hashlib.sha256(desk.key + json.dumps([reading, dialect]).encode()).hexdigest()

"""The statement that reads one extract: every declared column typed, every row judged, in one pass over the file. Pure.

A row is `same` where its keyed hash is the one that the store already has; its payload is then not written again, so the staged
table names every key that was seen and holds values only where they are new.
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.extracts.rows import Source, key_column, keyed_rows, raw_rows
from privacy_pipelines.extracts.typed import Reading, typed_value
from privacy_pipelines.scanning.masking import masked
from privacy_pipelines.sql import Sql, col, lit, named
from privacy_pipelines.store.views import engine_type

AGAIN = "the header again"
"""The fault of a row that repeats the header: extracts were put behind one another."""


def staging_statement(source: Source, zone: str, day: date, stored: Sql) -> exp.Select:
    """One pass over the file: types, faults, and what is new against `stored`, which has the table's key and `_row_hash`.

    Columns of the answer: the declared ones, `_row_hash`, `_arrival` (new, changed, same, or again: stored without a part of it, so read
    anew), `_fault` (a reason, or NULL) and `_masked` (free-text cells in which something was masked). Of a row that is the same only the
    key is read: its hash says that the rest was read before, by the same policy, without a fault. Where a delete marker is declared,
    `_deleted` says whether the row has it.
    """
    table, reading = source.table, Reading(source.table.extract, zone, day)
    keyed = keyed_rows(source, reading)
    known = sql.select(
        *(named(col(key), _known(key)) for key in table.key), named(col("_row_hash"), "_known"), named(lit(1), "_stored")
    ).from_(stored, copy=False)
    arrival = sql.case(
        (sql.is_null(col("_stored", "k")), lit("new")),
        (sql.is_null(col("_known", "k")), lit("again")),
        (exp.EQ(this=col("_row_hash", "h"), expression=col("_known", "k")), lit("same")),
        default=lit("changed"),
    )
    same_key = sql.all_of(exp.EQ(this=col(key_column(key), "h"), expression=col(_known(key), "k")) for key in table.key)
    joined = sql.select(exp.Column(this=exp.Star(), table=exp.to_identifier("h")), named(arrival, "_arrival"))
    joined = joined.from_(keyed.subquery("h", copy=False), copy=False).join(
        known.subquery("k", copy=False), on=same_key, join_type="left", copy=False
    )
    return _judged(source, reading).from_(
        _read(source, reading).from_(joined.subquery("h", copy=False)).subquery("t", copy=False), copy=False
    )


def numbered_statement(source: Source, wanted: exp.Select, last: int) -> exp.Select:
    """(hash, record number from 1) of the rows whose hash is among `wanted`, in the file's order; and of record `last` and any behind it.

    A second look at the file, only for rows with a fault: numbering rows in the first would keep the engine from reading in parallel.
    """
    number = named(exp.Window(this=exp.RowNumber()), "_record")
    hashed = sql.select(col("_row_hash"), number).from_(raw_rows(source).subquery("raw", copy=False), copy=False)
    found = sql.select(col("_row_hash"), col("_record")).from_(hashed.subquery("h", copy=False), copy=False)
    among = exp.In(this=col("_row_hash"), query=wanted.subquery(copy=False))
    return found.where(sql.any_of((among, exp.GTE(this=col("_record"), expression=lit(last))))).order_by("_record")


def _read(source: Source, reading: Reading) -> exp.Select:
    """Beside the raw row each typed value and each masked text once, for a fault and for the store; nothing of a row that is the same."""
    same = exp.EQ(this=col("_arrival", "h"), expression=lit("same"))
    typed = []
    for column in source.table.columns:
        if column.name not in source.table.key and (engine_type(column) != "VARCHAR" or column.free_text):
            raw = col(column.name, "h")
            value = masked(raw, column.contains, source.masks) if column.free_text else typed_value(reading, column, raw)
            typed.append(named(sql.case((exp.Not(this=same), value)), _value(column.name)))
    return sql.select(exp.Column(this=exp.Star(), table=exp.to_identifier("h")), named(same, "_same"), *typed)


def _judged(source: Source, reading: Reading) -> exp.Select:
    """The values that are stored, and why a row cannot be."""
    table, faults = source.table, _repeats(source)
    columns: list[Sql] = []
    changed: list[Sql] = []
    for column in table.columns:
        raw, typed = col(column.name, "t"), engine_type(column) != "VARCHAR"
        if column.name in table.key:
            faults.append((sql.is_null(col(key_column(column.name), "t")), lit("unreadable key")))
            columns.append(named(col(key_column(column.name), "t"), column.name, quoted=True))
            continue
        value: Sql = col(_value(column.name), "t") if typed else raw
        if column.required:
            faults.append((sql.is_null(raw), lit(f"required {column.name} is empty")))
        if typed:
            faults.append((sql.all_of((sql.not_null(raw), sql.is_null(value))), lit(f"unreadable {column.type} in {column.name}")))
        if column.free_text:
            value = col(_value(column.name), "t")
            changed.append(sql.case((exp.NEQ(this=value, expression=raw), lit(1)), default=lit(0)))
        columns.append(named(value if typed or column.free_text else _unless_same(value), column.name, quoted=True))
    count = changed[0] if changed else lit(0)
    for more in changed[1:]:
        count = exp.Add(this=count, expression=more)
    hidden = sql.case((col("_same", "t"), lit(0)), default=count) if changed else count
    fault = sql.case(*faults)
    if table.extract.deletes is not None:  # of a deleted row, the key is all that must be there
        unreadable = sql.any_of(sql.is_null(col(key_column(key), "t")) for key in table.key)
        fault = sql.case((col("_deleted", "t"), sql.case((unreadable, lit("unreadable key")))), default=fault)
        columns.append(col("_deleted", "t"))
    return sql.select(
        *columns, col("_row_hash", "t"), col("_arrival", "t"),
        named(_unless_same(fault), "_fault"), named(hidden, "_masked"),
    )  # fmt: skip


def _unless_same(value: Sql) -> Sql:
    return sql.case((exp.Not(this=col("_same", "t")), value))


def _known(name: str) -> str:
    return f"_known_{name}"


def _value(name: str) -> str:
    return f"_value_{name}"


def _repeats(source: Source) -> list[tuple[Sql, Sql]]:
    """A row in which every declared column holds its own name, perhaps behind the byte order mark with which a file begins."""
    names = source.columns.named
    if not names:
        return []
    return [
        (
            sql.all_of(exp.In(this=col(column, "t"), expressions=[lit(name), lit(f"\ufeff{name}")]) for column, name in names.items()),
            lit(AGAIN),
        )
    ]

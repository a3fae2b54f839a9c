"""What the store knows of one record: its frame row, which fields are filled, and its trace in the index of the departed."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import framed
from privacy_pipelines.errors import InputError
from privacy_pipelines.explaining.neighbourhood import gather_near
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.dates import Found, Record
from privacy_pipelines.retention.levels import NOTICED, code_expression
from privacy_pipelines.retention.rowdates import succession_of
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.retention.ways import IDENTITY
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.hashes import short_hash_of
from privacy_pipelines.store.layout import CURRENT, NEAR, NIGHT, STORED_CONSENTS
from privacy_pipelines.store.reading import Reader
from privacy_pipelines.store.views import types_of


@dataclass(frozen=True, slots=True)
class Known:
    """One stored record: dates and flags only, no value of it."""

    code: int
    record: Record
    undetermined_since: date | None
    first_seen: date
    filled: frozenset[str]
    continued: frozenset[str]
    """Events whose dates are those of the last record that continues this one."""
    merged: bool
    """Whether it was merged into another record, by which it is decided."""


@dataclass(frozen=True, slots=True)
class Trace:
    """An entry of the index of the departed."""

    left_on: date
    expires_on: date
    was_stored: bool
    policy_version: str


def key_of(table: Table, said: Sequence[str]) -> tuple[str, ...]:
    """The parts of a record's key: each for itself, or a composite key as one line of CSV. Raises InputError."""
    values = tuple(said)
    if len(values) == 1 and len(table.key) > 1:
        try:
            values = tuple(next(csv.reader(values, strict=True)))
        except (csv.Error, StopIteration):
            values = ()
    if len(values) != len(table.key):
        raise InputError(
            f"{table.id}: its key has {len(table.key)} parts ({', '.join(table.key)}); write them with commas between, "
            "and a part that holds a comma in quotes: '\"a,b\",2'"
        )
    return values


def as_stored(current: Reader, table: Table, values: tuple[str, ...]) -> tuple[str, ...]:
    """A key as the store spells it: 007 is the number 7. What is of another type stays as it is, and names no record. Raises StoreError."""
    known = [sql.cast(value.this, "TEXT") for value in wanted(table, values).expressions]
    return tuple(found or said for found, said in zip(current.session.one(exp.select(*known)), values, strict=True))


def ask(current: Reader, rules: Rules, rule: TableRule, values: tuple[str, ...], day: date) -> Known | None:
    """What is known of a stored record, or None where there is none with that key. Raises StoreError."""
    session = current.session
    sources = gather_near(session, rules, rule, wanted(rule.table, values), day)
    code = sql.named(code_expression(rule, day, rules.policy.company), "code")
    frame = framed(sources, rule, wanted(rule.table, values)).subquery("f")
    session.create(exp.to_table("asked"), exp.select(exp.Star(), code).from_(frame), temporary=True)
    columns = [name for name, *_ in session.rows("DESCRIBE asked")]
    rows = session.rows("SELECT * FROM asked")
    return _known(current, rule, values, dict(zip(columns, rows[0], strict=True)), day) if rows else None


def traces(current: Reader, key: bytes, table: Table, values: tuple[str, ...]) -> dict[str, Trace]:
    """Cluster name ('' for the whole record) → its entry in the index of the departed."""
    if not current.session.columns(CURRENT, NIGHT, "departed"):
        return {}
    said = f"SELECT cluster, left_on, expires_on, was_stored, policy_version FROM {CURRENT}.{NIGHT}.departed"
    asked = [short_hash_of(key, table.id, values), table.id]
    rows = current.session.rows(f'{said} WHERE key_hash = CAST(? AS UUID) AND "table" = ?', asked)
    return {cluster: Trace(*said) for cluster, *said in rows}


def wanted(table: Table, values: tuple[str, ...]) -> exp.Select:
    """The key, given as text, as one row in the store's types; what is of another type is NULL, and no row's."""
    types = types_of(table)
    typed = {k: sql.try_cast(lit(v), types[k]) for k, v in zip(table.key, values, strict=True)}
    return exp.select(*(sql.named(value, name, quoted=True) for name, value in typed.items()))


def with_key(table: Table, values: tuple[str, ...], of: str) -> Sql:
    """Whether a row (an alias) is the one with this key."""
    return exp.Exists(this=exp.select(exp.convert(1)).from_(wanted(table, values).subquery("w")).where(sql.same_key(table.key, "w", of)))


def _known(current: Reader, rule: TableRule, values: tuple[str, ...], row: dict[str, Any], day: date) -> Known:
    found = {reach: Found(row[f"d{n}"], row[f"m{n}"]) for n, reach in enumerate(rule.reaches)}
    filled = [sql.not_null(col(column.name)) for column in rule.table.columns]
    own = exp.select(col("_first_seen"), *filled).from_(sql.table(NEAR, rule.table.id, alias="t"))
    first_seen, *flags = current.session.one(own.where(with_key(rule.table, values, "t")))
    names = frozenset(column.name for column, there in zip(rule.table.columns, flags, strict=True) if there)
    record = Record(found, row["gone"], row.get(NOTICED), day)
    return Known(row["code"], record, row["since"], first_seen, names, *_followed(current, rule.table, values))


def _followed(current: Reader, table: Table, values: tuple[str, ...]) -> tuple[frozenset[str], bool]:
    """Of which events the record is continued by another, and whether it was merged into another."""

    def found(register: str, where: Sql) -> bool:
        rows = exp.select(exp.convert(1)).from_(sql.table(STORED_CONSENTS, register, alias="t"))
        return bool(current.session.rows(rows.where(where)))

    events = (event for event in table.events if event.succession)
    continued = frozenset(event.name for event in events if found(succession_of(table, event), with_key(table, values, "t")))
    if table.merged is None:
        return continued, False
    meant = exp.EQ(this=col("name", "t"), expression=col(table.key[0], "w"))
    named = exp.Exists(this=exp.select(exp.convert(1)).from_(wanted(table, values).subquery("w")).where(meant))
    return continued, found(f"{IDENTITY}{table.id}", sql.all_of((named, exp.NEQ(this=col("name", "t"), expression=col("at", "t")))))

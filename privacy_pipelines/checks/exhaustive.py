"""CHECK, the whole table: one aggregate per table over all rows as they would stand tonight, for what no single row can show.

Keys, references, accepted values and volume. What a row shows by itself (formats, masks) is asked by `expectations`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.checks.found import Orphans, Outside, TableCheck, sentences
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CHANGES, CURRENT, NIGHT, STORED, TONIGHT


def check_tables(session: Session, policy: Policy) -> tuple[TableCheck, ...]:
    """Check every table of the policy, personal or not. Needs tonight's views (ARRIVE). Raises StoreError."""
    before = _last_night(session)
    return tuple(check_table(session, policy, table, before.get(table.id, 0)) for table in policy.tables)


def check_table(session: Session, policy: Policy, table: Table, before: int = 0) -> TableCheck:
    """One statement, one row; `before` is how many rows stood here last night. Raises StoreError."""
    rows, null_keys, duplicates, stored, *counts = session.one(statement(table))
    pairs = list(zip(counts[::2], counts[1::2], strict=True))
    check = TableCheck(
        table.id, rows, null_keys, duplicates, stored, before,
        orphans=tuple(Orphans(link.column, link.to, *pair) for link, pair in zip(table.links, pairs, strict=False)),
        outside=tuple(Outside(name, *pair) for name, pair in zip(_choosy(table), pairs[len(table.links) :], strict=True)),
    )  # fmt: skip
    growth = policy.company.guards.row_drop if table.extract.mode == "snapshot" else None
    return replace(check, findings=tuple(sentences(check, growth)))


def statement(table: Table) -> exp.Select:
    """Rows, rows without a key, repeated keys, rows in the store; then for each link and each column with accepted values two
    counts: of all rows, and of the new and changed ones."""
    keyed = sql.all_of(sql.not_null(col(key)) for key in table.key)
    whole = exp.Count(this=exp.Distinct(expressions=[_tuple(table.key)]))
    measures: list[Sql] = [
        exp.Count(this=exp.Star()),
        sql.count_if(exp.not_(exp.Paren(this=keyed))),
        exp.Sub(this=sql.count_if(keyed.copy()), expression=exp.Filter(this=whole, expression=exp.Where(this=keyed.copy()))),
        exp.select(exp.Count(this=exp.Star())).from_(sql.table(STORED, table.id)).subquery(),
    ]
    flags = [exp.alias_(flag, f"_flag{number}") for number, flag in enumerate(_flags(table))]
    for number in range(len(flags)):
        measures += [sql.count_if(col(f"_flag{number}")), sql.count_if(sql.all_of((col(f"_flag{number}"), col("_arrived"))))]
    rows = exp.select(*(col(key) for key in table.key), exp.alias_(_arrived(table), "_arrived"), *flags).from_(sql.table(TONIGHT, table.id))
    return exp.select(*measures).from_(rows.subquery("r"))


def _flags(table: Table) -> Iterator[Sql]:
    """What should be true of no row: each link's orphan, then each column's unaccepted value. NULL offends nothing."""
    for link in table.links:
        targets = exp.select(col(link.to_column)).from_(sql.table(TONIGHT, link.to)).where(sql.not_null(col(link.to_column)))
        yield sql.all_of((sql.not_null(col(link.column)), exp.not_(exp.In(this=col(link.column), query=targets.subquery()))))
    for name in _choosy(table):
        accepted = [lit(value) for value in table.column(name).accepted]
        yield sql.all_of((sql.not_null(col(name)), exp.not_(exp.In(this=exp.cast(col(name), "VARCHAR"), expressions=accepted))))


def _choosy(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.accepted)


def _arrived(table: Table) -> Sql:
    """Whether the row is one of tonight's new and changed ones."""
    changed = exp.select(*(col(key) for key in table.key)).from_(sql.table(CHANGES, table.id))
    return exp.In(this=_tuple(table.key), query=changed.subquery())


def _last_night(session: Session) -> dict[str, int]:
    """How many rows each table's last night had before it: what was kept, erased and refused."""
    if not session.columns(CURRENT, NIGHT, "record"):
        return {}
    record = json.loads(session.one(f"SELECT body FROM {CURRENT}.{NIGHT}.record")[0])
    return {one["table"]: one["kept"] + one["erased"] + one["refused"] for one in record["copied"]}


def _tuple(names: Sequence[str]) -> Sql:
    return exp.tuple_(*(col(name) for name in names)) if len(names) > 1 else col(names[0])

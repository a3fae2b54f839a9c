"""CHECK, the whole table: one aggregate per table over all rows as they would stand tonight, for what no single row can show.

Keys, references, accepted values and volume. What a row shows by itself (formats, masks) is asked by `expectations`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.checks.circles import circles
from privacy_pipelines.checks.found import Orphans, Outside, Shared, TableCheck, sentences
from privacy_pipelines.policy.model import Link, Policy, Table
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CHANGES, CURRENT, NIGHT, STORED, TONIGHT


def check_tables(session: Session, policy: Policy) -> tuple[TableCheck, ...]:
    """Check every table of the policy, personal or not. Needs tonight's views (ARRIVE). Raises StoreError."""
    before = _last_night(session)
    return tuple(check_table(session, policy, table, before.get(table.id, 0)) for table in policy.tables)


def check_table(session: Session, policy: Policy, table: Table, before: int = 0) -> TableCheck:
    """One statement, one row; `before` is how many rows stood here last night. Raises StoreError."""
    rows, null_keys, duplicates, stored, *counts = session.one(statement(policy, table))
    pairs = iter(list(zip(counts[::2], counts[1::2], strict=True)))
    check = TableCheck(
        table.id, rows, null_keys, duplicates, stored, before,
        orphans=tuple(Orphans(link.name, link.to, *next(pairs)) for link in _wanted(table)),
        outside=tuple(Outside(name, *next(pairs)) for name in _choosy(table)),
        unknown_kinds=tuple(Outside(kind, *next(pairs)) for kind in _kinds(table)),
        shared=tuple(Shared(link.name, link.to, link.to_columns, *next(pairs)) for link in _by_no_key(policy, table)),
        circles=tuple(circles(session, table)),
    )  # fmt: skip
    growth = policy.company.guards.row_drop if table.extract.mode == "snapshot" else None
    return replace(check, findings=tuple(sentences(check, growth)))


def statement(policy: Policy, table: Table) -> exp.Select:
    """Rows, rows without a key, repeated keys, rows in the store; then for each link, each column with accepted values, each column that
    says which table a link means, and each link to what is no key two counts: of all rows, and of the new and changed ones."""
    keyed = sql.all_of(sql.not_null(col(key)) for key in table.key)
    whole = exp.Count(this=exp.Distinct(expressions=[_tuple(table.key)]))
    measures: list[Sql] = [
        exp.Count(this=exp.Star()),
        sql.count_if(exp.not_(exp.Paren(this=keyed))),
        exp.Sub(this=sql.count_if(keyed.copy()), expression=exp.Filter(this=whole, expression=exp.Where(this=keyed.copy()))),
        exp.select(exp.Count(this=exp.Star())).from_(sql.table(STORED, table.id)).subquery(),
    ]
    flags = [sql.named(flag, f"_flag{number}") for number, flag in enumerate(_flags(policy, table))]
    for number in range(len(flags)):
        measures += [sql.count_if(col(f"_flag{number}")), sql.count_if(sql.all_of((col(f"_flag{number}"), col("_arrived"))))]
    rows = exp.select(*(col(key) for key in table.key), sql.named(_arrived(table), "_arrived"), *flags).from_(sql.table(TONIGHT, table.id))
    return exp.select(*measures).from_(rows.subquery("r"))


def _flags(policy: Policy, table: Table) -> Iterator[Sql]:
    """What should be true of no row: each link's orphan, then each column's unaccepted value, and so on. NULL offends nothing."""
    for link in _wanted(table):
        targets = exp.select(*(col(name) for name in link.to_columns)).from_(sql.table(TONIGHT, link.to))
        targets = targets.where(*(sql.not_null(col(name)) for name in link.to_columns))
        yield sql.all_of((*_names_one(link), exp.not_(exp.In(this=_tuple(link.columns), query=targets.subquery()))))
    for name in _choosy(table):
        yield _strange(name, table.column(name).accepted)
    for kind, values in _kinds(table).items():
        names = sql.any_of(
            sql.not_null(col(name)) for link in _wanted(table) if link.kind and link.kind[0] == kind for name in link.columns
        )
        yield sql.all_of((names, _strange(kind, values)))
    for link in _by_no_key(policy, table):
        several = exp.select(*(col(name) for name in link.to_columns)).from_(sql.table(TONIGHT, link.to))
        several = several.where(*(sql.not_null(col(name)) for name in link.to_columns))
        several = several.group_by(*(col(name) for name in link.to_columns)).having("count(*) > 1")
        yield sql.all_of((*_names_one(link), exp.In(this=_tuple(link.columns), query=several.subquery())))


def _names_one(link: Link) -> list[Sql]:
    kind = [exp.EQ(this=col(link.kind[0]), expression=lit(link.kind[1]))] if link.kind else []
    return [*(sql.not_null(col(name)) for name in link.columns), *kind]


def _strange(name: str, accepted: Sequence[str]) -> Sql:
    values = [lit(value) for value in accepted]
    return sql.all_of((sql.not_null(col(name)), exp.not_(exp.In(this=sql.cast(col(name), "VARCHAR"), expressions=values))))


def _wanted(table: Table) -> tuple[Link, ...]:
    """Links of which a row that names none is a fault."""
    return tuple(link for link in table.links if not link.optional)


def _kinds(table: Table) -> dict[str, tuple[str, ...]]:
    """Column that says which table a link means → the values that it may have."""
    found: dict[str, tuple[str, ...]] = {}
    for link in _wanted(table):
        if link.kind:
            found[link.kind[0]] = (*found.get(link.kind[0], ()), link.kind[1])
    return found


def _by_no_key(policy: Policy, table: Table) -> tuple[Link, ...]:
    """Links over which something would be found, if what they hold named one row for sure."""
    return tuple(link for link in table.links if link.about and not set(policy.table(link.to).key) <= set(link.to_columns))


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

"""What is asked of the generation that was just written: fields that nothing fills, and rows that should not have come back."""

from __future__ import annotations

from functools import partial

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import short_hash
from privacy_pipelines.store.layout import CHANGES, CURRENT, NEXT, NIGHT

FIRST_ROWS = 10_000
_HASHES = "hashes"


def never_filled(session: Session, policy: Policy) -> tuple[str, ...]:
    """Declared fields without a value in any row, of tables that have rows. The first rows answer for nearly all of them; only what they
    leave empty is looked for in the others. Raises StoreError."""
    found = session.together(partial(_empty, table) for table in policy.tables)
    return tuple(sorted(f"{table.id}.{name}" for table, names in zip(policy.tables, found, strict=True) for name in names))


def _empty(table: Table, session: Session) -> list[str]:
    stored = sql.table(table.source, table.name, catalog=NEXT)
    first = exp.select(*(col(column.name) for column in table.columns)).from_(stored).limit(FIRST_ROWS)
    counts = exp.select(exp.Count(this=exp.Star()), *(exp.Count(this=col(column.name)) for column in table.columns))
    rows, *filled = session.one(counts.from_(first.subquery("f")))
    open_yet = [column.name for column, there in zip(table.columns, filled, strict=True) if rows and not there]
    if rows < FIRST_ROWS or not open_yet:
        return open_yet
    some = (exp.Exists(this=exp.select(exp.convert(1)).from_(stored).where(sql.not_null(col(name)))) for name in open_yet)
    return [name for name, there in zip(open_yet, session.one(exp.select(*some)), strict=True) if not there]


def returns(session: Session, rules: Rules, key: bytes) -> tuple[int, int]:
    """(rows that were left behind once and entered tonight, those of them that the new index still calls departed). The second must be
    none: who has a ground again is taken off the index. `key` is the index's own. Raises StoreError."""
    if not session.columns(CURRENT, NIGHT, "departed"):
        return 0, 0
    found = session.together(partial(_returned, rule, key) for rule in rules.tables)
    return sum(before for before, _ in found), sum(still for _, still in found)


def _returned(rule: TableRule, key: bytes, session: Session) -> tuple[int, int]:
    """The same of one table: its rows are found and hashed once, for both indexes."""
    if not session.one(exp.select(exp.Exists(this=_entered(rule).select(exp.convert(1)))))[0]:
        return 0, 0
    hashes = _entered(rule).select(sql.named(short_hash(key, rule.table.id, rule.table.key, "c"), "key_hash"))
    counts = exp.select(*(_among(rule, catalog).subquery() for catalog in (CURRENT, NEXT)))
    before, still = session.one(counts.with_(_HASHES, as_=hashes, materialized=True))
    return int(before), int(still)


def _entered(rule: TableRule) -> exp.Select:
    """Tonight's rows that the store did not have and now has."""
    rows = exp.select().from_(sql.table(CHANGES, rule.table.id, alias="c"))
    on = sql.same_key(rule.table.key, "c", "n")
    rows = rows.join(sql.table(rule.table.source, rule.table.name, catalog=NEXT, alias="n"), on=on)
    return rows.where(exp.not_(col("_in_store", "c")))


def _among(rule: TableRule, catalog: str) -> exp.Select:
    """How many of the hashes that catalog's index has."""
    whole = sql.all_of(
        (
            exp.EQ(this=col("key_hash", "d"), expression=col("key_hash", "h")),
            exp.EQ(this=col("table", "d"), expression=lit(rule.table.id)),
            exp.EQ(this=col("cluster", "d"), expression=lit("")),
            col("was_stored", "d"),
        )
    )
    rows = exp.select(exp.Count(this=exp.Star())).from_(exp.to_table(_HASHES).as_("h"))
    return rows.join(sql.table(NIGHT, "departed", catalog=catalog, alias="d"), on=whole)

"""GUARD, holds: of what has ended, what a hold keeps; and what a released one lets go.

Only what is in the store is held: a hold never admits anything, and never lengthens what still lives (LAW scenario 58).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.parts import cells_in
from privacy_pipelines.policy.model import Hold, Policy
from privacy_pipelines.retention.plan import Part, part_digest
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, COVERED, EXCEPTIONS, PRIOR, SUSPENDED

HELD, RELEASED = "held", "hold_released"


def suspend(session: Session, policy: Policy, rule: TableRule, as_of: date) -> list[Part]:
    """Fill `suspended.<table>`: (key, hold, mask) of what holds keep tonight; a part for each of these holds."""
    table = rule.table
    session.create(sql.table(SUSPENDED, table.id), _suspended(policy, rule, as_of))
    rows = exp.select(col("hold", "s"), exp.Count(this=exp.Star()), exp.Sum(this=cells_in(rule, col("mask", "s"), "x")))
    rows = rows.from_(sql.table(SUSPENDED, table.id, alias="s")).join(
        sql.table(EXCEPTIONS, table.id, alias="x"), on=sql.same_key(table.key, "s", "x")
    )
    found = session.rows(rows.group_by(col("hold", "s")))
    return [_part(policy, table.id, hold, rows, int(cells), HELD) for hold, rows, cells in found]


def released(session: Session, rules: Rules, holds: Collection[str]) -> tuple[Part, ...]:
    """A part for each table of which a hold that no longer stands had kept what goes tonight. Everything has its actions by now."""
    parts = []
    for rule in rules.tables if holds else ():
        table = rule.table
        going = sql.bits_of(sql.bits_of(col("take", "a"), col("lost", "a")), col("mask", "w"))
        rows = exp.select(col("purpose", "w"), exp.Count(this=exp.Star()), exp.Sum(this=cells_in(rule, going, "a")))
        rows = rows.from_(sql.table(PRIOR, table.id, alias="w")).join(
            sql.table(ACTIONS, table.id, alias="a"), on=sql.same_key(table.key, "w", "a")
        )
        among = exp.In(this=col("purpose", "w"), expressions=[lit(name) for name in sorted(holds)])
        found = session.rows(rows.where(sql.all_of((among, sql.bit_any(going)))).group_by(col("purpose", "w")))
        parts += [_part(rules.policy, table.id, hold, rows, int(cells), RELEASED) for hold, rows, cells in found]
    return tuple(sorted(parts))


def suspended_masks(rule: TableRule) -> exp.Select:
    """(key, mask): what any hold keeps of a row tonight."""
    keys = [col(name) for name in rule.table.key]
    together = sql.named(exp.Anonymous(this="BIT_OR", expressions=[col("mask")]), "mask")
    return exp.select(*keys, together).from_(sql.table(SUSPENDED, rule.table.id)).group_by(*(key.copy() for key in keys))


def in_force(hold: Hold, table: str, as_of: date) -> bool:
    """Whether a class-wide hold holds this table."""
    return table in hold.tables and hold.effective_from <= as_of


def _suspended(policy: Policy, rule: TableRule, as_of: date) -> exp.Query:
    table = rule.table
    keys = [col(name, "x") for name in table.key]
    losing = exp.select(*keys).from_(sql.table(EXCEPTIONS, table.id, alias="x")).where("x.in_store AND x.lost <> 0")
    whole = [
        losing.copy().select(sql.named(lit(hold.name), "hold"), sql.named(col("lost", "x"), "mask"))
        for hold in policy.holds
        if in_force(hold, table.id, as_of)
    ]
    kept = sql.bits_of(col("lost", "x"), col("mask", "c"))
    persons = losing.select(col("hold", "c"), sql.named(kept, "mask")).where(sql.bit_any(kept))
    persons = persons.join(sql.table(COVERED, table.id, alias="c"), on=sql.same_key(table.key, "x", "c"))
    return exp.union(persons, *whole, distinct=False) if whole else persons


def _part(policy: Policy, table: str, hold: str, rows: int, cells: int, reason: str) -> Part:
    return Part(table, hold, cells, rows, rows, 0, part_digest(policy.version, table, hold, reason, ""), reason == HELD, reason)

"""What a night really erased, counted in the two generations and not in the plan: what the old one holds and the new one does not.

A certificate that was computed from the plan would say what was meant. Only rows with an action are looked at: that nothing else was
lost is the proof's to say (`rows_do_not_add_up`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.retention.plan import Action
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, COLLECTED, STORED


@dataclass(frozen=True, slots=True, order=True)
class Outcome:
    """One data cluster: how many records lost cells of it tonight, with their row or without, and how many cells."""

    table: str
    cluster: str
    action: str
    """`erase_row` or `erase_field`."""
    rows: int
    cells: int


def outcomes(session: Session, rules: Rules) -> tuple[Outcome, ...]:
    """Every cluster of which something is gone. The new generation is attached, and `prove` has looked at it. Raises StoreError."""
    return tuple(sorted(one for rule in rules.tables for one in _outcomes(session, rule)))


def _outcomes(session: Session, rule: TableRule) -> Iterator[Outcome]:
    key = rule.table.key
    left = exp.Is(this=col(key[0], "n"), expression=exp.null())
    counts = exp.select(sql.named(left, "row_left"))
    for number in range(len(rule.clusters)):
        counts = counts.select(*_lost(rule, number, left), copy=False)
    counts = counts.from_(sql.table(STORED, rule.table.id, alias="s"), copy=False)
    counts = counts.join(sql.table(ACTIONS, rule.table.id, alias="a"), on=sql.same_key(key, "s", "a"), copy=False)
    kept = sql.table(COLLECTED, rule.table.id, alias="n")
    counts = counts.join(kept, on=sql.same_key(key, "s", "n"), join_type="left", copy=False)
    for row_left, *found in session.rows(counts.group_by("row_left", copy=False)):
        action = Action.ERASE_ROW if row_left else Action.ERASE_FIELD
        for number, cluster in enumerate(rule.clusters):
            rows, cells = found[2 * number : 2 * number + 2]
            if rows:
                yield Outcome(rule.table.id, cluster.name, action.value, int(rows), int(cells))


def _lost(rule: TableRule, number: int, left: Sql) -> tuple[Sql, Sql]:
    """(records, cells): of a row that left every cell, of one that stayed what its action took. To the cluster that serves every purpose of
    the table belongs the row itself, and what lives as long as the row."""
    whole = len(rule.clusters[number].purposes) == len(rule.purposes)
    ends = sql.any_of((left.copy(), sql.bit(col("take", "a"), number)))
    gone = [(column, ends) for column in rule.clusters[number].columns] + [(column, left) for column in rule.structural if whole]
    cells: Sql = lit(0)
    for column, over in gone:
        lost = sql.all_of((over.copy(), sql.not_null(col(column, "s")), exp.Is(this=col(column, "n"), expression=exp.null())))
        cells = exp.Add(this=cells, expression=sql.case((lost, lit(1)), default=lit(0)))
    some = exp.GT(this=exp.paren(cells), expression=lit(0))
    concerned = sql.any_of((some, left.copy())) if whole else some
    return sql.count_if(concerned), sql.call("COALESCE", exp.Sum(this=cells.copy()), lit(0))

"""What waits since an earlier night: rows that a guard withheld or a hold keeps, with the clusters that had ended.

Such a row keeps its verdict even when what decided it has left meanwhile (its data subject was erased in the same night, say): an
approval or a released hold must find it, and a purpose that lives again takes it back.
"""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CURRENT, KEPT_WITHHELD, PRIOR, STORED


def prior_views(session: Session, rules: Rules, before: Rules) -> None:
    """`prior.<table>`: (key, purpose, mask) of every waiting row. `before` is the policy under which it began to wait; its numbering of
    clusters is turned into tonight's."""
    session.schema(PRIOR)
    known = {rule.table.id: rule for rule in before.tables}
    for rule in rules.tables:
        session.view(sql.table(PRIOR, rule.table.id), _prior(session, rule, known.get(rule.table.id)))


def waiting(rule: TableRule) -> exp.Select:
    """(key, mask): every cluster of a row that waits for anybody."""
    keys = [col(key) for key in rule.table.key]
    together = sql.named(exp.Anonymous(this="BIT_OR", expressions=[col("mask")]), "mask")
    return exp.select(*keys, together).from_(sql.table(PRIOR, rule.table.id)).group_by(*(key.copy() for key in keys))


def _prior(session: Session, rule: TableRule, old: TableRule | None) -> exp.Select:
    keys = [col(key) for key in rule.table.key]
    before = key_before(rule, old) if old else None
    if old is None or before is None or not session.columns(CURRENT, KEPT_WITHHELD, rule.table.id):
        nothing = (sql.named(lit(""), "purpose"), sql.named(sql.cast(lit(0), "BIGINT"), "mask"))
        return exp.select(*keys, *nothing).from_(sql.table(STORED, rule.table.id)).where(exp.false())
    mask = sql.named(sql.cast(_renumbered(rule, old), "BIGINT"), "mask")
    named = [sql.named(col(was), name, quoted=True) if was != name else col(name) for was, name in zip(before, rule.table.key, strict=True)]
    return exp.select(*named, col("purpose"), mask).from_(sql.table(KEPT_WITHHELD, rule.table.id, catalog=CURRENT))


def key_before(rule: TableRule, old: TableRule) -> tuple[str, ...] | None:
    """What yesterday's policy called the columns of the key, in tonight's order; None where it was another key."""
    before = tuple(rule.table.stored_as(name, old.table.key) or "" for name in rule.table.key)
    return before if set(before) == set(old.table.key) else None


def _renumbered(rule: TableRule, old: TableRule) -> Sql:
    numbers = {cluster.name: number for number, cluster in enumerate(old.clusters)}
    total: Sql = lit(0)
    for number, cluster in enumerate(rule.clusters):
        if cluster.name in numbers:
            bit = sql.case((sql.bit(col("mask"), numbers[cluster.name]), lit(1 << number)), default=lit(0))
            total = exp.Add(this=total, expression=bit)
    return total

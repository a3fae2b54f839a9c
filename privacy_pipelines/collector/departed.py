"""The index of the departed: keyed hashes of every record that was left behind or turned away, with an expiry. Pure, but for asking
whether there was one before.

It keeps them out, lets `explain` answer for a key that is gone, and is itself erased: some days after the source last sent the key.
"""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import short_hash
from privacy_pipelines.store.layout import ACTIONS, CHANGES, CURRENT, NIGHT

COLUMNS = ("key_hash", "table", "cluster", "left_on", "was_stored", "expires_on", "policy_version")
"""`cluster` is empty for a whole record; `was_stored` is false for what was only ever turned away."""


def departed_statement(session: Session, rules: Rules, plan: Plan, key: bytes) -> exp.Query:
    """The next generation's index: tonight's departures, and earlier ones that have not expired and did not lawfully return."""
    expires = lit(add(plan.as_of, rules.policy.company.departed_expiry))
    leaving = _together([entry for rule in rules.tables for entry in _leaving(rule, plan, key, expires)])
    if not session.columns(CURRENT, NIGHT, "departed"):
        return leaving
    unexpired = exp.GTE(this=col("expires_on", "e"), expression=lit(plan.as_of))
    back = exp.select(exp.convert(1)).from_(_returned(rules, key).subquery("r")).where("r.key_hash = e.key_hash")
    earlier = exp.select(exp.Star()).from_(sql.table(NIGHT, "departed", catalog=CURRENT, alias="e"))
    earlier = earlier.where(sql.all_of((unexpired, exp.not_(exp.Exists(this=back)))))
    return _merged().from_(leaving.subquery("l")).join(earlier.subquery("d"), on=_same("l", "d"), join_type="full")


def _merged() -> exp.Select:
    """What leaves again tonight expires anew, but keeps its first day, and that it was once stored."""
    stored = sql.call("COALESCE", col("was_stored", "l"), exp.false())
    values: dict[str, Sql] = {name: sql.call("COALESCE", col(name, "l"), col(name, "d")) for name in COLUMNS}
    values["left_on"] = sql.case((stored, col("left_on", "l")), default=sql.call("COALESCE", col("left_on", "d"), col("left_on", "l")))
    values["was_stored"] = sql.any_of((stored.copy(), sql.call("COALESCE", col("was_stored", "d"), exp.false())))
    return exp.select(*(exp.alias_(value, name, quoted=True) for name, value in values.items()))


def _same(left: str, right: str) -> Sql:
    """The hash is of the table's name too, and long enough to tell all keys of all tables apart."""
    return sql.all_of(exp.EQ(this=col(name, left), expression=col(name, right)) for name in ("key_hash", "cluster"))


def _returned(rules: Rules, key: bytes) -> exp.Query:
    """Hashes of records that enter tonight on a living ground: they come as new, and nothing links them to what was left behind."""
    parts: list[exp.Query] = []
    for rule in rules.tables:
        table = rule.table
        turned = (
            exp.select(exp.convert(1))
            .from_(sql.table(ACTIONS, table.id, alias="a"))
            .where(sql.same_key(table.key, "a", "c"))
            .where("a.row_gone")
        )
        entering = exp.select(exp.alias_(short_hash(key, table.id, table.key, "c"), "key_hash")).from_(
            sql.table(CHANGES, table.id, alias="c")
        )
        parts.append(entering.where(exp.not_(col("_in_store", "c"))).where(exp.not_(exp.Exists(this=turned))))
    return _together(parts)


def _leaving(rule: TableRule, plan: Plan, key: bytes, expires: Sql) -> list[exp.Query]:
    """An entry for each row that leaves, and one for each cluster of a row that stays; each key is hashed once."""
    lost = sql.bits_of(col("take"), col("lost"))
    named = [sql.case((sql.bit(lost, number), lit(cluster.name))) for number, cluster in enumerate(rule.clusters)]
    stays = sql.all_of((exp.not_(col("row_gone")), sql.bit_any(lost)))
    parts = _entry(rule, plan, key, expires, exp.Unnest(expressions=[exp.array(*named)])).where(stays)
    some = exp.select(exp.Star()).from_(parts.subquery("entry")).where(sql.not_null(col("cluster")))
    return [_entry(rule, plan, key, expires, lit("")).where(col("row_gone")), some]


def _entry(rule: TableRule, plan: Plan, key: bytes, expires: Sql, cluster: Sql) -> exp.Select:
    hashed = short_hash(key, rule.table.id, rule.table.key)
    values = (hashed, lit(rule.table.id), cluster, lit(plan.as_of), col("in_store"), expires, lit(plan.policy_version))
    columns = [exp.alias_(value, name, quoted=True) for value, name in zip(values, COLUMNS, strict=True)]
    return exp.select(*columns).from_(sql.table(ACTIONS, rule.table.id))


def _together(parts: list[exp.Query]) -> exp.Query:
    return exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]

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
from privacy_pipelines.store.hashes import keyed_hash
from privacy_pipelines.store.layout import ACTIONS, CHANGES, CURRENT, NIGHT

COLUMNS = ("key_hash", "table", "cluster", "left_on", "was_stored", "expires_on", "policy_version")
"""`cluster` is empty for a whole record; `was_stored` is false for what was only ever turned away."""


def departed_statement(session: Session, rules: Rules, plan: Plan, key: bytes) -> exp.Query:
    """The next generation's index: tonight's departures, and earlier ones that have not expired and did not lawfully return."""
    expires = lit(add(plan.as_of, rules.policy.company.departed_expiry))
    parts: list[exp.Query] = []
    for rule in rules.tables:
        parts += _leaving(rule, plan, key, expires)
    tonight = exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    if not session.columns(CURRENT, NIGHT, "departed"):
        return tonight
    session.create(exp.to_table("leaving"), tonight, temporary=True)
    names = [col(name, "d") for name in COLUMNS]
    same = 'l.key_hash = d.key_hash AND l."table" = d."table" AND l.cluster = d.cluster'
    again = exp.select(exp.convert(1)).from_(exp.to_table("leaving").as_("l")).where(same)
    earlier = exp.select(*names).from_(sql.table(NIGHT, "departed", catalog=CURRENT, alias="d"))
    earlier = earlier.where(exp.GTE(this=col("expires_on", "d"), expression=lit(plan.as_of))).where(exp.not_(exp.Exists(this=again)))
    session.create(exp.to_table("returned"), _returned(rules, key), temporary=True)
    back = exp.select(exp.convert(1)).from_(exp.to_table("returned").as_("r")).where("r.key_hash = d.key_hash")
    earlier = earlier.where(exp.not_(exp.Exists(this=back)))
    before = exp.select(col("key_hash"), col("table"), col("cluster"), col("left_on"), col("was_stored")).from_(
        sql.table(NIGHT, "departed", catalog=CURRENT)
    )
    first = exp.select(
        col("key_hash", "l"), col("table", "l"), col("cluster", "l"),
        exp.alias_(sql.call("COALESCE", sql.case((col("was_stored", "l"), col("left_on", "l"))), sql.call("COALESCE", col("left_on", "b"), col("left_on", "l"))), "left_on"),
        exp.alias_(sql.any_of((col("was_stored", "l"), sql.call("COALESCE", col("was_stored", "b"), exp.false()))), "was_stored"),
        col("expires_on", "l"), col("policy_version", "l"),
    ).from_(exp.to_table("leaving").as_("l")).join(before.subquery("b"), on=same.replace("d.", "b."), join_type="left")  # fmt: skip
    return exp.union(first, earlier, distinct=False)


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
        entering = exp.select(exp.alias_(keyed_hash(key, table.id, table.key, "c"), "key_hash")).from_(
            sql.table(CHANGES, table.id, alias="c")
        )
        parts.append(entering.where(exp.not_(col("_in_store", "c"))).where(exp.not_(exp.Exists(this=turned))))
    return exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def _leaving(rule: TableRule, plan: Plan, key: bytes, expires: Sql) -> list[exp.Query]:
    def entry(cluster: str, where: Sql) -> exp.Select:
        hashed = keyed_hash(key, rule.table.id, rule.table.key)
        values = (hashed, lit(rule.table.id), lit(cluster), lit(plan.as_of), col("in_store"), expires.copy(), lit(plan.policy_version))
        columns = [exp.alias_(value, name, quoted=True) for value, name in zip(values, COLUMNS, strict=True)]
        return exp.select(*columns).from_(sql.table(ACTIONS, rule.table.id)).where(where)

    rows: list[exp.Query] = [entry("", col("row_gone"))]
    for number, cluster in enumerate(rule.clusters):
        lost = sql.all_of((exp.not_(col("row_gone")), sql.bit(col("take"), number), sql.bit(col("lost"), number)))
        rows.append(entry(cluster.name, lost))
    return rows

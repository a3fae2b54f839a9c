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
    parts: list[exp.Query] = []
    for rule in rules.tables:
        parts += _leaving(rule, plan, key, expires)
    tonight = exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    if not session.columns(CURRENT, NIGHT, "departed"):
        return tonight
    session.create(exp.to_table("leaving"), tonight, temporary=True)
    session.create(exp.to_table("returned"), _returned(rules, key), temporary=True)
    return exp.union(_now(), _earlier(plan), distinct=False)


def _now() -> exp.Select:
    """Tonight's departures. One that was known before keeps its first day, and that it was once stored."""
    was_stored = sql.any_of((col("was_stored", "l"), sql.call("COALESCE", col("was_stored", "d"), exp.false())))
    left_on = sql.case(
        (col("was_stored", "l"), col("left_on", "l")), default=sql.call("COALESCE", col("left_on", "d"), col("left_on", "l"))
    )
    values: dict[str, Sql] = {"left_on": left_on, "was_stored": was_stored}
    columns = [exp.alias_(values.get(name, col(name, "l")), name, quoted=True) for name in COLUMNS]
    known = sql.table(NIGHT, "departed", catalog=CURRENT, alias="d")
    return exp.select(*columns).from_(exp.to_table("leaving").as_("l")).join(known, on=_same("l", "d"), join_type="left")


def _earlier(plan: Plan) -> exp.Select:
    """Earlier departures that have not expired, do not leave again tonight, and did not lawfully return."""
    leaving = exp.select(exp.convert(1)).from_(exp.to_table("leaving").as_("l")).where(_same("l", "d"))
    back = exp.select(exp.convert(1)).from_(exp.to_table("returned").as_("r")).where("r.key_hash = d.key_hash")
    earlier = exp.select(*(col(name, "d") for name in COLUMNS)).from_(sql.table(NIGHT, "departed", catalog=CURRENT, alias="d"))
    unexpired = exp.GTE(this=col("expires_on", "d"), expression=lit(plan.as_of))
    return earlier.where(sql.all_of((unexpired, exp.not_(exp.Exists(this=leaving)), exp.not_(exp.Exists(this=back)))))


def _same(left: str, right: str) -> Sql:
    return sql.all_of(exp.EQ(this=col(name, left), expression=col(name, right)) for name in ("key_hash", "table", "cluster"))


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
    return exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def _leaving(rule: TableRule, plan: Plan, key: bytes, expires: Sql) -> list[exp.Query]:
    def entry(cluster: str, where: Sql) -> exp.Select:
        hashed = short_hash(key, rule.table.id, rule.table.key)
        values = (hashed, lit(rule.table.id), lit(cluster), lit(plan.as_of), col("in_store"), expires.copy(), lit(plan.policy_version))
        columns = [exp.alias_(value, name, quoted=True) for value, name in zip(values, COLUMNS, strict=True)]
        return exp.select(*columns).from_(sql.table(ACTIONS, rule.table.id)).where(where)

    rows: list[exp.Query] = [entry("", col("row_gone"))]
    for number, cluster in enumerate(rule.clusters):
        lost = sql.all_of((exp.not_(col("row_gone")), sql.bit(col("take"), number), sql.bit(col("lost"), number)))
        rows.append(entry(cluster.name, lost))
    return rows

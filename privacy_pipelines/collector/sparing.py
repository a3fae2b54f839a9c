"""Links of rows under a hold keep the bare key of what leaves tonight, for a hold keeps the whole row; once it is over they are emptied as
they would have been.

A spared link is remembered like whatever waits: (key, SPARED, no cluster) among the withheld rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.linking import Clearing, clearing_links, gone_targets, names
from privacy_pipelines.collector.suspending import in_force
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.layout import COVERED, PRIOR, TONIGHT

SPARED = "spared link"
"""What a withheld row waits for that has lost nothing: no purpose and no hold has a name with a space."""


def held_whole(policy: Policy, table: str, as_of: date) -> bool:
    """Whether a class-wide hold holds every row of the table."""
    return any(in_force(hold, table, as_of) for hold in policy.holds)


def join_clearing(statement: exp.Select, rules: Rules, rule: TableRule, as_of: date) -> tuple[exp.Select, list[tuple[Clearing, Sql]]]:
    """The copy of a table's rows (`t`), joined to what its links name that leaves; and for each such link whether it is emptied."""
    links = [] if held_whole(rules.policy, rule.table.id, as_of) else clearing_links(rules, rule)
    key, found = rule.table.key, list[tuple[Clearing, Sql]]()
    for one in links:
        gone, late = f"l{one.number}", f"d{one.number}"
        statement = statement.join(gone_targets(rules, one.link).subquery(gone), on=names(one.link, "t", gone), join_type="left")
        statement = statement.join(_dangling(rule, one).subquery(late), on=sql.same_key(key, "t", late), join_type="left")
        cleared = sql.any_of((sql.not_null(col("k", gone)), sql.not_null(col(key[0], late))))
        found.append((one, sql.all_of((cleared, sql.is_null(col(key[0], "h"))))))
    return (statement.join(_covered(rule).subquery("h"), on=sql.same_key(key, "t", "h"), join_type="left") if links else statement), found


def spared(rules: Rules, rule: TableRule, as_of: date) -> list[exp.Select]:
    """(key, purpose, mask) of the rows whose links are spared tonight, or still are."""
    whole = held_whole(rules.policy, rule.table.id, as_of)
    key = rule.table.key
    waits = [exp.alias_(lit(SPARED), "purpose"), exp.alias_(exp.cast(lit(0), "BIGINT"), "mask")]
    rows = []
    for one in clearing_links(rules, rule):
        named = exp.select(*(col(name, "t") for name in key), *waits).from_(sql.table(TONIGHT, rule.table.id, alias="t"))
        rows.append(_held(rule, named.join(gone_targets(rules, one.link).subquery("g"), on=names(one.link, "t", "g")), whole=whole))
    if rows:
        before = exp.select(*(col(name, "t") for name in key), *waits).from_(sql.table(PRIOR, rule.table.id, alias="t"))
        rows.append(_held(rule, before.where(exp.EQ(this=col("purpose", "t"), expression=lit(SPARED))), whole=whole))
    return rows


def _held(rule: TableRule, rows: exp.Select, *, whole: bool) -> exp.Select:
    return rows if whole else rows.join(_covered(rule).subquery("h"), on=sql.same_key(rule.table.key, "t", "h"))


def _covered(rule: TableRule) -> exp.Select:
    return exp.select(*(col(name) for name in rule.table.key)).distinct().from_(sql.table(COVERED, rule.table.id))


def _dangling(rule: TableRule, one: Clearing) -> exp.Select:
    """Keys of the rows whose link was spared on an earlier night, as far as what it names is gone."""
    key, link = rule.table.key, one.link
    rows = exp.select(*(col(name, "p") for name in key)).distinct().from_(sql.table(PRIOR, rule.table.id, alias="p"))
    rows = rows.join(sql.table(TONIGHT, rule.table.id, alias="r"), on=sql.same_key(key, "p", "r"))
    there = exp.select(exp.convert(1)).from_(sql.table(TONIGHT, link.to, alias="o"))
    there = there.where(*(exp.EQ(this=col(a, "r"), expression=col(b, "o")) for a, b in zip(link.columns, link.to_columns, strict=True)))
    filled: Sequence[Sql] = [sql.not_null(col(name, "r")) for name in link.columns]
    return rows.where(exp.EQ(this=col("purpose", "p"), expression=lit(SPARED)), *filled, exp.not_(exp.Exists(this=there)))

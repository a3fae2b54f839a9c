"""What a link does when the row that it names is left behind: it is emptied, keeps the bare key, or takes its own row with it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Link, Table
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.retention.ways import IDENTITY
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.layout import ACTIONS, CONSENTS, TONIGHT


@dataclass(frozen=True, slots=True)
class Clearing:
    """A link that is emptied where its target leaves, and the columns that are."""

    number: int
    link: Link
    columns: tuple[str, ...]


def clearing_links(rules: Rules, rule: TableRule) -> list[Clearing]:
    """Links that are cleared where their target leaves. Left to itself a link is, unless a duty or a claim needs the bare key (a proof of
    consent that no longer says whose consent it was proves nothing). A key is never cleared, nor what another link needs."""
    found = []
    for number, link in enumerate(rule.table.links):
        columns = clearable(rule.table, link)
        if columns and _is_cleared(rules, rule, link) and rules.policy.table(link.to).personal:
            found.append(Clearing(number, link, columns))
    return found


def ending_links(rules: Rules, rule: TableRule) -> list[tuple[int, Link]]:
    """Links whose row ends when the row that they name does."""
    return [(number, link) for number, link in enumerate(rule.table.links) if link.when_target_ends == "end_too"]


def clearable(table: Table, link: Link) -> tuple[str, ...]:
    """The columns of a link that may be emptied."""
    others = {column for other in table.links if other.name != link.name for column in other.columns}
    return tuple(column for column in link.columns if column not in table.key and column not in others)


def gone_targets(rules: Rules, link: Link) -> exp.Query:
    """`k`, `k1`, …: what the link holds where all that it names leaves tonight."""
    to = rules.policy.table(link.to)
    if set(to.key) <= set(link.to_columns) and set(link.to_columns) <= set(to.key):
        named = [sql.named(col(column, "a"), key) for column, key in zip(link.to_columns, keys_of(link), strict=True)]
        gone = exp.select(*named).distinct().from_(sql.table(ACTIONS, to.id, alias="a"))
        gone = gone.where(col("row_gone", "a"), *merged_away(rules, link, col(to.key[0], "a")))
        return exp.union(gone, other_names(to, gone)) if to.merged else gone
    named = [sql.named(col(column, "t"), key) for column, key in zip(link.to_columns, keys_of(link), strict=True)]
    rows = exp.select(*named).from_(sql.table(TONIGHT, to.id, alias="t"))
    rows = rows.join(sql.table(ACTIONS, to.id, alias="a"), on=sql.same_key(to.key, "t", "a"), join_type="left")
    leaves = exp.LogicalAnd(this=sql.call("COALESCE", col("row_gone", "a"), exp.false()))
    return rows.group_by(*(col(column, "t") for column in link.to_columns)).having(leaves)


def standing(rules: Rules, link: Link, row: str) -> Sql:
    """Whether what a row (an alias) names is there tonight: it, or the record that its name means."""
    to = rules.policy.table(link.to)
    same = [exp.EQ(this=col(here, row), expression=col(there, "o")) for here, there in zip(link.columns, link.to_columns, strict=True)]
    found = [exp.select(exp.convert(1)).from_(sql.table(TONIGHT, link.to, alias="o")).where(*same)]
    if to.merged and link.to_columns == to.key:
        meant = exp.EQ(this=col(link.columns[0], row), expression=col("name", "i"))
        found.append(exp.select(exp.convert(1)).from_(sql.table(CONSENTS, f"{IDENTITY}{to.id}", alias="i")).where(meant))
    return sql.any_of(exp.Exists(this=one) for one in found)


def other_names(merged: Table, gone: exp.Select) -> exp.Select:
    """`k`: the names of merged records that are not there themselves, where the one that stays is among `gone` (`k`)."""
    names = exp.select(sql.named(col("name", "i"), "k")).from_(sql.table(CONSENTS, f"{IDENTITY}{merged.id}", alias="i"))
    itself = exp.select(exp.convert(1)).from_(sql.table(TONIGHT, merged.id, alias="o"))
    itself = itself.where(exp.EQ(this=col(merged.key[0], "o"), expression=col("name", "i")))
    leaves = exp.In(this=col("at", "i"), query=exp.select(col("k")).from_(gone.copy().subquery("g")).subquery())
    return names.where(leaves, exp.not_(exp.Exists(this=itself)))


def merged_away(rules: Rules, link: Link, key: Sql, *, leaving: bool = True) -> list[Sql]:
    """That a key is not that of a record which was merged into one that is there: whoever names it means that one. Only where a table apart
    says what was merged; what a record says of itself leaves with it. With `leaving` who leaves tonight is not there."""
    to = rules.policy.table(link.to)
    if to.merged is None or to.merged.table == to.id:
        return []
    leaves = exp.select(exp.convert(1)).from_(sql.table(ACTIONS, to.id, alias="b"))
    leaves = leaves.where(exp.EQ(this=col(to.key[0], "b"), expression=col("at", "i")), col("row_gone", "b"))
    other = exp.select(exp.convert(1)).from_(sql.table(CONSENTS, f"{IDENTITY}{to.id}", alias="i"))
    other = other.where(exp.EQ(this=col("name", "i"), expression=key), exp.NEQ(this=col("name", "i"), expression=col("at", "i")))
    return [exp.not_(exp.Exists(this=other.where(exp.not_(exp.Exists(this=leaves))) if leaving else other))]


def names(link: Link, row: str, gone: str) -> Sql:
    """Whether a row (an alias) names one of `gone_targets` (another)."""
    same = [exp.EQ(this=col(column, row), expression=col(key, gone)) for column, key in zip(link.columns, keys_of(link), strict=True)]
    kind = [exp.EQ(this=col(link.kind[0], row), expression=lit(link.kind[1]))] if link.kind else []
    return sql.all_of([*same, *kind])


def keys_of(link: Link) -> tuple[str, ...]:
    """What `gone_targets` calls the columns of a link."""
    return ("k", *(f"k{number}" for number in range(1, len(link.columns))))


def _is_cleared(rules: Rules, rule: TableRule, link: Link) -> bool:
    if link.when_target_ends is not None:
        return link.when_target_ends == "clear"
    served = {name for column in link.columns for name in rule.table.column(column).serves}
    return all(rules.policy.purpose(name).nature == "policy" for name in served)

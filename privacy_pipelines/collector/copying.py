"""COLLECT, one table: the statement that copies what lives. Pure.

What tonight takes nothing of is copied as it stands; a column is only looked at where some row loses it.
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.erasing import keeps_out
from privacy_pipelines.collector.linking import Clearing
from privacy_pipelines.collector.orphans import undecided
from privacy_pipelines.collector.sparing import Around, join_clearing
from privacy_pipelines.collector.taking import Taking
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.layout import ACTIONS, QUOTED, STORED, TONIGHT
from privacy_pipelines.store.views import columns_of


def plain_copy(table: Table) -> exp.Select:
    """Every row of a table without personal data."""
    return sql.select(*(col(name) for name in columns_of(table))).from_(sql.table(TONIGHT, table.id), copy=False)


def copy_statement(rules: Rules, rule: TableRule, as_of: date, taking: Taking, near: Around) -> exp.Select:
    """The one pass over a table: tonight's rows less what the actions take, and less links to what leaves."""
    table = rule.table
    statement = exp.select().from_(sql.table(TONIGHT, table.id, alias="t"))
    if taking.acted:
        acted = sql.table(ACTIONS, table.id, alias="a")
        statement = statement.join(acted, on=sql.same_key(table.key, "t", "a"), join_type="left", copy=False)
    statement, clearing = join_clearing(statement, rules, rule, near)
    others: list[exp.Expr] = [sql.table(STORED, table.id, alias="s")] if clearing and near.held else []
    others += [near.stored.subquery("f")] if near.stored else []
    others += [undecided(rule).subquery("u")] if near.undecided else []
    for other in others:
        statement = statement.join(other, on=sql.same_key(table.key, "t", other.alias), join_type="left", copy=False)
    for number, column in enumerate(taking.quoting):
        masks = _masks(table, column).subquery(f"q{number}", copy=False)
        statement = statement.join(masks, on=sql.same_key(table.key, "t", f"q{number}"), join_type="left", copy=False)
    columns: list[Sql] = [sql.named(_kept(rule, column.name, taking, clearing), column.name, quoted=True) for column in table.columns]
    statement = statement.select(*columns, *_own(rule, as_of, taking, clearing, near), copy=False)
    return statement.where(exp.not_(sql.call("COALESCE", col("row_gone", "a"), exp.false())), copy=False) if taking.leaving else statement


def _own(rule: TableRule, as_of: date, taking: Taking, clearing: list[tuple[Clearing, Sql]], near: Around) -> tuple[Sql, ...]:
    """The product's own columns."""
    hashed, since = col("_row_hash", "t"), col("_undetermined_since", "t")
    losing = [sql.bit_any(col("take", "a"))] if taking.clusters else []
    losing += [cleared.copy() for _, cleared in clearing]
    losing += [keeps_out(rule, name) for name in sorted(_kept_out(rule, taking))]
    losing += [sql.not_null(col(rule.table.key[0], "u"))] if near.undecided else []
    if losing:
        hashed = sql.case((sql.any_of(losing), exp.null()), default=hashed)  # type: ignore[assignment]
    if taking.acted:
        unknown = sql.case((col("undetermined", "a"), sql.call("COALESCE", since.copy(), lit(as_of))))
        since = sql.case((sql.not_null(col(rule.table.key[0], "a")), unknown), default=since)  # type: ignore[assignment]
    seen = (col("_first_seen", "t"), col("_gone_since", "t"))
    return sql.named(hashed, "_row_hash"), *seen, sql.named(since, "_undetermined_since")


def _kept(rule: TableRule, column: str, taking: Taking, clearing: list[tuple[Clearing, Sql]]) -> Sql:
    losing = [n for n, cluster in enumerate(rule.clusters) if column in cluster.columns and taking.clusters >> n & 1]
    branches: list[tuple[Sql, Sql]] = [(sql.bit(col("take", "a"), n), exp.null()) for n in losing]
    branches += [(keeps_out(rule, column), exp.null())] if column in _kept_out(rule, taking) else []
    branches += [(cleared.copy(), exp.null()) for one, cleared in clearing if column in one.columns]
    value: Sql = col(column, "t")
    if column in taking.quoting:
        value = sql.call("COALESCE", col("_masked", f"q{taking.quoting.index(column)}"), value)
    return sql.case(*branches, default=value)


def _kept_out(rule: TableRule, taking: Taking) -> frozenset[str]:
    """The columns of which a cell may arrive for something that would have ended and stays."""
    staying = (cluster.columns for n, cluster in enumerate(rule.clusters) if taking.staying >> n & 1)
    return frozenset(name for columns in staying for name in columns)


def _masks(table: Table, column: str) -> exp.Select:
    """(key, the text without what is erased) of the texts of a column that quote it."""
    rows = sql.select(*(col(name) for name in (*table.key, "_masked"))).from_(sql.table(QUOTED, table.id), copy=False)
    return rows.where(exp.EQ(this=col("_column"), expression=lit(column)), copy=False)

"""What tonight erases of identifiers: read in the base generation, by the actions, and never taken from the plan's word.

`erased_identifiers` (temporary): (kind, value, quoted) of each; `value` in the form in which spellings are compared, `quoted` as it is
looked for in free text, NULL where a text could hold it by chance.
"""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.identifiers import identifiers
from privacy_pipelines.collector.wording import as_quoted
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, STORED

ERASED = exp.to_table("erased_identifiers")


def erased_identifiers(session: Session, rules: Rules) -> frozenset[str]:
    """Fill `erased_identifiers`; the kinds of which there is one. Raises StoreError."""
    losing = {table for (table,) in session.rows(sql.union_all([_losing(rule) for rule in rules.tables]))}
    leaving = [
        _leaving(rule, columns) for rule in rules.tables if rule.table.id in losing and (columns := identifiers(rules.policy, rule.table))
    ]
    session.run("CREATE OR REPLACE TEMPORARY TABLE erased_identifiers (kind VARCHAR, value VARCHAR, quoted VARCHAR)")
    if leaving:
        value = sql.folded(col("value"))
        found = (
            sql.select(col("kind"), value, as_quoted(col("value")))
            .distinct()
            .from_(sql.union_all(leaving).subquery("l", copy=False), copy=False)
        )
        found = found.where(exp.NEQ(this=value.copy(), expression=lit("")), copy=False)
        session.run(f"INSERT INTO erased_identifiers {sql.text(found)}")
    return frozenset(kind for (kind,) in session.rows(sql.select(col("kind")).distinct().from_(ERASED)))


def goes(rule: TableRule, column: str, alias: str = "a") -> Sql:
    """Whether an action takes the cell of a column."""
    gone = col("row_gone", alias)
    taken = [sql.bit(col("take", alias), n) for n, cluster in enumerate(rule.clusters) if column in cluster.columns]
    return sql.any_of((gone, *taken))


def keeps_out(rule: TableRule, column: str) -> Sql:
    """Whether a cell (`t`) of what would have ended (`a`) came to a row of whose stored cells (`f`: `filled_statement`) it is none: what is
    held, or waits, lets nothing in."""
    staying = [sql.bit(col("stays", "a"), n) for n, cluster in enumerate(rule.clusters) if column in cluster.columns]
    if column in rule.table.key or not staying:
        return exp.false()
    return sql.all_of((sql.any_of(staying), exp.not_(sql.call("COALESCE", col(column, "f"), exp.false())), sql.not_null(col(column, "t"))))


def tables_staying(session: Session, rules: Rules) -> frozenset[str]:
    """The tables of which something would have ended and stays. Raises StoreError."""
    waits = exp.NEQ(this=col("stays", "a"), expression=lit(0))
    return frozenset(table for (table,) in session.rows(sql.union_all([_where(rule, waits.copy()) for rule in rules.tables])))


def _losing(rule: TableRule) -> exp.Select:
    """The table's id, where a stored row loses something."""
    return _where(rule, _loses())


def _where(rule: TableRule, some: Sql) -> exp.Select:
    """The table's id, where something is true of one of its actions (`a`)."""
    acted = sql.select(exp.convert(1)).from_(sql.table(ACTIONS, rule.table.id, alias="a"), copy=False).where(some, copy=False)
    return sql.select(sql.named(lit(rule.table.id), "table")).where(exp.Exists(this=acted), copy=False)


def _loses() -> Sql:
    lost = sql.bits_of(col("take", "a"), col("lost", "a"))
    return sql.all_of((col("in_store", "a"), sql.any_of((col("row_gone", "a"), sql.bit_any(lost)))))


def _leaving(rule: TableRule, columns: tuple[tuple[str, str], ...]) -> exp.Select:
    """(kind, value) of the identifiers that the table's rows lose."""
    cells = [sql.case((goes(rule, name), sql.cast(col(name, "s"), "TEXT"))) for name, _ in columns]
    lists = (("kind", [lit(kind) for _, kind in columns]), ("value", cells))
    each = [sql.named(exp.Anonymous(this="UNNEST", expressions=[exp.Array(expressions=values)]), name) for name, values in lists]
    rows = sql.select(*each).from_(sql.table(STORED, rule.table.id, alias="s"), copy=False)
    acted = sql.table(ACTIONS, rule.table.id, alias="a")
    return rows.join(acted, on=sql.same_key(rule.table.key, "s", "a"), copy=False).where(_loses(), copy=False)

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
_LEAVING = exp.to_table("leaving_identifiers")


def erased_identifiers(session: Session, rules: Rules) -> frozenset[str]:
    """Fill `erased_identifiers`; the kinds of which there is one. Raises StoreError."""
    session.run("CREATE OR REPLACE TEMPORARY TABLE erased_identifiers (kind VARCHAR, value VARCHAR, quoted VARCHAR)")
    for rule in rules.tables:
        columns = identifiers(rules.policy, rule.table)
        if columns and session.rows(
            exp.select(exp.convert(1)).from_(sql.table(ACTIONS, rule.table.id, alias="a")).where(_loses()).limit(1)
        ):
            session.create(_LEAVING, _leaving(rule, sorted({name for name, _ in columns})), temporary=True)
            each = (_values(name, kind) for name, kind in columns)
            every = exp.union(*each) if len(columns) > 1 else next(each)
            session.run(f"INSERT INTO erased_identifiers {sql.text(every)}")
    return frozenset(kind for (kind,) in session.rows(sql.select(col("kind")).distinct().from_(ERASED)))


def goes(rule: TableRule, column: str, alias: str = "a") -> Sql:
    """Whether an action takes the cell of a column."""
    gone = col("row_gone", alias)
    taken = [sql.bit(col("take", alias), n) for n, cluster in enumerate(rule.clusters) if column in cluster.columns]
    return sql.any_of((gone, *taken))


def _loses() -> Sql:
    return sql.all_of(
        (col("in_store", "a"), sql.any_of((col("row_gone", "a"), sql.bit_any(sql.bits_of(col("take", "a"), col("lost", "a"))))))
    )


def _leaving(rule: TableRule, names: list[str]) -> exp.Select:
    """The rows that lose something, with those of their identifiers that they lose."""
    cells = [sql.named(sql.case((goes(rule, name), sql.cast(col(name, "s"), "TEXT"))), name, quoted=True) for name in names]
    rows = sql.select(*cells).from_(sql.table(STORED, rule.table.id, alias="s"), copy=False)
    acted = sql.table(ACTIONS, rule.table.id, alias="a")
    return rows.join(acted, on=sql.same_key(rule.table.key, "s", "a"), copy=False).where(_loses(), copy=False)


def _values(name: str, kind: str) -> exp.Select:
    value = sql.folded(col(name))
    found = sql.select(lit(kind), value, as_quoted(col(name))).distinct().from_(_LEAVING)
    return found.where(exp.NEQ(this=value.copy(), expression=lit("")))

"""PROVE, sums: what stood before and what arrived is what was kept, erased and refused; counted in the file that is there now.

Rows of each table, and cells of each column: a living cell that the copy lost is as wrong as a dead one that it kept.
"""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.collect import Copied
from privacy_pipelines.collector.erasing import goes, keeps_out, tables_staying
from privacy_pipelines.collector.linking import clearing_links
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, COLLECTED, TONIGHT
from privacy_pipelines.store.views import filled_statement


def rows_that_do_not_add_up(session: Session, policy: Policy, copied: tuple[Copied, ...]) -> int:
    """Tables of which the rows do not. Raises StoreError."""
    wrong = 0
    for one in copied:
        table = policy.table(one.table)
        kept = session.one(exp.select(exp.Count(this=exp.Star())).from_(sql.table(COLLECTED, table.id)))[0]
        wrong += one.kept != kept or one.before + one.arrived != kept + one.erased + one.refused
    return wrong


def cells_that_do_not_add_up(session: Session, rules: Rules) -> int:
    """Columns of which the cells do not: tonight's less those that an action takes or keeps out. Emptied links have a check of their own.

    Raises StoreError.
    """
    wrong, staying = 0, tables_staying(session, rules)
    for rule in rules.tables:
        emptied = {name for one in clearing_links(rules, rule) for name in one.columns}
        names = [column.name for column in rule.table.columns if column.name not in emptied]
        kept = sql.select(*(exp.Count(this=col(name)) for name in names)).from_(sql.table(COLLECTED, rule.table.id), copy=False)
        stored = filled_statement(session, rule.table) if rule.table.id in staying else None
        expected = session.one(_expected(rule, names, stored))
        wrong += sum(one != other for one, other in zip(expected, session.one(kept), strict=True))
    return wrong


def _expected(rule: TableRule, names: list[str], stored: exp.Select | None) -> exp.Select:
    """How many cells of each column there are tonight that no action takes; where something would have ended and stays, nor keeps out of
    what is `stored`."""
    gone = (sql.any_of((goes(rule, name), *([keeps_out(rule, name)] if stored else []))) for name in names)
    living = [exp.not_(sql.call("COALESCE", one, exp.false())) for one in gone]
    cells: list[Sql] = [sql.count_if(sql.all_of((sql.not_null(col(name, "t")), stay))) for name, stay in zip(names, living, strict=True)]
    rows = sql.select(*cells).from_(sql.table(TONIGHT, rule.table.id, alias="t"), copy=False)
    others: list[exp.Expr] = [sql.table(ACTIONS, rule.table.id, alias="a"), *([stored.subquery("f")] if stored else [])]
    for other in others:
        rows = rows.join(other, on=sql.same_key(rule.table.key, "t", other.alias), join_type="left", copy=False)
    return rows

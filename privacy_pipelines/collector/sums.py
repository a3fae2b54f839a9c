"""PROVE, sums: what stood before and what arrived is what was kept, erased and refused; counted in the file that is there now.

Rows of each table, and cells of each column: a living cell that the copy lost is as wrong as a dead one that it kept.
"""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.collect import Copied
from privacy_pipelines.collector.erasing import goes
from privacy_pipelines.collector.linking import clearing_links
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, COLLECTED, TONIGHT


def rows_that_do_not_add_up(session: Session, policy: Policy, copied: tuple[Copied, ...]) -> int:
    """Tables of which the rows do not. Raises StoreError."""
    wrong = 0
    for one in copied:
        table = policy.table(one.table)
        kept = session.one(exp.select(exp.Count(this=exp.Star())).from_(sql.table(COLLECTED, table.id)))[0]
        wrong += one.kept != kept or one.before + one.arrived != kept + one.erased + one.refused
    return wrong


def cells_that_do_not_add_up(session: Session, rules: Rules) -> int:
    """Columns of which the cells do not: tonight's less those that an action takes. Emptied links have a check of their own.

    Raises StoreError.
    """
    wrong = 0
    for rule in rules.tables:
        emptied = {name for one in clearing_links(rules, rule) for name in one.columns}
        names = [column.name for column in rule.table.columns if column.name not in emptied]
        kept = sql.select(*(exp.Count(this=col(name)) for name in names)).from_(sql.table(COLLECTED, rule.table.id), copy=False)
        wrong += sum(one != other for one, other in zip(session.one(_expected(rule, names)), session.one(kept), strict=True))
    return wrong


def _expected(rule: TableRule, names: list[str]) -> exp.Select:
    """How many cells of each column there are tonight that no action takes."""
    stays = [exp.not_(sql.call("COALESCE", goes(rule, name), exp.false())) for name in names]
    cells: list[Sql] = [sql.count_if(sql.all_of((sql.not_null(col(name, "t")), stay))) for name, stay in zip(names, stays, strict=True)]
    rows = sql.select(*cells).from_(sql.table(TONIGHT, rule.table.id, alias="t"), copy=False)
    acted = sql.table(ACTIONS, rule.table.id, alias="a")
    return rows.join(acted, on=sql.same_key(rule.table.key, "t", "a"), join_type="left", copy=False)

"""PROVE, ground: every cell of the new generation has a purpose that lives, by deciding again over what was written.

A cell that would end tonight and is still there is either withheld, or a fault of this product.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.sparing import SPARED
from privacy_pipelines.deciding.gather import framed
from privacy_pipelines.retention.decide import Verdict, judge
from privacy_pipelines.retention.levels import code_expression
from privacy_pipelines.retention.rowdates import Sources
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import COLLECTED, CONSENTS, FACTS, FRAME, KEPT_WITHHELD, NEXT, SUSPENDED


def grounds(session: Session, rules: Rules, as_of: date) -> tuple[int, int]:
    """(cells without a ground, rows past their deadline) in the new generation, by deciding over it again."""
    sources = Sources(rules.policy, as_of, COLLECTED, FACTS, CONSENTS)
    ungrounded = overdue = 0
    for rule in rules.tables:
        cells, late = _found(session, rules, rule, as_of, framed(sources, rule))
        if cells and any(reach.hops for reach in rule.reaches):
            cells, late = _found(session, rules, rule, as_of, _again(sources, rule))
        ungrounded += cells
        overdue += late
    return ungrounded, overdue


def _found(session: Session, rules: Rules, rule: TableRule, as_of: date, frame: exp.Select) -> tuple[int, int]:
    code = sql.named(code_expression(rule, as_of, rules.policy.company), "code")
    coded = exp.select(*(col(key) for key in rule.table.key), code).from_(frame.subquery("f"))
    session.create(exp.to_table("recheck"), coded, temporary=True)
    ended = [v for v in (judge(rule, row[0]) for row in session.rows("SELECT DISTINCT code FROM recheck")) if v.ended]
    found = session.rows(_remaining(rule, ended)) if ended else []
    return int(sum(cells for waits, cells, _ in found if not waits)), int(sum(late for *_, late in found))


def _again(sources: Sources, rule: TableRule) -> exp.Select:
    """The frame of the new generation, with what was found over links tonight: who leaves says nothing to the next night, and what that one
    makes of it is not known yet."""
    found = [f"{column}{number}" for number, reach in enumerate(rule.reaches) if reach.hops for column in "dm"]
    every = exp.Star(replace=[sql.named(col(name, "g"), name) for name in found])
    rows = exp.select(exp.Column(this=every, table=exp.to_identifier("f"))).from_(framed(sources, rule).subquery("f"))
    return rows.join(sql.table(FRAME, rule.table.id, alias="g"), on=sql.same_key(rule.table.key, "f", "g"))


def _remaining(rule: TableRule, ended: list[Verdict]) -> exp.Select:
    """Cells that are still there although their cluster has ended, by whether their row waits for an approval."""
    key = rule.table.key
    cells: Sql = lit(0)
    for number, cluster in enumerate(rule.clusters):
        for column in cluster.columns:
            there = sql.all_of((_ends(ended, number), sql.not_null(col(column, "n"))))
            cells = exp.Add(this=cells, expression=sql.case((there, lit(1)), default=lit(0)))
    held = exp.select(exp.convert(1)).from_(sql.table(SUSPENDED, rule.table.id, alias="s")).where(sql.same_key(key, "s", "r"))
    late = sql.all_of((_among(ended, lambda v: v.overdue != 0), exp.not_(exp.Exists(this=held))))  # LAW §3: late, and not suspended
    waiting = exp.select(*(col(name) for name in key)).distinct().from_(sql.table(KEPT_WITHHELD, rule.table.id, catalog=NEXT))
    waiting = waiting.where(exp.NEQ(this=col("purpose"), expression=lit(SPARED)))
    inner = (
        exp.select(sql.named(sql.not_null(col(key[0], "w")), "waits"), sql.named(cells, "cells"), sql.named(late, "late"))
        .from_(exp.to_table("recheck").as_("r"))
        .join(sql.table(COLLECTED, rule.table.id, alias="n"), on=sql.same_key(key, "r", "n"))
        .join(waiting.subquery("w"), on=sql.same_key(key, "n", "w"), join_type="left")
        .where(exp.In(this=col("code", "r"), expressions=[lit(v.code) for v in ended]))
    )
    late_rows = sql.count_if(sql.all_of((col("late"), exp.GT(this=col("cells"), expression=lit(0)))))
    return exp.select(col("waits"), exp.Sum(this=col("cells")), late_rows).from_(inner.subquery("x")).group_by(col("waits"))


def _ends(verdicts: list[Verdict], number: int) -> Sql:
    return _among(verdicts, lambda verdict: verdict.ended >> number & 1)


def _among(verdicts: list[Verdict], wanted: Callable[[Verdict], object]) -> Sql:
    codes = [lit(v.code) for v in verdicts if wanted(v)]
    return exp.In(this=col("code", "r"), expressions=codes) if codes else exp.false()

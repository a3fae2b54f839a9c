"""What of one policy's verdicts lies outside a record's own dates: what waits since an earlier night, and rows that end with another."""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.ending import ending_rows
from privacy_pipelines.collector.linking import ending_links
from privacy_pipelines.comparing.fates import Judge, Said
from privacy_pipelines.comparing.pairs import ENDS, WAITS
from privacy_pipelines.comparing.sides import Side
from privacy_pipelines.deciding.prior import waiting
from privacy_pipelines.retention.rules import TableRule
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.layout import ACTIONS, CURRENT, FRAME, KEPT_WITHHELD, VERDICTS


def aside(side: Side, table_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """Table id → whether rows of it wait or end with another; which ones, the side's `verdicts` hold. All that they end with is among
    these tables."""
    targets = {link.to for rule in side.rules.tables for _, link in ending_links(side.rules, rule)}
    found: dict[str, frozenset[str]] = {}
    for rule in side.rules.targets_first:
        if rule.table.id in table_ids:
            found[rule.table.id] = frozenset({*_waiting(side, rule), *_ending(side, rule)})
            if rule.table.id in targets:
                _leave(side, rule, found[rule.table.id])
    return found


def _waiting(side: Side, rule: TableRule) -> set[str]:
    if not side.session.columns(CURRENT, KEPT_WITHHELD, rule.table.id):
        return set()
    return _kept(side, rule, WAITS, waiting(rule))


def _ending(side: Side, rule: TableRule) -> set[str]:
    return _kept(side, rule, ENDS, ending_rows(side.rules, rule)) if ending_links(side.rules, rule) else set()


def _kept(side: Side, rule: TableRule, what: str, rows: exp.Query) -> set[str]:
    name = sql.table(VERDICTS, f"{rule.table.id}, {what}")
    side.session.create(name, rows)
    return {what} if side.session.one(exp.select(exp.Count(this=exp.Star())).from_(name))[0] else set()


def _leave(side: Side, rule: TableRule, aside: frozenset[str]) -> None:
    """`actions` of a table that others end with: the rows of which nothing is left."""
    key = rule.table.key
    rows = _said(side, rule, aside)
    judge = Judge(rule, bool(side.holds(rule.table.id)))
    said = side.session.rows(exp.select(col("code"), col(WAITS), col(ENDS)).distinct().from_(rows.subquery("c")))
    going = [row for row in said if judge.row_goes(Said(row[0], row[1], row[2]))]
    side.session.run(f"CREATE OR REPLACE TEMPORARY TABLE going (code BIGINT, {WAITS} BIGINT, {ENDS} BOOLEAN)")
    side.session.insert(exp.to_table("going"), going)
    same = sql.all_of(exp.EQ(this=col(name, "c"), expression=col(name, "g")) for name in ("code", WAITS, ENDS))
    gone = exp.select(*(col(name, "c") for name in key), sql.named(exp.true(), "row_gone")).from_(rows.subquery("c"))
    side.session.create(sql.table(ACTIONS, rule.table.id), gone.join(exp.to_table("going").as_("g"), on=same))


def _said(side: Side, rule: TableRule, aside: frozenset[str]) -> exp.Select:
    key = rule.table.key
    code = sql.named(sql.cast(side.code(rule, {}), "BIGINT"), "code")
    frame = exp.select(*(col(name) for name in key), code).from_(sql.table(FRAME, rule.table.id)).subquery("f")
    waits = sql.call("COALESCE", col("mask", WAITS), lit(0)) if WAITS in aside else lit(0)
    ends = sql.not_null(col(key[0], ENDS)) if ENDS in aside else exp.false()
    columns = [*(col(name, "f") for name in key), col("code", "f"), sql.named(waits, WAITS), sql.named(ends, ENDS)]
    rows = exp.select(*columns).from_(frame)
    for what in sorted(aside):
        joined = sql.table(VERDICTS, f"{rule.table.id}, {what}", alias=what)
        rows = rows.join(joined, on=sql.same_key(key, "f", what), join_type="left", copy=False)
    return rows

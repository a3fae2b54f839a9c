"""From actions to the plan's steps and tallies: counts and digests, no key and no value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.weigh import Weighed
from privacy_pipelines.retention.decide import State, Verdict, judge
from privacy_pipelines.retention.levels import code_expression
from privacy_pipelines.retention.plan import Action, Step, Tally
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, FRAME, SUSPENDED, VERDICTS

_STAYS = (State.KEEP, State.RESTRICT, State.UNDETERMINED)


def steps(session: Session, rules: Rules, key: str) -> tuple[Step, ...]:
    """One step per table, cluster and action that concerns a cell."""
    return tuple(sorted(step for rule in rules.tables for step in _steps(session, rule, key)))


def tallies(session: Session, rules: Rules, weighed: Iterable[Weighed], as_of: date) -> tuple[Tally, ...]:
    """How many records keep each cluster in which state, those turned away at the door or ended with another row not among them."""
    counts: Counter[tuple[str, str, State]] = Counter()
    for item in weighed:
        for cluster, state in zip(rules.of(item.table).clusters, item.verdict.states, strict=True):
            if state in _STAYS:
                counts[item.table, cluster.name, state] += item.rows
    for rule in rules.tables:
        for verdict, rows in _ended_with_another(session, rules, rule, as_of):
            for cluster, state in zip(rule.clusters, verdict.states, strict=True):
                counts[rule.table.id, cluster.name, state] -= rows
        for number, held in enumerate(_held(session, rule)):
            counts[rule.table.id, rule.clusters[number].name, State.SUSPENDED] += held
        for number, turned_away in enumerate(_turned_away(session, rule)):
            counts[rule.table.id, rule.clusters[number].name, State.UNDETERMINED] -= turned_away
    return tuple(sorted(Tally(table, cluster, state.value, rows) for (table, cluster, state), rows in counts.items() if rows))


def _ended_with_another(session: Session, rules: Rules, rule: TableRule, as_of: date) -> list[tuple[Verdict, int]]:
    """Rows that leave although their own purposes would have kept something of them, by what these said."""
    if not any(link.when_target_ends == "end_too" for link in rule.table.links):
        return []
    key = rule.table.key
    alone = exp.select(exp.convert(1)).from_(sql.table(VERDICTS, rule.table.id, alias="v")).where(sql.same_key(key, "v", "f"))
    code = sql.named(code_expression(rule, as_of, rules.policy.company), "code")
    rows = exp.select(code).from_(sql.table(FRAME, rule.table.id, alias="f"))
    left = exp.select(exp.convert(1)).from_(sql.table(ACTIONS, rule.table.id, alias="a")).where(sql.same_key(key, "a", "f"))
    rows = rows.where(exp.Exists(this=left.where("a.row_gone AND a.unknown = 0")), exp.not_(exp.Exists(this=alone.where("v.row_ended"))))
    counted = exp.select(col("code"), exp.Count(this=exp.Star())).from_(rows.subquery("c")).group_by(col("code"))
    return [(judge(rule, found), number) for found, number in session.rows(counted)]


def _steps(session: Session, rule: TableRule, key: str) -> Iterable[Step]:
    """Cells that are in the store are erased, cells that only arrived are refused; one row can have both."""
    for mask in ("lost", "refused"):
        wide = exp.select(col("row_gone"))
        for number in range(len(rule.clusters)):
            wide = wide.select(*_measures(rule, number, mask, key), copy=False)
        wide = wide.from_(sql.table(ACTIONS, rule.table.id), copy=False).group_by(col("row_gone"), copy=False)
        for row_gone, *found in session.rows(wide):
            for number, cluster in enumerate(rule.clusters):
                rows, cells, overdue, digest = found[4 * number : 4 * number + 4]
                if rows:
                    late = overdue if mask == "lost" else 0
                    yield Step(rule.table.id, cluster.name, _action(row_gone, mask), rows, int(cells), late, f"{digest:016x}")


def _measures(rule: TableRule, number: int, mask: str, key: str) -> Iterable[Sql]:
    """Rows, cells, rows past their deadline and a digest of the keys, of the rows that this cluster's step concerns."""
    concerned = sql.all_of((sql.bit(col("take"), number), sql.bit(col(mask), number)))
    hashed = exp.Anonymous(this="HASH", expressions=[lit(key), *(col(name) for name in rule.table.key)])
    yield sql.count_if(concerned)
    yield exp.Sum(this=sql.case((concerned.copy(), col(f"cells{number}")), default=lit(0)))
    yield sql.count_if(sql.all_of((concerned.copy(), sql.bit(col("overdue"), number))))
    yield exp.Anonymous(this="BIT_XOR", expressions=[sql.case((concerned.copy(), hashed))])


def _action(row_gone: bool, mask: str) -> Action:
    if mask == "lost":
        return Action.ERASE_ROW if row_gone else Action.ERASE_FIELD
    return Action.REFUSE_ROW if row_gone else Action.REFUSE_FIELD


def _turned_away(session: Session, rule: TableRule) -> tuple[int, ...]:
    new = exp.not_(col("in_store"))
    counts = [
        sql.count_if(sql.all_of((sql.bit(col("take"), number), sql.bit(col("unknown"), number), new.copy())))
        for number in range(len(rule.clusters))
    ]
    return tuple(session.one(exp.select(*counts).from_(sql.table(ACTIONS, rule.table.id))))


def _held(session: Session, rule: TableRule) -> tuple[int, ...]:
    """Rows of which a hold keeps each cluster although it has ended."""
    keys = [col(name) for name in rule.table.key]
    rows = exp.select(sql.named(exp.Anonymous(this="BIT_OR", expressions=[col("mask")]), "mask")).from_(sql.table(SUSPENDED, rule.table.id))
    counts = (sql.count_if(sql.bit(col("mask"), number)) for number in range(len(rule.clusters)))
    return tuple(session.one(exp.select(*counts).from_(rows.group_by(*keys).subquery("s"))))

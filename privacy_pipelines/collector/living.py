"""For whom each record lives: what a purpose that publishes may use, as this night decided it and no other way.

The verdict on a record's code says for which purposes it is in force; what has ended with another row, is withheld or held is not used,
whatever its own dates say. Written into the generation, so that the files are made from what was proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import spans_tonight
from privacy_pipelines.deciding.seals import weighed_tonight
from privacy_pipelines.policy.published import published_purposes
from privacy_pipelines.retention.decide import Verdict
from privacy_pipelines.retention.levels import Spans, code_expression
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, FRAME, KEPT_LIVES, NEXT
from privacy_pipelines.store.night import Night


def keep_living(night: Night, rules: Rules) -> list[Callable[[Session], None]]:
    """Work that writes `_lives.<table>` of the next generation: (key, a flag for each purpose that publishes) of every row that lives for
    one of them. None of it touches another's table."""
    session = night.session
    wanted = [(rule, names) for rule in rules.tables if (names := published_purposes(rules.policy, rule.table))]
    if not wanted:
        return []
    session.schema(KEPT_LIVES, NEXT)
    weighed, spans, as_of = weighed_tonight(night, rules), spans_tonight(session), night.pin.as_of

    def kept(rule: TableRule, names: tuple[str, ...], session: Session) -> None:
        verdicts = {item.verdict.code: item.verdict for item in weighed if item.table == rule.table.id}
        coded = _coded(rules, rule, as_of, spans[rule.table.id])
        session.create(sql.table(KEPT_LIVES, rule.table.id, catalog=NEXT), _living(rule, names, verdicts.values(), coded))

    return [partial(kept, rule, names) for rule, names in wanted]


def _coded(rules: Rules, rule: TableRule, as_of: date, spans: Spans) -> exp.Select:
    code = sql.named(code_expression(rule, as_of, rules.policy.company, spans), "code")
    return exp.select(*(col(name) for name in rule.table.key), code).from_(sql.table(FRAME, rule.table.id))


def _living(rule: TableRule, names: tuple[str, ...], verdicts: Iterable[Verdict], coded: exp.Select) -> exp.Select:
    every = tuple(verdicts)
    position = {purpose.purpose.name: number for number, purpose in enumerate(rule.purposes)}
    flags = {name: _lives(rule, position[name], every) for name in names}
    keys = [col(name, "f") for name in rule.table.key]
    statement = exp.select(*keys, *(sql.named(flag, name, quoted=True) for name, flag in flags.items())).from_(coded.subquery("f"))
    on = sql.same_key(rule.table.key, "f", "a")
    statement = statement.join(sql.table(ACTIONS, rule.table.id, alias="a"), on=on, join_type="left")
    return statement.where(sql.any_of(flag.copy() for flag in flags.values()))


def _lives(rule: TableRule, purpose: int, verdicts: tuple[Verdict, ...]) -> Sql:
    """In force by its code, and no cluster that serves the purpose has ended, be it withheld or held."""
    codes = [lit(verdict.code) for verdict in verdicts if verdict.in_force >> purpose & 1]
    served = sum(1 << number for number, cluster in enumerate(rule.clusters) if purpose in cluster.purposes)
    ended = sql.bit_any(sql.bits_of(col("ended", "a"), lit(served)))
    in_force = exp.In(this=col("code", "f"), expressions=codes) if codes else exp.false()
    return sql.all_of((in_force, exp.not_(ended)))

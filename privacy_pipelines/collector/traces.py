"""PROVE, absence: what identified a person who left tonight stands nowhere in the new generation, but where a living record has it on a
ground of its own.

Such a ground is that the cell was that record's own before this night wrote it: the base generation or tonight's extract said so of the
same key, and no action takes it. Whether its purpose lives is asked by `grounds`, for every cell. Everything else is a trace, and stops
the night.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.erasing import ERASED, erased_identifiers, goes
from privacy_pipelines.collector.identifiers import identifiers
from privacy_pipelines.collector.quoting import quotes
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, COLLECTED, KEPT_FACTS, KEPT_LIVES, KEPT_WITHHELD, NEXT, TONIGHT

_FOUND, _OWN = exp.to_table("traces_found"), exp.to_table("traces_owned")


@dataclass(frozen=True, slots=True)
class Traces:
    """How often an identifier that was erased tonight stands in the new generation, and where."""

    without_ground: int
    """Cells of identifier columns that are nobody's own."""
    held_elsewhere: int
    """Cells in which another record has it lawfully: two people with one telephone, one person in two roles."""
    in_text: int
    """Free-text cells that quote one."""
    own_keys: int
    """Rows of the product's own tables about a record that is not there."""


def traces(session: Session, rules: Rules) -> Traces:
    """Look through every identifier column and every free text of the attached next generation (`collected`). Raises StoreError."""
    kinds = erased_identifiers(session, rules)
    lost = held = 0
    for rule in rules.tables:
        for column, kind in identifiers(rules.policy, rule.table):
            if kind in kinds:
                groundless, lawful = _traces_in(session, rule, column, kind)
                lost, held = lost + groundless, held + lawful
    in_text = quotes(session, rules, COLLECTED) if kinds else 0
    return Traces(lost, held, in_text, sum(_own_keys(session, rule) for rule in rules.tables))


def _traces_in(session: Session, rule: TableRule, column: str, kind: str) -> tuple[int, int]:
    """(without a ground, held by another record) in one column."""
    key = [col(name, "n") for name in rule.table.key]
    erased = sql.select(col("value")).from_(ERASED).where(exp.EQ(this=col("kind"), expression=lit(kind)))
    value = sql.folded(_text(rule, column))
    rows = exp.select().from_(sql.table(COLLECTED, rule.table.id, alias="n")).where(exp.In(this=value, query=erased.subquery()))
    hits = session.one(rows.select(exp.Count(this=exp.Star())))[0]
    if not hits:
        return 0, 0
    session.create(_FOUND, rows.select(*key, sql.named(col(column, "n"), "said")), temporary=True)
    session.create(_OWN, _own(rule, column), temporary=True)
    mine = exp.select(exp.convert(1)).from_(_OWN.as_("o")).where(sql.same_key(rule.table.key, "o", "f"))
    groundless = session.one(exp.select(exp.Count(this=exp.Star())).from_(_FOUND.as_("f")).where(exp.not_(exp.Exists(this=mine))))[0]
    return groundless, hits - groundless


def _own(rule: TableRule, column: str) -> exp.Select:
    """Those of the found cells that were their record's own before, and that nothing takes."""
    key = rule.table.key
    same = sql.all_of((sql.same_key(key, "f", "t"), exp.EQ(this=col("said", "f"), expression=col(column, "t"))))
    rows = exp.select(*(col(name, "t") for name in key)).from_(sql.table(TONIGHT, rule.table.id, alias="t"))
    taken = exp.select(exp.convert(1)).from_(sql.table(ACTIONS, rule.table.id, alias="a"))
    taken = taken.where(sql.all_of((sql.same_key(key, "a", "t"), goes(rule, column))))
    said = exp.select(exp.convert(1)).from_(_FOUND.as_("f")).where(same)
    return rows.where(exp.Exists(this=said)).where(exp.not_(exp.Exists(this=taken)))


def _text(rule: TableRule, column: str) -> Sql:
    value = col(column, "n")
    return value if rule.table.column(column).type in ("text", "email", "personal_number") else sql.cast(value, "TEXT")


def _own_keys(session: Session, rule: TableRule) -> int:
    """Rows about records that leave tonight, in the tables that the product keeps of its own."""
    found = 0
    for schema in (KEPT_FACTS, KEPT_WITHHELD, KEPT_LIVES):
        if session.columns(NEXT, schema, rule.table.id):
            rows = exp.select(exp.Count(this=exp.Star())).from_(sql.table(schema, rule.table.id, catalog=NEXT, alias="n"))
            on = sql.same_key(rule.table.key, "n", "a")
            found += session.one(rows.join(sql.table(ACTIONS, rule.table.id, alias="a"), on=on).where("a.row_gone"))[0]
    return found

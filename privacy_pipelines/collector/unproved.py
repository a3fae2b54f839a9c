"""GUARD, consents that are lost without a word: one stood yesterday, and today no entry says that it was given, nor any that arrived that
it is not. Nobody withdrew it: a state was garbled, an address mistyped, a date lost. Without proof it is no ground (GDPR Art. 7(1)), so
nothing is done with what rests on it; but it stays, until the source says it again, says otherwise, or a person approves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import framed, tonight
from privacy_pipelines.retention.consents import refusal_statement
from privacy_pipelines.retention.plan import Part
from privacy_pipelines.retention.reach import Kind
from privacy_pipelines.retention.registers import registers
from privacy_pipelines.retention.rules import PurposeRule, Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import BLAME, CHANGES, CONSENTS, FRAME, PRIOR, REFUSALS

UNPROVED = "consent_unproved"
_LABEL = " unproved"
"""Stands behind a purpose in the name under which a row waits; no purpose and no hold has a blank in its name."""


def unproved(purpose: str) -> str:
    """The name under which rows wait.

    >>> unproved("newsletter")
    'newsletter unproved'
    """
    return f"{purpose}{_LABEL}"


def blamed_as(part: Part) -> str:
    """The name under which the rows of a part of the guard's are blamed and wait."""
    return unproved(part.purpose) if part.reason == UNPROVED else part.purpose


def told_apart(name: str) -> tuple[str, bool]:
    """The purpose of a name under which rows are blamed or wait, and whether it is for want of a proof.

    >>> told_apart("newsletter unproved"), told_apart("newsletter")
    (('newsletter', True), ('newsletter', False))
    """
    return name.removesuffix(_LABEL), name.endswith(_LABEL)


def set_apart(session: Session, rules: Rules, rule: TableRule, as_of: date) -> None:
    """In `blame`, what a purpose loses by a consent of which nothing is said has a name of its own. What waits under the purpose's own name
    since an earlier night was told then, and keeps it."""
    asked = {purpose.purpose.name: numbers for purpose in rule.purposes if (numbers := _consents(rule, purpose))}
    silent = {name: numbers for name, numbers in asked.items() if _some(session, rule, _silent(rule, name, numbers))}
    if not silent:
        return
    _gather_refusals(session, rules, as_of)
    sources = replace(tonight(rules, as_of), consents=REFUSALS)
    for name, numbers in silent.items():
        told = framed(sources, rule, _silent(rule, name, numbers)).subquery("f")
        refused = exp.select(*_keys(rule, "f")).from_(told).where(sql.any_of(sql.not_null(col(f"d{n}", "f")) for n in numbers))
        still = _silent(rule, name, numbers).except_(refused, copy=False)
        here = exp.tuple_(*_keys(rule)) if len(rule.table.key) > 1 else _keys(rule)[0]
        mine = exp.EQ(this=col("purpose"), expression=lit(name))
        found = exp.In(this=here, query=still.subquery(copy=False))
        session.run(exp.update(sql.table(BLAME, rule.table.id), {"purpose": lit(unproved(name))}, where=sql.all_of((mine, found))))


def _consents(rule: TableRule, purpose: PurposeRule) -> tuple[int, ...]:
    """Positions of the consents among the table's reaches by which the purpose lives."""
    said = [reach for reach in (*purpose.starts, *purpose.gates) if reach.kind is Kind.CONSENT]
    return tuple(rule.reaches.index(reach) for reach in dict.fromkeys(said))


def _silent(rule: TableRule, name: str, numbers: Iterable[int]) -> exp.Select:
    """The keys of the rows that this purpose is blamed for, and of whom no register says that any of these consents was given once."""
    rows = exp.select(*_keys(rule, "b")).from_(sql.table(BLAME, rule.table.id, alias="b"))
    rows = rows.join(sql.table(FRAME, rule.table.id, alias="f"), on=sql.same_key(rule.table.key, "b", "f"))
    before = exp.select(exp.convert(1)).from_(sql.table(PRIOR, rule.table.id, alias="w"))
    before = before.where(sql.all_of((sql.same_key(rule.table.key, "w", "b"), exp.EQ(this=col("purpose", "w"), expression=lit(name)))))
    mine = exp.EQ(this=col("purpose", "b"), expression=lit(name))
    return rows.where(mine, *(sql.is_null(col(f"d{n}", "f")) for n in numbers), exp.not_(exp.Exists(this=before)))


def _some(session: Session, rule: TableRule, rows: exp.Select) -> bool:
    return bool(session.one(exp.select(exp.Count(this=exp.Star())).from_(rows.subquery("s")))[0])


def _keys(rule: TableRule, alias: str | None = None) -> list[Sql]:
    return [col(key, alias) for key in rule.table.key]


def _gather_refusals(session: Session, rules: Rules, as_of: date) -> None:
    """The registers once more, each consent's with who says among what arrived tonight that it is not given."""
    arrived = replace(tonight(rules, as_of), rows=CHANGES)
    consents = {consent.name: consent for consent in rules.policy.consents}
    for name in registers(rules.policy):
        if name in consents:
            session.create(sql.table(REFUSALS, name), refusal_statement(arrived, consents[name]))
        else:
            session.view(sql.table(REFUSALS, name), exp.select(exp.Star()).from_(sql.table(CONSENTS, name)))

"""The wide expression: a frame row's purposes as one integer, by comparing dates with thresholds. Pure.

`code` packs, from the lowest bit: in store · was undetermined · a date of its own is missing · the ceiling's level · three bits of
`Level` for each purpose of the table · a bit for each cluster that may be empty, set where a cell is filled · two bits of `Standing`,
where a row may be about no person. A table has few distinct
codes, so what they *mean* is decided once per code in Python (`decide.py`), and the engine only computes, counts and filters them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Company
from privacy_pipelines.retention.calendar import Level, Rule, threshold
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.rules import PurposeRule, Standing, TableRule
from privacy_pipelines.sql import Sql, col, lit

_IN_STORE, _WAS_UNDETERMINED, _MISSING, _CEILING, _PURPOSES = 0, 1, 2, 3, 6
_WIDTH = 3


@dataclass(frozen=True, slots=True)
class Code:
    """A frame row's code, unpacked."""

    in_store: bool
    was_undetermined: bool
    missing: bool
    ceiling: Level
    purposes: tuple[Level, ...]
    empty: frozenset[int]
    """Positions of clusters without a filled cell, of those that may be empty."""
    standing: Standing


def code_expression(rule: TableRule, as_of: date, company: Company) -> Sql:
    """The code of a frame row on `as_of`."""
    position = {reach: number for number, reach in enumerate(rule.reaches)}
    starts = {reach for purpose in rule.purposes if purpose.missing for reach in purpose.starts}
    own = sorted(position[reach] for reach in starts if reach.own)
    parts = [
        _shifted(_flag(col("in_store")), _IN_STORE),
        _shifted(_flag(sql.not_null(col("since"))), _WAS_UNDETERMINED),
        _shifted(_flag(sql.any_of(sql.not_null(col(f"m{n}")) for n in own)), _MISSING),
        _shifted(_ceiling_level(rule, as_of, company), _CEILING),
    ]
    for number, purpose in enumerate(rule.purposes):
        parts.append(_shifted(_purpose_level(purpose, position, as_of, company), _PURPOSES + _WIDTH * number))
    after = _PURPOSES + _WIDTH * len(rule.purposes)
    parts += [_shifted(_flag(col(f"f{cluster}")), after + n) for n, cluster in enumerate(rule.may_be_empty)]
    if rule.standing:
        parts.append(_shifted(col("standing"), after + len(rule.may_be_empty)))
    total = parts[0]
    for part in parts[1:]:
        total = exp.Add(this=total, expression=part)
    return total


def unpack(rule: TableRule, code: int) -> Code:
    """What `code_expression` packed."""
    levels = tuple(Level(code >> (_PURPOSES + _WIDTH * n) & 0b111) for n in range(len(rule.purposes)))
    after = _PURPOSES + _WIDTH * len(rule.purposes)
    empty = frozenset(cluster for n, cluster in enumerate(rule.may_be_empty) if not code >> (after + n) & 1)
    ceiling = Level(code >> _CEILING & 0b111)
    standing = Standing(code >> (after + len(rule.may_be_empty)) & 0b11) if rule.standing else Standing.PERSON
    return Code(bool(code & 1), bool(code >> _WAS_UNDETERMINED & 1), bool(code >> _MISSING & 1), ceiling, levels, empty, standing)


def _purpose_level(rule: PurposeRule, position: dict[Reach, int], as_of: date, company: Company) -> Sql:
    starts = [_usual(col(f"d{position[reach]}"), _steps(rule.rule_for(reach), as_of, company, Level.IN_FORCE)) for reach in rule.starts]
    if rule.missing is not None:
        events = [position[reach] for reach in rule.starts if reach.kind is not Kind.CONSENT]
        starts += [_seldom(col(f"m{n}"), _steps(rule.missing, as_of, company, Level.UNDETERMINED), Level.NOT_APPLICABLE) for n in events]
    early = [(f"d{position[reach]}", end) for reach, end in rule.ends]
    if rule.deleted_at_source is not None:
        early.append(("gone", rule.deleted_at_source))
    ends = [_seldom(col(name), _steps(end, as_of, company, Level.IN_FORCE), Level.IN_FORCE) for name, end in early]
    level = sql.least([sql.greatest(starts), *ends])
    gates = [sql.is_null(col(f"d{position[reach]}")) for reach in rule.gates]
    return sql.case((sql.any_of(gates), lit(0)), default=level) if gates else level


def _ceiling_level(rule: TableRule, as_of: date, company: Company) -> Sql:
    """The level of the undetermined's ceiling, which a record that was determined until now meets as of tonight."""
    steps = _steps(rule.undetermined, as_of, company, Level.UNDETERMINED)
    tonight = next((level for last, level in steps if as_of > last), Level.OVERDUE)
    return _seldom(col("since"), steps, tonight)


def _steps(rule: Rule, as_of: date, company: Company, highest: Level) -> list[tuple[date, Level]]:
    """(a day, the level of every later one), highest first. A rule that does not settle has no settling step."""
    sunk = ((Level.SETTLING, highest), (Level.ERASABLE, Level.SETTLING), (Level.OVERDUE, Level.ERASABLE))
    found = dict.fromkeys(threshold(rule, as_of, company, level) for level, _ in sunk)
    steps = [(threshold(rule, as_of, company, level), then) for level, then in sunk]
    return [next(step for step in steps if step[0] == last) for last in found]


def _usual(day: Sql, steps: list[tuple[date, Level]]) -> Sql:
    """The level of a date that most records have: the engine asks in this order and stops at the first yes."""
    return sql.case(*_later(day, steps), (sql.not_null(day), lit(int(Level.OVERDUE))), default=lit(int(Level.NOT_APPLICABLE)))


def _seldom(day: Sql, steps: list[tuple[date, Level]], absent: Level) -> Sql:
    """The level of a date that few records have."""
    return sql.case((sql.is_null(day), lit(int(absent))), *_later(day, steps), default=lit(int(Level.OVERDUE)))


def _later(day: Sql, steps: list[tuple[date, Level]]) -> list[tuple[Sql, Sql]]:
    return [(exp.GT(this=day, expression=lit(last)), lit(int(level))) for last, level in steps]


def _flag(condition: Sql) -> Sql:
    return sql.case((condition, lit(1)), default=lit(0))


def _shifted(value: Sql, bits: int) -> Sql:
    return exp.Mul(this=sql.cast(exp.Paren(this=value), "BIGINT"), expression=lit(1 << bits))

"""The wide expression: a frame row's purposes as one integer, by comparing dates with thresholds. Pure.

`code` packs, from the lowest bit: in store · was undetermined · a date of its own is missing · the ceiling's level · three bits of
`Level` for each purpose of the table · a bit for each cluster that may be empty, set where a cell is filled · two bits of `Standing`,
where a row may be about no person. A table has few distinct
codes, so what they *mean* is decided once per code in Python (`decide.py`), and the engine only computes, counts and filters them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Company
from privacy_pipelines.retention.calendar import Level, Rule, threshold
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.rules import PurposeRule, Standing, TableRule
from privacy_pipelines.sql import Sql, col, lit

_IN_STORE, _WAS_UNDETERMINED, _MISSING, _CEILING, _PURPOSES = 0, 1, 2, 3, 6
_WIDTH = 3
NOTICED = "noticed"
"""The column of a frame that says when its row was collected, where that matters."""


@dataclass(frozen=True, slots=True)
class Span:
    """What a frame's column of dates holds: the first and the last, in how many of its rows."""

    first: date | None
    last: date | None
    filled: int
    rows: int


ANY = Span(date.min, date.max, 1, 2)
"""What is not known to be narrower."""
Spans = Mapping[str, Span]
NOT_LOOKED_AT: Spans = MappingProxyType({})
_Value = int | Sql
"""A level or a flag: the same for every row, or to be asked of each."""


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


def code_expression(rule: TableRule, as_of: date, company: Company, spans: Spans = NOT_LOOKED_AT) -> Sql:
    """The code of a frame row on `as_of`. With the `spans` of the frame's columns, only what their values leave open is asked."""
    position = {reach: number for number, reach in enumerate(rule.reaches)}
    starts = {reach for purpose in rule.purposes if purpose.missing for reach in purpose.starts}
    own = sorted(position[reach] for reach in starts if reach.own)
    parts: list[_Value] = [
        _filled(spans, ["since"], 1 << _WAS_UNDETERMINED),
        _filled(spans, [f"m{n}" for n in own], 1 << _MISSING),
        _ceiling_level(_Asked(as_of, company, spans, 1 << _CEILING), rule),
    ]
    for number, purpose in enumerate(rule.purposes):
        parts.append(_purpose_level(_Asked(as_of, company, spans, 1 << (_PURPOSES + _WIDTH * number)), purpose, position))
    asked = (part for part in parts if not isinstance(part, int))
    return _total([col("flags"), sum(part for part in parts if isinstance(part, int)), *asked])


def flags_expression(rule: TableRule, in_store: Sql, filled: Sequence[Sql], standing: Sql | None) -> Sql:
    """The part of the code that no date decides, gathered with the frame. `filled`: of each cluster that may be empty."""
    after = _PURPOSES + _WIDTH * len(rule.purposes)
    parts = [_flag(in_store, 1 << _IN_STORE), *(_flag(there, 1 << (after + n)) for n, there in enumerate(filled))]
    if standing is not None:
        parts.append(exp.Mul(this=sql.cast(exp.Paren(this=standing), "BIGINT"), expression=lit(1 << (after + len(filled)))))
    return _total([sql.cast(lit(0), "BIGINT"), *parts])


def unpack(rule: TableRule, code: int) -> Code:
    """What `code_expression` packed."""
    levels = tuple(Level(code >> (_PURPOSES + _WIDTH * n) & 0b111) for n in range(len(rule.purposes)))
    after = _PURPOSES + _WIDTH * len(rule.purposes)
    empty = frozenset(cluster for n, cluster in enumerate(rule.may_be_empty) if not code >> (after + n) & 1)
    ceiling = Level(code >> _CEILING & 0b111)
    standing = Standing(code >> (after + len(rule.may_be_empty)) & 0b11) if rule.standing else Standing.PERSON
    return Code(bool(code & 1), bool(code >> _WAS_UNDETERMINED & 1), bool(code >> _MISSING & 1), ceiling, levels, empty, standing)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a level is asked for. Levels are multiplied by `unit` where they are written, so that the parts of a code only need adding."""

    as_of: date
    company: Company
    spans: Spans
    unit: int

    def level(self, name: str, rule: Rule, highest: Level, absent: Level = Level.NOT_APPLICABLE) -> _Value:
        """The level of a column's date under a rule: the engine asks in this order and stops at the first yes, so the usual answer is
        asked first. A step that no value has passed is not asked, and one that every value has passed is the last."""
        span, day = self.spans.get(name, ANY), col(name)
        if span.first is None or span.last is None:
            return absent * self.unit
        asked: list[tuple[Sql, int]] = []
        lowest = int(Level.OVERDUE)
        for last, level in _steps(rule, self.as_of, self.company, highest):
            if span.first > last:
                lowest = int(level)
                break
            if span.last > last:
                asked.append((exp.GT(this=day, expression=lit(last)), int(level)))
        if span.filled < span.rows:
            seldom = span.filled < span.rows / 2
            asked = [(sql.is_null(day), int(absent)), *asked] if seldom else [*asked, (sql.not_null(day), lowest)]
            lowest = lowest if seldom else int(absent)
        while asked and asked[-1][1] == lowest:
            asked.pop()
        branches = [(condition, lit(level * self.unit)) for condition, level in asked]
        return sql.case(*branches, default=lit(lowest * self.unit)) if branches else lowest * self.unit


def _purpose_level(asked: _Asked, rule: PurposeRule, position: dict[Reach, int]) -> _Value:
    starts = [_start_level(asked, f"d{position[reach]}", rule.by_notice(reach, asked.as_of)) for reach in rule.starts]
    if rule.missing is not None:
        events = (position[reach] for reach in rule.starts if reach.kind is not Kind.CONSENT)
        starts += [asked.level(f"m{number}", rule.missing, Level.UNDETERMINED) for number in events]
    early = [(f"d{position[reach]}", end) for reach, end in rule.ends if not end.restricts]
    if rule.deleted_at_source is not None:
        early.append(("gone", rule.deleted_at_source))
    highest = Level.IN_FORCE * asked.unit
    ends = [asked.level(name, end, Level.IN_FORCE, Level.IN_FORCE) for name, end in early]
    waits = [asked.level(f"d{position[reach]}", end, Level.IN_FORCE, Level.IN_FORCE) for reach, end in rule.ends if end.restricts]
    level = _restricted(asked, _least([_greatest(starts, highest), *ends], highest), _least(waits, highest))
    gates = [name for name in (f"d{position[reach]}" for reach in rule.gates) if not _everywhere(asked.spans, name)]
    if level == Level.NOT_APPLICABLE or not gates:
        return level
    lives = lit(level) if isinstance(level, int) else level
    return sql.case((sql.any_of(sql.is_null(col(name)) for name in gates), lit(0)), default=lives)


def _restricted(asked: _Asked, level: _Value, waits: _Value) -> _Value:
    """What waits for an objection to be weighed is used for nothing; but what is undetermined stays so, for that needs a person too."""
    highest, unclear = Level.IN_FORCE * asked.unit, Level.UNDETERMINED * asked.unit
    if waits == highest or level == unclear:
        return level
    lower = _least([level, waits], highest)
    if isinstance(level, int):
        return lower
    return sql.case((exp.EQ(this=level.copy(), expression=lit(unclear)), lit(unclear)), default=_sql(lower))


def _start_level(asked: _Asked, name: str, rules: tuple[tuple[date, Rule], ...]) -> _Value:
    """By the notice under which a row was collected; only where the rule was another before is there more than one."""
    *newer, (_, oldest) = rules
    span = asked.spans.get(NOTICED, ANY)
    branches: list[tuple[Sql, _Value]] = []
    default = oldest
    for first, rule in newer:
        if span.first is not None and span.first >= first:
            default = rule
            break
        if span.last is not None and span.last >= first:
            branches.append((exp.GTE(this=col(NOTICED), expression=lit(first)), asked.level(name, rule, Level.IN_FORCE)))
    level = asked.level(name, default, Level.IN_FORCE)
    if all(isinstance(other, int) and other == level for _, other in branches):
        return level
    return sql.case(*((condition, _sql(value)) for condition, value in branches), default=_sql(level))


def _sql(value: _Value) -> Sql:
    return lit(value) if isinstance(value, int) else value


def _ceiling_level(asked: _Asked, rule: TableRule) -> _Value:
    """The level of the undetermined's ceiling, which a record that was determined until now meets as of tonight. Where the record's key has
    vanished, it is over."""
    steps = _steps(rule.undetermined, asked.as_of, asked.company, Level.UNDETERMINED)
    tonight = next((level for last, level in steps if asked.as_of > last), Level.OVERDUE)
    since = asked.level("since", rule.undetermined, Level.UNDETERMINED, tonight)
    gone = asked.level("gone", rule.unexplained, Level.UNDETERMINED, Level.UNDETERMINED)
    return _least([since, gone], Level.UNDETERMINED * asked.unit)


def _steps(rule: Rule, as_of: date, company: Company, highest: Level) -> list[tuple[date, Level]]:
    """(a day, the level of every later one), highest first. A rule that does not settle has no settling step."""
    steps: dict[date, Level] = {}
    for level, then in ((Level.SETTLING, highest), (Level.ERASABLE, Level.SETTLING), (Level.OVERDUE, Level.ERASABLE)):
        steps.setdefault(threshold(rule, as_of, company, level), then)
    return list(steps.items())


def _flag(there: Sql, unit: int) -> Sql:
    return sql.case((there, lit(unit)), default=lit(0))


def _total(parts: Sequence[_Value]) -> Sql:
    asked = [lit(part) if isinstance(part, int) else part for part in parts if part != 0]
    total = asked[0]
    for part in asked[1:]:
        total = exp.Add(this=total, expression=part)
    return total


def _filled(spans: Spans, names: list[str], unit: int) -> _Value:
    """Whether any of these columns has a value."""
    some = [name for name in names if spans.get(name, ANY).filled]
    if any(_everywhere(spans, name) for name in some):
        return unit
    return sql.case((sql.any_of(sql.not_null(col(name)) for name in some), lit(unit)), default=lit(0)) if some else 0


def _everywhere(spans: Spans, name: str) -> bool:
    span = spans.get(name, ANY)
    return span.filled == span.rows


def _greatest(values: list[_Value], highest: int) -> _Value:
    known = max((value for value in values if isinstance(value, int)), default=0)
    asked = [value for value in values if not isinstance(value, int)]
    if not asked or known == highest:
        return known
    return sql.greatest([*asked, lit(known)] if known else asked)


def _least(values: list[_Value], highest: int) -> _Value:
    known = min((value for value in values if isinstance(value, int)), default=highest)
    asked = [value for value in values if not isinstance(value, int)]
    if not asked or not known:
        return known
    return sql.least([*asked, lit(known)] if known != highest else asked)

"""The wide expression: a frame row's purposes as one integer, by comparing dates with thresholds. Pure.

`code` packs, from the lowest bit: in store · was undetermined · a date of its own is missing · the ceiling's level · three bits of
`Level` for each purpose of the table · a bit for each cluster that may be empty, set where a cell is filled. A table has few distinct
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
from privacy_pipelines.retention.rules import PurposeRule, TableRule
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


def code_expression(rule: TableRule, as_of: date, company: Company) -> Sql:
    """The code of a frame row on `as_of`. Nearly every row is plain (nothing vanished, missing or undetermined) and asks for less."""
    at = _At(rule, {reach: number for number, reach in enumerate(rule.reaches)}, as_of, company)
    plain = sql.all_of(sql.is_null(col(name)) for name in ("gone", "since", *(f"m{n}" for n in at.may_be_missing())))
    return sql.case((plain, at.code(plain=True)), default=at.code(plain=False))


def unpack(rule: TableRule, code: int) -> Code:
    """What `code_expression` packed."""
    levels = tuple(Level(code >> (_PURPOSES + _WIDTH * n) & 0b111) for n in range(len(rule.purposes)))
    after = _PURPOSES + _WIDTH * len(rule.purposes)
    empty = frozenset(cluster for n, cluster in enumerate(rule.may_be_empty) if not code >> (after + n) & 1)
    ceiling = Level(code >> _CEILING & 0b111)
    return Code(bool(code & 1), bool(code >> _WAS_UNDETERMINED & 1), bool(code >> _MISSING & 1), ceiling, levels, empty)


@dataclass(frozen=True, slots=True)
class _At:
    """One table on one day. A level is computed at its place in the code (shifted), so that nothing is multiplied row by row."""

    rule: TableRule
    position: dict[Reach, int]
    as_of: date
    company: Company

    def may_be_missing(self) -> list[int]:
        """Positions of the reaches whose date can be missing."""
        starts = (reach for purpose in self.rule.purposes if purpose.missing for reach in purpose.starts)
        return sorted({self.position[reach] for reach in starts if reach.kind is not Kind.CONSENT})

    def code(self, *, plain: bool) -> Sql:
        """The sum of all parts, lowest bits first; of a plain row without what it cannot have."""
        parts = [_flag(col("in_store"), _IN_STORE)]
        if plain:
            parts.append(lit(int(self._level_of(self.as_of)) << _CEILING))
        else:
            own = [n for reach, n in self.position.items() if reach.kind in (Kind.OWN, Kind.LINKED) and n in self.may_be_missing()]
            since = sql.call("COALESCE", col("since"), lit(self.as_of))
            parts += [
                _flag(sql.not_null(col("since")), _WAS_UNDETERMINED),
                _flag(sql.any_of(sql.not_null(col(f"m{n}")) for n in own), _MISSING),
                self._level(since, self.rule.undetermined, _CEILING, Level.UNDETERMINED),
            ]
        parts += [self._purpose(purpose, _PURPOSES + _WIDTH * n, plain=plain) for n, purpose in enumerate(self.rule.purposes)]
        after = _PURPOSES + _WIDTH * len(self.rule.purposes)
        parts += [_flag(col(f"f{cluster}"), after + n) for n, cluster in enumerate(self.rule.may_be_empty)]
        total = parts[0]
        for part in parts[1:]:
            total = exp.Add(this=total, expression=part)
        return total

    def _purpose(self, rule: PurposeRule, bits: int, *, plain: bool) -> Sql:
        starts = [self._level(self._day(reach), rule.rule, bits, Level.IN_FORCE) for reach in rule.starts]
        ends = [self._level(self._day(reach), end, bits, Level.IN_FORCE, absent=Level.IN_FORCE) for reach, end in rule.ends]
        if rule.missing is not None and not plain:
            events = [self.position[reach] for reach in rule.starts if reach.kind is not Kind.CONSENT]
            starts += [self._level(col(f"m{n}"), rule.missing, bits, Level.UNDETERMINED) for n in events]
        if rule.deleted_at_source is not None and not plain:
            ends.append(self._level(col("gone"), rule.deleted_at_source, bits, Level.IN_FORCE, absent=Level.IN_FORCE))
        level = sql.least([sql.greatest(starts), *ends])
        gates = [sql.is_null(self._day(reach)) for reach in rule.gates]
        return sql.case((sql.any_of(gates), lit(0)), default=level) if gates else level

    def _day(self, reach: Reach) -> Sql:
        return col(f"d{self.position[reach]}")

    def _level(self, day: Sql, rule: Rule, bits: int, highest: Level, absent: Level = Level.NOT_APPLICABLE) -> Sql:
        """The level of a date, the commonest branch first."""
        steps = ((Level.SETTLING, highest), (Level.ERASABLE, Level.SETTLING), (Level.OVERDUE, Level.ERASABLE))
        branches = [
            (exp.GT(this=day, expression=lit(threshold(rule, self.as_of, self.company, sunk))), lit(int(then) << bits))
            for sunk, then in steps
        ]
        return sql.case(*branches, (sql.not_null(day), lit(int(Level.OVERDUE) << bits)), default=lit(int(absent) << bits))

    def _level_of(self, since: date) -> Level:
        """The ceiling's level of a record that was not undetermined before."""
        steps = ((Level.SETTLING, Level.UNDETERMINED), (Level.ERASABLE, Level.SETTLING), (Level.OVERDUE, Level.ERASABLE))
        sunk = (then for level, then in steps if since > threshold(self.rule.undetermined, self.as_of, self.company, level))
        return next(sunk, Level.OVERDUE)


def _flag(condition: Sql, bits: int) -> Sql:
    return sql.case((condition, lit(1 << bits)), default=lit(0))

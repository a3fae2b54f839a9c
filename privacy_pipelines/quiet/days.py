"""Until which day a night's outcome stays what it is: until a day passes a threshold of the compiled rules, or one that a statement
compares with the day of the decision. Read from the frames and rows of the night, which are still in staging."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import tonight
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.retention.rowdates import Sources
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.retention.waiting import Asked, Compared, asked_on, days_believed, days_compared, takes_effect
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import FRAME, TONIGHT

MOST = 7
"""So many days after a full night the next one is full, whatever falls due: so long at most a proof is repeated and not made."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a table's code asked on the night, and for each comparison the first of its column's days that did not meet it yet."""

    rule: TableRule
    asked: Asked
    next: Mapping[Compared, date | None]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The first days in the rows of all tables that had not come, and that were too far ahead to be believed."""

    coming: date | None
    believed: date | None


def last_day(session: Session, rules: Rules, as_of: date) -> date:
    """The last day on which the rows and frames of the night of `as_of` would be decided as they were on it. Raises StoreError."""
    frames = session.together(partial(_frame, rules, rule, as_of) for rule in rules.tables)
    sources = tonight(rules, as_of)
    found = session.together(partial(_rows, sources, table) for table in rules.policy.tables)
    rows = _Rows(_first(one.coming for one in found), _first(one.believed for one in found))
    last = as_of
    while last < as_of + timedelta(days=MOST) and _is_as_before(rules, frames, rows, as_of, last + timedelta(days=1)):
        last += timedelta(days=1)
    return last


def _is_as_before(rules: Rules, frames: list[_Frame | None], rows: _Rows, was: date, day: date) -> bool:
    company = rules.policy.company
    if (was.year, was.month) != (day.year, day.month):
        return False  # cohorts are months, and what a night dates by itself would be in another
    if any(was < first <= day for first in takes_effect(rules.policy)):
        return False
    if (rows.coming and rows.coming <= day) or (rows.believed and rows.believed <= add(day, company.dates_ahead)):
        return False
    return all(frame is not None and _asks_the_same(frame, asked_on(frame.rule, day, company), was, day) for frame in frames)


def _asks_the_same(frame: _Frame, asked: Asked | None, was: date, day: date) -> bool:
    """Every value answers as it did: no fixed one lies between the two thresholds, and what was the night's own day, and is another day's
    now, lies on the same side."""
    if asked is None or asked.rest != frame.asked.rest or len(asked.compared) != len(frame.asked.compared):
        return False
    return all(
        _answers_the_same(frame.next[old], old, new, was, day) for old, new in zip(frame.asked.compared, asked.compared, strict=True)
    )


def _answers_the_same(following: date | None, old: Compared, new: Compared, was: date, day: date) -> bool:
    if (old.column, old.equal) != (new.column, new.equal) or new.day < old.day or (old.equal and new.day != old.day):
        return False
    return (following is None or following > new.day) and old.holds(was) == new.holds(day)


def _frame(rules: Rules, rule: TableRule, as_of: date, session: Session) -> _Frame | None:
    asked = asked_on(rule, as_of, rules.policy.company)
    if asked is None:
        return None
    compared = tuple(dict.fromkeys(asked.compared))
    firsts = (_next(col(one.column), one.day) for one in compared)
    found = session.one(exp.select(exp.Count(this=exp.Star()), *firsts).from_(sql.table(FRAME, rule.table.id)))[1:]
    return _Frame(rule, asked, dict(zip(compared, found, strict=True)))


def _rows(sources: Sources, table: Table, session: Session) -> _Rows:
    horizon = add(sources.as_of, sources.policy.company.dates_ahead)
    coming = [_next(day, sources.as_of) for day in days_compared(sources, table)]
    believed = [_next(day, horizon) for day in days_believed(sources, table)]
    found = session.one(exp.select(exp.Count(this=exp.Star()), *coming, *believed).from_(sql.table(TONIGHT, table.id, alias="r")))[1:]
    return _Rows(_first(found[: len(coming)]), _first(found[len(coming) :]))


def _next(day: Sql, after: date) -> Sql:
    later = exp.GT(this=day.copy(), expression=lit(after))
    return exp.Filter(this=exp.Min(this=day), expression=exp.Where(this=later))


def _first(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)

"""The one calendar: from a starting point to the dates of a deletion rule, and back. Pure; reads no clock.

LAW §1: `retain_until = S + period` is the last day kept, `erasable_from` the day after, `erase_by = retain_until + execution_window`.
Everything here is monotone in the starting point: a later start never ends earlier. So "who is due today" needs no date arithmetic in
SQL: `threshold` finds, once per rule, the last starting point that is due, and the engine only compares.
"""

from __future__ import annotations

import calendar
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache

from privacy_pipelines.policy.model import Company, FiscalYears, IrregularYear, Offset
from privacy_pipelines.values import OPEN, Period, year_end_in

NOTHING = Period()
"""No time at all."""

_EARLIEST = date(1800, 1, 1)
_LATEST = date(2400, 1, 1)


class Level(IntEnum):
    """Where a purpose stands for one record, weakest first: the greatest over its starts, the least over what ends it."""

    NOT_APPLICABLE = 0
    OVERDUE = 1
    ERASABLE = 2
    SETTLING = 3
    UNDETERMINED = 4
    IN_FORCE = 5

    @property
    def alive(self) -> bool:
        """Whether cells are still in the store for this purpose."""
        return self >= Level.SETTLING


@dataclass(frozen=True, slots=True)
class Rule:
    """Everything that turns a starting point into dates.

    `lead` shifts the start by days before anything else: a withdrawn consent ends the day *before* the day it was withdrawn, so
    that the withdrawal takes effect the same night (GDPR Art. 7(3)).
    """

    period: Period
    execution_window: Period
    settle: Period = NOTHING
    offset: tuple[Offset, ...] = ()
    period_first: bool = False
    roll: bool = False
    lead: int = 0
    entity: str = ""
    """The legal entity whose fiscal years count; empty: the company's."""
    restricts: bool = False
    """Ends nothing: from the day after on the purpose lives restricted, for as long as that stands."""
    later: tuple[tuple[date, Rule], ...] = ()
    """Newer versions in the order of time, each with its first day: what was collected under this rule's notice meets them."""
    statutory: bool = False
    """A duty's: a longer version reaches what was collected before it, and what an older one had ended."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of one starting point under one rule, each a civil date, inclusive."""

    retain_until: date
    collect_from: date
    erase_by: date


@dataclass(frozen=True, slots=True)
class Kept:
    """The last day kept. `version` says it: 0 is the rule's own, n the n-th of its `later` ones."""

    last: date
    version: int
    cut_on: date | None
    """The first day of a version that would have ended it before: what is shortened ends when that takes effect, not earlier."""


def add(day: date, period: Period) -> date:
    """Same day number, else the last day of the month (Lag 1930:173 1 §; LAW C1). One step from the anchor, never iterated.

    >>> add(date(2024, 2, 29), Period.parse("P2Y")), add(date(2025, 1, 31), Period.parse("P2M"))
    (datetime.date(2026, 2, 28), datetime.date(2025, 3, 31))
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + period.months, 12)
    last = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last)) + timedelta(days=period.days)


def end_of(unit: Offset, day: date, company: Company, entity: str = "") -> date:
    """The last day of the calendar unit in which `day` lies.

    Source: SAP ILM's time offset; LAW §1. Fiscal years are the company's or a legal entity's own, vacation years the company's.
    """
    if unit == "end_of_month":
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
    if unit == "end_of_calendar_year":
        return day.replace(month=12, day=31)
    if unit == "end_of_vacation_year":
        return _end_of_year(day, company.vacation_year_end)
    years = company.entity(entity) if entity else company
    return _end_of_fiscal_year(day, years.fiscal_year_end, years.fiscal_changes)


def dates(rule: Rule, start: date, company: Company) -> Dates:
    """The dates of `start` under `rule`; an open clock has no end on any of them."""
    if start >= OPEN:
        return Dates(OPEN, OPEN, OPEN)
    end = kept_through(rule, start, company).last
    if rule.restricts:
        return Dates(end, OPEN, OPEN)
    return Dates(end, add(end, rule.settle) + timedelta(days=1), add(end, rule.execution_window))


def kept_through(rule: Rule, start: date, company: Company) -> Kept:
    """The last day kept, and which version of the rule says it."""
    kept = Kept(_last_day(rule, start, company), 0, None)
    for number, (first, newer) in enumerate(rule.later, start=1):
        own = _last_day(newer, start, company)
        end = _changed(kept.last, own, first - timedelta(days=1), statutory=rule.statutory)
        if end != kept.last:
            kept = Kept(end, number, first if end != own else None)
    return kept


@lru_cache(maxsize=4096)
def threshold(rule: Rule, as_of: date, company: Company, level: Level) -> date:
    """The last starting point that has sunk to `level` (or lower) by `as_of`; 0001-01-01 where none can have.

    Found by bisection over the monotone calendar, so it is right for every offset, roll and fiscal year by construction.
    """
    reached = _REACHED[level]
    days = range(_EARLIEST.toordinal(), _LATEST.toordinal())
    first_not = bisect_left(days, True, key=lambda n: not reached(dates(rule, date.fromordinal(n), company), as_of))
    return date.fromordinal(days[first_not] - 1) if first_not else date.min


def next_weekday(day: date) -> date:
    """The day itself, or the next one that is no Saturday, Sunday, public holiday or eve (Lag 1930:173 2 §; LAW C2).

    >>> next_weekday(date(2026, 6, 21))
    datetime.date(2026, 6, 22)
    """
    while day.weekday() >= 5 or _eve(day) or day in _holidays(day.year):
        day += timedelta(days=1)
    return day


_REACHED: dict[Level, Callable[[Dates, date], bool]] = {
    Level.SETTLING: lambda found, as_of: found.retain_until < as_of,
    Level.ERASABLE: lambda found, as_of: found.collect_from <= as_of,
    Level.OVERDUE: lambda found, as_of: found.erase_by < as_of,
}


def _last_day(rule: Rule, start: date, company: Company) -> date:
    """The last day kept by one version of a rule."""
    end = start + timedelta(days=rule.lead)
    for step in _order(rule):
        end = add(end, rule.period) if step is None else end_of(step, end, company, rule.entity)
    return next_weekday(end) if rule.roll else end


def _changed(end: date, newer: date, eve: date, *, statutory: bool) -> date:
    """The last day kept once a rule has a newer version (LAW scenarios 49 and 50): `eve` is the last day without it.

    A shorter period ends nothing before it took effect. A longer one is only a duty's to bring back what had ended, or to keep what was
    collected under the older notice. Both are monotone in either end, so thresholds can be found for them.
    """
    return max(newer, min(end, eve)) if statutory else min(end, max(newer, eve))


def _order(rule: Rule) -> tuple[Offset | None, ...]:
    """The steps of the calendar in the order in which they are done; None is the period."""
    return (None, *rule.offset) if rule.period_first else (*rule.offset, None)


def _end_of_year(day: date, ends: tuple[int, int]) -> date:
    """The year's end on or after `day`."""
    this = year_end_in(day.year, ends)
    return this if this >= day else year_end_in(day.year + 1, ends)


def _end_of_fiscal_year(day: date, ends: tuple[int, int], changes: FiscalYears) -> date:
    """The end of the year that `day` lies in: of an irregular one its last day, else the next regular end of that time (LAW C8). Every
    year begins on the day after another, so a later day never ends earlier."""
    for part in changes:
        if not isinstance(part, IrregularYear):
            ends = part
        elif day < part.first:
            break
        elif day <= part.last:
            return part.last
    return _end_of_year(day, ends)


def _eve(day: date) -> bool:
    """Midsummer, Christmas and New Year's Eve count as Sundays (Lag 1930:173 2 §). Midsummer Eve: the Friday of 19 to 25 June."""
    midsummer = day.month == 6 and 19 <= day.day <= 25 and day.weekday() == 4
    return midsummer or (day.month == 12 and day.day in (24, 31))


@lru_cache(maxsize=256)
def _holidays(year: int) -> frozenset[date]:
    import holidays  # a quarter of a second: only rules that roll pay for it

    return frozenset(holidays.country_holidays("SE", years=year, include_sundays=False))

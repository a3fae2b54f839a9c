"""Dates and levels for the pandas peer, over whole columns of days. Written for itself: nothing here comes from the product.

A day is `datetime64[D]`, NaT where there is none, OPEN where the clock has not started.
"""

from __future__ import annotations

from dataclasses import dataclass

import holidays
import numpy as np

OPEN = np.datetime64("9999-12-31", "D")
NONE, ENDED, SETTLING, UNDETERMINED, IN_FORCE = 0, 1, 3, 4, 5


@dataclass(frozen=True)
class Clause:
    """How long after a starting point: calendar months, after or without the end of a year, then grace days."""

    months: int = 0
    settle: int = 0
    year_end: tuple[int, int] | None = None
    roll: bool = False
    lead: int = 0


def add_months(days: np.ndarray, months: int) -> np.ndarray:
    """The same day number, or the month's last day."""
    month = days.astype("M8[M]")
    number = (days - month.astype("M8[D]")).astype("m8[D]")
    there = month + np.timedelta64(months, "M")
    last = (there + np.timedelta64(1, "M")).astype("M8[D]") - there.astype("M8[D]") - np.timedelta64(1, "D")
    return there.astype("M8[D]") + np.minimum(number, last)


def end_of_year(days: np.ndarray, ends: tuple[int, int]) -> np.ndarray:
    """The year's end (month, day) on or after each day."""
    year = days.astype("M8[Y]")
    end = (year.astype("M8[M]") + np.timedelta64(ends[0] - 1, "M")).astype("M8[D]") + np.timedelta64(ends[1] - 1, "D")
    following = ((year + 1).astype("M8[M]") + np.timedelta64(ends[0] - 1, "M")).astype("M8[D]") + np.timedelta64(ends[1] - 1, "D")
    return np.where(end >= days, end, following)


def retain_until(days: np.ndarray, clause: Clause, free: np.ndarray) -> np.ndarray:
    """The last day kept."""
    days = days + np.timedelta64(clause.lead, "D")
    if clause.year_end:
        days = end_of_year(days, clause.year_end)
    days = add_months(days, clause.months) if clause.months else days
    if clause.roll:
        known = ~np.isnat(days)
        days = days.copy()
        days[known] = np.busday_offset(days[known], 0, roll="forward", holidays=free)
    return days


def level(
    days: np.ndarray, clause: Clause, as_of: np.datetime64, free: np.ndarray, *, highest: int = IN_FORCE, absent: int = NONE
) -> np.ndarray:
    """Where each starting point stands on `as_of`."""
    until = retain_until(days, clause, free)
    settled = until + np.timedelta64(clause.settle, "D") >= as_of
    found = np.where((days >= OPEN) | (until >= as_of), highest, np.where(settled, SETTLING, ENDED))
    return np.where(np.isnat(days), absent, found).astype(np.int8)


def days_off(as_of: np.datetime64) -> np.ndarray:
    """Swedish holidays and the eves that count as Sundays, near enough to tonight to matter."""
    year = int(str(as_of)[:4])
    years = range(year - 1, year + 2)
    found = list(holidays.country_holidays("SE", years=years, include_sundays=False))
    found += [np.datetime64(f"{y}-{eve}") for y in years for eve in ("12-24", "12-31")]
    june = np.concatenate([np.arange(f"{y}-06-19", f"{y}-06-26", dtype="M8[D]") for y in years])
    fridays = june[np.is_busday(june, weekmask="Fri")]
    return np.concatenate([np.array(found, dtype="M8[D]"), fridays])

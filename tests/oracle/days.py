"""Dates as LAW §1 and §2.3 define them, written with loops: days are walked, months are counted one at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

FOREVER = date(9999, 12, 31)
"""A clock that has not started."""
DAY = timedelta(days=1)
Span = tuple[int, int]
"""Months and days of an ISO 8601 period (C4)."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The last day kept, the first day on which it is collected, the last day on which that is in time."""

    until: date
    collect: date
    by: date


def latest(every: list[Dates]) -> Dates:
    """What lives as long as the last of several."""
    return Dates(*(max(getattr(one, name) for one in every) for name in ("until", "collect", "by")))


def earliest(every: list[Dates]) -> Dates:
    """What ends with the first of several."""
    return Dates(*(min(getattr(one, name) for one in every) for name in ("until", "collect", "by")))


def span(text: str) -> Span:
    """Months and days of a period; a year is twelve months, a week seven days."""
    found = re.fullmatch(r"P(\d+Y)?(\d+M)?(\d+W)?(\d+D)?", text)
    assert found is not None
    years, months, weeks, days = (int(part[:-1]) if part else 0 for part in found.groups())
    return years * 12 + months, weeks * 7 + days


def plus(day: date, period: str) -> date:
    """One step from the anchor: the same day number or the month's last day (C1), then the days."""
    months, days = span(period)
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    number = day.day
    while number > 28 and not _exists(year, month, number):
        number -= 1
    return date(year, month, number) + timedelta(days=days)


def unit_end(unit: str, day: date, company: dict[str, Any], entity: str | None) -> date:
    """The last day of the month or year in which a day lies; of a fiscal year, the entity's."""
    if unit == "end_of_month":
        return _walk(day, lambda one: (one + DAY).month != one.month)
    if unit == "end_of_calendar_year":
        return date(day.year, 12, 31)
    if unit == "end_of_vacation_year":
        return _walk(day, lambda one: _ends_on(one, company.get("vacation_year_end", "03-31")))
    assert unit == "end_of_fiscal_year"
    ends = company["entities"][entity]["fiscal_year_end"] if entity else company["fiscal_year_end"]
    return _fiscal_end(day, ends if isinstance(ends, list) else [ends])


def next_weekday(day: date) -> date:
    """Lag (1930:173) 2 §: not a Saturday, Sunday, public holiday, nor Midsummer, Christmas or New Year's Eve (C2)."""
    while day.weekday() >= 5 or day in _days_off(day.year):
        day += DAY
    return day


def civil(stamp: datetime, zone: str) -> date:
    """The date on which an instant falls in a zone (C5)."""
    return stamp.astimezone(ZoneInfo(zone)).date()


def instant(text: str, zone: str) -> datetime:
    """A written timestamp as an instant; without an offset it is of that zone, and of an hour shown twice it is the second."""
    stamp = datetime.fromisoformat(text)
    return stamp.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC) if stamp.tzinfo is None else stamp


def _exists(year: int, month: int, number: int) -> bool:
    try:
        date(year, month, number)
    except ValueError:
        return False
    return True


def _walk(day: date, there: Any) -> date:
    while not there(day):
        day += DAY
    return day


def _ends_on(day: date, said: str) -> bool:
    """Whether a year that ends on "MM-DD" ends that day; 29 February is the last of February."""
    month, number = (int(part) for part in said.split("-"))
    return day.month == month and (day.day == number or (day.day < number and (day + DAY).month != month))


def _fiscal_end(day: date, ends: list[Any]) -> date:
    """Regular years until an irregular one begins, that one to its last day, then years as the next entry says (C8)."""
    regular = None
    for entry in ends:
        if isinstance(entry, str):
            regular = entry
            continue
        if day < _as_day(entry["from"]) and regular is not None:
            break
        if day <= _as_day(entry["to"]):
            return _as_day(entry["to"])
        regular = None
    assert regular is not None
    return _walk(day, lambda one: _ends_on(one, regular))


def _as_day(said: Any) -> date:
    return said if isinstance(said, date) else date.fromisoformat(said)


def _days_off(year: int) -> set[date]:
    easter = _easter(year)
    off = {
        date(year, 1, 1),
        date(year, 1, 6),
        date(year, 5, 1),
        date(year, 12, 24),
        date(year, 12, 25),
        date(year, 12, 26),
        date(year, 12, 31),
    }
    off |= {easter + timedelta(days=n) for n in (-2, 0, 1, 39, 49)}
    off |= {date(year, 6, 6)} if year >= 2005 else {easter + timedelta(days=50)}  # SFS 2004:1320: Whit Monday gave way
    midsummer = _walk(date(year, 6, 20), lambda one: one.weekday() == 5)
    return off | {midsummer, midsummer - DAY, _walk(date(year, 10, 31), lambda one: one.weekday() == 5)}


def _easter(year: int) -> date:
    """The first Sunday after the first full moon of spring (Gauss, with the Gregorian corrections)."""
    a, century = year % 19, year // 100
    m = (15 + century - century // 4 - (8 * century + 13) // 25) % 30
    n = (4 + century - century // 4) % 7
    d = (19 * a + m) % 30
    e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + n) % 7
    if (d == 29 and e == 6) or (d == 28 and e == 6 and (11 * m + 11) % 30 < 19):
        d -= 7
    return date(year, 3, 22) + timedelta(days=d + e)

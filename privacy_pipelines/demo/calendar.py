"""Days as the demo draws them: the nights, and the event days whose deadlines pass during the nights."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from privacy_pipelines.demo.frames import Ints

_EPOCH = date(1970, 1, 1)


def number(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def months_before(day: date, months: int) -> date:
    """The same day number `months` earlier, else the last day of that month.

    >>> months_before(date(2026, 3, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Span:
    """The nights that the demo covers."""

    days: tuple[date, ...]

    @classmethod
    def ending(cls, until: date, nights: int) -> Span:
        """`nights` days in a row, the last one `until`."""
        return cls(tuple(until - timedelta(days=back) for back in reversed(range(nights))))

    @property
    def first(self) -> int:
        """The day number of the first night."""
        return number(self.days[0])

    def due(self, *, months: int = 0, settle: int = 0) -> Ints:
        """For each night the event day whose data falls due on it, given the period and the days of grace; the first night comes last."""
        later_first = (*self.days[1:], self.days[0])
        return np.array([number(months_before(day - timedelta(days=settle + 1), months)) for day in later_first], dtype=np.int64)


def spread(count: int, *dues: Ints) -> Ints:
    """`count` of these event days: the deadlines take turns, and their nights.

    >>> spread(5, np.array([1, 2]), np.array([10, 20])).tolist()
    [1, 10, 2, 20, 1]
    """
    return np.resize(np.stack(dues, axis=1).ravel(), count)

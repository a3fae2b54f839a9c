"""Frozen values that several rooms share. No clock, no file, no engine."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_ISO_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")

OPEN = date(9999, 12, 31)
"""Stands for "the clock has not started": greater than every real day. Both DuckDB and Spark can hold it."""


def year_end_in(year: int, ends: tuple[int, int]) -> date:
    """The year's end in a calendar year; an end on 29 February is the month's last day in other years.

    >>> year_end_in(2025, (2, 29))
    datetime.date(2025, 2, 28)
    """
    month, number = ends
    return date(year, month, min(number, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Period:
    """An ISO 8601 calendar duration. Years stay years: they are never turned into days (LAW §2.3 C4).

    >>> Period.parse("P7Y"), Period.parse("P2W").days, str(Period.parse("P12M"))
    (Period(months=84, days=0), 14, 'P1Y')
    """

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Period:
        """Raises ValueError for what is not a whole, non-empty ISO 8601 date period (no times, no fractions)."""
        match = _ISO_PERIOD.fullmatch(text)
        if match is None or not any(match.groups()):
            raise ValueError(f"not an ISO 8601 period: {text!r}, expected for example P7Y, P12M or P14D")
        years, months, weeks, days = (int(part or 0) for part in match.groups())
        return cls(months=12 * years + months, days=7 * weeks + days)

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        parts = [f"{number}{unit}" for number, unit in ((years, "Y"), (months, "M"), (self.days, "D")) if number]
        return "P" + ("".join(parts) or "0D")


TEXTFILES = "PRIVACY_PIPELINES_TEXTFILES"
"""The environment variable that says where Prometheus' node exporter reads text files."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The three folders that a night needs."""

    policies: Path
    store: Path
    extracts: Path

    @property
    def reports(self) -> Path:
        """Where reports go: inside the store, for they speak of a single night's people in numbers."""
        return self.store / "reports"

"""What a metric is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from privacy_pipelines.nights.record import Record
from privacy_pipelines.observing.points import Number, Point, Unit


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of a night. `measure` answers None where there is nothing of which it could be one: no share of nothing."""

    name: str
    unit: Unit
    title: str
    good: str
    source: str
    measure: Callable[[Record], Number | None]

    @property
    def wants_none(self) -> bool:
        """Whether anything but 0 asks for somebody."""
        return self.good == "0"


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A number of a night for each table, data cluster and month; zeros are left out."""

    name: str
    unit: Unit
    title: str
    good: str
    source: str
    measure: Callable[[Record], Iterable[Point]]


def shown(value: Number, unit: Unit) -> str:
    """For people.

    >>> shown(12345, Unit.ROWS), shown(0.1234, Unit.SHARE)
    ('12,345', '12.3 %')
    """
    return f"{100 * value:.1f} %" if unit is Unit.SHARE else f"{value:,}"


def share(part: Number, of: Number) -> float | None:
    """A part of a whole, between 0 and 1; None of nothing.

    >>> share(1, 4), share(0, 0)
    (0.25, None)
    """
    return round(part / of, 6) if of else None

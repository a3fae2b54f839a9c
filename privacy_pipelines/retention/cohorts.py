"""Cohorts: the month of a record's latest starting point, `open` and `undetermined`. Fixed in code, never from the clock.

They exist for people who look at a policy change by month; a cohort never decides anything. Old months are folded so that there are
fewer than 100: at 100 Dagster stops comparing what is out of date.
"""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.values import OPEN

_FIRST, _LAST = (2021, 1), (2027, 12)


def _number(year: int, month: int) -> int:
    return year * 12 + month - 1


_BEFORE, _AFTER = _number(*_FIRST) - 1, _number(*_LAST) + 1
_NAMES = {
    0: "undetermined",
    1: "open",
    _BEFORE: f"before-{_FIRST[0]}",
    **{_number(year, month): f"{year}-{month:02d}" for year in range(_FIRST[0], _LAST[0] + 1) for month in range(1, 13)},
    _AFTER: f"after-{_LAST[0]}",
}
COHORTS: tuple[str, ...] = tuple(_NAMES.values())
_NUMBERS = {name: number for number, name in _NAMES.items()}


def name_of(number: int) -> str:
    """The cohort's name.

    >>> name_of(2026 * 12 + 10)
    '2026-11'
    """
    return _NAMES[number]


def number_of(name: str) -> int:
    """The number under which a frame holds the cohort. Raises KeyError for an unknown name."""
    return _NUMBERS[name]


def cohort_expression(starts: list[int]) -> Sql:
    """The cohort number of a frame row, over the positions of the reaches that start its purposes."""
    latest = sql.greatest([col(f"d{number}") for number in starts])
    month = exp.Sub(
        this=exp.Add(this=exp.Mul(this=exp.Extract(this=exp.var("YEAR"), expression=latest.copy()), expression=lit(12)),
                     expression=exp.Extract(this=exp.var("MONTH"), expression=latest.copy())),
        expression=lit(1),
    )  # fmt: skip
    clamped = sql.least([sql.greatest([month, lit(_BEFORE)]), lit(_AFTER)])
    number = sql.case((sql.is_null(latest), lit(0)), (exp.EQ(this=latest.copy(), expression=lit(OPEN)), lit(1)), default=clamped)
    return sql.cast(number, "INT")

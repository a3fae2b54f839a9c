"""Fiscal years: a day on which each ends; or, where they changed, a list of such days with the irregular years between them."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, PlainSerializer, PlainValidator, StringConstraints, model_validator

from privacy_pipelines.policy.documents.terms import (
    YEAR_END_PATTERN,
    ColumnName,
    Day,
    Document,
    Name,
    Values,
    day_text,
    parse_day,
    parse_year_end,
)
from privacy_pipelines.policy.model import FiscalYears, IrregularYear
from privacy_pipelines.values import year_end_in

LONGEST_MONTHS = 18
"""Bokföringslagen 3 kap. 3 §: a fiscal year may be extended to eighteen months at most."""
EXPECTED = 'expected "MM-DD", or a list of them with {from: YYYY-MM-DD, to: YYYY-MM-DD} for each year that is not twelve months'


class IrregularYearBlock(Document):
    """A fiscal year that was shortened, extended or moved."""

    from_: Day = Field(alias="from", description="Its first day.", examples=["2018-07-01"])
    to: Day = Field(description="Its last day.", examples=["2019-12-31"])


def parse_fiscal_years(value: object) -> FiscalYears:
    """Year ends and irregular years in the order of time. Raises ValueError where one does not follow on the other.

    >>> parse_fiscal_years("06-30")
    ((6, 30),)
    """
    if isinstance(value, str):
        return (parse_year_end(value),)
    if not isinstance(value, list) or not value:
        raise ValueError(EXPECTED)
    years = tuple(_part(part) for part in value)
    _require_order(years)
    return years


def _part(value: object) -> tuple[int, int] | IrregularYear:
    if isinstance(value, str):
        return parse_year_end(value)
    if not isinstance(value, dict) or set(value) != {"from", "to"}:
        raise ValueError(EXPECTED)
    year = IrregularYear(parse_day(value["from"]), parse_day(value["to"]))
    after = year.last + timedelta(days=1)
    months = (after.year - year.first.year) * 12 + after.month - year.first.month + (after.day > year.first.day)
    if year.last <= year.first:
        raise ValueError(f"the year from {year.first} ends before it begins")
    if months > LONGEST_MONTHS:
        raise ValueError(f"the year from {year.first} to {year.last} is longer than {LONGEST_MONTHS} months")
    return year


def _require_order(years: FiscalYears) -> None:
    """Every year begins on the day after the one before it: a gap or an overlap would give a day no end, or two."""
    if isinstance(years[0], IrregularYear) or isinstance(years[-1], IrregularYear):
        raise ValueError('the list begins and ends with a regular year end, "MM-DD"')
    for before, after in pairwise(years):
        if not isinstance(before, IrregularYear) and not isinstance(after, IrregularYear):
            raise ValueError(f"say with {{from: …, to: …}} which year lies between {day_text(before)} and {day_text(after)}")
        if isinstance(after, IrregularYear):
            eve = after.first - timedelta(days=1)
            ends = before.last if isinstance(before, IrregularYear) else year_end_in(eve.year, before)
            if ends != eve:
                raise ValueError(f"the year from {after.first} does not begin on the day after a year end")
        elif isinstance(before, IrregularYear) and year_end_in(before.last.year, after) != before.last:
            raise ValueError(f"after {before.last} years end on {day_text(after)}, so the first of them is irregular too: list it")


def _text(years: FiscalYears) -> object:
    said = [_said(part) if isinstance(part, IrregularYear) else day_text(part) for part in years]
    return said[0] if len(said) == 1 else said


def _said(year: IrregularYear) -> dict[str, str]:
    return {"from": year.first.isoformat(), "to": year.last.isoformat()}


_YearEnd = Annotated[str, StringConstraints(pattern=YEAR_END_PATTERN)]
FiscalYearsField = Annotated[
    FiscalYears,
    PlainValidator(parse_fiscal_years, json_schema_input_type=_YearEnd | list[_YearEnd | IrregularYearBlock]),
    PlainSerializer(_text),
]


class EntityBlock(Document):
    """A legal entity whose fiscal years are its own."""

    fiscal_year_end: FiscalYearsField = Field(
        description='The day on which each of its fiscal years ends, "MM-DD"; or a list, where they changed.', examples=["04-30"]
    )
    values: Values | None = Field(
        default=None, description="What extracts call it. Left out: its name here.", examples=[["1000", "1010"]], min_length=1
    )


class EntityOfBlock(Document):
    """Which legal entity a row belongs to."""

    column: ColumnName | None = Field(default=None, description="The column that names it.", examples=["company_code"])
    always: Name | None = Field(default=None, description="The one entity of every row.", examples=["acme"])

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.column is None) == (self.always is None):
            raise ValueError("an entity is named by a column, or is `always` the same")
        return self

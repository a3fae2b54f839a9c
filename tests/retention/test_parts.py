"""Days that stand in parts, by the statements alone: of a card that expires by the end of a month, and of years that a form asks for."""

from __future__ import annotations

import pytest

from privacy_pipelines.policy.model import Policy
from tests.retention.memory import decided
from tests.retention.policies import policy as written

SOURCE = """
tables:
  cards:
    key: id
    fields:
      id: {category: user.unique_id, serves: [by_month, by_year, by_day, by_begin]}
      year: {category: user.content, serves: by_day, type: integer}
      month: {category: user.content, serves: by_day, type: integer}
      day: {category: user.content, serves: by_day, type: integer}
    events:
      month_end: {at: {year: year, month: month, day: last}}
      year_end: {at: {year: year, month: last, day: last}}
      whole: {at: {year: year, month: month, day: day}}
      year_begin: {at: {year: year, month: first, day: first}}
"""
OF_ROW = "starting_point: {{event: {}, of: record}}\non_missing_event: {{restrict: P6M, from: first_seen}}"
CASES = {
    "2026,2,3": ("2026-02-28", "2026-12-31", "2026-02-03", "2026-01-01"),
    "2024,2,30": ("2024-02-29", "2024-12-31", "?", "2024-01-01"),  # no such day
    "2026,13,1": ("?", "2026-12-31", "?", "2026-01-01"),
    "2026,,1": ("?", "2026-12-31", "?", "2026-01-01"),
    "2026,2,": ("2026-02-28", "2026-12-31", "?", "2026-01-01"),
    ",2,3": ("?", "?", "?", "?"),
    "26,2,3": ("?", "?", "?", "?"),  # a year has four digits
}
"""Year, month and day of a row; by the end of the month, by that of the year, by the day, and by the beginning of the year."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return law()


def law() -> Policy:
    """The policy of these tests."""
    events = {"by_month": "month_end", "by_year": "year_end", "by_day": "whole", "by_begin": "year_begin"}
    return written(SOURCE, **{purpose: OF_ROW.format(event) for purpose, event in events.items()})


def test_what_a_row_does_not_say_is_the_first_or_the_last_of_its_unit_and_what_is_no_day_is_missing(policy: Policy) -> None:
    lines = [f"{number},{parts}" for number, parts in enumerate(CASES)]
    found = decided(policy, "2026-01-10", cards="\n".join(["id,year,month,day", *lines]))["cards"]
    for number, days in enumerate(CASES.values()):
        said = found[str(number)].purposes
        names = ("by_month", "by_year", "by_day", "by_begin")
        assert [str(said[name].until) if str(said[name].until) != "2026-07-10" else "?" for name in names] == list(days)

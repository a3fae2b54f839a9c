"""The calendar: one step from the anchor, ends of units, rolling, and thresholds that say the same as dates (LAW §2.3)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from privacy_pipelines.policy.model import Company
from privacy_pipelines.retention.calendar import Level, Rule, add, dates, end_of, next_weekday, threshold
from privacy_pipelines.values import OPEN, Period
from tests.retention.rules import CHANGED, COMPANY, DAYS, RULES, in_a_year_ending

ONE_DAY = timedelta(days=1)


def naive_add(day: date, period: Period) -> date:
    """Count months one at a time, then step back to a day that exists."""
    year, month = day.year, day.month
    for _ in range(period.months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    number = day.day
    while number > calendar.monthrange(year, month)[1]:
        number -= 1
    return date(year, month, number) + timedelta(days=period.days)


@given(DAYS, st.integers(0, 130), st.integers(0, 400))
def test_adding_months_keeps_the_day_number_or_takes_the_last_of_the_month(day: date, months: int, days: int) -> None:
    period = Period(months, days)
    assert add(day, period) == naive_add(day, period)


def test_months_are_one_step_from_the_anchor() -> None:
    assert add(date(2025, 1, 31), Period(2)) == date(2025, 3, 31)
    assert add(add(date(2025, 1, 31), Period(1)), Period(1)) == date(2025, 3, 28)


@pytest.mark.parametrize(
    ("unit", "day", "end"),
    [
        ("end_of_month", date(2024, 2, 1), date(2024, 2, 29)),
        ("end_of_month", date(2025, 2, 28), date(2025, 2, 28)),
        ("end_of_calendar_year", date(2025, 1, 1), date(2025, 12, 31)),
        ("end_of_calendar_year", date(2025, 12, 31), date(2025, 12, 31)),
        ("end_of_fiscal_year", date(2025, 6, 30), date(2025, 6, 30)),
        ("end_of_fiscal_year", date(2025, 7, 1), date(2026, 6, 30)),
        ("end_of_vacation_year", date(2025, 3, 31), date(2025, 3, 31)),
        ("end_of_vacation_year", date(2025, 4, 1), date(2026, 3, 31)),
    ],
)
def test_a_unit_ends_on_its_last_day_also_for_that_day_itself(unit: str, day: date, end: date) -> None:
    company = in_a_year_ending((6, 30), vacation=(3, 31))
    assert end_of(unit, day, company) == end  # type: ignore[arg-type]


@given(DAYS, st.sampled_from([(2, 28), (2, 29), (4, 30), (6, 30), (8, 31), (12, 31)]))
def test_a_fiscal_year_ends_on_the_first_year_end_on_or_after_a_day(day: date, ends: tuple[int, int]) -> None:
    """A year end on 29 February is the last of February in other years."""
    walked = day
    while not (walked.month == ends[0] and walked.day == min(ends[1], calendar.monthrange(walked.year, walked.month)[1])):
        walked += ONE_DAY
    assert end_of("end_of_fiscal_year", day, in_a_year_ending(ends)) == walked


@pytest.mark.parametrize(
    ("day", "rolled"),
    [
        (date(2026, 6, 22), date(2026, 6, 22)),  # a Monday stays
        (date(2026, 6, 20), date(2026, 6, 22)),  # Midsummer Day, a Saturday
        (date(2026, 6, 19), date(2026, 6, 22)),  # Midsummer Eve
        (date(2027, 6, 25), date(2027, 6, 28)),  # the latest Midsummer Eve there is
        (date(2020, 6, 26), date(2020, 6, 26)),  # a Friday in June that is none
        (date(2025, 12, 24), date(2025, 12, 29)),  # Christmas Eve, two holidays, a Saturday and a Sunday (as scenario 19)
        (date(2026, 12, 31), date(2027, 1, 4)),  # New Year's Eve, New Year's Day, a weekend
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday to Easter Monday
        (date(2026, 1, 6), date(2026, 1, 7)),  # Epiphany
        (date(2026, 5, 1), date(2026, 5, 4)),  # May Day, a Friday
        (date(2026, 5, 14), date(2026, 5, 15)),  # Ascension Day
        (date(2025, 6, 6), date(2025, 6, 9)),  # the National Day, a Friday
        (date(2026, 10, 31), date(2026, 11, 2)),  # All Saints' Day, a Saturday
    ],
)
def test_a_last_day_rolls_over_saturdays_sundays_holidays_and_eves(day: date, rolled: date) -> None:
    """Lag 1930:173 2 §."""
    assert next_weekday(day) == rolled


@given(DAYS)
def test_rolling_never_moves_back_and_rests_on_a_weekday(day: date) -> None:
    rolled = next_weekday(day)
    assert day <= rolled <= day + timedelta(days=6)
    assert rolled.weekday() < 5
    assert next_weekday(rolled) == rolled


@given(st.one_of(RULES, CHANGED), DAYS)
def test_a_later_start_never_ends_earlier(rule: Rule, day: date) -> None:
    one, later = dates(rule, day, COMPANY), dates(rule, day + ONE_DAY, COMPANY)
    assert one.retain_until <= later.retain_until
    assert one.collect_from <= later.collect_from
    assert one.erase_by <= later.erase_by


@given(st.one_of(RULES, CHANGED))
def test_an_open_clock_has_no_end(rule: Rule) -> None:
    found = dates(rule, OPEN, COMPANY)
    assert (found.retain_until, found.collect_from, found.erase_by) == (OPEN, OPEN, OPEN)


@settings(max_examples=60)
@given(st.one_of(RULES, CHANGED), DAYS, st.sampled_from([Level.SETTLING, Level.ERASABLE, Level.OVERDUE]))
def test_the_threshold_is_the_last_start_that_has_sunk_so_far(rule: Rule, as_of: date, level: Level) -> None:
    """The exact boundary: it has sunk, and the day after has not."""
    last = threshold(rule, as_of, COMPANY, level)
    assert sunk(rule, last, as_of, level)
    assert not sunk(rule, last + ONE_DAY, as_of, level)


@given(st.one_of(RULES, CHANGED), DAYS)
def test_thresholds_of_deeper_levels_lie_earlier_and_move_on_with_the_day(rule: Rule, as_of: date) -> None:
    settling, erasable, overdue = (threshold(rule, as_of, COMPANY, level) for level in (Level.SETTLING, Level.ERASABLE, Level.OVERDUE))
    assert overdue <= erasable <= settling
    assert threshold(rule, as_of + ONE_DAY, COMPANY, Level.ERASABLE) >= erasable


@given(st.one_of(RULES, CHANGED), DAYS)
def test_nothing_is_erasable_on_its_last_day_and_everything_without_settling_is_on_the_next(rule: Rule, start: date) -> None:
    found = dates(rule, start, COMPANY)
    assert found.collect_from > found.retain_until
    if rule.settle == Period():
        assert found.collect_from == found.retain_until + ONE_DAY


def sunk(rule: Rule, start: date, as_of: date, level: Level) -> bool:
    """LAW §1 in its own words."""
    found = dates(rule, start, COMPANY)
    return {
        Level.SETTLING: as_of > found.retain_until,
        Level.ERASABLE: as_of >= found.collect_from,
        Level.OVERDUE: as_of > found.erase_by,
    }[level]


def test_the_company_of_these_tests_has_years_that_do_not_end_together() -> None:
    assert isinstance(COMPANY, Company)
    assert COMPANY.fiscal_year_end != COMPANY.vacation_year_end

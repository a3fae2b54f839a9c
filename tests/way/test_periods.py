"""Dates of a rule, through the real way. Every date is worked out by hand from LAW §5, none by the product's calendar."""

from __future__ import annotations

import pytest

from tests.way.house import Company, day, steps

FILES = """
tables:
  files:
    key: id
    fields:
      id: {category: user.unique_id, serves: rule}
      happened_on: {category: user.content, serves: rule, type: date}
      note: {category: user.content, serves: rule}
    events: {happened: happened_on}
"""
BOOKKEEPING = """
nature: duty
legal_basis: eu-gdpr:A6-1-c
starting_point: {event: happened, of: record, offset: [end_of_fiscal_year, end_of_calendar_year]}
period: P7Y
on_missing_event: {restrict: P10Y, from: first_seen}
"""


def stays_until(company: Company, event: str, last: str, first_gone: str) -> None:
    """One row with its event on `event`: in the store on the last day kept; the night after would erase it."""
    company.extract("files", last, f"id,happened_on,note\nF1,{event},x")
    company.night(last)
    assert company.keys("files") == ["F1"]
    clause = company.clause("files", "F1", "rule")
    assert (clause.retain_until, clause.erasable_from, clause.level) == (day(last), day(first_gone), "in_force")
    assert company.clause("files", "F1", "rule", as_of=first_gone).level == "erasable"


@pytest.mark.parametrize(
    ("fiscal_year_end", "voucher", "last", "first_gone"),
    [
        ("12-31", "2018-12-31", "2025-12-31", "2026-01-01"),  # scenario 1
        ("06-30", "2018-06-30", "2025-12-31", "2026-01-01"),  # scenario 2: the seventh year after the calendar year, not 2025-06-30
        ("04-30", "2019-04-30", "2026-12-31", "2027-01-01"),  # scenario 3
        ("06-30", "2018-07-01", "2026-12-31", "2027-01-01"),  # scenario 4: the fiscal year's end counts, not the invoice's date
    ],
)
def test_a_voucher_is_kept_through_the_seventh_year_after_the_calendar_year_in_which_its_fiscal_year_ended(
    company: Company, fiscal_year_end: str, voucher: str, last: str, first_gone: str
) -> None:
    company.policy(FILES, company=f'fiscal_year_end: "{fiscal_year_end}"', rule=BOOKKEEPING)
    stays_until(company, voucher, last, first_gone)


def test_in_a_changed_fiscal_year_the_year_end_that_the_source_sends_starts_the_clock(company: Company) -> None:
    """Scenario 5: an extended fiscal year 2018-07-01 to 2019-12-31 has a voucher of 2018-08-15; 2019 + 7 years."""
    yearly = BOOKKEEPING.replace("[end_of_fiscal_year, end_of_calendar_year]", "end_of_calendar_year")
    company.policy(FILES, rule=yearly)
    stays_until(company, "2019-12-31", "2026-12-31", "2027-01-01")


@pytest.mark.parametrize(
    ("event", "period", "last", "first_gone"),
    [
        ("2024-02-29", "P2Y", "2026-02-28", "2026-03-01"),  # scenario 6: no 29 February in 2026
        ("2024-02-29", "P4Y", "2028-02-29", "2028-03-01"),  # scenario 6: one in 2028
        ("2025-01-31", "P1M", "2025-02-28", "2025-03-01"),  # scenario 7
        ("2025-01-31", "P2M", "2025-03-31", "2025-04-01"),  # scenario 7: one step from the anchor, never 28 February plus a month
        ("2021-03-01", "P5Y", "2026-03-01", "2026-03-02"),  # scenario 8: calendar years; 1826 days here, 1827 would be a day late
        ("2025-05-31", "P9M", "2026-02-28", "2026-03-01"),  # scenario 13: LAS 25 §, re-employment
        ("2024-06-21", "P2Y", "2026-06-21", "2026-06-22"),  # scenario 14 without roll: a Sunday stays a Sunday
    ],
)
def test_a_period_ends_on_the_same_day_number_or_the_last_of_the_month(
    company: Company, event: str, period: str, last: str, first_gone: str
) -> None:
    company.policy(FILES, rule=f"starting_point: {{event: happened, of: record}}\nperiod: {period}")
    stays_until(company, event, last, first_gone)


def test_a_claim_that_ends_on_a_sunday_rolls_to_the_next_weekday(company: Company) -> None:
    """Scenario 14: 2026-06-21 is a Sunday."""
    company.policy(FILES, rule="nature: claims\nstarting_point: {event: happened, of: record}\nperiod: P2Y\nroll: next_weekday")
    stays_until(company, "2024-06-21", "2026-06-22", "2026-06-23")


def test_a_claim_rolls_over_christmas_to_the_first_working_day(company: Company) -> None:
    """Lag 1930:173 2 §: 24 December 2026 is a Thursday and counts as a Sunday, then 25 and 26, then Sunday 27."""
    company.policy(FILES, rule="nature: claims\nstarting_point: {event: happened, of: record}\nperiod: P2Y\nroll: next_weekday")
    stays_until(company, "2024-12-24", "2026-12-28", "2026-12-29")


@pytest.mark.parametrize(
    ("order", "last", "first_gone"),
    [("offset_then_period", "2025-07-30", "2025-07-31"), ("period_then_offset", "2025-07-31", "2025-08-01")],  # scenario 9
)
def test_the_order_of_offset_and_period_is_the_policys(company: Company, order: str, last: str, first_gone: str) -> None:
    company.policy(FILES, rule=f"starting_point: {{event: happened, of: record, offset: end_of_month, order: {order}}}\nperiod: P3M")
    stays_until(company, "2025-04-10", last, first_gone)


def test_holiday_pay_is_kept_two_years_from_the_end_of_its_vacation_year(company: Company) -> None:
    """Scenario 10 (AD 1997:143): the year to 1995-03-31 can be sued over until 1997-03-31."""
    company.policy(
        FILES,
        company='vacation_year_end: "03-31"',
        rule="nature: claims\nstarting_point: {event: happened, of: record, offset: end_of_vacation_year}\nperiod: P2Y",
    )
    stays_until(company, "1994-07-15", "1997-03-31", "1997-04-01")


STAMPED = FILES.replace("type: date}", "type: timestamp, zone: UTC}")
NEXT_YEAR = "starting_point: {event: happened, of: record, offset: end_of_calendar_year}\nperiod: P1Y"


@pytest.mark.parametrize("written", ["2025-12-31T23:30:00Z", "2025-12-31 23:30:00", "2026-01-01T00:30:00+01:00"])
def test_an_instant_counts_as_the_civil_date_in_stockholm(company: Company, written: str) -> None:
    """Scenario 11: half past eleven at night UTC on New Year's Eve is the new year in Stockholm."""
    company.policy(STAMPED, rule=NEXT_YEAR)
    stays_until(company, written, "2027-12-31", "2028-01-01")


def test_a_date_without_a_time_is_never_shifted(company: Company) -> None:
    """Scenario 12."""
    company.policy(FILES, rule=NEXT_YEAR)
    stays_until(company, "2025-12-31", "2026-12-31", "2027-01-01")


def test_a_record_is_not_erasable_on_its_last_day_and_erasable_on_the_next(company: Company) -> None:
    """Scenario 21, as it is explained and as the nights of both days do it."""
    company.policy(FILES, rule="starting_point: {event: happened, of: record}\nperiod: P1M\nexecution_window: P1M")
    company.extract("files", "2026-01-15", "id,happened_on,note\nF1,2026-01-10,x")
    company.night("2026-01-15")
    assert company.clause("files", "F1", "rule", as_of="2026-02-10").level == "in_force"
    assert company.clause("files", "F1", "rule", as_of="2026-02-11").level == "erasable"
    company.night("2026-02-10")
    assert company.keys("files") == ["F1"]
    company.night("2026-02-11")
    assert company.keys("files") == []


def test_a_record_is_erasable_on_its_last_allowed_day_and_overdue_on_the_next(company: Company) -> None:
    """Scenario 22: kept to 2026-02-10, and a month's window after."""
    company.policy(FILES, rule="starting_point: {event: happened, of: record}\nperiod: P1M\nexecution_window: P1M")
    company.extract("files", "2026-01-15", "id,happened_on,note\nF1,2026-01-10,x")
    company.night("2026-01-15")
    assert company.clause("files", "F1", "rule").erase_by == day("2026-03-10")
    assert company.clause("files", "F1", "rule", as_of="2026-03-10").level == "erasable"
    assert company.clause("files", "F1", "rule", as_of="2026-03-11").level == "overdue"


@pytest.mark.parametrize(("as_of", "late"), [("2026-03-10", 0), ("2026-03-11", 1)])
def test_only_what_is_erased_after_its_last_allowed_day_is_late(company: Company, as_of: str, late: int) -> None:
    """Scenario 22, as the night counts it."""
    company.policy(FILES, rule="starting_point: {event: happened, of: record}\nperiod: P1M\nexecution_window: P1M")
    company.extract("files", "2026-01-15", "id,happened_on,note\nF1,2026-01-10,x")
    company.night("2026-01-15")
    last = company.night(as_of)
    assert company.keys("files") == []
    assert (last.metrics["erased"], last.metrics["erased_late"]) == (1, late)


def test_collecting_waits_for_the_settling_days_inside_the_window(company: Company) -> None:
    """Kept to 2026-02-10; settling P14D keeps it in the store through 2026-02-24, restricted, and it goes on the 25th."""
    company.policy(FILES, rule="starting_point: {event: happened, of: record}\nperiod: P1M\nsettle: P14D\nexecution_window: P1M")
    company.extract("files", "2026-01-15", "id,happened_on,note\nF1,2026-01-10,x")
    company.night("2026-01-15")
    assert company.cluster("files", "F1", "note").state == "keep"
    company.night("2026-02-24")
    assert company.keys("files") == ["F1"]
    assert company.cluster("files", "F1", "note").state == "restrict"
    company.night("2026-02-25")
    assert company.keys("files") == []


def test_a_field_that_a_duty_and_a_short_purpose_share_is_kept_for_the_duty_alone_once_the_short_one_ended(company: Company) -> None:
    """Scenario 48, first half: keep P7Y, at most P3M for our own use."""
    shared = FILES.replace("note: {category: user.content, serves: rule}", "note: {category: user.content, serves: [rule, own_use]}")
    company.policy(shared, rule=BOOKKEEPING, own_use="starting_point: {event: happened, of: record}\nperiod: P3M")
    company.extract("files", "2026-01-15", "id,happened_on,note\nF1,2026-01-10,x")
    company.night("2026-01-15")
    assert company.cluster("files", "F1", "note", as_of="2026-04-10").state == "keep"
    assert company.cluster("files", "F1", "note", as_of="2026-04-11").state == "restrict"
    company.night("2026-04-11")
    assert company.row("files", "F1")["note"] == "x"
    company.night("2033-12-31")
    assert company.row("files", "F1")["note"] == "x"
    assert steps(company.night("2034-01-01")) == [("crm.files", "own_use+rule", "erase_row", 1, 3)]
    assert company.keys("files") == []

"""The dates of LAW §5, straight from the calendar; what versions of a rule say of them; and when a purpose ends for a record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from privacy_pipelines.policy.model import Company, IrregularYear, Offset, Policy, Version
from privacy_pipelines.retention.calendar import Dates, Kept, Level, Rule, dates, end_of, kept_through, threshold
from privacy_pipelines.retention.dates import Found, Record, earliest, latest, notice_rule, purpose_dates
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.rules import PurposeRule
from privacy_pipelines.retention.versions import unsaid_changes
from privacy_pipelines.values import OPEN, Period
from tests.retention.policies import in_folder
from tests.retention.rules import ACME, COMPANY, in_a_year_ending

K1: tuple[Offset, ...] = ("end_of_fiscal_year", "end_of_calendar_year")
DAY = timedelta(days=1)
WINDOW = Period(3)


def day(text: str) -> date:
    return date.fromisoformat(text)


def extended() -> Company:
    return replace(COMPANY, fiscal_year_end=(6, 30), fiscal_changes=(IrregularYear(day("2018-07-01"), day("2019-12-31")), (12, 31)))


@pytest.mark.parametrize(
    ("scenario", "rule", "start", "company", "until"),
    [
        (1, Rule(Period(84), WINDOW, offset=K1), "2018-12-31", in_a_year_ending((12, 31)), "2025-12-31"),
        (2, Rule(Period(84), WINDOW, offset=K1), "2018-06-30", in_a_year_ending((6, 30)), "2025-12-31"),
        (3, Rule(Period(84), WINDOW, offset=K1), "2019-04-30", in_a_year_ending((4, 30)), "2026-12-31"),
        (4, Rule(Period(84), WINDOW, offset=K1), "2018-07-01", in_a_year_ending((6, 30)), "2026-12-31"),
        (5, Rule(Period(84), WINDOW, offset=K1), "2018-08-15", extended(), "2026-12-31"),
        (6, Rule(Period(24), WINDOW), "2024-02-29", COMPANY, "2026-02-28"),
        (6, Rule(Period(48), WINDOW), "2024-02-29", COMPANY, "2028-02-29"),
        (7, Rule(Period(1), WINDOW), "2025-01-31", COMPANY, "2025-02-28"),
        (7, Rule(Period(2), WINDOW), "2025-01-31", COMPANY, "2025-03-31"),
        (8, Rule(Period(60), WINDOW), "2021-03-01", COMPANY, "2026-03-01"),
        (9, Rule(Period(3), WINDOW, offset=("end_of_month",)), "2025-04-10", COMPANY, "2025-07-30"),
        (9, Rule(Period(3), WINDOW, offset=("end_of_month",), period_first=True), "2025-04-10", COMPANY, "2025-07-31"),
        (10, Rule(Period(24), WINDOW, offset=("end_of_vacation_year",)), "1995-03-31", COMPANY, "1997-03-31"),
        (11, Rule(Period(12), WINDOW, offset=("end_of_calendar_year",)), "2026-01-01", COMPANY, "2027-12-31"),
        (13, Rule(Period(9), WINDOW), "2025-05-31", COMPANY, "2026-02-28"),
        (14, Rule(Period(24), WINDOW, roll=True), "2024-06-21", COMPANY, "2026-06-22"),
        (14, Rule(Period(24), WINDOW), "2024-06-21", COMPANY, "2026-06-21"),
        (38, Rule(Period(), WINDOW, lead=-1), "2026-02-05", COMPANY, "2026-02-04"),
    ],
)
def test_the_last_day_kept_is_the_laws(scenario: int, rule: Rule, start: str, company: Company, until: str) -> None:
    found = dates(rule, day(start), company)
    assert found.retain_until == day(until)
    assert found.collect_from == day(until) + DAY


def test_settling_and_the_window_count_from_the_last_day_kept() -> None:
    found = dates(Rule(Period(1), Period(3), Period(0, 14)), day("2025-12-31"), COMPANY)
    assert found == Dates(day("2026-01-31"), day("2026-02-15"), day("2026-04-30"))


def test_what_only_restricts_is_never_collected() -> None:
    found = dates(Rule(Period(), Period(1), lead=-1, restricts=True), day("2026-02-05"), COMPANY)
    assert found == Dates(day("2026-02-04"), OPEN, OPEN)


@pytest.mark.parametrize(
    ("on", "end"),
    [
        ("2017-07-01", "2018-06-30"),
        ("2018-07-01", "2019-12-31"),  # the extended year's first day, and its last
        ("2019-12-31", "2019-12-31"),
        ("2020-01-01", "2020-12-31"),
        ("2025-01-01", "2025-08-31"),  # the shortened year
        ("2025-08-31", "2025-08-31"),
        ("2025-09-01", "2026-08-31"),
    ],
)
def test_a_changed_fiscal_year_ends_on_its_own_last_day_and_the_next_begins_the_day_after(on: str, end: str) -> None:
    assert end_of("end_of_fiscal_year", day(on), COMPANY) == day(end)


def test_two_changed_years_may_follow_each_other() -> None:
    years = (IrregularYear(day("2018-07-01"), day("2019-12-31")), IrregularYear(day("2020-01-01"), day("2020-08-31")), (8, 31))
    company = replace(COMPANY, fiscal_changes=years)
    ends = [end_of("end_of_fiscal_year", day(on), company) for on in ("2019-12-31", "2020-01-01", "2020-08-31", "2020-09-01")]
    assert ends == [day("2019-12-31"), day("2020-08-31"), day("2020-08-31"), day("2021-08-31")]


def test_a_legal_entity_has_its_own_fiscal_years_and_the_companys_vacation_years() -> None:
    assert ACME.fiscal_year_end == (4, 30)
    assert end_of("end_of_fiscal_year", day("2018-08-15"), COMPANY, "acme") == day("2019-04-30")
    assert end_of("end_of_vacation_year", day("2018-08-15"), COMPANY, "acme") == day("2019-03-31")
    assert end_of("end_of_month", day("2018-08-15"), COMPANY, "acme") == day("2018-08-31")
    assert dates(Rule(Period(), WINDOW, offset=K1, entity="acme"), day("2018-08-15"), COMPANY).retain_until == day("2019-12-31")


SHORTER = Rule(Period(24), WINDOW, later=((day("2026-01-01"), Rule(Period(12), WINDOW)),))
LONGER = Rule(Period(12), WINDOW, later=((day("2026-01-01"), Rule(Period(24), WINDOW)),))


@pytest.mark.parametrize(
    ("rule", "start", "kept"),
    [
        (SHORTER, "2023-06-30", Kept(day("2025-06-30"), 0, None)),  # over before the new version
        (SHORTER, "2024-06-30", Kept(day("2025-12-31"), 1, day("2026-01-01"))),  # scenario 49: from its first day, and not before
        (SHORTER, "2024-12-30", Kept(day("2025-12-31"), 1, day("2026-01-01"))),
        (SHORTER, "2024-12-31", Kept(day("2025-12-31"), 1, None)),  # by its own period, on the same day
        (SHORTER, "2025-03-01", Kept(day("2026-03-01"), 1, None)),
        (LONGER, "2024-06-30", Kept(day("2025-06-30"), 0, None)),  # scenario 50: what had ended stays ended
        (LONGER, "2025-06-30", Kept(day("2026-06-30"), 0, None)),  # and what is under the old notice keeps its period
        (replace(LONGER, statutory=True), "2024-06-30", Kept(day("2026-06-30"), 1, None)),  # unless a statute says so
        (replace(SHORTER, statutory=True), "2024-06-30", Kept(day("2025-12-31"), 1, day("2026-01-01"))),
        (replace(SHORTER, later=(*SHORTER.later, (day("2026-02-01"), Rule(Period(), WINDOW)))), "2025-03-01",
         Kept(day("2026-01-31"), 2, day("2026-02-01"))),
    ],
)  # fmt: skip
def test_a_newer_version_of_a_rule_shortens_from_its_first_day_and_lengthens_only_a_duty(rule: Rule, start: str, kept: Kept) -> None:
    assert kept_through(rule, day(start), COMPANY) == kept


def test_the_oldest_and_the_latest_days_have_thresholds() -> None:
    """A start before 1800 or after 2399 is no date of anybody; where not even the first is due, nothing is."""
    rule = Rule(Period(12), WINDOW)
    assert threshold(rule, day("2026-01-01"), COMPANY, Level.SETTLING) == day("2024-12-31")
    assert threshold(rule, day("1800-06-01"), COMPANY, Level.SETTLING) == date.min
    assert threshold(rule, day("1801-01-02"), COMPANY, Level.SETTLING) == day("1800-01-01")


def test_a_purpose_is_alive_as_long_as_it_settles() -> None:
    assert [level.alive for level in Level] == [False, False, False, True, True, True]
    assert sorted(Level) == [Level.NOT_APPLICABLE, Level.OVERDUE, Level.ERASABLE, Level.SETTLING, Level.UNDETERMINED, Level.IN_FORCE]


POLICY: Policy = in_folder(Path(__file__).parents[1] / "policy" / "small")
START, OTHER, END, GATE = (Reach(Kind.OWN, name, "crm.people") for name in ("start", "other", "end", "gate"))
PURPOSE = PurposeRule(
    POLICY.purpose("relationship"), (START, OTHER), Rule(Period(12), WINDOW), Rule(Period(1), WINDOW), ((END, Rule(Period(), WINDOW)),),
    (GATE,), Rule(Period(), WINDOW),
)  # fmt: skip


def until(start: str = "", other: str = "", *, missing: str = "", end: str = "", gate: str = "2000-01-01", gone: str = "") -> date | None:
    """The last day for a record with these days."""
    starts = {START: Found(_day(start), None), OTHER: Found(_day(other), _day(missing))}
    record = Record({**starts, END: Found(_day(end), None), GATE: Found(_day(gate), None)}, _day(gone), None, day("2026-01-01"))
    found = purpose_dates(PURPOSE, record, COMPANY)
    return found.retain_until if found else None


def _day(text: str) -> date | None:
    return day(text) if text else None


def test_a_purpose_ends_with_the_last_of_its_starts_or_the_first_of_its_ends() -> None:
    assert until() is None
    assert until("2025-01-01") == day("2026-01-01")
    assert until("2025-01-01", "2025-06-30") == until("2025-06-30", "2025-01-01") == day("2026-06-30")
    assert until("2025-01-01", missing="2026-01-01") == day("2026-02-01")
    assert until(missing="2026-01-01") == day("2026-02-01")
    assert until("2025-01-01", end="2025-08-31") == until("2025-01-01", gone="2025-08-31") == day("2025-08-31")
    assert until("2025-01-01", end="2025-08-31", gone="2025-03-31") == day("2025-03-31")
    assert until("2025-01-01", end="2027-08-31") == day("2026-01-01")
    assert until(end="2025-08-31", gone="2025-08-31") is None


def test_without_what_admits_it_a_purpose_never_applied() -> None:
    assert until("2025-01-01", gate="") is None


def test_an_end_that_only_restricts_is_no_date() -> None:
    waits = replace(PURPOSE, ends=((END, Rule(Period(), WINDOW, restricts=True)),), gates=())
    record = Record(
        {START: Found(day("2025-01-01"), None), OTHER: Found(None, None), END: Found(day("2025-02-01"), None)},
        None,
        None,
        day("2026-01-01"),
    )
    found = purpose_dates(waits, record, COMPANY)
    assert found is not None
    assert found.retain_until == day("2026-01-01")


@pytest.mark.parametrize(
    ("noticed", "as_of", "first", "months", "later"),
    [
        ("2023-12-31", "2026-06-01", "2020-01-01", 36, 2),
        ("2024-01-01", "2026-06-01", "2024-01-01", 24, 1),
        ("2025-12-31", "2026-06-01", "2024-01-01", 24, 1),
        ("2026-01-01", "2026-06-01", "2026-01-01", 12, 0),
        ("2019-01-01", "2026-06-01", "2020-01-01", 36, 2),  # older than every notice
        (None, "2026-06-01", "2020-01-01", 36, 2),
        ("2026-01-01", "2026-01-01", "2026-01-01", 12, 0),  # in force from its first day
        ("2025-12-31", "2025-12-31", "2024-01-01", 24, 0),  # what lies ahead has given no notice, and counts for nobody yet
        ("2019-01-01", "2019-06-01", "2020-01-01", 36, 0),
    ],
)
def test_a_start_counts_by_the_notice_under_which_its_record_was_collected(
    noticed: str | None, as_of: str, first: str, months: int, later: int
) -> None:
    versions = tuple((day(f"{year}-01-01"), Rule(Period(period), WINDOW)) for year, period in ((2020, 36), (2024, 24), (2026, 12)))
    rule = replace(PURPOSE, versions=versions, rule=versions[-1][1])
    asked = Record({}, None, day(noticed) if noticed else None, day(as_of))
    found, counted = notice_rule(rule, START, asked)
    assert (found, counted.period, len(counted.later)) == (day(first), Period(months), later)


def test_cells_live_as_long_as_the_longest_of_their_purposes_and_end_with_the_first_of_what_ends_them() -> None:
    one, two = (
        Dates(day("2026-01-01"), day("2026-03-02"), day("2026-04-01")),
        Dates(day("2026-02-01"), day("2026-02-02"), day("2026-05-01")),
    )
    assert latest([one, two]) == Dates(two.retain_until, one.collect_from, two.erase_by)
    assert earliest(one, two) == Dates(one.retain_until, two.collect_from, one.erase_by)
    assert latest([]) is None


def changed(**what: object) -> tuple[str, ...]:
    """What is said of the relationship after such a change, on 2026-06-01."""
    was = POLICY.purpose("relationship")
    now = replace(POLICY, purposes=(replace(was, **what),))  # type: ignore[arg-type]
    return unsaid_changes(POLICY, now, day("2026-06-01"))


def older(period: int, first: str = "2026-01-01") -> Version:
    return replace(POLICY.purpose("relationship").versions[0], period=Period(period), effective_from=day(first))


def test_a_rule_that_was_changed_without_its_earlier_version_is_said_and_no_other_change_is() -> None:
    assert changed() == changed(execution_window=Period(9)) == changed(name="another", period=Period(1)) == ()
    assert len(changed(period=Period(1))) == len(changed(roll="next_weekday")) == 1
    assert changed(period=Period(1))[0].startswith("purpose relationship: its rule (P0D and what goes with it, from 2026-01-01)")
    assert changed(period=Period(1), effective_from=day("2026-06-01"), earlier=(older(0),)) == ()


@pytest.mark.parametrize(
    ("as_of", "periods", "said"),
    [
        ("2026-06-01", (0, 1, 2), False),
        ("2026-06-01", (0, 3), True),  # the second had been in force since that very day
        ("2026-05-31", (0, 3), False),  # it lay ahead, and may go without a trace
        ("2026-05-31", (1, 3), True),
        ("2025-12-31", (1, 2), True),  # nothing was in force: the first is the one that was known
        ("2025-12-31", (0, 2), False),
    ],
)
def test_only_a_version_that_had_been_in_force_must_be_named(as_of: str, periods: tuple[int, ...], said: bool) -> None:
    was = POLICY.purpose("relationship")
    before = replace(was, period=Period(1), effective_from=day("2026-06-01"), earlier=(older(0),))
    first, *rest = periods
    now = replace(
        was,
        period=Period(periods[-1]),
        effective_from=day("2027-01-01"),
        earlier=(older(first), *(older(n, "2026-06-01") for n in rest[:-1])),
    )
    found = unsaid_changes(replace(POLICY, purposes=(before,)), replace(POLICY, purposes=(now,)), day(as_of))
    assert bool(found) is said

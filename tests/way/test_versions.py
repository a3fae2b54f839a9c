"""A rule that changes: from when a shorter or longer period counts, and for what (LAW §5, 49 and 50). All dates are worked out by hand."""

from __future__ import annotations

import pytest

from tests.way.house import Company, day, withheld

FILES = """
tables:
  files:
    key: id
    collected: collected_on
    fields:
      id: {category: user.unique_id, serves: rule}
      happened_on: {category: user.content, serves: rule, type: date}
      collected_on: {category: user.content, serves: rule, type: date}
      note: {category: user.content, serves: rule}
    events: {happened: happened_on}
"""
NOTHING_UNFORESEEN = "guards: {unexpected_share: 0.0, unexpected_count: 0, row_drop: 1.0, vanished_share: 1.0, clock_lead: P2D}"
EVENT = "starting_point: {event: happened, of: record}\nexecution_window: P3M\n"
DUTY = "nature: duty\nlegal_basis: eu-gdpr:A6-1-c\non_missing_event: {restrict: P3Y, from: first_seen}\n"


def law(company: Company, period: str, *, before: str = "", since: str = "2026-01-01", duty: bool = False) -> Company:
    """The policy with `period` in force from `since`, and if need be with what it was before, from 2024."""
    rule = f"{EVENT}period: {period}\n" + (DUTY if duty else "")
    if before:
        old = f"{{period: {before}, effective_from: 2024-01-01, approved_by: dpo, source: the old one}}"
        rule += f"effective_from: {since}\nearlier: [{old}]"
    else:
        rule += "effective_from: 2024-01-01"
    return company.policy(FILES, company=NOTHING_UNFORESEEN, rule=rule)


def arrives(company: Company, on: str, *rows: str) -> None:
    """Rows with their event and an empty day of collection: they were collected when they were first seen."""
    company.extract("files", on, "\n".join(["id,happened_on,collected_on,note", *(f"{row},,x" for row in rows)]))


def test_a_shortened_period_makes_data_erasable_from_its_own_first_day_and_not_before(company: Company) -> None:
    """Scenario 49: F1 would have stayed until 2026-06-01, and was over by the new period on 2025-06-01; F2 was over by the old one."""
    law(company, "P24M")
    arrives(company, "2025-12-01", "F1,2024-06-01", "F2,2023-12-15", "F3,2025-06-01")
    company.night("2025-12-01")
    law(company, "P12M", before="P24M")
    company.night("2025-12-31")
    assert company.keys("files") == ["F1", "F3"]
    last = company.night("2026-01-01")
    assert (company.keys("files"), last.metrics["erased_late"], withheld(last)) == (["F3"], 0, [])
    assert company.clause("files", "F3", "rule").retain_until == day("2026-06-01")


def test_what_a_shortened_period_makes_erasable_is_overdue_only_after_the_window_from_that_day(company: Company) -> None:
    """Scenario 49: erasable from 2026-01-01, so by 2026-03-31, although the new period had passed in June of the year before."""
    law(company, "P12M", before="P24M")
    arrives(company, "2025-12-01", "F1,2024-06-01")
    company.night("2025-12-01")
    found = company.clause("files", "F1", "rule")
    assert (found.retain_until, found.period, found.source, found.notice) == (day("2026-06-01"), "P2Y", "the old one", day("2024-01-01"))
    found = company.clause("files", "F1", "rule", as_of="2026-03-31")
    assert (found.retain_until, found.erasable_from, found.erase_by) == (day("2025-12-31"), day("2026-01-01"), day("2026-03-31"))
    assert (found.level, found.period, found.source, found.cut_on) == ("erasable", "P1Y", "a test", day("2026-01-01"))
    assert company.clause("files", "F1", "rule", as_of="2026-04-01").level == "overdue"
    (line,) = [one for one in company.explain("files", "F1", as_of="2026-03-31").lines() if "A purpose" in one]
    assert "which has only counted since 2026-01-01, collected under the notice of 2024-01-01" in line


def test_a_shortened_period_that_nobody_announced_waits_for_a_person(company: Company) -> None:
    """The version is there, but yesterday's law did not know of it."""
    law(company, "P24M")
    arrives(company, "2025-12-01", "F1,2024-06-01")
    company.night("2025-12-01")
    law(company, "P12M", before="P24M")
    last = company.night("2026-01-01")
    assert (company.keys("files"), [part["purpose"] for part in withheld(last)]) == (["F1"], ["rule"])


@pytest.mark.parametrize(
    ("key", "kept"),
    [
        ("F1", "2025-06-01"),  # had ended before the longer period took effect
        ("F2", "2025-12-31"),  # ends on its eve
        ("F3", "2026-10-01"),  # lives on, but was collected under the older notice
        ("F4", "2027-10-01"),  # collected under the new one
    ],
)
def test_a_lengthened_period_revives_nothing_and_reaches_no_data_of_an_older_notice(company: Company, key: str, kept: str) -> None:
    """Scenario 50."""
    law(company, "P12M")
    arrives(company, "2025-05-01", "F1,2024-06-01", "F2,2024-12-31", "F3,2025-10-01")
    company.night("2025-05-01")
    law(company, "P24M", before="P12M")
    company.extract("files", "2026-01-02", "id,happened_on,collected_on,note\nF3,2025-10-01,,x\nF4,2025-10-01,,x")
    assert company.clause("files", key, "rule", as_of="2025-12-31").retain_until == day(kept) if key != "F4" else True
    company.night("2026-01-02")
    assert company.keys("files") == ["F3", "F4"]
    if key in ("F3", "F4"):
        assert company.clause("files", key, "rule").retain_until == day(kept)


def test_a_lengthened_duty_reaches_what_was_collected_before_it_and_what_the_shorter_one_had_ended(company: Company) -> None:
    """Scenario 50, a statute: F1 was erasable from 2025-06-02 on and no night has run since; it stays until 2026-06-01."""
    law(company, "P12M", duty=True)
    arrives(company, "2025-05-01", "F1,2024-06-01", "F3,2025-10-01")
    company.night("2025-05-01")
    assert company.clause("files", "F1", "rule", as_of="2025-12-31").level == "overdue"
    law(company, "P24M", before="P12M", duty=True)
    company.night("2026-01-02")
    assert company.keys("files") == ["F1", "F3"]
    assert [company.clause("files", key, "rule").retain_until for key in ("F1", "F3")] == [day("2026-06-01"), day("2027-10-01")]


def test_a_longer_duty_that_is_not_in_force_yet_keeps_nothing(company: Company) -> None:
    law(company, "P24M", before="P12M", duty=True)
    arrives(company, "2025-05-01", "F1,2024-06-01")
    company.night("2025-05-01")
    company.night("2025-12-31")
    assert company.keys("files") == []


def test_the_day_of_collecting_says_which_notice_counts_where_the_source_has_it(company: Company) -> None:
    """Both arrive in 2026. F1 was collected in 2025, and keeps the shorter period of its notice; a sentinel is no day."""
    law(company, "P24M", before="P12M")
    rows = "F1,2025-10-01,2025-11-01,x\nF2,2025-10-01,2026-01-01,x\nF3,2025-10-01,1900-01-01,x"
    company.extract("files", "2026-01-10", f"id,happened_on,collected_on,note\n{rows}")
    company.night("2026-01-10")
    kept = [company.clause("files", key, "rule").retain_until for key in ("F1", "F2", "F3")]
    assert kept == [day("2026-10-01"), day("2027-10-01"), day("2027-10-01")]


def test_of_three_versions_each_counts_from_its_own_first_day(company: Company) -> None:
    """P36M, then P12M from 2025, then P24M from 2026. F1 of 2022-06-01 ended when the second took effect, and the third revives nothing."""
    earlier = "[{period: P12M, effective_from: 2025-01-01, approved_by: dpo}, {period: P36M, effective_from: 2020-01-01, approved_by: dpo}]"
    company.policy(FILES, rule=f"{EVENT}period: P24M\neffective_from: 2026-01-01\nearlier: {earlier}")
    arrives(company, "2024-06-01", "F1,2022-06-01", "F2,2024-03-01")
    company.night("2024-06-01")
    assert company.clause("files", "F1", "rule").retain_until == day("2025-06-01")
    assert company.clause("files", "F1", "rule", as_of="2026-02-01").retain_until == day("2024-12-31")
    assert company.clause("files", "F2", "rule", as_of="2026-02-01").retain_until == day("2025-03-01")


def test_a_rule_that_was_changed_without_its_earlier_version_is_a_finding(company: Company) -> None:
    law(company, "P24M")
    arrives(company, "2025-12-01", "F3,2025-06-01")
    company.night("2025-12-01")
    law(company, "P12M")
    last = company.night("2025-12-02")
    assert [found for found in last.record["plan"]["findings"] if "changed without a trace" in found and "P2Y" in found]


def test_a_version_that_never_was_in_force_may_go_without_a_trace(company: Company) -> None:
    law(company, "P12M", before="P24M")
    arrives(company, "2025-12-01", "F3,2025-06-01")
    company.night("2025-12-01")
    law(company, "P24M")
    last = company.night("2025-12-02")
    assert last.record["plan"]["findings"] == []


def test_a_policy_whose_first_version_lies_ahead_decides_nothing(company: Company) -> None:
    from privacy_pipelines.errors import PolicyErrors

    law(company, "P12M", before="P24M")
    arrives(company, "2023-12-31", "F1,2023-06-01")
    with pytest.raises(PolicyErrors, match="purpose rule: is not in force before 2024-01-01"):
        company.night("2023-12-31")

"""What `check` says of a rule's bounds and of its earlier versions, with file and line."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.policy.load import load
from tests.way.house import Company

SOURCE = """
tables:
  files:
    key: id
    collected: COLLECTED
    fields:
      id: {category: user.unique_id, serves: rule}
      happened_on: {category: user.content, serves: rule, type: date}
      note: {category: user.content, serves: rule}
    events: {happened: happened_on}
"""
RULE = "starting_point: {event: happened, of: record}\neffective_from: 2026-01-01\n"


def said(company: Company, rule: str, collected: str = "happened_on") -> list[str]:
    """Every problem, as `check` prints it, without the folder."""
    company.policy(SOURCE.replace("COLLECTED", collected), rule=RULE + rule)
    try:
        load(company.paths.policies)
    except PolicyErrors as found:
        return [str(problem).rpartition("/policies/")[2] for problem in found.problems]
    return []


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("period: P1Y\nat_least: P7Y\nat_most: P3M", "at least P7Y and at most P3M: no period is both"),
        ("period: P1Y\nat_least: P7Y", "period P1Y can be shorter than at_least P7Y"),
        ("period: P4Y\nat_most: P36M", "period P4Y can be longer than at_most P3Y"),
        ("period: P365D\nat_least: P1Y", "period P365D can be shorter than at_least P1Y"),
        (
            "period: P1Y\nat_most: P1Y\nearlier: [{period: P2Y, effective_from: 2024-01-01, approved_by: dpo}]",
            "period P2Y can be longer than at_most P1Y",
        ),
        (
            "period: P1Y\nearlier: [{period: P2Y, effective_from: 2026-01-01, approved_by: dpo}]",
            "an earlier version from 2026-01-01, and today's from 2026-01-01",
        ),
        (
            "period: P1Y\nearlier: [{period: P2Y, effective_from: 2024-01-01, approved_by: dpo}, "
            "{period: P3Y, effective_from: 2024-01-01, approved_by: dpo}]",
            "two versions begin on 2024-01-01",
        ),
        (
            "period: P1Y\nearlier: [{period: P12M, effective_from: 2024-01-01, approved_by: dpo}]",
            "the version of 2024-01-01 says what the next one says",
        ),
        ("period: P1Y\nearlier: [{effective_from: 2024-01-01, approved_by: dpo}]", "period"),
    ],
)
def test_bounds_and_versions_that_cannot_be_are_named_with_their_line(company: Company, rule: str, problem: str) -> None:
    """Scenario 48, second half: what must be kept longer than it may be kept is an error, before any night."""
    found = said(company, rule)
    assert [one for one in found if problem in one and one.startswith("purposes/rule.yaml:")], found
    assert len([one for one in found if "no period is both" in one]) == int("no period" in problem)


@pytest.mark.parametrize(
    "rule",
    [
        "period: P7Y\nat_least: P7Y\nat_most: P10Y",
        "period: P12M\nat_least: P1Y\nat_most: P12M",
        "period: P1Y\nearlier: [{period: P2Y, effective_from: 2024-01-01, approved_by: dpo}, "
        "{period: P1Y, effective_from: 2022-01-01, approved_by: dpo}]",
        "period: P1Y\nearlier: [{period: P1Y, effective_from: 2024-01-01, approved_by: dpo, offset: end_of_month}]",
    ],
)
def test_bounds_and_versions_that_agree_are_no_problem(company: Company, rule: str) -> None:
    assert said(company, rule) == []


@pytest.mark.parametrize(
    ("column", "problem"), [("hapened_on", "unknown column 'hapened_on'"), ("note", "needs a date, but 'note' is text")]
)
def test_the_day_of_collecting_is_a_declared_date(company: Company, column: str, problem: str) -> None:
    found = said(company, "period: P1Y", column)
    assert [one for one in found if problem in one and one.startswith("sources/crm.yaml:")], found

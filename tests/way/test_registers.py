"""A register without dates: who is listed is in force, and who leaves the list ends (an event with `open_if` and no `at`)."""

from __future__ import annotations

from tests.way.customers import ANY_DROP
from tests.way.house import Company, day

SUPPLIERS = """
tables:
  suppliers:
    key: id
    subject: supplier_vendor
    fields:
      id: {category: user.unique_id, serves: supply}
      contact_name: {category: user.name, serves: supply}
    events:
      listed: {open_if: "id IS NOT NULL"}
"""
SUPPLY = """
starting_point: {event: listed, of: subject}
period: P0D
settle: P14D
on_missing_event: {restrict: P12M, from: first_seen}
"""


def test_a_listed_supplier_lives_and_one_that_left_the_list_ends_after_the_grace(company: Company) -> None:
    company.policy(SUPPLIERS, company=ANY_DROP, supply=SUPPLY)
    company.extract("suppliers", "2026-01-31", "id,contact_name\nS1,Ada\nS2,Bo")
    company.night("2026-01-31")
    assert company.keys("suppliers") == ["S1", "S2"]
    assert company.cluster("suppliers", "S1", "contact_name").state == "keep"
    company.extract("suppliers", "2026-02-01", "id,contact_name\nS1,Ada")
    company.night("2026-02-01")
    assert company.keys("suppliers") == ["S1", "S2"]  # gone on 1 February, and settling through the 15th
    company.night("2026-02-15")
    assert company.keys("suppliers") == ["S1", "S2"]
    company.night("2026-02-16")
    assert company.keys("suppliers") == ["S1"]


def test_a_claim_is_counted_from_the_day_on_which_the_list_had_nobody_any_more(company: Company) -> None:
    """The list itself is the event, so what was open ended on the first night without it: no date is missing, and a duty lasts its time."""
    claims = "nature: claims\nstarting_point: {event: listed, of: record}\nperiod: P3Y"
    source = SUPPLIERS.replace("serves: supply", "serves: [supply, claims]")
    company.policy(source, company=ANY_DROP, supply=SUPPLY, claims=claims)
    company.extract("suppliers", "2026-01-31", "id,contact_name\nS1,Ada\nS2,Bo")
    company.night("2026-01-31")
    company.extract("suppliers", "2026-02-01", "id,contact_name\nS1,Ada")
    company.night("2026-02-01")
    clause = company.clause("suppliers", "S2", "claims")
    assert (clause.level, clause.retain_until) == ("in_force", day("2029-02-01"))
    assert company.clause("suppliers", "S2", "supply").retain_until == day("2026-02-01")
    company.night("2026-02-16")
    assert company.cluster("suppliers", "S2", "contact_name").state == "restrict"
    company.night("2029-02-01")
    assert company.keys("suppliers") == ["S1", "S2"]
    company.night("2029-02-02")
    assert company.keys("suppliers") == ["S1"]

"""A register without dates: who is listed is in force, and who leaves the list ends (an event with `open_if` and no `at`)."""

from __future__ import annotations

from tests.way.customers import ANY_DROP
from tests.way.house import Company

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

"""Customers as a small policy: contacts → accounts ← contracts, and the three tables' extracts of a day."""

from __future__ import annotations

from tests.way.house import Company

SOURCE = """
tables:
  accounts:
    key: id
    fields:
      id: {category: system.operations}
  contacts:
    key: id
    subject: customer
    links: {account_id: accounts}
    fields:
      id: {category: user.unique_id, serves: relationship}
      account_id: {category: user.unique_id, serves: relationship}
      name: {category: user.name, serves: relationship}
      left_on: {category: user.workplace, serves: relationship, type: date}
    events: {contact_left: left_on}
  contracts:
    key: id
    links: {account_id: accounts}
    scopes: {relationship: record}
    fields:
      id: {category: user.unique_id, serves: relationship}
      account_id: {category: user.unique_id, serves: relationship}
      status: {category: user.content, serves: relationship, accepted: [active, ended]}
      ends_on: {category: user.content, serves: relationship, type: date}
      cancelled_on: {category: user.content, serves: relationship, type: date}
    events:
      contract_end: {at: [cancelled_on, ends_on], open_if: "status = 'active'"}
"""
RELATIONSHIP = """
starting_point: {event: contract_end, of: subject}
ended_by: [{event: contact_left, period: P0D, execution_window: P30D}]
period: P0D
settle: P14D
execution_window: P3M
on_missing_event: {restrict: P12M, from: first_seen}
"""
ANY_DROP = "guards: {unexpected_share: 0.0, unexpected_count: 20, row_drop: 1.0, vanished_share: 0.05, clock_lead: P2D}"
"""Guards of a company so small that one vanished row is half a table."""


def customers(one: Company, **more: str) -> Company:
    """The policy, with further purposes or another source, company or purpose text."""
    source = more.pop("source", SOURCE)
    return one.policy(source, company=more.pop("company", ANY_DROP), **{"relationship": RELATIONSHIP, **more})


def extracts(company: Company, day: str, *, contacts: str, contracts: str, accounts: str = "A1 A2 A3 A4 A5") -> None:
    """The day's three extracts. Rows stand one to a line: `C1,A1,Ada,` and `K1,A1,active,,`."""
    company.extract("accounts", day, "\n".join(["id", *accounts.split()]))
    company.extract("contacts", day, f"id,account_id,name,left_on\n{contacts}")
    company.extract("contracts", day, f"id,account_id,status,ends_on,cancelled_on\n{contracts}")

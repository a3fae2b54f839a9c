"""What has ended stays ended: clearing the date that ended a purpose must not bring the purpose back."""

from __future__ import annotations

from tests.way.customers import ANY_DROP
from tests.way.house import Company

ORDERS = """
extract: {path: "{table}-{day}.csv", keep: P30D, freshness: P9D, mode: increment, deletes: none}
tables:
  customers:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: relationship}
      name: {category: user.name, serves: relationship}
  orders:
    key: id
    links: {customer_id: customers}
    fields:
      id: {category: user.unique_id, serves: [bookkeeping, delivery]}
      customer_id: {category: user.unique_id, serves: [bookkeeping, delivery]}
      ordered_on: {category: user.financial, serves: bookkeeping, type: date}
      shipped_on: {category: user.content, serves: delivery, type: date}
      address: {category: user.contact.address, serves: delivery}
    events:
      voucher: ordered_on
      shipped: {at: shipped_on, open_if: "shipped_on IS NULL"}
"""
BOOKKEEPING = """
nature: duty
legal_basis: eu-gdpr:A6-1-c
starting_point: {event: voucher, of: record, offset: end_of_calendar_year}
period: P7Y
on_missing_event: {restrict: P10Y, from: first_seen}
"""
DELIVERY = "starting_point: {event: shipped, of: record}\nperiod: P0D"
RELATIONSHIP = "starting_point: {event: shipped, of: subject}\nperiod: P24M"


def test_an_event_whose_own_purpose_has_ended_still_ends_the_others(company: Company) -> None:
    """Shipped in January 2025: nothing of the delivery is needed in 2026; the relationship ends with January 2027, nothing opens again."""
    company.policy(ORDERS, company=ANY_DROP, bookkeeping=BOOKKEEPING, delivery=DELIVERY, relationship=RELATIONSHIP)
    company.extract("customers", "2026-02-01", "id,name\nC1,Ada")
    company.extract("orders", "2026-02-01", "id,customer_id,ordered_on,shipped_on,address\nO1,C1,2025-01-30,2025-01-31,Storgatan 1")
    company.night("2026-02-01")
    assert company.row("orders", "O1")["address"] is None
    assert company.cluster("orders", "O1", "customer_id").state == "restrict"
    company.night("2026-02-02")
    assert company.cluster("orders", "O1", "customer_id").state == "restrict"
    company.night("2027-01-31")
    assert company.keys("customers") == ["C1"]
    company.night("2027-02-01")
    assert company.keys("customers") == []
    assert company.keys("orders") == ["O1"]

"""A record to which no purpose applies waits for the company's ceiling, restricted: as long as its source still sends it."""

from __future__ import annotations

from tests.way.customers import ANY_DROP
from tests.way.house import Company, day, withheld

UNEXPLAINED = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: [relationship, books]}
      name: {category: user.name, serves: [relationship, books]}
      phone: {category: user.contact.phone_number, serves: relationship}
  orders:
    key: id
    links: {person_id: people}
    scopes: {relationship: record}
    fields:
      id: {category: user.unique_id, serves: [relationship, books]}
      person_id: {category: user.unique_id, serves: [relationship, books]}
      ordered_on: {category: user.content, serves: [relationship, books], type: date}
    events: {order: ordered_on}
"""


def test_a_record_that_no_purpose_explains_goes_when_its_source_has_deleted_it(company: Company) -> None:
    """Bo never ordered: by the ceiling he would stay until January 2027. Deleted at the source, he goes after the longest settle, which is
    fourteen days; no duty keeps what it does not apply to. Ada's voucher keeps her name. Cy is still sent, and still waits.
    """
    order = "starting_point: {event: order, of: subject}\non_missing_event: {restrict: P8Y, from: first_seen}\n"
    company.policy(
        UNEXPLAINED,
        company=ANY_DROP,
        relationship=order.replace("P8Y", "P12M") + "period: P12M\nsettle: P14D",
        books=order + "nature: duty\nlegal_basis: eu-gdpr:A6-1-c\nperiod: P7Y",
    )
    orders = "id,person_id,ordered_on\nO1,P1,2026-01-05"
    company.extract("people", "2026-01-10", "id,name,phone\nP1,Ada,070\nP2,Bo,071\nP3,Cy,072")
    company.extract("orders", "2026-01-10", orders)
    company.night("2026-01-10")
    assert company.cluster("people", "P2", "phone").retain_until == day("2027-01-10")
    company.extract("people", "2026-02-01", "id,name,phone\nP3,Cy,072")
    company.extract("orders", "2026-02-01", orders)
    last = company.night("2026-02-01")
    assert company.cluster("people", "P2", "phone").retain_until == day("2026-02-01")
    assert last.metrics["undetermined"] == 4
    company.night("2026-02-15")
    assert company.keys("people") == ["P1", "P2", "P3"]
    last = company.night("2026-02-16")
    assert company.rows("people") == [{"id": "P1", "name": "Ada", "phone": None}, {"id": "P3", "name": "Cy", "phone": "072"}]
    assert company.explain("people", "P2").found == "left_behind"
    assert withheld(last) == []
    assert last.metrics["overdue"] == 0
    company.night("2027-01-11", today="2027-01-11")
    assert company.keys("people") == ["P1"]


def test_who_comes_back_before_that_waits_for_the_ceiling_as_before(company: Company) -> None:
    relationship = (
        "starting_point: {event: order, of: subject}\nperiod: P12M\nsettle: P14D\non_missing_event: {restrict: P12M, from: first_seen}"
    )
    company.policy(UNEXPLAINED.replace("[relationship, books]", "relationship"), company=ANY_DROP, relationship=relationship)
    company.extract("orders", "2026-01-10", "id,person_id,ordered_on")
    company.extract("people", "2026-01-10", "id,name,phone\nP1,Ada,070\nP2,Bo,071")
    company.night("2026-01-10")
    company.extract("people", "2026-02-01", "id,name,phone\nP1,Ada,070")
    company.night("2026-02-01")
    company.extract("people", "2026-02-10", "id,name,phone\nP1,Ada,070\nP2,Bo,071")
    company.night("2026-02-10")
    company.night("2026-03-01")
    assert company.cluster("people", "P2", "phone").retain_until == day("2027-01-10")

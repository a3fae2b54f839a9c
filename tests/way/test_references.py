"""A link that is a reference and no more: it names a row, and no way to a data subject goes over it."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from tests.way.customers import ANY_DROP
from tests.way.house import Company, day

SHOP = """
tables:
  customers:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: relationship}
      name: {category: user.name, serves: relationship}
  vendors:
    key: id
    subject: {kind: vendor, when: "kind = 'person'"}
    fields:
      id: {category: user.unique_id, serves: supply}
      kind: {category: system.operations}
      listed_on: {category: user.content, serves: supply, type: date}
    events: {listing: listed_on}
  products:
    key: id
    links: {vendor_id: vendors}
    fields:
      id: {category: system.operations}
      code: {category: system.operations}
      vendor_id: {category: system.operations}
  orders:
    key: id
    links: {customer_id: customers}
    scopes: {relationship: record}
    fields:
      id: {category: user.unique_id, serves: relationship}
      customer_id: {category: user.unique_id, serves: relationship}
      ordered_on: {category: user.content, serves: relationship, type: date}
    events: {order: ordered_on}
  lines:
    key: id
    links: {order_id: orders, product: REFERENCE}
    fields:
      id: {category: user.unique_id, serves: relationship}
      order_id: {category: user.unique_id, serves: relationship}
      product: {category: user.behavior.purchase_history, serves: relationship}
"""
DELIVERIES = """
  deliveries:
    key: id
    links: {vendor_id: vendors}
    fields:
      id: {category: system.operations}
      vendor_id: {category: system.operations}
      sent_on: {category: system.operations, type: date}
    events: {order: sent_on}
"""
RELATIONSHIP = "starting_point: {event: order, of: subject}\nperiod: P12M\non_missing_event: {restrict: P12M, from: first_seen}"
SUPPLY = RELATIONSHIP.replace("event: order", "event: listing").replace("P12M\non", "P3Y\non")


def shop(company: Company, reference: str, **more: str) -> Company:
    source = SHOP.replace("REFERENCE", reference)
    return company.policy(more.pop("source", source), company=ANY_DROP, **{"relationship": RELATIONSHIP, "supply": SUPPLY, **more})


def extracts(company: Company, on: str, products: str = "X1,cat,V1\nX2,dog,V2") -> None:
    company.extract("customers", on, "id,name\nC1,Ada\nC2,Bo")
    company.extract("vendors", on, "id,kind,listed_on\nV1,person,2020-05-05\nV2,firm,2026-01-01")
    company.extract("products", on, f"id,code,vendor_id\n{products}")
    company.extract("orders", on, "id,customer_id,ordered_on\nO1,C1,2025-06-30\nO2,C2,2026-01-05")
    company.extract("lines", on, "id,order_id,product\nL1,O1,X1\nL2,O2,X2\nL3,O2,X9")


def test_no_data_subject_is_found_over_a_reference(company: Company) -> None:
    """V2 is a firm and so nobody: what would be linked to it is refused. A line is the customer's, and lives with the customer's orders."""
    shop(company, "{to: products, about: false}")
    extracts(company, "2026-01-10")
    last = company.night("2026-01-10")
    assert company.keys("lines") == ["L1", "L2", "L3"]
    assert [company.cluster("lines", key, "product").retain_until for key in ("L1", "L2")] == [day("2026-06-30"), day("2027-01-05")]
    assert [said for said in last.record["plan"]["findings"] if said.startswith("crm.lines")] == [
        "crm.lines.product: 1 new or changed rows name no row of crm.products. Have the reference corrected at the source"
    ]
    company.night("2026-07-01")
    assert (company.keys("customers"), company.keys("lines")) == (["C2"], ["L2", "L3"])


def test_a_link_that_is_no_reference_is_a_way_and_two_equally_near_persons_ask_for_a_word(company: Company) -> None:
    shop(company, "", source=SHOP.replace("REFERENCE", "products").rstrip("\n") + DELIVERIES)
    with pytest.raises(PolicyErrors) as caught:
        company.night("2026-01-10")
    assert [(problem.where, problem.what) for problem in caught.value.problems] == [
        (
            "crm.lines",
            "purpose 'relationship' cannot be decided: subjects crm.customers and crm.vendors are equally near; say in 'events_via' how "
            "event 'order' is found, or `about: false` at a link that does not say whom the row is about",
        )
    ]


def test_a_reference_to_what_is_no_key_may_name_several_rows(company: Company) -> None:
    """Nothing is found over it, so nothing is undetermined for it; a value that names none is still told."""
    shop(company, "{to: products, column: code, about: false}")
    extracts(company, "2026-01-10", "X1,X1,V1\nX2,X1,V2\nX3,X2,V2")
    last = company.night("2026-01-10")
    assert [said for said in last.record["plan"]["findings"] if said.startswith("crm.lines")] == [
        "crm.lines.product: 1 new or changed rows name no row of crm.products. Have the reference corrected at the source"
    ]
    assert company.cluster("lines", "L1", "product").state == "keep"


def test_a_reference_still_does_what_it_says_when_its_target_ends(company: Company) -> None:
    source = SHOP.replace("product: REFERENCE", "product: {to: vendors, about: false, when_target_ends: clear}")
    source = source.replace("\n  products:\n    key: id\n    links: {vendor_id: vendors}", "\n  products:\n    key: id")
    shop(company, "", source=source)
    extracts(company, "2023-01-10")
    company.extract("vendors", "2023-01-10", "id,kind,listed_on\nV1,person,2020-05-05")
    company.extract("lines", "2023-01-10", "id,order_id,product\nL1,O1,V1")
    company.extract("orders", "2023-01-10", "id,customer_id,ordered_on\nO1,C1,2023-01-01")
    company.night("2023-01-10")
    assert company.row("lines", "L1")["product"] == "V1"
    company.night("2023-06-01")
    assert company.keys("vendors") == []
    assert company.row("lines", "L1") == {"id": "L1", "order_id": "O1", "product": None}


def test_no_event_takes_a_way_over_a_reference_that_the_policy_names(company: Company) -> None:
    source = SHOP.replace("REFERENCE", "{to: products, about: false}").replace(
        "  lines:\n    key: id\n", "  lines:\n    key: id\n    events_via: {listing: [products, vendors]}\n"
    )
    shop(company, "", source=source)
    with pytest.raises(PolicyErrors) as caught:
        company.night("2026-01-10")
    assert [(problem.what, problem.hint) for problem in caught.value.problems] == [
        (
            "crm.lines and crm.products are not linked, so event 'listing' cannot take this way",
            "A link that is `about: false` is a reference, and no way",
        )
    ]


MESSAGES = """
tables:
  people:
    key: id
    scopes: {support: subject}
    events_via: {message: [{table: messages, link: sender}]}
    subject: [{kind: customer, when: "role = 'c'"}, {kind: employee, when: "role = 'e'"}]
    fields:
      id: {category: user.unique_id, serves: support}
      role: {category: user.content, serves: support}
  messages:
    key: id
    links: {sender: people, receiver: RECEIVER}
    fields:
      id: {category: user.unique_id, serves: support}
      sender: {category: user.unique_id, serves: support}
      receiver: {category: user.unique_id, serves: support}
      sent_on: {category: user.content, serves: support, type: date}
    events: {message: sent_on}
"""
SUPPORT = "starting_point: {event: message, of: record}\nsubjects: customer\nperiod: P12M"


def messages(company: Company, receiver: str) -> Company:
    company.policy(MESSAGES.replace("RECEIVER", receiver), company=ANY_DROP, support=SUPPORT)
    company.extract("people", "2026-01-10", "id,role\nP1,c\nP2,e")
    company.extract("messages", "2026-01-10", "id,sender,receiver,sent_on\nM1,P1,P2,2026-01-01\nM2,P2,P1,2026-01-01")
    return company


def test_a_purpose_for_a_kind_that_two_links_are_equally_near_to_says_what_to_write(company: Company) -> None:
    messages(company, "people")
    with pytest.raises(PolicyErrors) as caught:
        company.night("2026-01-10")
    assert [(problem.where, problem.what) for problem in caught.value.problems] == [
        (
            "crm.messages",
            "purpose 'support' cannot be decided: two ways of the same length from crm.messages: crm.people (by receiver) and crm.people "
            "(by sender); it is for customer, so say which of them a row is about: `about: false` at the other link",
        )
    ]


def test_the_kind_that_counts_is_that_of_whom_the_row_is_about(company: Company) -> None:
    """M1 is Ada's, a customer; M2 an employee's to her, for whom the purpose does not apply."""
    messages(company, "{to: people, about: false}")
    company.night("2026-01-10")
    assert company.clause("messages", "M1", "support").applies is True
    assert company.clause("messages", "M2", "support").applies is False

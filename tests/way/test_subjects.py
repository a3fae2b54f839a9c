"""Who is a data subject: rows that meet a condition, several kinds in one table, and what is linked to them (DESIGN §2)."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.values import OPEN
from tests.way.customers import ANY_DROP
from tests.way.house import Company, day, steps

PARTIES = """
tables:
  parties:
    key: id
    subject: {kind: customer, when: "kind = 'person'"OTHERWISE}
    fields:
      id: {category: user.unique_id, serves: relationship}
      kind: {category: system.operations}
      name: {category: user.name, serves: relationship}
  numbers:
    key: id
    links: {party_id: parties}
    fields:
      id: {category: user.unique_id, serves: relationship}
      party_id: {category: user.unique_id, serves: relationship}
      phone: {category: user.contact.phone_number, serves: relationship}
  orders:
    key: id
    links: {party_id: parties}
    fields:
      id: {category: user.unique_id, serves: relationship}
      party_id: {category: user.unique_id, serves: relationship}
      ordered_on: {category: user.content, serves: relationship, type: date}
    events: {order: ordered_on}
"""
RELATIONSHIP = (
    "starting_point: {event: order, of: subject}\nperiod: P12M\nsettle: P14D\non_missing_event: {restrict: P12M, from: first_seen}"
)


def parties(company: Company, otherwise: str = "") -> Company:
    return company.policy(PARTIES.replace("OTHERWISE", otherwise), company=ANY_DROP, relationship=RELATIONSHIP)


def extracts(company: Company, on: str, parties: str) -> None:
    company.extract("parties", on, f"id,kind,name\n{parties}")
    company.extract("numbers", on, "id,party_id,phone\nN1,P1,0701\nN2,P2,0702\nN3,P3,0703\nN4,,0704")
    company.extract("orders", on, "id,party_id,ordered_on\nO1,P1,2025-06-30\nO2,P2,2025-06-30\nO4,,2025-06-30")


def test_a_row_that_meets_no_condition_is_nobodys_and_is_refused_with_what_is_linked_to_it(company: Company) -> None:
    """P2 is a firm, P3 has no kind at all: unknown is not met. N4 is linked to nobody, which is another matter: undetermined."""
    parties(company)
    extracts(company, "2026-01-10", "P1,person,Ada\nP2,firm,Ada & Co\nP3,,Bo")
    last = company.night("2026-01-10")
    assert company.keys("parties") == ["P1"]
    assert company.keys("numbers") == ["N1", "N4"]
    assert company.keys("orders") == ["O1", "O4"]
    assert company.cluster("numbers", "N4", "phone").state == "undetermined"
    refused = {(table, action): rows for table, _, action, rows, _ in steps(last)}
    assert refused == {("crm.parties", "refuse_row"): 2, ("crm.numbers", "refuse_row"): 2, ("crm.orders", "refuse_row"): 1}
    assert company.explain("parties", "P2").found == "turned_away"


def test_a_legal_person_is_kept_whole_without_a_clock_and_so_is_what_is_linked_to_it(company: Company) -> None:
    parties(company, ", otherwise: legal_person")
    extracts(company, "2026-01-10", "P1,person,Ada\nP2,firm,Ada & Co\nP3,,Bo")
    company.night("2026-01-10")
    assert company.keys("parties") == ["P1", "P2", "P3"]
    found = company.explain("parties", "P2")
    assert (found.standing, {(c.state, c.retain_until) for c in found.clusters}) == ("legal_person", {("keep", OPEN)})
    assert company.cluster("parties", "P1", "name").retain_until == day("2026-06-30")
    last = company.night("2040-01-10", today="2040-01-10")
    assert company.keys("parties") == ["P2", "P3"]
    assert (company.keys("numbers"), company.keys("orders")) == (["N2", "N3"], ["O2"])
    assert company.row("numbers", "N2")["phone"] == "0702"
    assert last.metrics["undetermined"] == 0


def test_a_person_who_turns_out_to_be_a_firm_and_back_is_decided_anew_each_night(company: Company) -> None:
    parties(company, ", otherwise: legal_person")
    extracts(company, "2026-01-10", "P1,person,Ada\nP2,person,Ada & Co\nP3,person,Cy")
    company.night("2026-01-10")
    extracts(company, "2026-01-11", "P1,person,Ada\nP2,firm,Ada & Co\nP3,person,Cy")
    company.night("2026-01-11")
    company.night("2026-08-01")
    assert company.keys("parties") == ["P2", "P3"]  # P3 ordered nothing: undetermined until its ceiling
    extracts(company, "2026-08-02", "P1,person,Ada\nP2,person,Ada & Co\nP3,person,Cy")
    company.night("2026-08-02")
    assert company.keys("parties") == ["P3"]  # the order of June 2025 ended in June 2026


def test_what_a_condition_asks_lives_as_long_as_the_row(company: Company) -> None:
    """`kind` is decided by; `nick` has ended on its own, and only it goes."""
    source = PARTIES.replace("OTHERWISE", "").replace(
        "      kind: {category: system.operations}",
        "      kind: {category: user.content, serves: chat}\n      nick: {category: user.name, serves: chat}",
    )
    company.policy(source, company=ANY_DROP, relationship=RELATIONSHIP, chat=RELATIONSHIP.replace("P12M\nsettle", "P1M\nsettle"))
    extracts(company, "2025-07-01", "")
    company.extract("parties", "2025-07-01", "id,kind,nick,name\nP1,person,addie,Ada")
    company.night("2025-07-01")
    company.night("2025-09-01")
    assert company.rows("parties") == [{"id": "P1", "kind": "person", "name": "Ada", "nick": None}]


PERSONS = """
tables:
  persons:
    key: id
    subject:
      - {kind: employee, when: "role IN ('EM', 'SP')"}
      - {kind: customer, when: "role IN ('IN', 'SP')"}
      - {kind: vendor, when: "role = 'VC'"}
    fields:
      id: {category: user.unique_id, serves: [employment, relationship, supply]}
      role: {category: user.content, serves: [employment, relationship, supply]}
      name: {category: user.name, serves: [employment, relationship, supply]}
      bank: {category: user.financial.bank_account, serves: employment}
      basket: {category: user.behavior.purchase_history, serves: relationship}
  dealings:
    key: id
    links: {person_id: persons}
    fields:
      id: {category: user.unique_id, serves: [employment, relationship, supply]}
      person_id: {category: user.unique_id, serves: [employment, relationship, supply]}
      dealt_on: {category: user.content, serves: [employment, relationship, supply], type: date}
    events: {dealing: dealt_on}
"""
YEARS = {"employment": ("P3Y", "employee"), "relationship": ("P1Y", "customer"), "supply": ("P2Y", "vendor")}


def persons(company: Company) -> Company:
    purposes = {
        name: f"starting_point: {{event: dealing, of: subject}}\nperiod: {years}\nsubjects: {kind}" for name, (years, kind) in YEARS.items()
    }
    return company.policy(PERSONS, company=ANY_DROP, **purposes)


def test_kinds_of_one_table_never_share_what_keeps_them(company: Company) -> None:
    """One event, three kinds: each purpose asks only its own. Who is two kinds lives for each of them; a fourth is nobody."""
    persons(company)
    people = "P1,EM,Ada,1-2,\nP2,IN,Bo,,cats\nP3,VC,Cy,,\nP4,SP,Di,3-4,dogs\nP5,GC,Eve,,"
    company.extract("persons", "2025-02-01", f"id,role,name,bank,basket\n{people}")
    company.extract("dealings", "2025-02-01", "\n".join(["id,person_id,dealt_on", *(f"D{n},P{n},2025-01-31" for n in range(1, 6))]))
    company.night("2025-02-01")
    assert company.keys("persons") == ["P1", "P2", "P3", "P4"]
    until = {key: company.cluster("persons", key, "name").retain_until for key in company.keys("persons")}
    assert until == {"P1": day("2028-01-31"), "P2": day("2026-01-31"), "P3": day("2027-01-31"), "P4": day("2028-01-31")}
    assert company.cluster("dealings", "D2", "dealt_on").retain_until == day("2026-01-31")
    assert company.clause("persons", "P2", "employment").applies is False
    company.night("2026-02-01")
    assert company.keys("persons") == ["P1", "P3", "P4"]
    assert [company.row("persons", "P4")[name] for name in ("bank", "basket")] == ["3-4", None]


def test_a_field_that_only_another_kinds_purpose_needs_is_undetermined(company: Company) -> None:
    persons(company)
    company.extract("persons", "2025-02-01", "id,role,name,bank,basket\nP2,IN,Bo,5-6,cats")
    company.extract("dealings", "2025-02-01", "id,person_id,dealt_on\nD2,P2,2025-01-31")
    company.night("2025-02-01")
    assert company.cluster("persons", "P2", "bank").state == "undetermined"
    assert company.cluster("persons", "P2", "basket").state == "keep"


def test_a_purpose_for_a_kind_that_a_table_cannot_hold_is_an_error(company: Company) -> None:
    source = PARTIES.replace("OTHERWISE", "").replace(
        "  orders:", "  vendors:\n    key: id\n    subject: vendor\n    fields: {id: {category: user, serves: relationship}}\n  orders:"
    )
    company.policy(source, relationship=RELATIONSHIP + "\nsubjects: vendor")
    with pytest.raises(PolicyErrors) as caught:
        company.night("2026-01-10")
    said = {problem.where: problem.what for problem in caught.value.problems}
    assert said["crm.parties"] == "purpose 'relationship' cannot be decided: it is for vendor, and the rows of crm.parties are customer"


def test_what_a_duty_keeps_is_not_refused_because_its_person_is_nobody_nor_ended_when_the_person_has_left(company: Company) -> None:
    """O2 belongs to a firm that is nobody here, O4 to none whose relationship could last: both vouchers stay, restricted. P1 leaves in
    2026; its voucher's own years run on."""
    source = (
        PARTIES.replace("OTHERWISE", "")
        .replace(
            "ordered_on: {category: user.content, serves: relationship",
            "ordered_on: {category: user.content, serves: [relationship, books]",
        )
        .replace("  orders:\n", "  orders:\n    scopes: {relationship: subject}\n")
    )
    head, tail = source.split("  orders:\n")
    tail = tail.replace("serves: relationship}", "serves: [relationship, books]}")
    books = "nature: duty\nlegal_basis: eu-gdpr:A6-1-c\nstarting_point: {event: order, of: record}\nperiod: P7Y\nsubjects: customer\n"
    books += "on_missing_event: {restrict: P10Y, from: first_seen}"
    company.policy(f"{head}  orders:\n{tail}", company=ANY_DROP, relationship=RELATIONSHIP, books=books.replace("subjects: customer\n", ""))
    extracts(company, "2026-01-10", "P1,person,Ada\nP2,firm,Ada & Co\nP3,,Bo")
    last = company.night("2026-01-10")
    assert (company.keys("parties"), company.keys("orders")) == (["P1"], ["O1", "O2", "O4"])
    assert [t["rows"] for t in last.record["plan"]["tallies"] if (t["table"], t["state"]) == ("crm.orders", "restrict")] == [2]
    company.policy(f"{head}  orders:\n{tail}", company=ANY_DROP, relationship=RELATIONSHIP, books=books)
    company.night("2026-07-15")
    assert company.keys("parties") == []
    for night in ("2026-07-16", "2030-01-10"):
        company.night(night, today=night)
        assert company.row("orders", "O1")["ordered_on"] == day("2025-06-30")
        assert company.cluster("orders", "O1", "ordered_on").retain_until == day("2032-06-30")

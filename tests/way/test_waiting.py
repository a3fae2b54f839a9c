"""What waits for a person keeps its verdict, even when what decided it has left in the meantime (LAW §5, 58 and 61)."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import StoreError
from tests.way.house import Company, withheld

SOURCE = """
source: crm
owner: Sales
extract: {path: "{table}-{day}.csv", format: csv, mode: snapshot, delimiter: ",", encoding: utf-8, keep: P30D, freshness: P30D}
tables:
  contacts:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: [relationship]}
      name: {category: user.name, serves: [relationship]}
      ends_on: {category: user.content, serves: [relationship], type: date}
    events: {relation_end: ends_on}
  letters:
    key: id
    links: {contact_id: contacts}
    fields:
      id: {category: user.unique_id, serves: [relationship]}
      contact_id: {category: user.unique_id, serves: [relationship]}
      text: {category: user.content, serves: [relationship]}
"""
RELATIONSHIP = """
legal_basis: eu-gdpr:A6-1-f
nature: policy
starting_point: {event: relation_end, of: subject}
period: P0D
settle: P0D
execution_window: P1M
on_missing_event: {restrict: P12M, from: first_seen}
"""
HOLD = """
holds:
  - hold: dispute
    ground: a claim in court
    owner: legal
    review_by: 2026-12-31
    effective_from: 2026-01-01
    tables: [crm.letters]
"""
STRICT = "guards: {unexpected_share: 0.0, unexpected_count: 1, row_drop: 0.9, vanished_share: 0.9, clock_lead: P2D}"


def corresponding(company: Company, *, ends_on: str, holds: str = "holds: []", settings: str = "") -> Company:
    company.policy(SOURCE, holds=holds, company=settings, relationship=RELATIONSHIP)
    company.extract("contacts", "2026-01-31", f"id,name,ends_on\nC1,Ada,{ends_on}\nC2,Bo,2026-12-31")
    company.extract("letters", "2026-01-31", "id,contact_id,text\nL1,C1,one\nL2,C1,two\nL3,C1,three\nL4,C2,four")
    return company


def test_a_released_hold_finishes_the_erasure_although_the_person_left_while_it_held(company: Company) -> None:
    corresponding(company, ends_on="2026-01-31", holds=HOLD).night("2026-01-31")
    for night in ("2026-02-01", "2026-02-02", "2026-02-03"):
        last = company.night(night)
        assert company.keys("contacts") == ["C2"]
        assert [(part["purpose"], part["reason"], part["unexpected"]) for part in withheld(last)] == [("dispute", "held", 3)]
        assert company.keys("letters") == ["L1", "L2", "L3", "L4"]
    company.policy(SOURCE, relationship=RELATIONSHIP)
    last = company.night("2026-02-04")
    assert withheld(last) == []
    assert company.keys("letters") == ["L4"]


def test_an_approval_finds_what_waits_although_the_person_left_meanwhile(company: Company) -> None:
    corresponding(company, ends_on="2026-12-31", settings=STRICT).night("2026-01-31")
    company.extract("contacts", "2026-02-01", "id,name,ends_on\nC1,Ada,2026-01-31\nC2,Bo,2026-12-31")
    first = company.night("2026-02-01")
    assert company.keys("contacts") == ["C2"]
    (part,) = withheld(first)
    assert (part["table"], part["purpose"], part["unexpected"]) == ("crm.letters", "relationship", 3)
    (again,) = withheld(company.night("2026-02-02"))
    assert again["digest"] == part["digest"]
    company.approve(part["digest"], at="2026-02-02")
    assert withheld(company.night("2026-02-03")) == []
    assert company.keys("letters") == ["L4"]


def test_a_purpose_that_lives_again_takes_a_waiting_row_back(company: Company) -> None:
    corresponding(company, ends_on="2026-12-31", settings=STRICT).night("2026-01-31")
    company.extract("contacts", "2026-02-01", "id,name,ends_on\nC1,Ada,2026-01-31\nC2,Bo,2026-12-31")
    (part,) = withheld(company.night("2026-02-01"))
    company.extract("contacts", "2026-02-02", "id,name,ends_on\nC1,Ada,2026-12-31\nC2,Bo,2026-12-31")
    company.extract("letters", "2026-02-02", "id,contact_id,text\nL1,C1,one\nL2,C1,two\nL3,C1,three!\nL4,C2,four")
    assert [row["table"] for row in withheld(company.night("2026-02-02"))] == []
    company.approve(part["digest"], at="2026-02-02")
    company.night("2026-02-03")
    assert company.keys("letters") == ["L1", "L2", "L3", "L4"]


def test_a_night_without_the_key_of_the_departed_is_refused(company: Company) -> None:
    corresponding(company, ends_on="2026-12-31").night("2026-01-31")
    key = company.paths.store / "keys" / "departed.key"
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(StoreError, match=r"departed\.key: is missing"):
        company.night("2026-02-01")
    key.write_bytes(kept)
    key.chmod(0o600)
    company.night("2026-02-01")


EMPTIED = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: [bought, asked]}
      email: {category: user.contact.email, serves: [bought, asked]}
      notes: {category: user.content, serves: asked}
      bought_on: {category: user.content, serves: bought, type: date}
    events: {purchase: bought_on}
  questions:
    key: id
    links: {person_id: people}
    fields:
      id: {category: user.unique_id, serves: asked}
      person_id: {category: user.unique_id, serves: asked}
      asked_on: {category: user.content, serves: asked, type: date}
    events: {question: asked_on}
"""


@pytest.mark.parametrize("held", [True, False])
def test_what_waits_or_is_held_lets_no_cell_in_that_the_store_does_not_have(company: Company, *, held: bool) -> None:
    """Of whom nothing is known but a purchase that is over, the address goes and the notes stay undetermined. When these end too, by a
    question that was asked long ago, somebody holds them or has to look; and the source sends the address still."""
    rules = {
        name: f"starting_point: {{event: {event}, of: subject}}\nperiod: P1M"
        for name, event in (("bought", "purchase"), ("asked", "question"))
    }
    company.policy(EMPTIED, company=STRICT.replace("unexpected_count: 1", "unexpected_count: 0"), **rules)
    company.extract("people", "2026-01-10", "id,email,notes,bought_on\nP1,a@x.example,tall,2025-01-10\nP2,b@x.example,short,2025-01-10")
    company.extract("questions", "2026-01-10", "id,person_id,asked_on")
    company.night("2026-01-10")
    stored = [("P1", None, "tall"), ("P2", None, "short")]
    assert [(row["id"], row["email"], row["notes"]) for row in company.rows("people")] == stored
    if held:
        company.policy(
            EMPTIED,
            company=STRICT.replace("unexpected_count: 1", "unexpected_count: 9"),
            holds=HOLD.replace("crm.letters", "crm.people"),
            **rules,
        )
    for on in ("2026-01-11", "2026-01-12"):
        company.extract("people", on, "id,email,notes,bought_on\nP1,a@x.example,taller,2025-01-10\nP2,b@x.example,short,2025-01-10")
        company.extract("questions", on, "id,person_id,asked_on\nQ1,P1,2025-01-11\nQ2,P2,2025-01-11")
        assert {part["reason"] for part in withheld(company.night(on))} == ({"held"} if held else {"unexpected_erasure"})
        stored[0] = ("P1", None, "taller")  # a value may be corrected
        assert [(row["id"], row["email"], row["notes"]) for row in company.rows("people")] == stored


def test_a_held_cell_of_which_the_type_changes_is_the_sources_to_correct(company: Company) -> None:
    rules = {
        "asked": "starting_point: {event: purchase, of: subject}\nperiod: P1M",
        "bought": "starting_point: {event: purchase, of: subject}\nperiod: P1M",
    }
    source, guards = (
        EMPTIED[: EMPTIED.index("  questions:")].replace("serves: asked}", "serves: [bought, asked]}"),
        STRICT.replace("unexpected_count: 1", "unexpected_count: 9"),
    )
    held = HOLD.replace("crm.letters", "crm.people")
    company.policy(source, company=guards, holds=held, **rules)
    sent = "id,email,notes,bought_on\nP1,a@x.example,{},2025-12-10"
    company.extract("people", "2026-01-09", sent.format("12.50 kr"))
    company.night("2026-01-09")
    company.night("2026-01-12")
    assert company.row("people", "P1")["notes"] == "12.50 kr"
    company.policy(
        source.replace("user.content, serves: [bought, asked]}", "user.content, serves: [bought, asked], type: decimal}"),
        company=guards,
        holds=held,
        **rules,
    )
    for on in ("2026-01-13", "2026-01-14"):
        company.extract("people", on, sent.format("12.50"))
        company.night(on)
        assert str(company.row("people", "P1")["notes"]) == "12.5000"

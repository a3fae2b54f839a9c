"""The proof of absence can fail: a copy that was tampered with does not become current. What is lawfully held is no fault (DESIGN §1.6)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from privacy_pipelines import pipeline
from privacy_pipelines.collector.prove import Proof
from privacy_pipelines.errors import StoreError
from privacy_pipelines.store.engine import session
from privacy_pipelines.store.generations import Store
from tests.way.house import Company

SOURCE = """
tables:
  contacts:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: relationship}
      email: {category: user.contact.email, serves: relationship, type: email}
      phone: {category: user.contact.phone_number, serves: relationship}
      account: {category: user.financial.bank_account, serves: relationship}
      hobby: {category: user.behavior, serves: relationship}
      ends_on: {category: user.content, serves: relationship, type: date}
    events: {contract_end: ends_on}
  bills:
    key: id
    links: {contact_id: contacts}
    fields:
      id: {category: user.unique_id, serves: bookkeeping}
      contact_id: {category: user.unique_id, serves: bookkeeping}
      dated_on: {category: user.financial, serves: bookkeeping, type: date}
      paid_from: {category: user.financial.bank_account, serves: bookkeeping}
      hotline: {category: user.contact.phone_number, serves: bookkeeping, identifies: false}
    events: {voucher: dated_on}
  prospects:
    key: id
    subject: prospect
    links: {contact_id: contacts}
    fields:
      id: {category: user.unique_id, serves: prospecting}
      email: {category: user.contact.email, serves: prospecting, type: email}
      phone: {category: user.contact.phone_number, serves: prospecting}
      contact_id: {category: user.unique_id, serves: prospecting}
      seen_on: {category: user.behavior, serves: prospecting, type: date}
      note: {category: user.content, serves: prospecting, free_text: true}
    events: {last_contact: seen_on}
"""
PURPOSES = {
    "relationship": "starting_point: {event: contract_end, of: subject}",
    "prospecting": "starting_point: {event: last_contact, of: record}\nperiod: P12M",
    "bookkeeping": """
    nature: duty
    legal_basis: eu-gdpr:A6-1-c
    starting_point: {event: voucher, of: record}
    period: P7Y
    on_missing_event: {restrict: P10Y, from: first_seen}
    """,
}
FIRST, SECOND = "2026-01-31", "2026-02-01"
CONTACTS = """
id,email,phone,account,hobby,ends_on
C1000001,Ada@x.example,070-111 22 33,SE45 5000 0000 0583 9825 7466,chess,2026-01-31
C1000002,bo@x.example,070-222 33 44,SE35 5000 0000 0549 1000 0003,golf,2026-12-31
C1000003,dan@x.example,070-555 66 77,,,2026-01-31
"""
BILLS = """
id,contact_id,dated_on,paid_from,hotline
B1,C1000001,2025-11-30,SE4550000000058398257466,070-111 22 33
B2,C1000002,2025-11-30,SE3550000000054910000003,070-111 22 33
"""
PROSPECTS = """
id,email,phone,contact_id,seen_on,note
P1,cy@x.example,070-333 44 55,,2026-01-10,"Ask (0701) 112-233, SE4550000000058398257466, C1000003 (not C1000001 or 0703334455)"
P2,ada@x.example,,,2026-01-11,Met on 2026-01-10 in Lund
P3,eve@x.example,070-444 55 66,C1000003,2026-01-12,
P4,fia@x.example,,,2026-01-13,0705556677 070-555 66 77
"""
MASKED = "Ask ([erased], [erased], [erased] (not C1000001 or 0703334455)"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company whose second night has been copied and not been proved yet: C1000001 and C1000003 leave."""
    company = Company(tmp_path_factory.mktemp("collected") / "company")
    company.policy(SOURCE, **PURPOSES)
    for table, text in (("contacts", CONTACTS), ("bills", BILLS), ("prospects", PROSPECTS)):
        company.extract(table, FIRST, text)
    company.night(FIRST)
    for station, _ in _second(company):
        if station == "generation":
            break
    return company


@pytest.fixture
def copied(collected: Company, tmp_path: Path) -> Company:
    """The same, to be tampered with."""
    shutil.copytree(collected.root, tmp_path / "company")
    return Company(tmp_path / "company")


def _second(company: Company) -> Iterator[tuple[str, object]]:
    return pipeline.night(company.paths, run="second", as_of=date.fromisoformat(SECOND), at=datetime(2026, 2, 1, 2, tzinfo=UTC))


def _prove(company: Company) -> Proof:
    return pipeline.finish(company.paths, "second", at=datetime(2026, 2, 1, 2, tzinfo=UTC)).record.proof


def _tamper(company: Company, statement: str) -> None:
    newest = sorted(company.paths.store.glob("gen-*.duckdb"))[-1]
    with session(newest) as opened:
        opened.run(statement)
        opened.run("CHECKPOINT")


def test_what_is_lawfully_held_is_counted_and_what_is_quoted_is_masked(copied: Company) -> None:
    """Held on: the bare key in a duty's row, and the e-mail address, in another spelling, of the same person as a prospect.
    A link that is emptied holds nothing: the key that it named is masked where a text quotes it."""
    proof = _prove(copied)
    assert (proof.held_elsewhere, proof.masked_texts) == (2, 2)
    assert copied.keys("contacts") == ["C1000002"]
    assert copied.row("prospects", "P1")["note"] == MASKED
    assert copied.row("prospects", "P3")["contact_id"] is None
    assert copied.row("prospects", "P4")["note"] == "[erased] [erased]"
    assert copied.row("prospects", "P2")["note"] == "Met on 2026-01-10 in Lund"


TAMPERED = (
    (
        "a row that left is there again",
        "INSERT INTO crm.contacts SELECT * REPLACE ('C1000001' AS id, 'x@x.example' AS email) FROM crm.contacts",
        "keys_of_rows_left_behind",
    ),
    ("a cell that lives is lost", "UPDATE crm.prospects SET phone = NULL WHERE id = 'P3'", "cells_do_not_add_up"),
    ("a row that lives is lost", "DELETE FROM crm.prospects WHERE id = 'P3'", "rows_do_not_add_up"),
    (
        "a row is lost and another one made up",
        "UPDATE crm.prospects SET id = 'P9', email = 'ADA@x.example ' WHERE id = 'P2'",
        "erased_identifiers_without_a_ground",
    ),
    ("an address in a living record", "UPDATE crm.contacts SET email = ' ADA@X.example'", "erased_identifiers_without_a_ground"),
    (
        "a number in another table",
        "UPDATE crm.prospects SET phone = '070-111 22 33' WHERE id = 'P3'",
        "erased_identifiers_without_a_ground",
    ),
    (
        "an account in another table",
        "UPDATE crm.bills SET paid_from = 'se45 5000 0000 0583 9825 7466' WHERE id = 'B2'",
        "erased_identifiers_without_a_ground",
    ),
    ("a key in another row", "UPDATE crm.bills SET contact_id = 'C1000001' WHERE id = 'B2'", "erased_identifiers_without_a_ground"),
    ("a text that was not masked", "UPDATE crm.prospects SET note = 'call 0701112233' WHERE id = 'P3'", "erased_identifiers_in_free_text"),
    ("an address in a text", "UPDATE crm.prospects SET note = 'was DAN@x.example' WHERE id = 'P3'", "erased_identifiers_in_free_text"),
    ("an account in a text", "UPDATE crm.prospects SET note = 'from SE4550000000058398257466.'", "erased_identifiers_in_free_text"),
    (
        "a row of the product's own about who is gone",
        "INSERT INTO _withheld.\"crm.contacts\" VALUES ('C1000001', 'relationship', 0)",
        "own_rows_about_what_was_left_behind",
    ),
)


@pytest.mark.parametrize(("statement", "check"), [one[1:] for one in TAMPERED], ids=[one[0] for one in TAMPERED])
def test_a_copy_that_holds_what_it_should_not_is_never_current(copied: Company, statement: str, check: str) -> None:
    _tamper(copied, statement)
    before = Store(copied.paths.store).pointed()
    with pytest.raises(StoreError, match=check):
        _prove(copied)
    assert Store(copied.paths.store).pointed() == before
    assert "C1000001" in copied.keys("contacts")

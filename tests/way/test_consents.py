"""Consent as a gate: given, withdrawn, expired, renewed, unproved (GDPR Art. 7; LAW §5, 38 to 40 and 44)."""

from __future__ import annotations

import pytest

from tests.way.house import Company, day, steps

READERS = """
tables:
  readers:
    key: id
    subject: reader
    fields:
      id: {category: user.unique_id, serves: newsletter}
      email: {category: user.contact.email, serves: newsletter, type: email}
      topics: {category: user.content, serves: newsletter}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: newsletter}
      email: {category: user.contact.email, serves: newsletter, type: email}
      status: {category: user.privacy_preferences, serves: newsletter}
      given_on: {category: user.privacy_preferences, serves: newsletter, type: date}
      withdrawn_on: {category: user.privacy_preferences, serves: newsletter, type: date}
consents:
  newsletter:
    table: consents
    match: {email: readers.email}
    status: status
    valid: [Given, RenewedConsentGiven]
    from: given_on
    until: withdrawn_on
    valid_for: P12M
"""
NEWSLETTER = "legal_basis: eu-gdpr:A6-1-a\nstarting_point: {consent: newsletter}\nperiod: P0D\nexecution_window: P30D"


def readers(company: Company) -> Company:
    return company.policy(READERS, newsletter=NEWSLETTER)


def extracts(company: Company, on: str, consents: str, people: str = "R1,ada@x.example,cats") -> None:
    company.extract("readers", on, f"id,email,topics\n{people}")
    company.extract("consents", on, f"id,email,status,given_on,withdrawn_on\n{consents}")


def test_a_consent_withdrawn_today_is_gone_the_same_night(company: Company) -> None:
    readers(company)
    extracts(company, "2026-02-01", "S1,ada@x.example,Given,2026-01-10,")
    company.night("2026-02-01")
    assert (company.keys("readers"), company.keys("consents")) == (["R1"], ["S1"])
    extracts(company, "2026-02-05", "S1,ada@x.example,Withdrawn,2026-01-10,2026-02-05")
    company.night("2026-02-05")
    assert (company.keys("readers"), company.keys("consents")) == ([], [])


@pytest.mark.parametrize("status", ["Given", "Withdrawn"])
def test_a_withdrawal_on_the_day_of_giving_wins(company: Company, status: str) -> None:
    """Art. 7(3): the second consent was given and withdrawn on one day, or given on the day on which the first was withdrawn."""
    readers(company)
    both = {
        "Given": "S1,ada@x.example,Given,2026-02-05,2026-02-05",
        "Withdrawn": "S1,ada@x.example,Withdrawn,2026-01-10,2026-02-05\nS2,ada@x.example,Given,2026-02-05,",
    }
    extracts(company, "2026-02-05", both[status])
    company.night("2026-02-05")
    assert company.keys("readers") == []


def test_a_consent_given_after_a_withdrawal_counts(company: Company) -> None:
    readers(company)
    extracts(company, "2026-02-05", "S1,ada@x.example,Withdrawn,2026-01-10,2026-02-04\nS2,ada@x.example,Given,2026-02-05,")
    company.night("2026-02-05")
    assert company.keys("readers") == ["R1"]


def test_a_consent_without_a_date_of_giving_never_counts(company: Company) -> None:
    """Art. 7(1): it cannot be demonstrated."""
    readers(company)
    extracts(company, "2026-02-01", "S1,ada@x.example,Given,,")
    last = company.night("2026-02-01")
    assert (company.keys("readers"), company.keys("consents")) == ([], [])
    assert {step[:3] for step in steps(last)} == {("crm.readers", "newsletter", "refuse_row"), ("crm.consents", "newsletter", "refuse_row")}


def test_an_unknown_or_requested_consent_is_refused_at_the_door(company: Company) -> None:
    """Scenario 40; and a person of whose consent there is no row at all."""
    readers(company)
    extracts(
        company, "2026-02-01",
        "S1,ada@x.example,Unknown,2026-01-10,\nS2,bo@x.example,Requested,2026-01-10,\nS3,cy@x.example,Given,2026-01-10,",
        "R1,ada@x.example,cats\nR2,bo@x.example,dogs\nR3,cy@x.example,owls\nR4,di@x.example,bats",
    )  # fmt: skip
    last = company.night("2026-02-01")
    assert (company.keys("readers"), company.keys("consents")) == (["R3"], ["S3"])
    assert last.metrics["refused"] == 5


def test_a_consent_renewed_after_it_expired_is_a_new_consent_and_bridges_no_gap(company: Company) -> None:
    """Scenario 39: valid through 2026-01-15, erased on the 16th, renewed on 2026-03-01 for twelve months more."""
    readers(company)
    extracts(company, "2026-01-15", "S1,ada@x.example,Given,2025-01-15,")
    company.night("2026-01-15")
    assert company.clause("readers", "R1", "newsletter").retain_until == day("2026-01-15")
    company.night("2026-01-16")
    assert (company.keys("readers"), company.keys("consents")) == ([], [])
    renewed = "S1,ada@x.example,Given,2025-01-15,\nS2,ada@x.example,RenewedConsentGiven,2026-03-01,"
    extracts(company, "2026-03-01", renewed)
    company.night("2026-03-01")
    (reader,) = company.stored("readers")
    assert (reader["id"], reader["_first_seen"]) == ("R1", day("2026-03-01"))
    assert company.clause("readers", "R1", "newsletter").retain_until == day("2027-03-01")


def test_a_consent_that_vanished_from_its_source_has_ended(company: Company) -> None:
    """It can no longer be demonstrated, and what rests on it settles for no day."""
    company.policy(
        READERS,
        company="guards: {unexpected_share: 0.0, unexpected_count: 20, row_drop: 1.0, vanished_share: 0.05, clock_lead: P2D}",
        newsletter=NEWSLETTER,
    )
    extracts(company, "2026-02-01", "S1,ada@x.example,Given,2026-01-10,\nS2,bo@x.example,Given,2026-01-10,")
    company.night("2026-02-01")
    extracts(company, "2026-02-02", "S2,bo@x.example,Given,2026-01-10,")
    company.night("2026-02-02")
    assert company.keys("readers") == []


TALENTS = """
tables:
  candidates:
    key: id
    subject: job_applicant
    fields:
      id: {category: user.unique_id, serves: [pool, claims]}
      name: {category: user.name, serves: [pool, claims]}
      phone: {category: user.contact.phone_number, serves: pool}
      closed_on: {category: user.content, serves: claims, type: date}
      status: {category: user.privacy_preferences, serves: pool}
      given_on: {category: user.privacy_preferences, serves: pool, type: date}
      withdrawn_on: {category: user.privacy_preferences, serves: pool, type: date}
    events: {recruitment_closed: closed_on}
consents:
  pool:
    table: candidates
    match: {id: candidates.id}
    status: status
    valid: [Given]
    from: given_on
    until: withdrawn_on
"""
POOL = "legal_basis: eu-gdpr:A6-1-a\nstarting_point: {consent: pool}\nperiod: P0D\nexecution_window: P30D"


def test_a_withdrawn_talent_pool_consent_stops_the_pool_and_leaves_only_a_restricted_claims_copy(company: Company) -> None:
    """Scenario 38: the claim is a declared purpose of its own, P2Y from 2026-01-31."""
    company.policy(TALENTS, pool=POOL, claims="nature: claims\nstarting_point: {event: recruitment_closed, of: record}\nperiod: P2Y")
    header = "id,name,phone,closed_on,status,given_on,withdrawn_on"
    company.extract("candidates", "2026-02-01", f"{header}\nP1,Ada,070,2026-01-31,Given,2026-01-10,")
    company.night("2026-02-01")
    assert company.cluster("candidates", "P1", "name").state == "keep"
    company.extract("candidates", "2026-02-05", f"{header}\nP1,Ada,070,2026-01-31,Withdrawn,2026-01-10,2026-02-05")
    company.night("2026-02-05")
    row = company.row("candidates", "P1")
    assert (row["name"], row["phone"], row["status"]) == ("Ada", None, None)
    found = company.cluster("candidates", "P1", "name")
    assert (found.state, found.retain_until) == ("restrict", day("2028-01-31"))


def test_without_a_declared_claim_nothing_of_a_withdrawn_candidate_remains(company: Company) -> None:
    """Scenario 38, the default."""
    only = TALENTS.replace("[pool, claims]", "pool").replace("serves: claims", "serves: pool")
    company.policy(only, pool=POOL)
    header = "id,name,phone,closed_on,status,given_on,withdrawn_on"
    company.extract("candidates", "2026-02-01", f"{header}\nP1,Ada,070,2026-01-31,Given,2026-01-10,")
    company.night("2026-02-01")
    company.extract("candidates", "2026-02-05", f"{header}\nP1,Ada,070,2026-01-31,Withdrawn,2026-01-10,2026-02-05")
    company.night("2026-02-05")
    assert company.keys("candidates") == []


MARKETED = """
tables:
  customers:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: [relationship, marketing]}
      phone: {category: user.contact.phone_number, serves: [relationship, marketing]}
      interests: {category: user.content, serves: marketing}
      ends_on: {category: user.content, serves: relationship, type: date}
      status: {category: user.privacy_preferences, serves: marketing}
      given_on: {category: user.privacy_preferences, serves: marketing, type: date}
      objected_on: {category: user.privacy_preferences, serves: marketing, type: date}
    events: {contract_end: ends_on}
consents:
  marketing:
    table: customers
    match: {id: customers.id}
    status: status
    valid: [Given]
    from: given_on
    until: objected_on
"""


def test_after_an_objection_the_contract_keeps_the_phone_and_marketing_loses_it_at_once(company: Company) -> None:
    """Scenario 44."""
    company.policy(
        MARKETED,
        relationship="starting_point: {event: contract_end, of: subject}\nperiod: P0D",
        marketing="legal_basis: eu-gdpr:A6-1-a\nstarting_point: {consent: marketing}\nperiod: P0D\nexecution_window: P30D",
    )
    header = "id,phone,interests,ends_on,status,given_on,objected_on"
    company.extract("customers", "2026-02-01", f"{header}\nC1,070,golf,2026-12-31,Given,2026-01-10,")
    company.night("2026-02-01")
    company.extract("customers", "2026-02-05", f"{header}\nC1,070,golf,2026-12-31,Withdrawn,2026-01-10,2026-02-05")
    company.night("2026-02-05")
    row = company.row("customers", "C1")
    assert (row["phone"], row["interests"], row["given_on"]) == ("070", None, None)
    levels = {clause.purpose: clause.level for clause in company.cluster("customers", "C1", "phone").clauses}
    assert levels["relationship"] == "in_force"
    assert levels["marketing"] in ("erasable", "not_applicable")

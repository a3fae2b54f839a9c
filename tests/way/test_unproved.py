"""A consent that is lost without a word is no ground, and is not erased: it waits for the source, or for a person (GDPR Art. 7(1))."""

from __future__ import annotations

import pytest

from privacy_pipelines.publishing.publish import PublishedFile
from tests.way.house import Company, csv, steps, withheld
from tests.way.test_consents import NEWSLETTER, READERS, extracts

GIVEN = ("S1,ada@x.example,Given,2026-01-10,", "S2,bo@x.example,Given,2026-01-10,")
PEOPLE = "R1,ada@x.example,cats\nR2,bo@x.example,dogs"
PUBLISHED = f"{NEWSLETTER}\npublish: {{format: csv, tables: crm.readers}}"
UNPROVED = "consent_unproved"
"""What the plan says of such a part."""


def subscribed(company: Company, source: str = READERS) -> Company:
    """Two persons, both of whom gave their consent."""
    company.policy(source, newsletter=PUBLISHED)
    said(company, "2026-02-01", *GIVEN)
    return company


def said(company: Company, on: str, *consents: str, people: str = PEOPLE) -> list[tuple[str, str, int, int]]:
    """A night over these consents: (table, reason, rows, limit) of what it withheld."""
    extracts(company, on, "\n".join(consents), people)
    return [(part["table"], part["reason"], part["unexpected"], part["limit"]) for part in withheld(company.night(on))]


def published(company: Company) -> int:
    """Rows of the newsletter's file."""
    files = company.stations["published"]
    assert isinstance(files, tuple)
    return sum(file.rows for file in files if isinstance(file, PublishedFile))


def both_wait() -> list[tuple[str, str, int, int]]:
    """One person's consent, and her record."""
    return [("crm.consents", UNPROVED, 1, 0), ("crm.readers", UNPROVED, 1, 0)]


LOST = {
    "its state is none": "S1,ada@x.example,??,2026-01-10,",
    "its state is gone": "S1,ada@x.example,,2026-01-10,",
    "another address": "S1,adda@x.example,Given,2026-01-10,",
    "no address": "S1,,Given,2026-01-10,",
    "no date": "S1,ada@x.example,Given,,",
    "a sentinel": "S1,ada@x.example,Given,1900-01-01,",
    "a day to come": "S1,ada@x.example,Given,2062-01-10,",
    "state and address in each other's place": "S1,Given,ada@x.example,2026-01-10,",
}


@pytest.mark.parametrize("line", LOST.values(), ids=LOST)
def test_a_consent_that_is_lost_without_a_word_is_used_no_more_and_waits(company: Company, line: str) -> None:
    subscribed(company)
    assert published(company) == 2
    assert said(company, "2026-02-05", line, GIVEN[1]) == [one for one in both_wait() if one[0] == "crm.readers" or "adda" not in line]
    assert (company.keys("readers"), company.keys("consents")) == (["R1", "R2"], ["S1", "S2"])
    assert published(company) == 1


def test_it_waits_for_as_long_as_nothing_is_said(company: Company) -> None:
    subscribed(company)
    for on in ("2026-02-05", "2026-02-06", "2026-03-20"):
        assert said(company, on, LOST["its state is none"], GIVEN[1]) == both_wait()
    assert company.row("readers", "R1")["topics"] == "cats"


def test_said_again_it_stands_as_before(company: Company) -> None:
    subscribed(company)
    said(company, "2026-02-05", LOST["its state is gone"], GIVEN[1])
    assert said(company, "2026-02-06", *GIVEN) == []
    assert published(company) == 2
    assert steps(company.night("2026-02-07")) == []


@pytest.mark.parametrize("status", ["Withdrawn", "Refused", "Unknown", "Requested"])
def test_who_says_otherwise_needs_nobodys_leave(company: Company, status: str) -> None:
    """At once, and after a night on which nothing was said: a withdrawal is as easy as giving (Art. 7(3))."""
    subscribed(company)
    no = GIVEN[0].replace("Given", status)
    assert said(company, "2026-02-05", no, GIVEN[1].replace("Given", "")) == both_wait()
    assert (company.keys("readers"), company.keys("consents")) == (["R2"], ["S2"])
    assert said(company, "2026-02-06", no, GIVEN[1].replace("Given", status)) == []
    assert (company.keys("readers"), company.keys("consents")) == ([], [])


def test_an_approval_lets_exactly_it_through(company: Company) -> None:
    subscribed(company)
    said(company, "2026-02-05", LOST["no date"], GIVEN[1])
    parts = withheld(company.night("2026-02-06"))
    for part in parts:
        company.approve(part["digest"], at="2026-02-06")
    assert [part["reason"] for part in parts] == [UNPROVED, UNPROVED]
    assert withheld(company.night("2026-02-07")) == []
    assert (company.keys("readers"), company.keys("consents")) == (["R2"], ["S2"])


def test_of_many_none_goes(company: Company) -> None:
    """Two hundred withdrawals may pass a night; what nobody withdrew may not."""
    company.policy(READERS, newsletter=NEWSLETTER)
    people = "\n".join(f"R{n},r{n}@x.example,cats" for n in range(150))
    said(company, "2026-02-01", *(f"S{n},r{n}@x.example,Given,2026-01-10," for n in range(150)), people=people)
    garbled = [f"S{n},Given,r{n}@x.example,2026-01-10," for n in range(150)]
    assert said(company, "2026-02-05", *garbled, people=people) == [
        ("crm.consents", UNPROVED, 150, 0),
        ("crm.readers", UNPROVED, 150, 0),
    ]
    assert len(company.keys("readers")) == 150


def test_a_company_with_words_of_its_own_says_so_with_each_of_them(company: Company) -> None:
    """Where the valid ones are none of DPV's, every other word is a no; only the empty state says nothing."""
    subscribed(company, READERS.replace("[Given, RenewedConsentGiven]", '["yes", Given]'))
    assert said(company, "2026-02-05", GIVEN[0].replace("Given", "no"), GIVEN[1].replace("Given", "")) == both_wait()
    assert company.keys("readers") == ["R2"]


def test_what_a_status_accepts_are_its_words(company: Company) -> None:
    status = "status: {category: user.privacy_preferences, serves: newsletter"
    words = READERS.replace(status, f"{status}, accepted: [Given, 'no']").replace("[Given, RenewedConsentGiven]", "[Given]")
    subscribed(company, words)
    assert said(company, "2026-02-05", GIVEN[0].replace("Given", "no"), GIVEN[1].replace("Given", "Refused")) == both_wait()
    assert company.keys("readers") == ["R2"]


def test_an_entry_of_before_is_no_word_of_today(company: Company) -> None:
    """A register that keeps each step as a row of its own: that she was asked once says nothing of what became of it."""
    company.policy(READERS, newsletter=NEWSLETTER)
    asked = "S0,ada@x.example,Requested,2026-01-09,"
    said(company, "2026-02-01", asked, *GIVEN)
    assert said(company, "2026-02-05", asked, LOST["its state is none"], GIVEN[1])[-1:] == [("crm.readers", UNPROVED, 1, 0)]
    assert company.keys("readers") == ["R1", "R2"]


def test_a_consent_that_is_a_gate_is_treated_alike(company: Company) -> None:
    source = """
tables:
  guests:
    key: id
    subject: guest
    fields:
      id: {category: user.unique_id, serves: seminar}
      email: {category: user.contact.email, serves: seminar, type: email}
      came_on: {category: user.content, serves: seminar, type: date}
      state: {category: user.privacy_preferences, serves: seminar}
      asked_on: {category: user.privacy_preferences, serves: seminar, type: date}
    events: {came: came_on}
consents:
  seminar: {table: guests, match: {email: guests.email}, status: state, valid: [Given], from: asked_on}
"""
    company.policy(
        source, seminar="legal_basis: eu-gdpr:A6-1-a\nstarting_point: {event: came, of: record}\nrequires_consent: seminar\nperiod: P12M"
    )
    head = "id,email,came_on,state,asked_on"
    company.extract(
        "guests", "2026-02-01", csv(head, ["G1,a@x.example,2026-01-10,Given,2026-01-01", "G2,b@x.example,2026-01-10,Given,2026-01-01"])
    )
    company.night("2026-02-01")
    company.extract(
        "guests", "2026-02-05", csv(head, ["G1,a@x.example,2026-01-10,,2026-01-01", "G2,b@x.example,2026-01-10,Refused,2026-01-01"])
    )
    assert [(part["reason"], part["unexpected"]) for part in withheld(company.night("2026-02-05"))] == [(UNPROVED, 1)]
    assert company.keys("guests") == ["G1"]

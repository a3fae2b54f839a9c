"""Deciding twice on one day: nothing more goes where rows last as long as what others find over them (docs/policy.md)."""

from __future__ import annotations

import pytest

from tests.way.customers import ANY_DROP
from tests.way.house import Company

LETTERS = """
tables:
  readers:
    key: id
    subject: prospect
    fields:
      id: {category: user.unique_id, serves: READERS}
      email: {category: user.contact.email, serves: READERS, type: email}
      seen_on: {category: user.content, serves: visits, type: date}
    events: {seen: seen_on}
  letters:
    key: id
    links: {reader_id: {to: readers, when_target_ends: keep_key}}
    fields:
      id: {category: user.unique_id, serves: mail}
      reader_id: {category: user.unique_id, serves: mail}
      text: {category: user.content, serves: mail}
  permissions:
    key: id
    fields:
      id: {category: user.unique_id, serves: proof}
      email: {category: user.contact.email, serves: proof, type: email}
      status: {category: user.content, serves: proof}
      given_on: {category: user.content, serves: proof, type: date}
    events: {given: given_on}
consents:
  letters: {table: permissions, match: {email: readers.email}, status: status, valid: [Given], from: given_on}
"""
DAY = "2026-01-10"


@pytest.mark.parametrize(("serves", "kept"), [("visits", []), ("[visits, mail]", ["L1"])])
def test_a_consent_goes_for_a_letter_with_the_reader_who_gave_it(company: Company, serves: str, kept: list[str]) -> None:
    """Ada's visits are over and her row goes; the letter keeps the bare key, over which nobody finds her consent any more (Art. 7(1)).
    Where her row serves the letters, too, it lasts as long as they do, and a second deciding finds what the first one found."""
    company.policy(
        LETTERS.replace("READERS", serves),
        company=ANY_DROP,
        visits="starting_point: {event: seen, of: record}\nperiod: P1M",
        mail="legal_basis: eu-gdpr:A6-1-a\nstarting_point: {consent: letters}\nperiod: P0D",
        proof="starting_point: {event: given, of: record}\nperiod: P5Y",
    )
    company.extract("readers", DAY, "id,email,seen_on\nR1,ada@x.example,2025-02-01")
    company.extract("letters", DAY, "id,reader_id,text\nL1,R1,Hello")
    company.extract("permissions", DAY, "id,email,status,given_on\nS1,ada@x.example,Given,2025-06-01")
    company.night(DAY)
    assert company.keys("letters") == ["L1"]
    company.night(DAY)
    assert company.keys("letters") == kept

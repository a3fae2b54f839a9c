"""What an entry of a register means: which act is the latest, which dates are none, and what a vanished entry takes with it."""

from __future__ import annotations

import pytest

from tests.way.customers import ANY_DROP
from tests.way.house import Company, day
from tests.way.test_consents import NEWSLETTER, READERS, extracts
from tests.way.test_objections import REFUSALS, people


def readers(company: Company) -> Company:
    return company.policy(READERS, company=ANY_DROP, newsletter=NEWSLETTER)


def test_a_consent_whose_status_is_withdrawn_does_not_stand_until_a_day_to_come(company: Company) -> None:
    """LAW §1: only given and renewed are valid, whatever date stands beside another status."""
    readers(company)
    extracts(company, "2026-02-05", "S1,ada@x.example,Given,2026-01-10,\nS2,ada@x.example,Withdrawn,2026-01-10,2026-06-30")
    company.night("2026-02-05")
    assert company.keys("readers") == []


def test_a_consent_of_a_day_to_come_is_not_given_yet(company: Company) -> None:
    readers(company)
    extracts(company, "2026-02-05", "S1,ada@x.example,Given,2026-03-01,")
    company.night("2026-02-05")
    assert company.keys("readers") == []


@pytest.mark.parametrize("given", ["1900-01-01", "9999-12-31", "1929-12-31"])
def test_an_unknown_date_of_giving_proves_no_consent(company: Company, given: str) -> None:
    """LAW C10, Art. 7(1)."""
    company.policy(READERS.replace("    valid_for: P12M\n", ""), company=ANY_DROP, newsletter=NEWSLETTER)
    extracts(company, "2026-02-05", f"S1,ada@x.example,Given,{given},")
    company.night("2026-02-05")
    assert company.keys("readers") == []


def test_an_unknown_date_of_withdrawal_withdraws_nothing_and_lengthens_nothing(company: Company) -> None:
    readers(company)
    extracts(company, "2026-02-05", "S1,ada@x.example,Given,2026-01-10,9999-12-31")
    company.night("2026-02-05")
    assert company.clause("readers", "R1", "newsletter").retain_until == day("2027-01-10")


def test_a_withdrawal_counts_although_its_own_entry_has_no_known_date_of_giving(company: Company) -> None:
    """Art. 7(3): the entry proves no consent, and still says that Ada withdrew hers."""
    readers(company)
    extracts(company, "2026-02-05", "S1,ada@x.example,Given,2026-01-10,\nS2,ada@x.example,Given,1900-01-01,2026-01-20")
    company.night("2026-02-05")
    assert company.keys("readers") == []


def test_a_declared_end_does_not_outlast_what_the_consent_is_valid_for(company: Company) -> None:
    """Given on 2025-03-01 for twelve months, although its row says 2027."""
    readers(company)
    extracts(company, "2026-02-05", "S1,ada@x.example,Given,2025-03-01,2027-06-30")
    company.night("2026-02-05")
    assert company.clause("readers", "R1", "newsletter").retain_until == day("2026-03-01")


def test_a_renewal_counts_although_the_entry_that_it_replaces_has_vanished(company: Company) -> None:
    """The register keeps one row for each person: the renewed one, given on 1 February, and the old one is gone on the 2nd."""
    readers(company)
    extracts(company, "2026-02-01", "S1,ada@x.example,Given,2025-03-01,")
    company.night("2026-02-01")
    extracts(company, "2026-02-02", "S2,ada@x.example,RenewedConsentGiven,2026-02-01,")
    company.night("2026-02-02")
    assert company.keys("readers") == ["R1"]
    assert company.clause("readers", "R1", "newsletter").retain_until == day("2027-02-01")


@pytest.mark.parametrize("lifted", ["9999-12-31", "2026-12-31"])
def test_an_objection_stands_until_the_day_on_which_it_is_lifted_and_an_unknown_day_lifts_nothing(company: Company, lifted: str) -> None:
    """LAW C10; Art. 21(3)."""
    people(company).night("2026-01-10")
    company.extract("refusals", "2026-01-15", f"{REFUSALS}R1,ada@x.example,mail,2026-01-15,{lifted}")
    company.night("2026-01-15")
    assert company.row("people", "P1")["tastes"] is None

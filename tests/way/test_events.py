"""Which event starts whose clock, and what counts where there is none (DESIGN §2; LAW §5, 23 to 36)."""

from __future__ import annotations

from typing import Any

import pytest

from privacy_pipelines.values import OPEN
from tests.way.customers import RELATIONSHIP, SOURCE, customers, extracts
from tests.way.house import Company, day, steps


def test_an_active_contract_without_an_end_keeps_its_people_without_a_date_to_erase(company: Company) -> None:
    """Scenario 23."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,active,,")
    company.night("2026-01-10")
    found = company.cluster("contacts", "C1", "name")
    assert (found.state, found.retain_until, found.erase_by) == ("keep", OPEN, OPEN)


def test_an_open_contract_keeps_the_clock_from_starting_although_another_has_ended(company: Company) -> None:
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2025-06-30,\nK2,A1,active,2026-03-31,")
    company.night("2026-01-10")
    assert company.cluster("contacts", "C1", "name").retain_until == OPEN
    company.night("2026-09-30")
    assert (company.keys("contacts"), company.keys("contracts")) == (["C1"], ["K2"])


def test_a_terminated_contract_without_an_end_is_restricted_to_the_ceiling_from_the_night_it_was_first_seen_so(company: Company) -> None:
    """Scenario 24: open on 10 January; ended without a date from 1 February. P12M later is 2027-02-01, and it settles P14D."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,active,,")
    company.night("2026-01-10")
    extracts(company, "2026-02-01", contacts="C1,A1,Ada,", contracts="K1,A1,ended,,")
    company.night("2026-02-01")
    company.night("2026-05-01")
    for table, key, column in (("contacts", "C1", "name"), ("contracts", "K1", "status")):
        found = company.cluster(table, key, column)
        assert (found.state, found.retain_until, found.erase_by) == ("undetermined", day("2027-02-01"), day("2027-05-01"))
    company.night("2027-02-15")
    assert (company.keys("contacts"), company.keys("contracts")) == (["C1"], ["K1"])
    company.night("2027-02-16")
    assert (company.keys("contacts"), company.keys("contracts")) == ([], [])


CHANGED = SOURCE.replace(
    "cancelled_on: {category: user.content, serves: relationship, type: date}",
    "cancelled_on: {category: user.content, serves: relationship, type: date}\n"
    "      changed_on: {category: user.content, serves: relationship, type: date}",
).replace("open_if: \"status = 'active'\"", "open_if: \"status = 'active'\", fallback: changed_on")


@pytest.mark.parametrize(
    ("changed", "since"),
    [("2025-06-01", "2025-06-01"), ("", "2026-01-10"), ("2026-03-01", "2026-01-10"), ("1900-01-01", "2026-01-10")],
)
def test_a_missing_end_is_counted_from_the_change_of_status_where_the_source_knows_that(company: Company, changed: str, since: str) -> None:
    """Scenario 24: P12M from the change of status, for the contract and its people; a day to come, or a sentinel, is none."""
    customers(company, source=CHANGED)
    company.extract("accounts", "2026-01-10", "id\nA1")
    company.extract("contacts", "2026-01-10", "id,account_id,name,left_on\nC1,A1,Ada,")
    company.extract("contracts", "2026-01-10", f"id,account_id,status,ends_on,cancelled_on,changed_on\nK1,A1,ended,,,{changed}")
    company.night("2026-01-10")
    for table, key in (("contracts", "K1"), ("contacts", "C1")):
        clause = company.clause(table, key, "relationship")
        assert (clause.level, clause.missing_since, clause.retain_until) == (
            "undetermined",
            day(since),
            day(since).replace(year=day(since).year + 1),
        )


def test_of_two_missing_ends_one_without_a_change_of_status_counts_from_the_night(company: Company) -> None:
    customers(company, source=CHANGED)
    company.extract("accounts", "2026-01-10", "id\nA1")
    company.extract("contacts", "2026-01-10", "id,account_id,name,left_on\nC1,A1,Ada,")
    rows = "K1,A1,ended,,,2025-06-01\nK2,A1,ended,,,"
    company.extract("contracts", "2026-01-10", f"id,account_id,status,ends_on,cancelled_on,changed_on\n{rows}")
    company.night("2026-01-10")
    assert company.clause("contacts", "C1", "relationship").missing_since == day("2026-01-10")


def test_an_open_contract_that_vanished_is_missing_from_that_night_whenever_its_status_had_changed(company: Company) -> None:
    """It became active years ago, which says nothing of its end: nobody is erased by surprise when its source sends it no more."""
    customers(company, source=CHANGED)
    for on, contracts in (("2026-01-10", "K1,A1,active,,,2020-06-01"), ("2026-01-11", ""), ("2026-01-26", "")):
        company.extract("accounts", on, "id\nA1")
        company.extract("contacts", on, "id,account_id,name,left_on\nC1,A1,Ada,")
        company.extract("contracts", on, f"id,account_id,status,ends_on,cancelled_on,changed_on\n{contracts}")
        company.night(on)
    assert company.keys("contracts") == []
    clause = company.clause("contacts", "C1", "relationship")
    assert (clause.level, clause.missing_since) == ("undetermined", day("2026-01-11"))


def test_sentinels_and_implausible_dates_are_missing_dates(company: Company) -> None:
    """Scenario 25, and company.yaml's plausible dates: nothing before 1930, nothing more than twenty years ahead."""
    unknown = ["9999-12-31", "1900-01-01", "0001-01-01", "1929-12-31", "2046-01-11", ""]
    customers(company)
    accounts = [f"A{number}" for number in range(len(unknown) + 2)]
    contracts = [f"K{n},A{n},ended,{ends}," for n, ends in enumerate([*unknown, "2046-01-10", "1930-01-01"])]
    contacts = [f"C{n},A{n},Ada," for n in range(len(accounts))]
    extracts(company, "2026-01-10", accounts=" ".join(accounts), contacts="\n".join(contacts), contracts="\n".join(contracts))
    company.night("2026-01-10")
    for number in range(len(unknown)):
        clause = company.clause("contacts", f"C{number}", "relationship")
        assert (clause.applies, clause.date, clause.missing_since) == (True, None, day("2026-01-10"))
        assert company.cluster("contracts", f"K{number}", "status").state == "undetermined"
    assert company.clause("contacts", "C6", "relationship").retain_until == day("2046-01-10")
    assert "C7" not in company.keys("contacts")


def test_the_successor_contracts_end_starts_the_clock(company: Company) -> None:
    """Scenario 26: kept to the successor's last day, gone after two settling weeks."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-01-31,\nK2,A1,ended,2026-06-30,")
    company.night("2026-01-10")
    found = company.clause("contacts", "C1", "relationship")
    assert (found.date, found.retain_until, found.erase_by) == (day("2026-06-30"), day("2026-06-30"), day("2026-09-30"))
    company.night("2026-07-14")
    assert company.keys("contacts") == ["C1"]
    company.night("2026-07-15")
    assert company.keys("contacts") == []


def test_what_was_erased_is_not_resurrected_by_a_later_contract(company: Company) -> None:
    """Scenario 27: the contact comes back as new, with a new first day and without the old contract."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-01-05,")
    company.night("2026-01-10")
    company.night("2026-01-20")
    assert (company.keys("contacts"), company.keys("contracts")) == ([], [])
    extracts(company, "2026-05-01", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-01-05,\nK2,A1,active,,")
    company.night("2026-05-01")
    assert (company.keys("contacts"), company.keys("contracts")) == (["C1"], ["K2"])
    assert company.stored("contacts")[0]["_first_seen"] == day("2026-05-01")
    assert not [one for one in company.departed() if one[0] == "crm.contacts"], "nothing links the new to what was left behind"


def test_what_was_overdue_stays_overdue_when_a_new_contract_starts(company: Company) -> None:
    """Scenario 28: the old contract's own row was to be gone by 2026-04-05."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-01-05,")
    company.night("2026-01-10")
    extracts(company, "2026-05-01", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-01-05,\nK2,A1,active,,")
    last = company.night("2026-05-01")
    assert (company.keys("contacts"), company.keys("contracts")) == (["C1"], ["K2"])
    assert (steps(last), last.metrics["erased_late"]) == ([("crm.contracts", "relationship", "erase_row", 1, 4)], 1)


def test_a_contract_cancelled_before_its_end_ends_when_it_was_cancelled(company: Company) -> None:
    """Scenario 29."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-12-31,2026-02-15")
    company.night("2026-01-10")
    assert company.clause("contacts", "C1", "relationship").retain_until == day("2026-02-15")
    assert company.clause("contracts", "K1", "relationship").retain_until == day("2026-02-15")


def test_an_end_corrected_to_an_earlier_day_is_erased_the_same_night_and_late_from_the_true_day(company: Company) -> None:
    """Scenario 30: corrected to 2025-09-30, so it should have been gone by 2025-12-30; the log says that the source corrected it."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-12-31,")
    company.night("2026-01-10")
    extracts(company, "2026-01-11", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2025-09-30,")
    last = company.night("2026-01-11")
    assert (company.keys("contacts"), company.keys("contracts"), last.metrics["erased_late"]) == ([], [], 2)
    assert corrected(company) == [("2026-01-11", "crm.contracts", "contract_end", "source", "<5", 0)]


def test_an_end_extended_before_erasure_is_computed_again(company: Company) -> None:
    """Scenario 31: extended on the last settling day; the log says why."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-01-05,")
    company.night("2026-01-10")
    assert company.cluster("contacts", "C1", "name").state == "restrict"
    extracts(company, "2026-01-19", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-08-31,")
    company.night("2026-01-19")
    company.night("2026-01-20")
    found = company.cluster("contacts", "C1", "name")
    assert (found.state, found.retain_until) == ("keep", day("2026-08-31"))
    assert corrected(company) == [("2026-01-19", "crm.contracts", "contract_end", "source", 0, "<5")]


def corrected(company: Company) -> list[tuple[Any, ...]]:
    """What the evidence log says of dates that a source corrected."""
    names = ("as_of", "table", "event", "cause", "earlier", "later")
    return [tuple(entry.body[name] for name in names) for entry in company.evidence() if entry.kind == "dates_corrected"]


def test_a_first_end_is_no_correction(company: Company) -> None:
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,active,,")
    company.night("2026-01-10")
    extracts(company, "2026-01-11", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-02-28,")
    company.night("2026-01-11")
    assert corrected(company) == []


ROLES = """
tables:
  accounts:
    key: id
    subject: organisation
    fields:
      id: {category: user.unique_id, serves: relationship}
  contacts:
    key: id
    subject: customer
    events_via: {contract_end: [roles, accounts, contracts]}
    fields:
      id: {category: user.unique_id, serves: relationship}
      name: {category: user.name, serves: relationship}
  roles:
    key: id
    links: {contact_id: contacts, account_id: accounts}
    fields:
      id: {category: user.unique_id, serves: relationship}
      contact_id: {category: user.unique_id, serves: relationship}
      account_id: {category: user.unique_id, serves: relationship}
      title: {category: user.workplace, serves: relationship}
  contracts:
    key: id
    links: {account_id: accounts}
    scopes: {relationship: record}
    fields:
      id: {category: user.unique_id, serves: relationship}
      account_id: {category: user.unique_id, serves: relationship}
      status: {category: user.content, serves: relationship}
      ends_on: {category: user.content, serves: relationship, type: date}
    events:
      contract_end: {at: ends_on, open_if: "status = 'active'"}
"""


def test_of_a_contact_for_two_accounts_only_what_serves_the_living_one_remains(company: Company) -> None:
    """Scenario 32: A1's contract is over, A2's is not."""
    company.policy(ROLES, relationship=RELATIONSHIP.replace("ended_by: [{event: contact_left, period: P0D, execution_window: P30D}]\n", ""))
    company.extract("accounts", "2026-01-10", "id\nA1\nA2")
    company.extract("contacts", "2026-01-10", "id,name\nC1,Ada")
    company.extract("roles", "2026-01-10", "id,contact_id,account_id,title\nR1,C1,A1,Buyer\nR2,C1,A2,Owner")
    company.extract("contracts", "2026-01-10", "id,account_id,status,ends_on\nK1,A1,ended,2026-01-05\nK2,A2,active,")
    company.night("2026-01-10")
    company.night("2026-01-20")
    assert {table: company.keys(table) for table in ("accounts", "contacts", "roles", "contracts")} == {
        "accounts": ["A2"], "contacts": ["C1"], "roles": ["R2"], "contracts": ["K2"],
    }  # fmt: skip


def test_a_contact_who_left_goes_although_the_contract_lives(company: Company) -> None:
    """Scenario 33, LAW P2: left on 2026-02-10, settled on the 24th, by 2026-03-12 (P30D)."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,2026-02-10\nC2,A1,Bo,", contracts="K1,A1,active,,")
    company.night("2026-01-10")
    found = company.cluster("contacts", "C1", "name")
    assert (found.retain_until, found.erase_by) == (day("2026-02-10"), day("2026-03-12"))
    company.night("2026-02-24")
    assert company.keys("contacts") == ["C1", "C2"]
    company.night("2026-02-25")
    assert company.keys("contacts") == ["C2"]


RECRUITING = """
tables:
  recruitments:
    key: id
    fields:
      id: {category: system.operations}
      closed_on: {category: system.operations, type: date}
    events: {recruitment_closed: closed_on}
  candidates:
    key: id
    subject: job_applicant
    fields:
      id: {category: user.unique_id, serves: claims}
      name: {category: user.name, serves: claims}
  applications:
    key: id
    scopes: {claims: record}
    links: {candidate_id: candidates, recruitment_id: recruitments}
    fields:
      id: {category: user.unique_id, serves: claims}
      candidate_id: {category: user.unique_id, serves: claims}
      recruitment_id: {category: user.unique_id, serves: claims}
      ranking: {category: user.content, serves: claims}
"""


def test_each_application_lives_by_its_own_recruitment_and_the_person_by_the_last(company: Company) -> None:
    """Scenario 36: closed 2023-01-31 and 2025-05-12, two years each."""
    company.policy(
        RECRUITING, claims="nature: claims\nstarting_point: {event: recruitment_closed, of: subject}\nperiod: P2Y\nroll: next_weekday"
    )
    company.extract("recruitments", "2025-01-30", "id,closed_on\nR1,2023-01-31\nR2,2025-05-12")
    company.extract("candidates", "2025-01-30", "id,name\nP1,Ada")
    company.extract("applications", "2025-01-30", "id,candidate_id,recruitment_id,ranking\nF1,P1,R1,2\nF2,P1,R2,1")
    company.night("2025-01-30")
    assert company.clause("applications", "F1", "claims").retain_until == day("2025-01-31")
    assert company.clause("applications", "F2", "claims").retain_until == day("2027-05-12")
    assert company.clause("candidates", "P1", "claims").retain_until == day("2027-05-12")
    company.night("2025-02-01")
    assert (company.keys("candidates"), company.keys("applications")) == (["P1"], ["F2"])
    company.night("2027-05-13")
    assert (company.keys("candidates"), company.keys("applications")) == ([], [])


PROSPECTS = """
tables:
  prospects:
    key: id
    subject: prospect
    fields:
      id: {category: user.unique_id, serves: prospecting}
      name: {category: user.name, serves: prospecting}
  activities:
    key: id
    links: {prospect_id: prospects}
    fields:
      id: {category: user.unique_id, serves: prospecting}
      prospect_id: {category: user.unique_id, serves: prospecting}
      kind: {category: user.behavior, serves: prospecting}
      on_day: {category: user.behavior, serves: prospecting, type: date}
    events:
      inbound_contact: {at: on_day, when: "kind <> 'mail_open'"}
"""


def test_opening_mail_is_no_contact(company: Company) -> None:
    """Scenario 41: a call on 2024-05-01, only mail-opens since; twelve months."""
    company.policy(PROSPECTS, prospecting="starting_point: {event: inbound_contact, of: subject}\nperiod: P12M")
    company.extract("prospects", "2025-05-01", "id,name\nP1,Ada")
    company.extract("activities", "2025-05-01", "id,prospect_id,kind,on_day\nX1,P1,call,2024-05-01\nX2,P1,mail_open,2025-04-20")
    company.night("2025-05-01")
    assert company.clause("prospects", "P1", "prospecting").retain_until == day("2025-05-01")
    company.night("2025-05-02")
    assert company.keys("prospects") == []


def test_a_row_about_which_nothing_is_known_is_restricted_and_goes_the_day_after_the_companys_ceiling(company: Company) -> None:
    """Scenario 42: no contract, no dates. P12M from 2026-01-10; company.yaml gives no settling days, so it goes on 2027-01-11."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="")
    last = company.night("2026-01-10")
    found = company.cluster("contacts", "C1", "name")
    assert (found.state, found.retain_until, found.erase_by) == ("undetermined", day("2027-01-10"), day("2027-02-09"))
    assert last.metrics["undetermined"] == 1
    company.night("2027-01-10")
    assert company.keys("contacts") == ["C1"]
    company.night("2027-01-11")
    assert company.keys("contacts") == []


def test_a_purpose_does_not_apply_without_an_event_row_and_is_undetermined_with_one_that_has_no_date(company: Company) -> None:
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,\nC2,A2,Bo,", contracts="K1,A1,ended,9999-12-31,")
    company.night("2026-01-10")
    one, other = company.clause("contacts", "C1", "relationship"), company.clause("contacts", "C2", "relationship")
    assert (one.applies, one.missing_since, one.level) == (True, day("2026-01-10"), "undetermined")
    assert (other.applies, other.level) == (False, "not_applicable")


def test_a_purpose_without_an_event_row_keeps_nothing_alive_beside_one_that_has_ended(company: Company) -> None:
    """The claim never applied, so the relationship's end alone counts: 2026-01-05 and two settling weeks."""
    both = SOURCE.replace(
        "name: {category: user.name, serves: relationship}", "name: {category: user.name, serves: [relationship, claims]}"
    )
    disputes = """
  disputes:
    key: id
    links: {contact_id: contacts}
    fields:
      id: {category: user.unique_id, serves: claims}
      contact_id: {category: user.unique_id, serves: claims}
      closed_on: {category: user.content, serves: claims, type: date}
    events: {dispute_closed: closed_on}
"""
    customers(company, source=both + disputes, claims="nature: claims\nstarting_point: {event: dispute_closed, of: subject}\nperiod: P10Y")
    company.extract("disputes", "2026-01-10", "id,contact_id,closed_on\nD1,C2,2025-12-01")
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,\nC2,A1,Bo,", contracts="K1,A1,ended,2026-01-05,")
    company.night("2026-01-10")
    company.night("2026-01-20")
    assert company.keys("contacts") == ["C2"]
    assert company.row("contacts", "C2") == {"id": "C2", "account_id": None, "left_on": None, "name": "Bo"}


@pytest.mark.parametrize("ends_on", ["", "2026-01-20"])
def test_a_vanished_open_contract_never_starts_a_clock(company: Company, ends_on: str) -> None:
    """Its people become undetermined on the night it vanished, whatever end date an evergreen contract still carried."""
    customers(company)
    extracts(company, "2026-02-01", contacts="C1,A1,Ada,", contracts=f"K1,A1,active,{ends_on},\nK2,A2,active,,")
    company.night("2026-02-01")
    extracts(company, "2026-02-02", contacts="C1,A1,Ada,", contracts="K2,A2,active,,")
    company.night("2026-02-02")
    clause = company.clause("contacts", "C1", "relationship")
    assert (clause.date, clause.missing_since) == (None, day("2026-02-02"))
    company.night("2026-02-17")
    company.night("2026-02-18")
    assert (company.keys("contacts"), company.keys("contracts")) == (["C1"], ["K2"])
    found = company.cluster("contacts", "C1", "name")
    assert (found.state, found.retain_until) == ("undetermined", day("2027-02-02")), "the ceiling does not move when the row has left"


def test_a_missing_date_of_a_contract_that_has_left_is_missing_beside_those_of_others(company: Company) -> None:
    """K1 vanished while it was open, and its row goes on 2026-02-17; K3 of the same account ended on 2026-02-15 and stays until March."""
    customers(company)
    extracts(company, "2026-02-01", contacts="C1,A1,Ada,", contracts="K1,A1,active,,\nK2,A2,active,,\nK3,A1,ended,2026-02-15,")
    company.night("2026-02-01")
    extracts(company, "2026-02-02", contacts="C1,A1,Ada,", contracts="K2,A2,active,,\nK3,A1,ended,2026-02-15,")
    for night in ("2026-02-02", "2026-02-17", "2026-02-18", "2026-03-03", "2027-02-16"):
        company.night(night)
    assert (company.keys("contacts"), company.keys("contracts")) == (["C1"], ["K2"])
    found = company.cluster("contacts", "C1", "name", "2026-02-18")
    assert (found.state, found.retain_until) == ("undetermined", day("2027-02-02"))
    company.night("2027-02-17")
    assert company.keys("contacts") == []


def test_a_vanished_contract_that_had_ended_is_still_evidence(company: Company) -> None:
    customers(company)
    extracts(company, "2026-02-01", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-03-31,\nK2,A2,active,,")
    company.night("2026-02-01")
    extracts(company, "2026-02-02", contacts="C1,A1,Ada,", contracts="K2,A2,active,,")
    company.night("2026-02-02")
    company.night("2026-02-17")
    assert (company.keys("contacts"), company.keys("contracts")) == (["C1"], ["K2"])
    assert company.clause("contacts", "C1", "relationship").retain_until == day("2026-03-31")


CASES = """
tables:
  cases:
    key: id
    fields:
      id: {category: user.unique_id, serves: [use, duty, claim]}
      closed_on: {category: user.content, serves: [use, duty, claim], type: date}
      phone: {category: user.contact.phone_number, serves: use}
      voucher: {category: user.financial, serves: duty}
      agreement: {category: user.content, serves: claim}
    events: {closed: closed_on}
"""
CLOSED = "starting_point: {event: closed, of: record}\n"


def cases(company: Company) -> Company:
    """Three purposes on one table, of which only the policy's own can end with the source's row."""
    return company.policy(
        CASES,
        company="guards: {unexpected_share: 0.0, unexpected_count: 20, row_drop: 1.0, vanished_share: 0.05, clock_lead: P2D}",
        use=CLOSED + "period: P1Y\nsettle: P14D",
        duty=CLOSED + "nature: duty\nlegal_basis: eu-gdpr:A6-1-c\nperiod: P7Y\non_missing_event: {restrict: P10Y, from: first_seen}",
        claim=CLOSED + "nature: claims\nperiod: P10Y",
    )


def test_a_key_that_vanished_ends_policy_purposes_after_settling_and_never_a_duty_or_a_claim(company: Company) -> None:
    """Gone from the snapshot of 2026-02-01: kept through the 15th, cleared on the 16th. The duty stands until 2033-01-05."""
    cases(company)
    header = "id,closed_on,phone,voucher,agreement"
    company.extract("cases", "2026-01-10", f"{header}\nF1,2026-01-05,070,500,signed\nF2,2026-01-05,071,600,signed")
    company.night("2026-01-10")
    company.extract("cases", "2026-02-01", f"{header}\nF2,2026-01-05,071,600,signed")
    company.night("2026-02-01")
    company.night("2026-02-15")
    assert company.row("cases", "F1")["phone"] == "070"
    company.night("2026-02-16")
    expected = {"id": "F1", "closed_on": day("2026-01-05"), "phone": None, "voucher": "500", "agreement": "signed"}
    assert company.row("cases", "F1") == expected
    assert company.clause("cases", "F1", "duty").retain_until == day("2033-01-05")
    assert company.clause("cases", "F1", "claim").retain_until == day("2036-01-05")


def test_a_key_that_returns_within_the_settling_days_keeps_everything(company: Company) -> None:
    cases(company)
    header = "id,closed_on,phone,voucher,agreement"
    whole = f"{header}\nF1,2026-01-05,070,500,signed\nF2,2026-01-05,071,600,signed"
    company.extract("cases", "2026-01-10", whole)
    company.night("2026-01-10")
    company.extract("cases", "2026-02-01", f"{header}\nF2,2026-01-05,071,600,signed")
    company.night("2026-02-01")
    company.extract("cases", "2026-02-10", whole)
    company.night("2026-02-10")
    company.night("2026-02-20")
    assert company.row("cases", "F1")["phone"] == "070"
    assert company.explain("cases", "F1").gone_since is None


def test_the_evidence_of_a_contract_that_has_left_keeps_counting_for_what_remains(company: Company) -> None:
    """The contract's row goes two weeks after its end, 2026-01-05; the claim on the contact still counts ten years from that end."""
    both = SOURCE.replace(
        "name: {category: user.name, serves: relationship}", "name: {category: user.name, serves: [relationship, claims]}"
    )
    customers(company, source=both, claims="nature: claims\nstarting_point: {event: contract_end, of: subject}\nperiod: P10Y")
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-01-05,")
    company.night("2026-01-10")
    extracts(company, "2026-01-20", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-01-05,")
    company.night("2026-01-20")
    assert (company.keys("contacts"), company.keys("contracts")) == (["C1"], [])
    extracts(company, "2026-03-01", contacts="C1,A1,Ada,", contracts="")
    company.night("2026-03-01")
    company.night("2030-01-01")
    assert company.clause("contacts", "C1", "claims").retain_until == day("2036-01-05")
    company.night("2036-01-05")
    assert company.row("contacts", "C1")["name"] == "Ada"
    company.night("2036-01-06")
    assert company.keys("contacts") == []


def test_without_a_ceiling_of_its_own_a_purpose_waits_for_a_missing_date_until_the_companys(company: Company) -> None:
    """One contract has ended, the other without a known day: nobody is erased by surprise, and P12M from 2026-01-10 is the company's."""
    customers(company, relationship=RELATIONSHIP.replace("on_missing_event: {restrict: P12M, from: first_seen}\n", ""))
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2025-03-30,\nK2,A1,ended,,")
    company.night("2026-01-10")
    found = company.cluster("contacts", "C1", "name")
    assert (found.state, found.retain_until, found.erase_by) == ("undetermined", day("2027-01-10"), day("2027-02-09"))
    assert (company.keys("contacts"), company.keys("contracts")) == (["C1"], ["K2"])
    company.night("2027-01-11")
    assert (company.keys("contacts"), company.keys("contracts")) == ([], [])


def test_a_table_that_has_the_event_lives_by_the_persons_latest_where_it_says_so(company: Company) -> None:
    """The call of May 2024 is kept with the one of May 2025; without `scopes` it goes by itself."""
    calls = PROSPECTS.replace("  activities:\n    key: id\n", "  activities:\n    key: id\n    scopes: {prospecting: SCOPE}\n")
    for scope, kept in (("subject", ["X1", "X2"]), ("record", ["X2"])):
        company.policy(calls.replace("SCOPE", scope), prospecting="starting_point: {event: inbound_contact, of: subject}\nperiod: P12M")
        company.extract("prospects", "2025-06-01", "id,name\nP1,Ada")
        company.extract("activities", "2025-06-01", "id,prospect_id,kind,on_day\nX1,P1,call,2024-05-01\nX2,P1,call,2025-05-20")
        company.night("2025-06-01")
        assert company.keys("activities") == kept

"""What is left behind, what is cleared in a row that stays, and what does not come back (DESIGN §1.5, §2)."""

from __future__ import annotations

from tests.way.customers import customers, extracts
from tests.way.house import Company, day, steps

INVOICED = """
tables:
  contacts:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: relationship}
      name: {category: user.name, serves: relationship}
      ends_on: {category: user.content, serves: relationship, type: date}
    events: {contract_end: ends_on}
  invoices:
    key: id
    links: {contact_id: contacts, payer_id: contacts}
    fields:
      id: {category: user.unique_id, serves: bookkeeping}
      contact_id: {category: user.unique_id, serves: relationship}
      payer_id: {category: user.unique_id, serves: bookkeeping}
      dated_on: {category: user.financial, serves: bookkeeping, type: date}
      amount: {category: user.financial, serves: bookkeeping, type: decimal}
      email: {category: user.contact.email, serves: relationship, type: email}
      phone: {category: user.contact.phone_number, serves: relationship}
    events: {voucher: dated_on}
    scopes: {relationship: record}
"""
INVOICES = """
id,contact_id,payer_id,dated_on,amount,email,phone
I1,C1,C1,2025-11-30,10,ada@x.example,070
I2,C2,C2,2025-11-30,20,bo@x.example,071
"""
RELATIONSHIP = "starting_point: {event: contract_end, of: subject}\nperiod: P0D"
BOOKKEEPING = """
nature: duty
legal_basis: eu-gdpr:A6-1-c
starting_point: {event: voucher, of: record, offset: [end_of_fiscal_year, end_of_calendar_year]}
period: P7Y
on_missing_event: {restrict: P10Y, from: first_seen}
"""


def invoiced(company: Company) -> Company:
    """One way only from an invoice to its contact's contract: the payer is an account of another kind."""
    source = INVOICED.replace(", payer_id: contacts", "").replace("    scopes: {relationship: record}\n", "")
    company.policy(source, relationship=RELATIONSHIP, bookkeeping=BOOKKEEPING)
    company.extract("contacts", "2026-01-31", "id,name,ends_on\nC1,Ada,2026-01-31\nC2,Bo,2026-12-31")
    company.extract(
        "invoices", "2026-01-31",
        INVOICES,
    )  # fmt: skip
    return company


def test_when_the_relationship_ends_the_voucher_stays_restricted_and_the_contact_details_go(company: Company) -> None:
    """Scenario 45: the contract ended on 2026-01-31; the voucher of 2025 is kept through 2032."""
    invoiced(company).night("2026-01-31")
    company.night("2026-02-01")
    row = company.row("invoices", "I1")
    assert (row["amount"], row["dated_on"]) == (10, day("2025-11-30"))
    assert (row["email"], row["phone"]) == (None, None)
    found = company.cluster("invoices", "I1", "amount")
    assert (found.state, found.retain_until) == ("restrict", day("2032-12-31"))
    assert company.row("invoices", "I2")["email"] == "bo@x.example"


def test_a_link_is_cleared_when_its_target_leaves_and_kept_where_a_duty_needs_the_bare_key(company: Company) -> None:
    invoiced(company).night("2026-01-31")
    company.night("2026-02-01")
    assert company.keys("contacts") == ["C2"]
    row = company.row("invoices", "I1")
    assert (row["contact_id"], row["payer_id"]) == (None, "C1")


def test_a_field_that_was_erased_stays_erased_while_the_source_still_sends_it(company: Company) -> None:
    invoiced(company).night("2026-01-31")
    company.night("2026-02-01")
    for number in range(2, 5):
        company.extract("invoices", f"2026-02-0{number}", INVOICES)
        company.extract("contacts", f"2026-02-0{number}", "id,name,ends_on\nC1,Ada,2026-01-31\nC2,Bo,2026-12-31")
        last = company.night(f"2026-02-0{number}")
        row = company.row("invoices", "I1")
        assert (row["amount"], row["email"], row["phone"], row["contact_id"]) == (10, None, None, None)
        assert last.metrics["erased_cells"] == 0
    assert company.keys("contacts") == ["C2"]


def test_an_explanation_says_when_a_field_or_a_whole_record_was_left_behind(company: Company) -> None:
    invoiced(company).night("2026-01-31")
    company.night("2026-02-01")
    assert company.cluster("invoices", "I1", "email").left_on == day("2026-02-01")
    gone = company.explain("contacts", "C1")
    assert (gone.found, gone.left_on, gone.expires_on) == ("left_behind", day("2026-02-01"), day("2026-04-02"))
    assert company.explain("contacts", "nobody").found == "no_trace"


def test_after_its_expiry_there_is_no_trace_of_a_departed_record(company: Company) -> None:
    """Sixty days from 2026-02-01 are over after 2026-04-02."""
    invoiced(company).night("2026-01-31")
    company.night("2026-02-01")
    company.night("2026-04-02")
    assert company.explain("contacts", "C1").found == "left_behind"
    company.night("2026-04-03")
    assert company.explain("contacts", "C1").found == "no_trace"


STRUCTURAL = """
tables:
  cases:
    key: id
    fields:
      id: {category: user.unique_id, serves: [use, claim]}
      closed_on: {category: user.content, serves: use, type: date}
      opened_on: {category: user.content, serves: use, type: date}
      phone: {category: user.contact.phone_number, serves: use}
      agreement: {category: user.content, serves: claim}
    events: {closed: closed_on}
"""


def test_a_structural_cell_lives_as_long_as_what_needs_it_and_other_cells_of_its_purpose_do_not(company: Company) -> None:
    """`closed_on` serves only our own use, which ends on 2026-02-05; the claim's ten years are counted from it."""
    closed = "starting_point: {event: closed, of: record}\n"
    company.policy(STRUCTURAL, use=closed + "period: P1M", claim="nature: claims\n" + closed + "period: P10Y")
    company.extract("cases", "2026-01-10", "id,closed_on,opened_on,phone,agreement\nF1,2026-01-05,2025-01-05,070,signed")
    company.night("2026-01-10")
    company.night("2026-02-06")
    expected = {"id": "F1", "closed_on": day("2026-01-05"), "opened_on": None, "phone": None, "agreement": "signed"}
    assert company.row("cases", "F1") == expected
    company.night("2036-01-05")
    assert company.row("cases", "F1") == expected
    company.night("2036-01-06")
    assert company.keys("cases") == []


def test_what_has_no_living_purpose_is_refused_at_the_door_and_leaves_a_keyed_trace(company: Company) -> None:
    customers(company)
    extracts(company, "2026-03-01", contacts="C1,A1,Ada,\nC2,A2,Bo,", contracts="K1,A1,ended,2026-01-05,\nK2,A2,active,,")
    last = company.night("2026-03-01")
    assert (company.keys("contacts"), company.keys("contracts")) == (["C2"], ["K2"])
    assert [step[:4] for step in steps(last)] == [
        ("crm.contacts", "relationship", "refuse_row", 1), ("crm.contracts", "relationship", "refuse_row", 1),
    ]  # fmt: skip
    assert (last.metrics["refused"], last.metrics["erased"]) == (2, 0)
    assert company.explain("contacts", "C1").found == "turned_away"


def test_what_was_erased_is_refused_every_night_on_which_the_source_still_sends_it(company: Company) -> None:
    """Scenario 51, for five nights: no cell returns, and each night counts what it turned away."""
    customers(company)
    sent = {"contacts": "C1,A1,Ada,\nC2,A2,Bo,", "contracts": "K1,A1,ended,2026-01-05,\nK2,A2,active,,"}
    extracts(company, "2026-01-10", **sent)
    company.night("2026-01-10")
    company.night("2026-01-20")
    for number in range(21, 26):
        extracts(company, f"2026-01-{number}", **sent)
        last = company.night(f"2026-01-{number}")
        assert (company.keys("contacts"), company.keys("contracts")) == (["C2"], ["K2"])
        assert (last.metrics["refused"], last.metrics["erased"], last.metrics["erased_cells"]) == (2, 0, 0)
    assert company.explain("contacts", "C1").left_on == day("2026-01-20")


def test_an_erased_contact_whose_contract_was_purged_at_the_source_does_not_come_back_as_unknown(company: Company) -> None:
    """Without the contract nothing is known of the contact; a stranger would enter restricted, the departed one does not."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,\nC2,A2,Bo,", contracts="K1,A1,ended,2026-01-05,\nK2,A2,active,,")
    company.night("2026-01-10")
    company.night("2026-01-20")
    for number in range(21, 24):
        extracts(company, f"2026-01-{number}", contacts="C1,A1,Ada,\nC2,A2,Bo,\nC3,A3,Cy,", contracts="K2,A2,active,,")
        company.night(f"2026-01-{number}")
        assert company.keys("contacts") == ["C2", "C3"]
    assert company.cluster("contacts", "C3", "name").state == "undetermined"


def test_an_erased_contact_with_a_new_contract_is_lawfully_back(company: Company) -> None:
    """Scenario 52."""
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-01-05,")
    company.night("2026-01-10")
    company.night("2026-01-20")
    extracts(company, "2026-01-21", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-01-05,")
    company.night("2026-01-21")
    assert company.keys("contacts") == []
    extracts(company, "2026-01-22", contacts="C1,A1,Ada,", contracts="K1,A1,ended,2026-01-05,\nK2,A1,active,,")
    company.night("2026-01-22")
    assert (company.keys("contacts"), company.keys("contracts")) == (["C1"], ["K2"])
    assert company.stored("contacts")[0]["_first_seen"] == day("2026-01-22")


def test_before_plus_arrived_is_kept_plus_erased_plus_refused(company: Company) -> None:
    customers(company)
    extracts(company, "2026-01-10", contacts="C1,A1,Ada,\nC2,A2,Bo,", contracts="K1,A1,ended,2026-01-05,\nK2,A2,active,,")
    company.night("2026-01-10")
    extracts(
        company, "2026-01-20",
        contacts="C1,A1,Ada,\nC2,A2,Bo,\nC3,A3,Cy,\nC4,A2,Di,",
        contracts="K1,A1,ended,2026-01-05,\nK2,A2,active,,\nK3,A3,ended,2025-12-31,",
    )  # fmt: skip
    last = company.night("2026-01-20")
    sums = {one["table"]: [one[name] for name in ("before", "arrived", "kept", "erased", "refused")] for one in last.record["copied"]}
    assert sums == {
        "crm.accounts": [5, 0, 5, 0, 0],
        "crm.contacts": [2, 2, 2, 1, 1],  # C1 was erased, C3 refused
        "crm.contracts": [2, 1, 1, 1, 1],
    }
    assert (company.keys("contacts"), company.keys("contracts")) == (["C2", "C4"], ["K2"])
    assert last.metrics["cells_without_a_ground"] == 0


def test_a_night_run_twice_on_one_day_leaves_equal_data_and_erases_nothing(company: Company) -> None:
    """Scenario 55, first half."""
    customers(company)
    extracts(company, "2026-01-20", contacts="C1,A1,Ada,\nC2,A2,Bo,\nC3,A3,Cy,", contracts="K1,A1,ended,2026-01-05,\nK2,A2,active,,")
    company.night("2026-01-20")
    before = company.data()
    last = company.night("2026-01-20")
    assert company.data() == before
    assert (last.metrics["erased"], last.metrics["erased_cells"], last.metrics["overdue"]) == (0, 0, 0)


def test_a_day_decided_after_the_day_before_equals_that_day_decided_alone(company: Company, other: Company) -> None:
    """Nothing but first nights may differ: when somebody was first seen, and since when something was missing."""
    contacts = "C1,A1,Ada,\nC2,A2,Bo,\nC3,A3,Cy,2026-01-06\nC4,A4,Di,"
    contracts = "K1,A1,ended,2026-01-05,\nK2,A2,active,,\nK3,A3,active,,\nK4,A4,ended,2026-02-28,"
    for one in (company, other):
        customers(one)
        extracts(one, "2026-01-20", contacts=contacts, contracts=contracts)
    company.night("2026-01-20")
    company.night("2026-01-21")
    other.night("2026-01-21")
    assert {table: company.rows(table) for table in ("accounts", "contacts", "contracts")} == {
        table: other.rows(table) for table in ("accounts", "contacts", "contracts")
    }
    assert company.keys("contacts") == ["C2", "C4"]

"""What dates are found by: event columns live as long as their row, links as long as what finds something over them (DESIGN §1.5)."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from tests.way.customers import ANY_DROP
from tests.way.house import Company, day

LEFT = """
tables:
  contacts:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: [relationship, visits]}
      name: {category: user.name, serves: [relationship, visits]}
      left_on: {category: user.workplace, serves: relationship, type: date}
      badge: {category: user.unique_id, serves: visits}
    events: {contact_left: left_on}
  calls:
    key: id
    links: {contact_id: contacts}
    fields:
      id: {category: user.unique_id, serves: visits}
      contact_id: {category: user.unique_id, serves: visits}
      called_on: {category: user.content, serves: visits, type: date}
    events: {call: called_on}
"""
HOUSEHOLDS = """
tables:
  households:
    key: id
    subject: household
    fields:
      id: {category: user.unique_id, serves: thanks}
      name: {category: user.name, serves: thanks}
  contacts:
    key: id
    links: {household_id: households}
    fields:
      id: {category: user.unique_id, serves: [letters, books]}
      household_id: {category: user.unique_id, serves: letters}
      name: {category: user.name, serves: [letters, books]}
      nick: {category: user.name, serves: letters}
      written_on: {category: user.content, serves: letters, type: date}
      booked_on: {category: user.content, serves: books, type: date}
    events: {letter: written_on, booking: booked_on}
  gifts:
    key: id
    links: {contact_id: contacts}
    fields:
      id: {category: user.unique_id, serves: books}
      contact_id: {category: user.unique_id, serves: books}
      given_on: {category: user.content, serves: books, type: date}
      running: {category: user.content, serves: books}
    events: {gift: {at: given_on, open_if: "running = 'yes'"}}
"""
NO_DATE = "on_missing_event: {restrict: P10Y, from: first_seen}"
BOOKS = f"""
nature: duty
legal_basis: eu-gdpr:A6-1-c
starting_point: {{event: booking, of: record}}
period: P7Y
{NO_DATE}
"""


def test_the_date_of_an_event_stays_in_a_row_that_only_a_ceiling_keeps(company: Company) -> None:
    """Ada left in 2025 and was never called: the relationship and her name go, the badge waits for the company's ceiling. The row keeps the
    date, and a later night that no longer hears of her still knows that she left."""
    ended = "starting_point: {event: contact_left, of: record}\nperiod: P1M"
    company.policy(LEFT, company=ANY_DROP, relationship=ended, visits="starting_point: {event: call, of: subject}\nperiod: P24M")
    company.extract("contacts", "2026-01-10", "id,name,left_on,badge\nC1,Ada,2025-03-01,17")
    company.extract("calls", "2026-01-10", "id,contact_id,called_on\n")
    company.night("2026-01-10")
    row = company.row("contacts", "C1")
    assert (row["name"], str(row["left_on"]), row["badge"]) == (None, "2025-03-01", "17")
    assert company.cluster("contacts", "C1", "left_on").state == "undetermined"
    company.night("2026-01-11")
    assert company.clause("contacts", "C1", "relationship").applies
    company.night("2027-01-11", today="2027-01-11")
    assert company.rows("contacts") == []


def households(company: Company, gift: str, **purposes: str) -> None:
    """Ada's letters are over and the books keep her row; her household is kept by what she gave."""
    company.policy(
        HOUSEHOLDS,
        company=ANY_DROP,
        letters="starting_point: {event: letter, of: record}\nperiod: P1M",
        books=BOOKS,
        thanks=f"nature: duty\nlegal_basis: eu-gdpr:A6-1-c\nstarting_point: {{event: gift, of: subject}}\nperiod: P36M\n{NO_DATE}",
        **purposes,
    )
    company.extract("households", "2026-01-10", "id,name\nH1,Ek")
    company.extract("contacts", "2026-01-10", "id,household_id,name,nick,written_on,booked_on\nC1,H1,Ada,A,2025-02-01,2025-02-01")
    company.extract("gifts", "2026-01-10", f"id,contact_id,given_on,running\nG1,C1,{gift}")
    company.night("2026-01-10")


def test_a_link_goes_with_what_it_serves_and_what_others_found_over_it_stays_known(company: Company) -> None:
    """Nothing of the letters is left, and with them goes whose household Ada belongs to. That it once got a gift is a fact of its own, and
    keeps it until 2028."""
    households(company, "2025-02-01,")
    company.extract("contacts", "2026-01-11", "id,household_id,name,nick,written_on,booked_on")
    company.night("2026-01-11")
    row = company.row("contacts", "C1")
    assert (row["nick"], row["household_id"], row["name"]) == (None, None, "Ada")
    assert company.clause("households", "H1", "thanks").date == day("2025-02-01")
    company.night("2028-02-01", today="2028-02-01")
    assert company.keys("households") == ["H1"]
    company.night("2028-02-02", today="2028-02-02")
    assert company.rows("households") == []


def test_an_event_that_was_open_when_it_was_last_found_keeps_nothing_for_ever(company: Company) -> None:
    """Nobody will say any more when it ends: its date is missing, and the ceiling counts (LAW scenario 24)."""
    households(company, ",yes")
    assert company.cluster("households", "H1", "name").state == "restrict"
    company.extract("contacts", "2026-01-11", "id,household_id,name,nick,written_on,booked_on")
    company.night("2026-01-11")
    assert company.clause("households", "H1", "thanks").missing_since == day("2026-01-10")
    assert company.cluster("households", "H1", "name").retain_until == day("2036-01-10")


CARDS = """
tables:
  accounts:
    key: id
    fields: {id: {category: system.operations}}
  contacts:
    key: id
    subject: customer
    links: {account_id: accounts}
    fields:
      id: {category: user.unique_id, serves: [relationship, newsletter]}
      account_id: {category: user.unique_id, serves: newsletter}
      name: {category: user.name, serves: relationship}
      joined_on: {category: user.content, serves: newsletter, type: date}
    events: {joined: joined_on}
  contracts:
    key: id
    links: {account_id: accounts}
    fields:
      id: {category: user.unique_id, serves: relationship}
      account_id: {category: user.unique_id, serves: relationship}
      end_date: {category: user.content, serves: relationship, type: date}
    scopes: {relationship: record}
    events: {contract_end: end_date}
"""


def test_a_persons_link_to_the_events_of_a_purpose_stays_while_the_purpose_does(company: Company) -> None:
    """The newsletter, which the account's number serves, is over; the relationship finds its contracts over the number."""
    company.policy(
        CARDS,
        company=ANY_DROP,
        relationship="starting_point: {event: contract_end, of: subject}\nperiod: P12M",
        newsletter="starting_point: {event: joined, of: record}\nperiod: P1M",
    )
    company.extract("accounts", "2026-01-10", "id\nA1")
    company.extract("contacts", "2026-01-10", "id,account_id,name,joined_on\nC1,A1,Ada,2025-01-01")
    company.extract("contracts", "2026-01-10", "id,account_id,end_date\nK1,A1,2025-12-31")
    company.night("2026-01-10")
    company.extract("contacts", "2026-01-11", "id,account_id,name,joined_on")
    company.night("2026-01-11")
    assert (company.row("contacts", "C1")["account_id"], company.clause("contacts", "C1", "relationship").date) == ("A1", day("2025-12-31"))


CALLS = """
tables:
  people:
    key: id
    subject: [{kind: employee, when: "role = 'EM'"}, {kind: customer, when: "role = 'IN'"}]
    fields:
      id: {category: user.unique_id, serves: relationship}
      role: {category: user.workplace, serves: relationship}
      left_on: {category: user.content, serves: relationship, type: date}
    events: {left: left_on}
  calls:
    key: id
    links: {person_id: people}
    fields:
      id: {category: user.unique_id, serves: [relationship, staff]}
      person_id: {category: user.unique_id, serves: relationship}
      desk: {category: user.workplace, serves: staff}
      called_on: {category: user.content, serves: [relationship, staff], type: date}
    events: {call: called_on}
"""


def test_a_purpose_for_another_kind_of_person_does_not_begin_where_the_person_leaves(company: Company) -> None:
    """The desk is for staff, and Ada is a customer: it waits for the ceiling. That she goes tonight makes nobody of the staff of her."""
    company.policy(
        CALLS,
        company=ANY_DROP,
        relationship="starting_point: {event: left, of: subject}\nperiod: P1M",
        staff="starting_point: {event: call, of: record}\nperiod: P1M\nsubjects: employee",
    )
    company.extract("people", "2026-01-10", "id,role,left_on\nP1,IN,2025-02-01")
    company.extract("calls", "2026-01-10", "id,person_id,desk,called_on\nC1,P1,7,2025-02-01")
    company.night("2026-01-10")
    row = company.row("calls", "C1")
    assert (company.rows("people"), row["desk"], row["called_on"]) == ([], "7", day("2025-02-01"))


LINES = """
tables:
  invoices:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: INVOICES}
      dated_on: {category: user.content, serves: relationship, type: date}
    events: {voucher: dated_on}
  lines:
    key: id
    links: {invoice_id: invoices}
    scopes: {LASTING: record, told: record}
    fields:
      id: {category: user.unique_id, serves: [told, LASTING]}
      invoice_id: {category: user.unique_id, serves: [told, LASTING]}
      price: {category: user.financial, serves: [told, LASTING]}
      told_on: {category: user.content, serves: told, type: date}
    events: {told: told_on}
"""
TOLD = "starting_point: {event: told, of: record}\nperiod: P0D"
MONTH = "starting_point: {event: voucher, of: subject}\nperiod: P1M"


def test_what_a_row_found_over_a_link_counts_on_the_night_on_which_the_other_row_goes(company: Company) -> None:
    """Only then is it known what the next night finds: the line is thanked for until 2028, and the invoice goes tonight."""
    thanks = "starting_point: {event: voucher, of: record}\nperiod: P36M"
    source = LINES.replace("LASTING", "thanks").replace("INVOICES", "relationship")
    company.policy(source, company=ANY_DROP, relationship=MONTH, thanks=thanks, told=TOLD)
    company.extract("invoices", "2026-01-10", "id,dated_on\nI1,2025-02-01")
    company.extract("lines", "2026-01-10", "id,invoice_id,price,told_on\nL1,I1,10,2025-02-01")
    company.night("2026-01-10")
    assert (company.rows("invoices"), company.row("lines", "L1")["price"]) == ([], "10")


@pytest.mark.parametrize(("serves", "kept"), [("relationship", False), ("[relationship, books]", True)])
def test_what_a_duty_finds_its_date_in_lasts_as_long_as_the_duty(company: Company, serves: str, kept: bool) -> None:
    """Else the line would lose its seven years on the night after its invoice has gone, and be erased with the ceiling."""
    books = BOOKS.replace("booking", "voucher")
    source = LINES.replace("LASTING", "books").replace("INVOICES", serves)
    company.policy(source, company=ANY_DROP, relationship=MONTH, books=books, told=TOLD)
    company.extract("invoices", "2026-01-10", "id,dated_on\nI1,2025-02-01")
    company.extract("lines", "2026-01-10", "id,invoice_id,price,told_on\nL1,I1,10,2025-02-01")
    if not kept:
        with pytest.raises(PolicyErrors, match=r"crm.lines: purpose 'books' finds 'voucher' over crm.invoices, whose rows do not serve it"):
            company.night("2026-01-10")
        return
    company.night("2026-01-10")
    company.extract("invoices", "2026-01-11", "id,dated_on")
    company.night("2026-01-11")
    assert company.cluster("lines", "L1", "price").retain_until == day("2032-02-01")
    company.night("2032-02-02", today="2032-02-02")
    assert (company.rows("lines"), company.rows("invoices")) == ([], [])


REGISTER = """
tables:
  readers:
    key: id
    subject: reader
    fields:
      id: {category: user.unique_id, serves: newsletter}
      email: {category: user.contact.email, serves: newsletter, type: email}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: [newsletter, log]}
      email: {category: user.contact.email, serves: [newsletter, log], type: email}
      status: {category: user.privacy_preferences, serves: [newsletter, log]}
      given_on: {category: user.privacy_preferences, serves: log, type: date}
    events: {logged: status_on}
consents:
  newsletter: {table: consents, match: {email: readers.email}, status: status, valid: [Given], from: given_on}
"""


def test_a_consent_can_be_shown_for_as_long_as_its_entry_lives(company: Company) -> None:
    """The day of giving serves a log of its own that ends long before the consent: what rests on the consent does not end with it."""
    fields = "      status_on: {category: user.privacy_preferences, serves: log, type: date}\n    events"
    company.policy(
        REGISTER.replace("    events", fields, 1),
        newsletter="legal_basis: eu-gdpr:A6-1-a\nstarting_point: {consent: newsletter}\nperiod: P0D\nexecution_window: P30D",
        log="starting_point: {event: logged, of: record}\nperiod: P1M",
    )
    company.extract("readers", "2026-01-20", "id,email\nR1,ada@x.example")
    company.extract("consents", "2026-01-20", "id,email,status,given_on,status_on\nS1,ada@x.example,Given,2026-01-10,2026-01-10")
    for night in ("2026-01-20", "2026-02-11", "2026-02-12", "2026-02-13"):
        company.night(night)
    assert (company.keys("readers"), company.row("consents", "S1")["given_on"]) == (["R1"], day("2026-01-10"))

"""What happens in the CRM from one night to the next.

What ends a purpose at once and unforeseen (a contact leaves, a row is deleted, an end date is corrected into the past) happens to a
handful of quiet records, whatever the population: an ordinary night alarms nobody. What only starts a clock grows with the people.
"""

from __future__ import annotations

import numpy as np

from privacy_pipelines.demo import audience, customers, dealings
from privacy_pipelines.demo.draw import pick
from privacy_pipelines.demo.frames import MISSING, Texts, dates, filled, rows_of, take, timestamps
from privacy_pipelines.demo.night import Night, day_text, renamed, rows_of_keys, within
from privacy_pipelines.demo.people import addresses, draw_names, private_domains


def customers_come(night: Night) -> None:
    """New accounts, each with two contacts and a contract."""
    rng, count = night.rng("customers_come"), night.few(2e-5, low=1)
    start = night.next_number("crm.accounts")
    accounts, domains = customers.account_rows(rng, night.world.pools, start, count)
    first = night.next_number("crm.contacts")
    twice = np.repeat(np.arange(count), 2)
    contacts = customers.contact_rows(rng, night.world.pools, first, accounts["account_id"][twice], domains[twice])
    contacts["created_on"] = filled(dates(np.array([night.yesterday]))[0], 2 * count)
    none = np.full(count, MISSING)
    began, ends = np.full(count, night.yesterday), np.full(count, night.yesterday + 730)
    terms = customers.Terms(np.arange(count), filled("active", count), began, ends, none, np.full(count, -1))
    number = night.next_number("crm.contracts")
    contracts = customers.contract_rows(rng, number, terms, accounts["account_id"], (contacts, np.arange(count) * 2))
    night.issue("account_new", "crm.accounts", accounts)
    night.issue("contact_new", "crm.contacts", contacts)
    night.issue("contract_new", "crm.contracts", contracts)


def contacts_leave(night: Night) -> None:
    """Two contacts leave a customer whose contract goes on, and one is deleted at the source."""
    quiet = night.world.quiet.contacts[3 * (night.index - 1) : 3 * night.index]
    rows = rows_of_keys(night.tables["crm.contacts"]["contact_id"], quiet)
    night.set("contact_left", "crm.contacts", rows[:2], {"left_on": day_text(night.yesterday)})
    night.drop("deleted_at_source", "crm.contacts", rows[2:])


def names_corrected(night: Night) -> None:
    """Contacts and prospects who took another surname."""
    for table in ("crm.contacts", "crm.prospects"):
        names = night.tables[table]["full_name"]
        rows = night.some(f"names {table}", np.ones(len(names), dtype=bool), night.few(1e-4, low=2))
        night.set("name_corrected", table, rows, {"full_name": renamed(night, f"surnames {table}", names[rows])})


def contracts_run_out(night: Night) -> None:
    """Contracts whose last day was yesterday: every other one is renewed for a year, the rest has ended."""
    contracts = night.tables["crm.contracts"]
    over = np.flatnonzero((contracts["status"] == "active") & (contracts["end_date"] == day_text(night.yesterday)))
    night.set("contract_renewed", "crm.contracts", over[::2], {"end_date": day_text(night.yesterday + 365)})
    night.set("contract_ended", "crm.contracts", over[1::2], {"status": "ended"})


def contracts_cancelled(night: Night) -> None:
    """Contracts cancelled before their end; nothing falls due before the grace is over."""
    contracts = night.tables["crm.contracts"]
    going = (contracts["status"] == "active") & (contracts["end_date"] > day_text(night.yesterday + 30))
    rows = night.some("contracts_cancelled", going, night.few(5e-5, low=1, high=100))
    night.set("contract_cancelled", "crm.contracts", rows, {"status": "cancelled", "cancelled_on": day_text(night.yesterday)})


def ends_corrected(night: Night) -> None:
    """Of two contracts that ended some days ago, one had ended a month before that, and the other goes on after all."""
    fresh = night.world.quiet.contracts[2 * (night.index - 1) : 2 * night.index]
    rows = rows_of_keys(night.tables["crm.contracts"]["contract_id"], fresh)
    night.set("end_corrected_earlier", "crm.contracts", rows[:1], {"end_date": day_text(night.yesterday - 38)})
    night.set("end_corrected_later", "crm.contracts", rows[1:], {"end_date": day_text(night.yesterday + 180), "status": "active"})


def prospects_come_and_call(night: Night) -> None:
    """New prospects, known ones who got in touch, and one who is deleted at the source."""
    count = night.few(2e-4, low=3)
    day = np.full(count, night.yesterday)
    new = dealings.prospect_rows(night.rng("prospects_come"), night.world.pools, night.next_number("crm.prospects"), day, day)
    prospects = night.tables["crm.prospects"]
    calling = night.some("prospects_call", prospects["last_inbound_on"] > day_text(night.yesterday - 300), night.few(1e-4, low=2))
    night.set("inbound_contact", "crm.prospects", calling, {"last_inbound_on": day_text(night.yesterday)})
    _activities(night, ("", ""), prospects["prospect_id"][calling])
    gone = night.some("prospects_go", prospects["last_inbound_on"] > day_text(night.yesterday - 300), 1)
    night.drop("deleted_at_source", "crm.prospects", gone)
    night.issue("prospect_new", "crm.prospects", new)


def customers_are_called(night: Night) -> None:
    """New activities with contacts, and one of the last weeks sent again with another text."""
    rng = night.rng("customers_are_called")
    contacts = _busy(night, rng, night.few(1e-3, low=5))
    _activities(night, ("outbound", "email"), contacts)
    recent = night.recent["crm.activities"]
    old = take(recent, night.some("activities_changed", recent["body"] != "", night.few(2e-5, low=1, high=200)))
    night.add("activity_changed", "crm.activities", old | {"body": old["body"] + " Kompletterat i efterhand."})


def deals_move(night: Night) -> None:
    """Opportunities that are won or lost, and new ones."""
    rng, opportunities = night.rng("deals_move"), night.tables["crm.opportunities"]
    rows = night.some("deals_close", opportunities["stage"] == "open", night.few(1e-4, low=2))
    stage = np.where(rng.random(len(rows)) < 0.5, "won", "lost").astype(object)
    night.set("opportunity_closed", "crm.opportunities", rows, {"stage": stage, "closed_on": day_text(night.yesterday)})
    contacts = _busy(night, rng, night.few(1e-4, low=1))
    count, start = len(contacts), night.next_number("crm.opportunities")
    open_stage, none = filled("open", count), np.full(count, MISSING)
    new = dealings.opportunity_rows(rng, start, (contacts, filled("", count)), open_stage, none)
    night.issue("opportunity_new", "crm.opportunities", new)


def invoices_sent_and_paid(night: Night) -> None:
    """New invoices with their lines, and invoices that were paid yesterday, sent again."""
    rng, recent = night.rng("invoices"), night.recent["crm.invoices"]
    unpaid = night.some("invoices_paid", recent["paid_on"] == "", night.few(2e-5, low=1, high=100))
    paid = take(recent, unpaid) | {"paid_on": filled(day_text(night.yesterday), len(unpaid))}
    like = take(recent, night.some("invoices_sent", recent["reference_email"] != "", night.few(2e-4, low=3, high=150)))
    count, start = rows_of(like), night.next_number("crm.invoices")
    buyers = {"contact_id": like["contact_id"], "full_name": like["reference_name"], "email": like["reference_email"]}
    days = np.full(count, night.yesterday), np.full(count, MISSING)
    new = dealings.invoice_rows(rng, start, (buyers, np.arange(count)), (like["account_id"], like["bankgiro"]), days)
    new, lines = dealings.make_lines(rng, new)
    night.add("invoice_paid", "crm.invoices", paid)
    night.issue("invoice_new", "crm.invoices", new)
    night.issue("invoice_new", "crm.invoice_lines", lines)


def readers_come_and_go(night: Night) -> None:
    """Newsletter consents withdrawn, renewed before they expire, and given for the first time."""
    rng, consents = night.rng("readers"), night.tables["crm.consents"]
    given = consents["status"] == "Given"
    at = timestamps(np.array([night.yesterday]), rng.integers(86_400, size=1))[0]
    leaving = night.some("readers_leave", given & (consents["given_at"] > day_text(night.yesterday - 600)), night.few(1e-4, low=2, high=60))
    staying = night.some("readers_stay", given & within(consents["given_at"], night.yesterday - 725, 80), night.few(1e-4, low=2))
    night.set("consent_withdrawn", "crm.consents", leaving, {"status": "Withdrawn", "withdrawn_at": at})
    night.set("consent_renewed", "crm.consents", staying, {"status": "RenewedConsentGiven", "given_at": at})
    count, start = night.few(1e-4, low=2), night.next_number("crm.consents")
    names = draw_names(rng, night.world.pools, count, start=start)
    email = addresses(names.mailbox, private_domains(rng, count))
    days = np.full(count, night.yesterday), np.full(count, MISSING)
    night.issue("consent_new", "crm.consents", audience.consent_rows(rng, start, email, filled("Given", count), days))


def guests_register(night: Night) -> None:
    """Registrations for coming seminars, and registrations whose consent is withdrawn."""
    rng, seminars = night.rng("guests"), night.tables["crm.seminars"]
    coming = seminars["seminar_id"][seminars["held_on"] > day_text(night.yesterday)]
    count, start = night.few(2e-4, low=3), night.next_number("crm.seminar_registrations")
    day = np.full(count, night.yesterday)
    new = audience.registration_rows(rng, night.world.pools, start, pick(rng, coming, count), day)
    known = night.tables["crm.seminar_registrations"]
    standing = (known["consent_status"] == "Given") & within(known["registered_on"], night.yesterday - 200, 190)
    rows = night.some("guests_withdraw", standing, night.few(1e-5, low=1, high=10))
    at = timestamps(day[:1], np.array([43_200]))[0]
    night.set("consent_withdrawn", "crm.seminar_registrations", rows, {"consent_status": "Withdrawn", "consent_withdrawn_at": at})
    night.issue("registration_new", "crm.seminar_registrations", new)


CRM_CHANGES = (
    contacts_leave,
    ends_corrected,
    contracts_run_out,
    contracts_cancelled,
    customers_come,
    names_corrected,
    prospects_come_and_call,
    customers_are_called,
    deals_move,
    invoices_sent_and_paid,
    readers_come_and_go,
    guests_register,
)
"""In the order in which they happen."""


def _activities(night: Night, way: tuple[str, str], who: Texts) -> None:
    """New activities with these contacts, or, where `way` is empty, calls from these prospects."""
    count, start = len(who), night.next_number("crm.activities")
    none = filled("", count)
    links = (who, none) if way[0] else (none, who)
    kind, direction = filled(way[1] or "call", count), filled(way[0] or "inbound", count)
    day = np.full(count, night.yesterday)
    rows = dealings.activity_rows(night.rng(f"activities {way[0]}"), start, links, (kind, direction), day)
    night.issue("activity_new", "crm.activities", rows)


def _busy(night: Night, rng: np.random.Generator, count: int) -> Texts:
    """Contacts who are not kept quiet."""
    drawn: Texts = pick(rng, night.tables["crm.contacts"]["contact_id"], count)
    quiet = set(night.world.quiet.contacts.tolist())
    busy: Texts = drawn[[key not in quiet for key in drawn.tolist()]]
    return busy

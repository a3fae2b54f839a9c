"""CRM: prospects, opportunities, activities and invoices, all that happens with customers and those who may become one."""

from __future__ import annotations

import numpy as np

from privacy_pipelines.demo import wording
from privacy_pipelines.demo.calendar import spread
from privacy_pipelines.demo.customers import Customers
from privacy_pipelines.demo.draw import between, pick, weighted
from privacy_pipelines.demo.frames import MISSING, Frame, Ints, Texts, amounts, dates, filled, keys, linked, texts
from privacy_pipelines.demo.people import addresses, draw_firms, draw_names
from privacy_pipelines.demo.pools import Pools
from privacy_pipelines.demo.scene import Scene
from privacy_pipelines.demo.swedish import bankgiro_numbers

_KINDS = {"email": 0.4, "call": 0.3, "meeting": 0.15, "mail_open": 0.15}


def make_prospects(scene: Scene) -> tuple[Frame, Ints]:
    """Prospects, and the day of each one's last contact: within a year, long ago, never since, or just now too old."""
    rng = scene.rng("prospects")
    count = scene.sizes.prospects
    age = np.where(rng.random(count) < 0.6, between(rng, 2, 350, count), between(rng, 430, 1400, count))
    last = scene.today - age
    due = rng.permutation(count)[: scene.band(count)]
    last[due] = spread(len(due), scene.span.due(months=12, settle=14))
    created = last - between(rng, 0, 500, count)
    never = rng.random(count) < 0.12
    never[due] = False
    frame = prospect_rows(rng, scene.pools, 1, created, np.where(never, MISSING, last))
    return frame, np.where(never, created, last)


def prospect_rows(rng: np.random.Generator, pools: Pools, start: int, created: Ints, last: Ints) -> Frame:
    """Prospects number `start` and on, who came and were last heard of on these days."""
    count = len(created)
    names = draw_names(rng, pools, count, start=start)
    firms = draw_firms(pools, 1, start, count)
    return {
        "prospect_id": keys("P", start, count),
        "company_name": firms.names,
        "full_name": names.full,
        "email": addresses(names.mailbox, firms.domains),
        "phone": np.where(rng.random(count) < 0.7, pick(rng, pools.phones, count), ""),
        "origin": pick(rng, wording.ORIGINS, count),
        "created_on": dates(created),
        "last_inbound_on": dates(last),
    }


def make_opportunities(scene: Scene, customers: Customers, contacts: Texts, prospects: Texts) -> Frame:
    """Opportunities, half with a contact and half with a prospect."""
    rng = scene.rng("opportunities")
    count = scene.sizes.opportunities
    half = rng.random(count) < 0.5
    contact = np.where(half, rng.choice(customers.busy_contacts, size=count), -1)
    prospect = np.where(half, -1, rng.integers(len(prospects), size=count))
    stage = weighted(rng, {"open": 0.35, "won": 0.35, "lost": 0.3}, count)
    closed = scene.today - between(rng, 2, 1500, count)
    links = linked(contacts, contact), linked(prospects, prospect)
    return opportunity_rows(rng, 1, links, stage, np.where(stage == "open", MISSING, closed))


def opportunity_rows(rng: np.random.Generator, start: int, links: tuple[Texts, Texts], stage: Texts, closed: Ints) -> Frame:
    """Opportunities number `start` and on; `links` are the contact and the prospect, of which one is empty."""
    count = len(stage)
    return {
        "opportunity_id": keys("O", start, count),
        "contact_id": links[0],
        "prospect_id": links[1],
        "name": pick(rng, wording.DEALS, count),
        "stage": stage,
        "amount_sek": amounts(between(rng, 20, 3000, count) * 100_000, "."),
        "closed_on": dates(closed),
        "description": np.where(rng.random(count) < 0.6, pick(rng, wording.call_notes(), count), ""),
    }


def make_activities(scene: Scene, customers: Customers, keys_of: tuple[Texts, Texts], last_heard: Ints) -> Frame:
    """All activities so far, three in four with contacts; a prospect's own contact is never later than `last_heard`."""
    rng = scene.rng("activities")
    contacts, prospects = keys_of
    count = scene.sizes.activities
    with_contact = rng.random(count) < 0.72
    contact = rng.choice(customers.busy_contacts, size=count)
    prospect = rng.integers(len(prospects), size=count)
    active = customers.active[customers.of_contact[contact]]
    kind = weighted(rng, _KINDS, count)
    direction = np.where((kind == "mail_open") | (rng.random(count) < 0.45), "inbound", "outbound").astype(object)
    heard = last_heard[prospect]
    told = (direction == "outbound") | (kind == "mail_open")  # neither is a contact by the prospect
    alone = np.where(told, between(rng, heard, scene.today - 1, count), heard - between(rng, 0, 200, count))
    day = np.where(with_contact, between(rng, np.maximum(active[:, 0], scene.today - 1500), active[:, 1], count), alone)
    links = linked(contacts, np.where(with_contact, contact, -1)), linked(prospects, np.where(with_contact, -1, prospect))
    return activity_rows(rng, 1, links, (kind, direction), day)


def activity_rows(rng: np.random.Generator, start: int, links: tuple[Texts, Texts], way: tuple[Texts, Texts], day: Ints) -> Frame:
    """Activities number `start` and on; `links` are the contact and the prospect, one of them empty, `way` kind and direction."""
    (kind, direction), count = way, len(day)
    wordless = (kind == "mail_open") | (rng.random(count) < 0.15)
    return {
        "activity_id": keys("V", start, count),
        "contact_id": links[0],
        "prospect_id": links[1],
        "kind": kind,
        "direction": direction,
        "occurred_on": dates(day),
        "subject": pick(rng, wording.call_subjects(), count),
        "body": np.where(wordless, "", pick(rng, wording.call_notes(), count)),
    }


def make_invoices(scene: Scene, customers: Customers, accounts: Texts, contacts: Frame) -> Frame:
    """Ten years of invoices, in the order of their dates."""
    rng, bankgiro = scene.rng("invoices"), bankgiro_numbers(scene.rng("bankgiro"), len(accounts))
    contact = rng.choice(customers.busy_contacts, size=scene.sizes.invoices)
    account = customers.of_contact[contact]
    low, high = customers.active[account].T
    day = between(rng, np.maximum(low, scene.today - 3650), high, scene.sizes.invoices)
    order = np.argsort(day, kind="stable")
    day, contact, account = day[order], contact[order], account[order]
    late = between(rng, 5, 45, scene.sizes.invoices)
    paid = np.where((rng.random(scene.sizes.invoices) < 0.98) & (day + late < scene.today), day + late, MISSING)
    return invoice_rows(rng, 1, (contacts, contact), (accounts[account], bankgiro[account]), (day, paid))


def invoice_rows(
    rng: np.random.Generator, start: int, buyers: tuple[Frame, Ints], payers: tuple[Texts, Texts], days: tuple[Ints, Ints]
) -> Frame:
    """Invoices number `start` and on; accounts and bankgiros pay, `days` are issue and payment. The lines give the amounts."""
    (contacts, rows), (accounts, bankgiro) = buyers, payers
    count = len(accounts)
    return {
        "invoice_id": keys("F", start, count),
        "account_id": accounts,
        "contact_id": contacts["contact_id"][rows],
        "invoice_date": dates(days[0]),
        "due_date": dates(days[0] + 30),
        "paid_on": dates(days[1]),
        "amount_sek": filled("", count),
        "bankgiro": bankgiro,
        "reference_name": contacts["full_name"][rows],
        "reference_email": np.where(rng.random(count) < 0.7, contacts["email"][rows], ""),
    }


def make_lines(rng: np.random.Generator, invoices: Frame) -> tuple[Frame, Frame]:
    """The invoices with their amounts, and their lines, one to four each."""
    count = len(invoices["invoice_id"])
    per = rng.choice(4, size=count, p=(0.2, 0.3, 0.3, 0.2)) + 1
    invoice = np.repeat(np.arange(count), per)
    line = np.arange(len(invoice)) - np.repeat(np.cumsum(per) - per, per) + 1
    quantity, price = between(rng, 1, 160, len(invoice)), between(rng, 90, 1800, len(invoice)) * 100
    total = np.bincount(invoice, weights=quantity * price, minlength=count).astype(np.int64)
    lines = {
        "invoice_id": invoices["invoice_id"][invoice],
        "line_no": texts(["", "1", "2", "3", "4"])[line],
        "description": pick(rng, wording.ARTICLES, len(invoice)),
        "quantity": texts([f"{number}.00" for number in range(161)])[quantity],
        "unit_price": amounts(price, "."),
        "amount_sek": amounts(quantity * price, "."),
    }
    return invoices | {"amount_sek": amounts(total, ".")}, lines

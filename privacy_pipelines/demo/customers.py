"""CRM: accounts, the people who work there, and the contracts. What becomes of a customer is drawn once per account."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from privacy_pipelines.demo import wording
from privacy_pipelines.demo.calendar import spread
from privacy_pipelines.demo.draw import between, pick
from privacy_pipelines.demo.frames import MISSING, Flags, Frame, Ints, Texts, amounts, dates, filled, keys, linked
from privacy_pipelines.demo.people import addresses, draw_firms, draw_names
from privacy_pipelines.demo.pools import Pools
from privacy_pipelines.demo.scene import Scene
from privacy_pipelines.demo.swedish import organisation_numbers

FATES = ("renewed", "evergreen", "successor", "gap", "ended", "cancelled", "undated", "none", "due", "ending", "fresh")
_SHARES = (0.44, 0.14, 0.14, 0.03, 0.12, 0.07, 0.02, 0.04, 0.0, 0.0, 0.0)
(RENEWED, EVERGREEN, SUCCESSOR, GAP, ENDED, CANCELLED, UNDATED, NONE, DUE, ENDING, FRESH) = range(len(FATES))
_LIVE = (RENEWED, EVERGREEN, SUCCESSOR, GAP)
_QUIET_EVERY = 8


@dataclass(frozen=True, slots=True)
class Customers:
    """Which account each contact works for, and what becomes of each account's contracts."""

    of_contact: Ints
    first_contact: Ints
    """Per account: the row of its first contact, who signs."""
    fate: Ints
    quiet: Flags
    """Per account: two contacts and no history, so that a correction here touches few rows."""
    active: Ints
    """Per account: the first and last day on which invoices and activities are possible, as two columns."""

    @property
    def busy_contacts(self) -> Ints:
        """Rows of the contacts with whom things happen."""
        return np.flatnonzero(~self.quiet[self.of_contact])


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of contracts, one row each."""

    account: Ints
    status: Texts
    start: Ints
    end: Ints
    cancelled: Ints
    successor: Ints


def draw_customers(scene: Scene) -> Customers:
    """Accounts with one to a dozen contacts, and their fates."""
    rng = scene.rng("customers")
    count = scene.sizes.accounts
    quiet = np.arange(count) % _QUIET_EVERY == 5
    more = rng.choice(np.flatnonzero(~quiet), size=scene.sizes.contacts - count - quiet.sum())
    of_contact = np.sort(np.concatenate([np.arange(count), np.flatnonzero(quiet), more]))
    fate = rng.choice(len(FATES), size=count, p=_SHARES)
    special = rng.permutation(np.flatnonzero(~quiet))[: 2 * scene.band(count)]
    fate[special[::2]], fate[special[1::2]] = DUE, ENDING
    fate[np.flatnonzero(quiet)] = np.where(fate[quiet] == NONE, RENEWED, fate[quiet])
    fate[np.flatnonzero(quiet)[: min(3 * len(scene.span.days), quiet.sum() // 3)]] = FRESH
    over = np.isin(fate, (ENDED, CANCELLED, UNDATED))
    last = scene.today - np.where(over, between(rng, 30, 12 * 365, count), 1)
    active = np.stack([np.maximum(last - between(rng, 60, 3650, count), scene.today - 15 * 365), last], axis=1)
    return Customers(of_contact, np.searchsorted(of_contact, np.arange(count)), fate, quiet, active)


def make_accounts(scene: Scene, customers: Customers) -> tuple[Frame, Texts]:
    """The accounts, and the e-mail domain of each."""
    rng = scene.rng("accounts")
    frame, domains = account_rows(rng, scene.pools, 1, len(customers.fate))
    closed = np.isin(customers.fate, (ENDED, CANCELLED, UNDATED)) & (rng.random(len(domains)) < 0.6)
    frame["status"][closed] = "closed"
    return frame, domains


def account_rows(rng: np.random.Generator, pools: Pools, start: int, count: int) -> tuple[Frame, Texts]:
    """Active accounts number `start` and on, and their e-mail domains."""
    firms = draw_firms(pools, 0, start, count)
    return {
        "account_id": keys("A", start, count),
        "name": firms.names,
        "org_number": organisation_numbers(start, count),
        "city": pick(rng, pools.cities, count),
        "status": filled("active", count),
    }, firms.domains


def make_contacts(scene: Scene, customers: Customers, accounts: Texts, domains: Texts) -> Frame:
    """Contacts: some left while the contract lives, some left years ago and are still in the CRM."""
    rng = scene.rng("contacts")
    of, count = customers.of_contact, len(customers.of_contact)
    frame = contact_rows(rng, scene.pools, 1, accounts[of], domains[of])
    frame["created_on"] = dates(np.minimum(customers.active[of, 0] + between(rng, 0, 400, count), scene.today - 3))
    signs = np.zeros(count, dtype=bool)
    signs[customers.first_contact] = True
    leaver = ~signs & ~customers.quiet[of] & (rng.random(count) < 0.07)
    recent = rng.random(count) < 0.4
    left = scene.today - np.where(recent, between(rng, 2, 200, count), between(rng, 400, 3000, count))
    frame["left_on"] = dates(np.where(leaver, left, MISSING))
    return frame


def contact_rows(rng: np.random.Generator, pools: Pools, start: int, accounts: Texts, domains: Texts) -> Frame:
    """Contacts number `start` and on, of these accounts; the caller fills in when they came."""
    count = len(accounts)
    names = draw_names(rng, pools, count, start=start)
    mailbox = np.where(rng.random(count) < 0.004, "info", names.mailbox) if start == 1 else names.mailbox
    return {
        "contact_id": keys("C", start, count),
        "account_id": accounts,
        "full_name": names.full,
        "email": addresses(mailbox, domains),
        "phone": np.where(rng.random(count) < 0.85, pick(rng, pools.phones, count), ""),
        "job_title": pick(rng, wording.JOB_TITLES, count),
        "created_on": filled("", count),
        "left_on": filled("", count),
        "notes": np.where(rng.random(count) < 0.3, pick(rng, wording.CONTACT_NOTES, count), ""),
    }


def make_contracts(scene: Scene, customers: Customers, accounts: Texts, contacts: Frame) -> Frame:
    """Contracts in the order in which they began; every kind of end that the policy knows is among them."""
    rng = scene.rng("contracts")
    terms = _all_terms(rng, customers, scene)
    return contract_rows(rng, 1, terms, accounts, (contacts, customers.first_contact))


def contract_rows(rng: np.random.Generator, start: int, terms: Terms, accounts: Texts, signs: tuple[Frame, Ints]) -> Frame:
    """Contracts number `start` and on; `signs` are the contacts, and the row of the one who signs for each account."""
    count, number = len(terms.account), keys("K", start, len(terms.account))
    contacts, signatory = signs[0], signs[1][terms.account]
    return {
        "contract_id": number,
        "account_id": accounts[terms.account],
        "signatory_id": np.where(rng.random(count) < 0.92, contacts["contact_id"][signatory], ""),
        "signed_by": contacts["full_name"][signatory],
        "title": pick(rng, wording.CONTRACT_TITLES, count),
        "status": terms.status,
        "start_date": dates(terms.start),
        "end_date": dates(terms.end),
        "cancelled_on": dates(terms.cancelled),
        "successor_id": linked(number, terms.successor),
        "value_sek": amounts(between(rng, 50, 4000, count) * 100_000, "."),
    }


def _all_terms(rng: np.random.Generator, customers: Customers, scene: Scene) -> Terms:
    current = _current(rng, customers, scene)
    before = _before(rng, customers, current)
    older = _older(rng, customers, current)
    parts = (current, before, older)
    return Terms(*(np.concatenate([getattr(part, name) for part in parts]) for name in Terms.__slots__))


def _current(rng: np.random.Generator, customers: Customers, scene: Scene) -> Terms:
    """Each account's latest contract, except where there is none."""
    account = np.flatnonzero(customers.fate != NONE)
    fate, count, today = customers.fate[account], len(account), scene.today
    past = customers.active[account, 1]
    cancelled = np.where(fate == CANCELLED, past, MISSING)
    end = today + between(rng, 20, 720, count)
    end = np.where(fate == ENDED, past, end)
    end = np.where(fate == CANCELLED, cancelled + between(rng, 30, 400, count), end)
    end = np.where(np.isin(fate, (EVERGREEN, UNDATED)), MISSING, end)
    end[fate == DUE] = spread(int((fate == DUE).sum()), scene.span.due(settle=14))
    end = np.where(fate == ENDING, today + between(rng, 0, len(scene.span.days) - 1, count), end)
    end = np.where(fate == FRESH, today - between(rng, 3, 7, count), end)
    known = np.where(end == MISSING, today, np.minimum(end, today))
    start = np.minimum(known - between(rng, 60, 1400, count), np.where(cancelled == MISSING, today, cancelled - 30))
    over = np.isin(fate, (ENDED, UNDATED, DUE, FRESH))
    status = np.where(fate == CANCELLED, "cancelled", np.where(over, "ended", "active")).astype(object)
    return Terms(account, status, start, end, cancelled, np.full(count, -1))


def _before(rng: np.random.Generator, customers: Customers, current: Terms) -> Terms:
    """The contract before: ended the day before its successor began, or some time earlier."""
    fate = customers.fate[current.account]
    rows = np.flatnonzero(np.isin(fate, (SUCCESSOR, GAP)))
    seamless, count = fate[rows] == SUCCESSOR, len(rows)
    end = current.start[rows] - np.where(seamless, 1, between(rng, 60, 700, count))
    start = end - between(rng, 200, 1100, count)
    none = np.full(count, MISSING)
    return Terms(current.account[rows], filled("ended", count), start, end, none, np.where(seamless, rows, -1))


def _older(rng: np.random.Generator, customers: Customers, current: Terms) -> Terms:
    """Long ended contracts of a quarter of the accounts: some are older than the ten years of a claim."""
    chosen = np.isin(customers.fate[current.account], (*_LIVE, ENDED)) & (rng.random(len(current.account)) < 0.3)
    rows = np.flatnonzero(chosen)
    count = len(rows)
    end = current.start[rows] - between(rng, 1200, 4000, count)
    none = np.full(count, MISSING)
    return Terms(current.account[rows], filled("ended", count), end - between(rng, 200, 1100, count), end, none, np.full(count, -1))

"""The population on the first night: every table in full, and what the later nights need to know about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from privacy_pipelines.demo import audience, customers, dealings, recruiting, staff
from privacy_pipelines.demo.calendar import Span
from privacy_pipelines.demo.draw import stream
from privacy_pipelines.demo.frames import MISSING, Frame, Texts
from privacy_pipelines.demo.pools import Pools, draw_pools
from privacy_pipelines.demo.sizes import Sizes
from privacy_pipelines.demo.swedish import bankgiro_numbers


@dataclass(frozen=True, slots=True)
class Quiet:
    """Records to which little else is tied: what happens to them at once stays small."""

    contacts: Texts
    """Contacts under a contract in force, who sign nothing and with whom nothing happened."""
    contracts: Texts
    """Contracts that ended some days ago, within the grace in which dates are corrected."""


@dataclass(frozen=True, slots=True)
class World:
    """All tables by their id, and where the later nights may change things."""

    pools: Pools
    tables: dict[str, Frame]
    domains: Texts
    """Each account's e-mail domain."""
    quiet: Quiet


def make_world(seed: int, sizes: Sizes, span: Span) -> World:
    """The world as the sources see it on the first night."""
    pools = draw_pools(seed)
    tables, domains, quiet = _crm(seed, pools, sizes, span)
    return World(pools, tables | _hr(seed, pools, sizes, span), domains, quiet)


def _crm(seed: int, pools: Pools, sizes: Sizes, span: Span) -> tuple[dict[str, Frame], Texts, Quiet]:
    who = customers.draw_customers(stream(seed, "customers"), sizes, span)
    accounts, domains = customers.make_accounts(stream(seed, "accounts"), pools, who)
    account_ids = accounts["account_id"]
    contacts = customers.make_contacts(stream(seed, "contacts"), pools, who, account_ids, domains, span)
    contracts = customers.make_contracts(stream(seed, "contracts"), who, account_ids, contacts, span)
    prospects, heard = dealings.make_prospects(stream(seed, "prospects"), pools, sizes, span)
    both = contacts["contact_id"], prospects["prospect_id"]
    bankgiro = bankgiro_numbers(stream(seed, "bankgiro"), len(account_ids))
    invoices = dealings.make_invoices(stream(seed, "invoices"), sizes, who, account_ids, contacts, bankgiro, span)
    invoices, lines = dealings.make_lines(stream(seed, "invoice_lines"), invoices)
    seminars, held = audience.make_seminars(stream(seed, "seminars"), sizes, span)
    signed_up = audience.make_registrations(stream(seed, "registrations"), pools, sizes, (seminars["seminar_id"], held), contacts, span)
    tables = {
        "crm.accounts": accounts,
        "crm.contacts": contacts,
        "crm.contracts": contracts,
        "crm.prospects": prospects,
        "crm.opportunities": dealings.make_opportunities(stream(seed, "opportunities"), sizes, who, *both, span),
        "crm.activities": dealings.make_activities(stream(seed, "activities"), sizes, who, both, heard, span),
        "crm.invoices": invoices,
        "crm.invoice_lines": lines,
        "crm.consents": audience.make_consents(stream(seed, "consents"), pools, sizes, contacts["email"], span),
        "crm.seminars": seminars,
        "crm.seminar_registrations": signed_up,
    }
    return tables, domains, _quiet(who, contacts, contracts)


def _quiet(who: customers.Customers, contacts: Frame, contracts: Frame) -> Quiet:
    alive = np.isin(who.fate, (customers.RENEWED, customers.EVERGREEN))
    second = np.flatnonzero(who.quiet & alive) if len(who.fate) else np.array([], dtype=np.int64)
    fresh = np.flatnonzero(who.fate != customers.NONE)
    rows = np.flatnonzero(who.fate[fresh] == customers.FRESH)
    return Quiet(contacts["contact_id"][who.first_contact[second] + 1], contracts["contract_id"][rows])


def _hr(seed: int, pools: Pools, sizes: Sizes, span: Span) -> dict[str, Frame]:
    employees = staff.make_employees(stream(seed, "employees"), pools, sizes)
    ids = employees["employee_id"]
    hired = staff.draw_employments(stream(seed, "employments"), sizes, span)
    return {
        "hr.employees": employees,
        "hr.employments": staff.employment_rows(stream(seed, "employment_rows"), 1, hired, ids),
        "hr.payroll": staff.make_payroll(hired, employees, span),
        "hr.next_of_kin": staff.make_kin(stream(seed, "next_of_kin"), pools, ids),
        "hr.absences": staff.make_absences(stream(seed, "absences"), hired, ids, sizes, span),
        **_recruiting(seed, pools, sizes, span),
    }


def _recruiting(seed: int, pools: Pools, sizes: Sizes, span: Span) -> dict[str, Frame]:
    recruitments, opened, closed = recruiting.make_recruitments(stream(seed, "recruitments"), sizes, span)
    who, where, day = recruiting.draw_applications(stream(seed, "draw_applications"), sizes, opened, closed, span)
    registered = np.full(sizes.candidates, span.first)
    np.minimum.at(registered, who, day)
    candidates = recruiting.candidate_rows(stream(seed, "candidates"), pools, 1, registered)
    ids = candidates["candidate_id"]
    pending = np.where(closed[where] == MISSING, "pending", "").astype(object)
    rng = stream(seed, "applications")
    return {
        "hr.recruitments": recruitments,
        "hr.candidates": candidates,
        "hr.applications": recruiting.application_rows(rng, 1, ids[who], recruitments["recruitment_id"][where], day, pending),
        "hr.candidate_consents": recruiting.make_candidate_consents(stream(seed, "candidate_consents"), sizes, ids, registered, span),
    }

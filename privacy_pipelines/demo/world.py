"""The population on the first night: every table in full, and what the later nights need to know about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from privacy_pipelines.demo import audience, customers, dealings, recruiting, staff
from privacy_pipelines.demo.frames import MISSING, Frame, Texts
from privacy_pipelines.demo.pools import Pools
from privacy_pipelines.demo.scene import Scene


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


def make_world(scene: Scene) -> World:
    """The world as the sources see it on the first night."""
    tables, domains, quiet = _crm(scene)
    return World(scene.pools, tables | _staff(scene) | _recruiting(scene), domains, quiet)


def _crm(scene: Scene) -> tuple[dict[str, Frame], Texts, Quiet]:
    who = customers.draw_customers(scene)
    accounts, domains = customers.make_accounts(scene, who)
    account_ids = accounts["account_id"]
    contacts = customers.make_contacts(scene, who, account_ids, domains)
    contracts = customers.make_contracts(scene, who, account_ids, contacts)
    prospects, heard = dealings.make_prospects(scene)
    both = contacts["contact_id"], prospects["prospect_id"]
    invoices, lines = dealings.make_lines(scene.rng("invoice_lines"), dealings.make_invoices(scene, who, account_ids, contacts))
    tables = {
        "crm.accounts": accounts,
        "crm.contacts": contacts,
        "crm.contracts": contracts,
        "crm.prospects": prospects,
        "crm.opportunities": dealings.make_opportunities(scene, who, *both),
        "crm.activities": dealings.make_activities(scene, who, both, heard),
        "crm.invoices": invoices,
        "crm.invoice_lines": lines,
        **_audience(scene, contacts),
    }
    return tables, domains, _quiet(who, contacts, contracts)


def _audience(scene: Scene, contacts: Frame) -> dict[str, Frame]:
    seminars, held = audience.make_seminars(scene)
    return {
        "crm.consents": audience.make_consents(scene, contacts["email"]),
        "crm.seminars": seminars,
        "crm.seminar_registrations": audience.make_registrations(scene, (seminars["seminar_id"], held), contacts),
    }


def _quiet(who: customers.Customers, contacts: Frame, contracts: Frame) -> Quiet:
    second = who.first_contact[who.quiet & np.isin(who.fate, (customers.RENEWED, customers.EVERGREEN))] + 1
    fates = who.fate[who.fate != customers.NONE]  # the latest contracts come first, one per account that has any
    fresh = np.flatnonzero(fates == customers.FRESH)
    return Quiet(contacts["contact_id"][second], contracts["contract_id"][fresh])


def _staff(scene: Scene) -> dict[str, Frame]:
    employees, of = staff.make_employees(scene), staff.draw_employments(scene)
    ids = employees["employee_id"]
    return {
        "hr.employees": employees,
        "hr.employments": staff.employment_rows(scene.rng("employment_rows"), 1, of, ids),
        "hr.payroll": staff.make_payroll(of, employees, scene.span),
        "hr.next_of_kin": staff.make_kin(scene, ids),
        "hr.absences": staff.make_absences(scene, of, ids),
    }


def _recruiting(scene: Scene) -> dict[str, Frame]:
    recruitments, opened, closed = recruiting.make_recruitments(scene)
    who, where, day = recruiting.draw_applications(scene, opened, closed)
    registered = np.full(scene.sizes.candidates, scene.today)
    np.minimum.at(registered, who, day)
    candidates = recruiting.candidate_rows(scene.rng("candidates"), scene.pools, 1, registered)
    ids = candidates["candidate_id"]
    pending = np.where(closed[where] == MISSING, "pending", "").astype(object)
    links = ids[who], recruitments["recruitment_id"][where]
    return {
        "hr.recruitments": recruitments,
        "hr.candidates": candidates,
        "hr.applications": recruiting.application_rows(scene.rng("applications"), 1, links, day, pending),
        "hr.candidate_consents": recruiting.make_candidate_consents(scene, ids, registered),
    }

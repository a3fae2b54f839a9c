"""The policy in fideslang 3.1's words: an organization, a system for each source with its privacy declarations, and a dataset with every
field's categories; as `fideslang` itself parses it. Pure.

fideslang has no word for much of a rule: the period is text there, and what starts it is lost.
"""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML

from privacy_pipelines.papers.activities import Activity, activities
from privacy_pipelines.papers.wording import kept, subject, text_in
from privacy_pipelines.policy.model import Column, Policy, Table
from privacy_pipelines.policy.vocabulary import data_uses, pinned_categories

SUBJECTS = frozenset(
    (
        "anonymous_user", "citizen_voter", "commuter", "consultant", "customer", "employee", "job_applicant", "next_of_kin", "passenger",
        "patient", "prospect", "shareholder", "supplier_vendor", "trainee", "visitor",
    )
)  # fmt: skip
"""Kinds of data subject that fideslang has; every other is declared."""

Node = dict[str, Any]
ORGANIZATION = "default_organization"
BASES = {
    "a": "Consent", "b": "Contract", "c": "Legal obligations", "d": "Vital interests", "e": "Public interest", "f": "Legitimate interests",
}  # fmt: skip


def fideslang_yaml(policy: Policy) -> str:
    """The policy as a fideslang manifest, in English where the policy has it."""
    out = io.StringIO()
    YAML().dump(manifest(policy), out)
    return out.getvalue()


def manifest(policy: Policy) -> Node:
    """The same as plain values."""
    found, company = activities(policy), policy.company
    sources = sorted({table.source for table in policy.tables})
    organization = {
        "fides_key": ORGANIZATION, "name": company.name, "controller": {"name": company.name, "address": company.notice.address,
        "email": company.contact, "phone": ""}, "data_protection_officer": {"name": "", "address": "", "email": company.dpo, "phone": ""},
    }  # fmt: skip
    own = sorted({kind for one in found for kind in one.subjects} - SUBJECTS)
    return {
        "organization": [organization],
        "data_subject": [{"fides_key": kind, "name": subject(kind, policy, "en")} for kind in own],
        "system": [_system(policy, source, found) for source in sources],
        "dataset": [_dataset(policy, source) for source in sources],
    }


def _system(policy: Policy, source: str, found: tuple[Activity, ...]) -> Node:
    of_source = [one for one in found if any(name == source for name, _ in one.systems)]
    return {
        "fides_key": source, "organization_fides_key": ORGANIZATION, "name": source, "system_type": "Service",
        "dataset_references": [source], "processes_personal_data": bool(of_source), "legal_name": policy.company.name,
        "dpo": policy.company.dpo, "does_international_transfers": any(one.abroad for one in of_source),
        "privacy_declarations": [_declaration(policy, one, source) for one in of_source],
    }  # fmt: skip


def _declaration(policy: Policy, one: Activity, source: str) -> Node:
    purpose = one.purpose
    categories = {
        known(column.category) for table in policy.tables if table.source == source for column in table.columns
        if column.personal and purpose.name in column.serves
    }  # fmt: skip
    return {
        "name": text_in(purpose.title, "en"), "data_categories": sorted(categories), "data_use": _nearest(purpose.data_use, data_uses()),
        "data_subjects": list(one.subjects), "legal_basis_for_processing": BASES[one.basis],
        "retention_period": kept(purpose, policy, "en"), "processes_special_category_data": bool(one.special),
        "data_shared_with_third_parties": bool(one.recipients),
        "third_parties": ", ".join(text_in(to.title, "en") for to in one.recipients) or None,
    }  # fmt: skip


def _dataset(policy: Policy, source: str) -> Node:
    tables = [table for table in policy.tables if table.source == source]
    return {
        "fides_key": source, "organization_fides_key": ORGANIZATION, "name": source,
        "collections": [_collection(table) for table in tables],
    }  # fmt: skip


def _collection(table: Table) -> Node:
    return {"name": table.name, "fields": [_field(column) for column in table.read]}


def _field(column: Column) -> Node:
    return {"name": column.name, "data_categories": sorted({known(one) for one in (column.category, *column.contains)})}


def known(category: str) -> str:
    """The category, or the nearest above it that fideslang has.

    >>> known("user.membership.union"), known("user.contact.email")
    ('user', 'user.contact.email')
    """
    return _nearest(category, pinned_categories())


def _nearest(key: str, keys: frozenset[str]) -> str:
    while key not in keys and "." in key:
        key = key.rpartition(".")[0]
    return key

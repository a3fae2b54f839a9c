"""Registers: what must be gathered before facts and frames can be, each by its name. Pure: trees in, trees out."""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.chains import identity_statement, succession_statement
from privacy_pipelines.retention.consents import consent_statement, objection_statement
from privacy_pipelines.retention.rowdates import Sources, succession_of
from privacy_pipelines.retention.ways import IDENTITY


def registers(policy: Policy) -> tuple[str, ...]:
    """Every register: what persons said (consents, objections), and what follows what (merged records, continued events)."""
    said = (*(consent.name for consent in policy.consents), *(objection.register for objection in policy.objections))
    return (*said, *following(policy))


def following(policy: Policy) -> tuple[str, ...]:
    """The registers of what follows what."""
    merged = (f"{IDENTITY}{table.id}" for table in policy.tables if table.merged)
    continued = (succession_of(table, event) for table in policy.tables for event in table.events if event.succession)
    return (*merged, *continued)


def register_statement(sources: Sources, name: str) -> exp.Select:
    """The statement of one register."""
    for objection in sources.policy.objections:
        if objection.register == name:
            return objection_statement(sources, objection)
    for table in sources.policy.tables:
        if table.merged and name == f"{IDENTITY}{table.id}":
            return identity_statement(sources, table, table.merged)
        for event in table.events:
            if event.succession and name == succession_of(table, event):
                return succession_statement(sources, table, event)
    return consent_statement(sources, sources.policy.consent(name))

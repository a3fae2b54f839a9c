"""The holds that stood on a night, as its record keeps them: the policy's, and those on persons. No key, and no hash of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from privacy_pipelines.evidence.holds import person_holds
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.store.night import Night


@dataclass(frozen=True, slots=True)
class Standing:
    """A hold in force. `person` is false for a class-wide one."""

    name: str
    tables: tuple[str, ...]
    ground: str
    owner: str
    since: date
    review_by: date
    person: bool
    past_review: bool


def standing_tonight(night: Night, policy: Policy) -> tuple[Standing, ...]:
    """Those that the night's plan knew. Raises StoreError."""
    as_of, zone, known = night.pin.as_of, policy.company.zone, night.note("holds")
    classes = (
        Standing(hold.name, hold.tables, hold.ground, hold.owner, hold.effective_from, hold.review_by, False, hold.review_by < as_of)
        for hold in policy.holds
        if hold.effective_from <= as_of
    )
    persons = (
        Standing(hold.name, (hold.table,), hold.ground, hold.owner, hold.since(zone), hold.review_by, True, hold.is_past_review(as_of))
        for hold in person_holds(night.store.evidence)
        if hold.name in known
    )
    return (*classes, *persons)


def standing_of(body: dict[str, Any]) -> Standing:
    """One of them as the record tells it."""
    days = {name: date.fromisoformat(body[name]) for name in ("since", "review_by")}
    return Standing(**{**body, **days, "tables": tuple(body["tables"])})

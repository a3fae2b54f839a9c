"""The holds that stand: the policy's over a class, as of the last night, and those on persons, as of now. Counts, and nobody's key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacy_pipelines.evidence.holds import standing_holds
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader


@dataclass(frozen=True, slots=True)
class Listed:
    """A hold, how old it is, and what it kept in the last night."""

    hold: str
    on: str
    """`person` or `class`."""
    tables: tuple[str, ...]
    purposes: tuple[str, ...]
    ground: str
    owner: str
    since: date
    age_days: int
    review_by: date
    past_review: bool
    rows_kept: int
    cells_kept: int


def list_holds(store: Store, today: date) -> tuple[Listed, ...]:
    """Every hold that stands, those to be reviewed first on top. Raises StoreError."""
    with reader(store) as current:
        policy = current.intent.rules_document() if current else None
        plan = Plan.from_json(current.record()["plan"]) if current else None
    found = (*_persons(store, policy, plan, today), *_classes(policy, plan, today))
    return tuple(sorted(found, key=lambda hold: (hold.review_by, hold.hold)))


def _persons(store: Store, policy: Policy | None, plan: Plan | None, today: date) -> list[Listed]:
    zone = policy.company.zone if policy else "UTC"
    return [
        Listed(
            hold.name, "person", (hold.table,), hold.purposes, hold.ground, hold.owner, hold.since(zone),
            max(0, (today - hold.since(zone)).days), hold.review_by, hold.is_past_review(today), *_kept(plan, hold.name),
        )
        for hold in standing_holds(store.evidence)
    ]  # fmt: skip


def _classes(policy: Policy | None, plan: Plan | None, today: date) -> list[Listed]:
    return [
        Listed(
            hold.name, "class", hold.tables, (), hold.ground, hold.owner, hold.effective_from, (today - hold.effective_from).days,
            hold.review_by, hold.review_by < today, *_kept(plan, hold.name),
        )
        for hold in (policy.holds if policy else ())
        if hold.effective_from <= today
    ]  # fmt: skip


def _kept(plan: Plan | None, name: str) -> tuple[int, int]:
    parts = [part for part in plan.parts if part.withheld and part.purpose == name] if plan else []
    return sum(part.unexpected for part in parts), sum(part.cells for part in parts)

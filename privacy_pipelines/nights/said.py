"""What persons have said about tonight: approvals, and holds on data subjects. Read from the evidence log when the plan is made, and again
before anything is copied and before the pointer flips: a hold that came meanwhile still protects."""

from __future__ import annotations

from dataclasses import dataclass

from privacy_pipelines.errors import NotSealed
from privacy_pipelines.evidence.approvals import approvals
from privacy_pipelines.evidence.holds import PersonHold, person_holds, standing_holds
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.night import Night


@dataclass(frozen=True, slots=True)
class Said:
    """Digest → who approved it; the holds that stand tonight, and the names of those that were released."""

    approved: dict[str, str]
    holds: tuple[PersonHold, ...]
    released: frozenset[str]


def said_tonight(night: Night, approvers: int, *, again: bool = False) -> Said:
    """What counts tonight, where so many persons must have approved. `again`: for a plan that is made anew because a hold came; nothing
    that was said since lets more go than the plan that people saw. Raises StoreError."""
    every = person_holds(night.store.evidence)
    before = set(night.note("holds") or ()) if again else set()
    holds = tuple(hold for hold in every if not hold.released or hold.name in before)
    approved = dict(night.note("approved")) if again else approvals(night.store.evidence, approvers)
    night.keep("holds", [hold.name for hold in holds])
    night.keep("approved", approved)
    return Said(approved, holds, frozenset(hold.name for hold in every) - {hold.name for hold in holds})


def holds_since(store: Store, known: list[str]) -> tuple[PersonHold, ...]:
    """Holds that stand and that the plan did not know. Raises StoreError."""
    return tuple(hold for hold in standing_holds(store.evidence) if hold.name not in known)


def require_no_hold_since(store: Store, known: list[str]) -> None:
    """Raises NotSealed where a hold came after the copy was begun."""
    late = holds_since(store, known)
    if late:
        names = ", ".join(f"{hold.name} on {hold.table}" for hold in late)
        what = f"a hold was added while the next generation was written ({names})"
        raise NotSealed(f"{store.evidence}: {what}. Nothing was flipped and nobody erased; run the night again")

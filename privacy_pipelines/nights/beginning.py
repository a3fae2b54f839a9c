"""What is asked before a night may begin."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from privacy_pipelines.errors import ClockError, PolicyErrors, Problem, StoreError
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import DEPARTED_KEY, ROW_HASHES_KEY
from privacy_pipelines.store.reading import Reader


def check_clock(policy: Policy, as_of: date, today: date) -> None:
    """A decision day never runs ahead of the clock (LAW scenario 60). Raises ClockError."""
    lead = policy.company.guards.clock_lead
    if as_of > add(today, lead):
        raise ClockError(f"--as-of {as_of}: more than {lead} ahead of today ({today}). A clock that runs ahead would erase too early")


def check_forward(current: Reader | None, as_of: date) -> None:
    """A decision day never goes back. Raises ClockError."""
    if current is not None and as_of < current.intent.as_of:
        last = current.intent.as_of
        raise ClockError(f"--as-of {as_of}: before the last night, {last}. Decisions never go back; use {last} or later")


def check_effective(policy: Policy, as_of: date) -> None:
    """A purpose before the first day of its first version is an error that names it. Raises PolicyErrors."""
    first = {purpose.name: purpose.versions[0].effective_from for purpose in policy.purposes}
    early = {name: day for name, day in first.items() if day > as_of}
    if early:
        problems = (
            Problem(f"purpose {name}", 0, f"is not in force before {day}", f"The day decided is {as_of}") for name, day in early.items()
        )
        raise PolicyErrors(tuple(problems))


def require_secrets(store: Store, policy: Policy) -> None:
    """What only its own key reads, and the key that signs.

    Raises StoreError where one is missing: a new one would let everybody back in who has left, take every row of a table without a key for
    another, or sign what nobody could check.
    """
    EvidenceLog(store.evidence).require_key()
    needed = {DEPARTED_KEY: "the index of the departed matches no other key"}
    if any(table.keyless for table in policy.tables):
        needed[ROW_HASHES_KEY] = "rows of tables without a key are known by no other"
    for name, why in needed.items():
        key = store.keys / f"{name}.key"
        if store.current() is not None and not key.exists():
            raise StoreError(f"{key}: is missing, and {why}. Restore it from a backup")


def require_room(store: Store, extracts: Path) -> None:
    """Space for the staging file and the next generation beside the current one. Raises StoreError."""
    current = store.current()
    stored = current.path.stat().st_size if current else 0
    arriving = sum(path.stat().st_size for path in extracts.rglob("*") if path.is_file())
    store.require_space(2 * stored + 2 * arriving)

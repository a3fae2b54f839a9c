"""What a hold must say before it may stand, every fault at once. Pure.

DPV forbids an endless duration, and LAW scenario 59 refuses a hold without a ground, an owner or a day of review.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from privacy_pipelines.errors import InputError
from privacy_pipelines.policy.hints import did_you_mean
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.values import Period

LONGEST_REVIEW = Period(months=36)
"""A hold that nobody looks at for longer than this would be kept for ever by being forgotten."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A hold that somebody asks for. `key` is the person's, one text for each column of it."""

    table: str
    key: tuple[str, ...]
    ground: str
    owner: str
    review_by: date | None
    by: str
    purposes: tuple[str, ...] = ()


def require_complete(asked: Asked, today: date) -> None:
    """Raises InputError, which names every fault."""
    faults = tuple(_faults(asked, today))
    if faults:
        raise InputError("\n".join(f"hold add: {fault}" for fault in faults))


def require_person(policy: Policy, asked: Asked) -> Table:
    """The table whose rows are such persons. Raises InputError."""
    persons = [table for table in policy.tables if table.subjects and not table.keyless]
    for table in persons:
        if table.id == asked.table:
            _require_purposes(table, policy, asked.purposes)
            return table
    known = ", ".join(table.id for table in persons) or "none: declare a `subject`, or hold a whole class in policies/holds.yaml"
    raise InputError(
        f"hold add: the rows of '{asked.table}' are no persons by the policy. Name the person's own record, in one of: {known}"
    )


def _faults(asked: Asked, today: date) -> Iterator[str]:
    if not asked.ground:
        yield "--ground is missing. Say why nothing may be erased: the dispute, audit or order"
    if not asked.owner:
        yield "--owner is missing. Say which role answers for the hold, such as Legal"
    if not asked.by:
        yield "--by is missing. Say who adds it"
    if asked.review_by is None:
        yield "--review is missing. Say by which day the owner decides whether it is still needed"
    elif asked.review_by <= today:
        yield f"--review {asked.review_by} is not in the future. Today is {today}; choose a later day"
    elif asked.review_by > add(today, LONGEST_REVIEW):
        yield f"--review {asked.review_by} is as good as never. Choose {add(today, LONGEST_REVIEW)} or earlier; a review may prolong a hold"


def _require_purposes(table: Table, policy: Policy, purposes: tuple[str, ...]) -> None:
    known = [purpose.name for purpose in policy.purposes]
    for name in purposes:
        if name not in known:
            raise InputError(f"hold add: no purpose '{name}' in the policy. {did_you_mean(name, known, legal='Purposes')}")

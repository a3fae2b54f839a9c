"""The plan: what one night will do, as an immutable value with two readers, *explain* and *execute*. Pure.

It holds counts and digests, never a key or a value, so that it can be shown, stored and approved. The rows it speaks of are named in
the night's staging file, and each step's digest covers them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum


class Action(StrEnum):
    """What is done with the cells of one data cluster."""

    ERASE_ROW = "erase_row"
    ERASE_FIELD = "erase_field"
    REFUSE_ROW = "refuse_row"
    REFUSE_FIELD = "refuse_field"

    @property
    def erases(self) -> bool:
        """Whether cells that are in the store go, as against cells that never get in."""
        return self in (Action.ERASE_ROW, Action.ERASE_FIELD)


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One action on one data cluster. `overdue` rows are past their `erase_by`; `digest` covers the keys."""

    table: str
    cluster: str
    action: Action
    rows: int
    cells: int
    overdue: int
    digest: str


@dataclass(frozen=True, slots=True, order=True)
class Tally:
    """How many records of a table have a cluster in one of the states that stay."""

    table: str
    cluster: str
    state: str
    rows: int


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One table's losses for one purpose, as the guard sees them. A withheld part stays in the store and says what to look at."""

    table: str
    purpose: str
    cells: int
    unexpected: int
    of: int
    limit: int
    digest: str
    withheld: bool
    reason: str
    approved_by: str = ""
    since: str = ""
    """The night on which what waits for a disposition review would have gone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A night's plan: a pure function of policy, facts and day."""

    author: str
    policy_version: str
    facts_digest: str
    as_of: date
    base: str
    steps: tuple[Step, ...]
    tallies: tuple[Tally, ...]
    parts: tuple[Part, ...]
    findings: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over everything that the plan would do; independent of the order of rows, files and keys."""
        body = {"policy": self.policy_version, "as_of": self.as_of, "steps": sorted(self.steps), "parts": sorted(self.parts)}
        return _digest(body)

    @property
    def withheld(self) -> tuple[Part, ...]:
        """What waits for a person."""
        return tuple(part for part in self.parts if part.withheld)

    def total(self, actions: Iterable[Action], of: str = "rows") -> int:
        """The sum over the steps with one of these actions, of `rows` or `cells`."""
        wanted = set(actions)
        return sum(getattr(step, of) for step in self.steps if step.action in wanted)

    def to_json(self) -> dict[str, object]:
        """Plain values for storing and showing, digest included."""
        return {**json.loads(json.dumps(asdict(self), default=str)), "digest": self.digest}

    @classmethod
    def from_json(cls, body: dict[str, object]) -> Plan:
        """The plan that `to_json` wrote."""
        found: dict[str, object] = {name: body[name] for name in cls.__slots__}
        found["as_of"] = date.fromisoformat(str(body["as_of"]))
        found["steps"] = tuple(Step(**{**step, "action": Action(step["action"])}) for step in body["steps"])  # type: ignore[attr-defined]
        found["tallies"] = tuple(Tally(**tally) for tally in body["tallies"])  # type: ignore[attr-defined]
        found["parts"] = tuple(Part(**part) for part in body["parts"])  # type: ignore[attr-defined]
        found["findings"] = tuple(body["findings"])  # type: ignore[arg-type]
        return cls(**found)  # type: ignore[arg-type]


def part_digest(policy_version: str, table: str, purpose: str, reason: str, rows: str) -> str:
    """The name under which exactly this withheld part is approved; the day is not in it, so that tomorrow's equal part has it too."""
    return _digest({"policy": policy_version, "table": table, "purpose": purpose, "reason": reason, "rows": rows})


def _digest(body: object) -> str:
    return hashlib.sha256(json.dumps(body, default=_plain, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> object:
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)  # type: ignore[call-overload]

"""The record of a night: everything that is told about it later, in counts, digests, lines and reasons; no key and no value."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from privacy_pipelines.collector.collect import Copied
from privacy_pipelines.collector.outcome import Outcome
from privacy_pipelines.collector.prove import Proof
from privacy_pipelines.deciding.corrections import Correction
from privacy_pipelines.deciding.seals import CohortCount
from privacy_pipelines.extracts.arrivals import Arrival, Quarantined
from privacy_pipelines.extracts.merge import Vanished
from privacy_pipelines.nights.standing import Standing
from privacy_pipelines.observing.seen import Seen
from privacy_pipelines.retention.plan import Part, Plan
from privacy_pipelines.scanning.scan import Found
from privacy_pipelines.store.night import Night, Pin
from privacy_pipelines.worklists.items import WorkList


@dataclass(frozen=True, slots=True)
class Inbox:
    """What arrived."""

    as_of: date
    arrivals: tuple[Arrival, ...]
    quarantined: tuple[Quarantined, ...]
    vanished: tuple[Vanished, ...]
    first_loads: tuple[Part, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One night, as its generation keeps it."""

    pin: Pin
    generation: str
    inbox: Inbox
    plan: Plan
    copied: tuple[Copied, ...]
    outcomes: tuple[Outcome, ...]
    proof: Proof
    cohorts: tuple[CohortCount, ...]
    corrections: tuple[Correction, ...] = ()
    holds: tuple[Standing, ...] = ()
    worklists: tuple[WorkList, ...] = ()
    repeats: str = ""
    """The run of the full night that a quiet one repeats."""
    seen: Seen = field(default_factory=Seen)

    def to_json(self) -> str:
        """The record as the generation stores it."""
        body = {**asdict(self), "plan": self.plan.to_json()}
        return json.dumps(body, default=str, sort_keys=True)


def keep_inbox(night: Night, inbox: Inbox) -> None:
    """Leave it for the stations to come."""
    night.keep("inbox", asdict(inbox))


def inbox_of(night: Night) -> Inbox:
    """What `keep_inbox` left."""
    note: dict[str, Any] = night.note("inbox")
    return Inbox(
        as_of=date.fromisoformat(note["as_of"]),
        arrivals=tuple(
            Arrival(
                **{
                    **one,
                    "day": date.fromisoformat(one["day"]),
                    "undeclared": tuple(one["undeclared"]),
                    "found": tuple(Found(**f) for f in one["found"]),
                }
            )
            for one in note["arrivals"]
        ),
        quarantined=tuple(Quarantined(**{**one, "day": date.fromisoformat(one["day"])}) for one in note["quarantined"]),
        vanished=tuple(Vanished(**one) for one in note["vanished"]),
        first_loads=tuple(Part(**one) for one in note["first_loads"]),
        findings=tuple(note["findings"]),
    )


def keep_plan(night: Night, plan: Plan) -> None:
    """Leave the plan for the collector."""
    night.keep("plan", plan.to_json())


def plan_of(night: Night) -> Plan:
    """What `keep_plan` left. Raises NotSealed where there is no plan."""
    note = night.note("plan")
    if note is None:
        from privacy_pipelines.errors import NotSealed

        raise NotSealed(f"{night.store.staging}: there is no plan tonight. Run the station before (plan)")
    return Plan.from_json(note)

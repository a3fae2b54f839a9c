"""The record of a night as its generation tells it, back as values."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from privacy_pipelines.collector.collect import Copied
from privacy_pipelines.collector.outcome import Outcome
from privacy_pipelines.collector.prove import Check, Proof
from privacy_pipelines.deciding.corrections import Correction
from privacy_pipelines.deciding.seals import CohortCount
from privacy_pipelines.extracts.arrivals import Arrival, Quarantined
from privacy_pipelines.extracts.merge import Vanished
from privacy_pipelines.nights.record import Inbox, Record
from privacy_pipelines.nights.standing import standing_of
from privacy_pipelines.observing.seen import Seen, seen_of
from privacy_pipelines.retention.plan import Part, Plan
from privacy_pipelines.scanning.scan import Found
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CURRENT, NIGHT
from privacy_pipelines.store.night import Pin
from privacy_pipelines.worklists.items import WorkList


def read_record(body: dict[str, Any]) -> Record:
    """The record that `Record.to_json` wrote."""
    return Record(
        pin=Pin(**{**body["pin"], "as_of": date.fromisoformat(body["pin"]["as_of"])}),
        generation=body["generation"],
        inbox=_inbox(body["inbox"]),
        plan=Plan.from_json(body["plan"]),
        copied=tuple(Copied(**one) for one in body["copied"]),
        outcomes=tuple(Outcome(**one) for one in body["outcomes"]),
        proof=Proof(**{**body["proof"], "checks": tuple(Check(**check) for check in body["proof"]["checks"])}),
        cohorts=tuple(CohortCount(**one) for one in body["cohorts"]),
        corrections=tuple(Correction(**one) for one in body.get("corrections", ())),
        holds=tuple(standing_of(one) for one in body.get("holds", ())),
        worklists=tuple(WorkList(**one) for one in body.get("worklists", ())),
        repeats=body.get("repeats", ""),
        seen=seen_of(body["seen"]) if "seen" in body else Seen(),
    )


def told(session: Session) -> Record:
    """The record of the attached current generation. Raises StoreError."""
    return read_record(json.loads(session.one(f"SELECT body FROM {CURRENT}.{NIGHT}.record")[0]))


def _inbox(body: dict[str, Any]) -> Inbox:
    return Inbox(
        as_of=date.fromisoformat(body["as_of"]),
        arrivals=tuple(map(_arrival, body["arrivals"])),
        quarantined=tuple(Quarantined(**_dated(one)) for one in body["quarantined"]),
        vanished=tuple(Vanished(**one) for one in body["vanished"]),
        first_loads=tuple(Part(**one) for one in body["first_loads"]),
        findings=tuple(body["findings"]),
    )


def _arrival(body: dict[str, Any]) -> Arrival:
    found = tuple(Found(**one) for one in body.get("found", ()))
    return Arrival(**{**_dated(body), "undeclared": tuple(body["undeclared"]), "found": found})


def _dated(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "day": date.fromisoformat(body["day"])}

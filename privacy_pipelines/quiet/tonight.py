"""Is tonight the night before once more? Asked extract by extract, and of everything else that a night depends on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from privacy_pipelines.collector.departed import how_many, last_said
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.extracts.arrivals import Arrival
from privacy_pipelines.extracts.drop import ExtractFile, digest_of, stamp_of
from privacy_pipelines.extracts.landing import Waiting, findings_of, outside, waiting
from privacy_pipelines.nights.memory import remembered
from privacy_pipelines.nights.record import Inbox, Record
from privacy_pipelines.nights.said import said_tonight
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.quiet.repeatable import Repeatable, kept_repeatable, made_by, said_to
from privacy_pipelines.report.told import told
from privacy_pipelines.store.layout import CURRENT, NIGHT
from privacy_pipelines.store.night import Night
from privacy_pipelines.store.reading import Intent, read_intent
from privacy_pipelines.worklists.files import digests_in_place

QUIET = "quiet"
"""The note that says that tonight is a quiet night."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """The night before, which tonight repeats: its record, and the full night that both repeat."""

    last: Record
    of: Repeatable


def repeated_inbox(night: Night, policy: Policy, extracts: Path, said: Collection[str]) -> Inbox | None:
    """Tonight's inbox, if tonight is the night before once more; None for a full night. `said`: findings from before it.

    Raises StoreError.
    """
    found = kept_repeatable(night.session) if night.pin.base else None
    if found is None or not _may(night, policy, found):
        return None
    last, landed = told(night.session), remembered(night.session)
    waits = waiting(policy, extracts, landed, night.pin.as_of)
    arrivals = _arrivals(last, waits)
    if arrivals is None:
        return None
    days = {one.table: one.day for one in arrivals}
    quarantined = tuple(replace(one, day=days[one.table]) for one in last.inbox.quarantined)
    return Inbox(night.pin.as_of, arrivals, quarantined, (), (), (*said, *findings_of(waits, arrivals), *outside(policy, extracts)))


def repeat_of(night: Night) -> Repeat | None:
    """What tonight repeats; None on a full night. Raises StoreError."""
    if not night.note(QUIET):
        return None
    found = kept_repeatable(night.session)
    assert found is not None
    return Repeat(told(night.session), found)


def _may(night: Night, policy: Policy, found: Repeatable) -> bool:
    """Everything but the extracts: cheap questions first."""
    store, session, pin = night.store, night.session, night.pin
    base = read_intent(session, store.generation(pin.base))
    if pin.as_of > found.until or base.policy_version != policy.version or made_by(store) != found.made_by:
        return False
    said_tonight(night, policy.company.guards.approvers)
    if said_to(night) != found.said or not _is_last(store.evidence, base) or digests_in_place(store) != found.lists:
        return False
    return _index_stands(night, policy, found, base.as_of)


def _is_last(log: Path, base: Intent) -> bool:
    """Whether the base's night is the last one that the log knows: an older generation that somebody put back is none to repeat."""
    runs = [entry.body["run"] for entry in EvidenceLog(log).entries() if entry.kind == "night_completed"]
    return bool(runs) and runs[-1] == base.run


def _index_stands(night: Night, policy: Policy, found: Repeatable, before: date) -> bool:
    """Nothing of the index expires tonight (in a copied file it would leave a trace), and it is clear what the night before made anew."""
    first = night.session.one(f"SELECT min(expires_on) FROM {CURRENT}.{NIGHT}.departed")[0]
    if first is not None and first < night.pin.as_of:
        return False
    return not found.leaving or night.session.one(how_many(last_said(before, policy.company), CURRENT))[0] == found.leaving


def _arrivals(last: Record, waits: tuple[Waiting, ...]) -> tuple[Arrival, ...] | None:
    """Tonight's, if they are those of the night before byte by byte, and as many."""
    before = {one.table: one for one in last.inbox.arrivals}
    arrivals = []
    for one in waits:
        arrival = before.pop(one.table.id, None)
        if len(one.files) != (arrival is not None):
            return None
        if arrival is not None:
            if not _is_the_same(one, arrival):
                return None
            arrivals.append(replace(arrival, day=one.files[0].day, file=one.files[0].name))
    return tuple(arrivals) if not before else None


def _is_the_same(one: Waiting, arrival: Arrival) -> bool:
    """An increment adds what it holds, so only an empty one says the same twice."""
    (file,) = one.files
    if file.fault or file.name != arrival.file.replace(arrival.day.isoformat(), file.day.isoformat()) or file.day <= arrival.day:
        return False
    if one.table.extract.mode == "increment" and (arrival.rows or arrival.quarantined):
        return False
    return _steady_digest(file) == arrival.digest


def _steady_digest(file: ExtractFile) -> str:
    """Of its bytes; empty where it changed while it was read."""
    stamp = stamp_of(file)
    digest = digest_of(file)
    return digest if stamp and stamp_of(file) == stamp else ""

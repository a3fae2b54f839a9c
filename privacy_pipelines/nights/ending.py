"""How a night ends: its record goes into the new generation, the pointer flips, the old one is disposed of, and each is recorded when
it has happened. What a crash interrupted is completed by the next night before it begins."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from privacy_pipelines import sql
from privacy_pipelines.evidence.buckets import bucket
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.extracts.arrivals import Last
from privacy_pipelines.extracts.drop import OUTSIDE, extracts_of
from privacy_pipelines.extracts.landing import before, newest_landed
from privacy_pipelines.nights.logged import beside, completed
from privacy_pipelines.nights.memory import keep_landed, remembered
from privacy_pipelines.nights.record import Record
from privacy_pipelines.nights.said import require_no_hold_since
from privacy_pipelines.nights.whole import digest_of
from privacy_pipelines.observing.points import Measured, Number, Point, keep_points
from privacy_pipelines.papers.notice import notice_version
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import CURRENT, NEXT, NIGHT
from privacy_pipelines.store.night import Night
from privacy_pipelines.store.pointer import Generation
from privacy_pipelines.store.reading import Reader, reader
from privacy_pipelines.store.sidecar import write_sidecar
from privacy_pipelines.worklists.files import put_in_place


@dataclass(frozen=True, slots=True)
class Finished:
    """A proved night, ready to flip."""

    record: Record
    metrics: dict[str, Number]
    policy: Policy
    landed: dict[str, Last]

    def flip(self, store: Store, extracts: Path, *, at: datetime) -> None:
        """Make it current, then dispose of what is over. Raises NotSealed for a hold that its plan did not know, StoreError."""
        with EvidenceLog(store.evidence).still():
            require_no_hold_since(store, [hold.name for hold in self.record.holds])
            store.flip(store.generation(self.record.generation))
        with reader(store) as current:
            recover(store, current, at=at)
        dispose_extracts(store, self.policy, extracts, self.landed, self.record.pin.as_of, at=at)
        store.sweep()


def conclude(night: Night, rules: Rules, record: Record, points: tuple[Point, ...]) -> Finished:
    """Write the record, the metrics and what landed into the attached next generation. Raises StoreError."""
    landed = newest_landed(rules.policy, remembered(night.session), record.inbox.arrivals)
    session = night.session
    session.run(f"CREATE TABLE {NEXT}.{NIGHT}.record (body VARCHAR, completed VARCHAR)")
    session.insert(
        sql.table(NIGHT, "record", catalog=NEXT), [[record.to_json(), json.dumps(completed(record, notice_version(rules.policy)))]]
    )
    keep_landed(session, landed)
    measured = Measured(record.pin.as_of, record.pin.run, points)
    keep_points(session, measured)
    session.run(f"CHECKPOINT {NEXT}")
    return Finished(record, measured.numbers, rules.policy, landed)


def recover(store: Store, current: Reader | None, *, at: datetime) -> None:
    """Complete what was flipped and not recorded, and dispose of generations that a flip left behind. Raises StoreError."""
    log = EvidenceLog(store.evidence)
    if current is not None and not _is_recorded(log, current.intent.run):
        entry, parts = current.session.one(f"SELECT completed, body FROM {CURRENT}.{NIGHT}.record")
        completed_as = {**json.loads(entry), "file": digest_of(store, current.generation)}
        log.append_all([("night_completed", completed_as), *beside(json.loads(parts))], at=at)
    if current is not None:
        write_sidecar(store, current)
        _list(store, current, log, at)
    store.relink()
    for old in (*_unrecorded(store, log), *store.old_generations()):
        size = store.dispose(old)
        log.append("disposed", {"what": "generation", "name": old.name, "level": "disposed", "bytes": bucket(size)}, at=at)


def _unrecorded(store: Store, log: EvidenceLog) -> tuple[Generation, ...]:
    """Generations that are gone without a record: a crash came between the disposal and its entry. They are disposed of once more."""
    entries = list(log.entries())
    gone = {entry.body["name"] for entry in entries if entry.kind == "disposed" and entry.body["what"] == "generation"}
    names = [str(entry.body["generation"]) for entry in entries if entry.kind == "night_completed"]
    current = store.current()
    left = (store.generation(name) for name in names if name not in gone)
    return tuple(one for one in left if one != current and not one.path.exists())


def _list(store: Store, current: Reader, log: EvidenceLog, at: datetime) -> None:
    """Hand the sources this generation's work lists; those before held keys of what has been deleted since."""
    size = put_in_place(store, current.generation)
    if size:
        before = store.generation(current.intent.base) if current.intent.base else current.generation
        name = f"worklists-{before.number:06d}"
        log.append("disposed", {"what": "worklist", "name": name, "level": "disposed", "bytes": bucket(size)}, at=at)


def dispose_extracts(store: Store, policy: Policy, folder: Path, landed: dict[str, Last], as_of: date, *, at: datetime) -> None:
    """Unlink landed extracts past their `keep`; one that never landed stays, and is reported as not landed."""
    log = EvidenceLog(store.evidence)
    for table in policy.tables:
        last = landed.get(table.id)
        for file in extracts_of(policy, table, folder):
            if last is None or not last.covers(file.day) or file.day >= before(as_of, table.extract.keep) or file.fault == OUTSIDE:
                continue
            size = file.path.stat().st_size
            file.path.unlink()
            log.append("disposed", {"what": "extract", "name": file.name, "level": "disposed", "bytes": bucket(size)}, at=at)


def _is_recorded(log: EvidenceLog, run: str) -> bool:
    return any(entry.kind == "night_completed" and entry.body["run"] == run for entry in log.entries())

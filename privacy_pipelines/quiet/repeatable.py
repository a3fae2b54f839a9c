"""What a full night leaves in its generation so that the next one may repeat it, and whether it may be repeated at all: only a night that
left the store as it found it, took nothing from anybody, and waits for nobody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from privacy_pipelines import __version__, sql
from privacy_pipelines.checks.expectations import TableExpectations, expected_from
from privacy_pipelines.checks.found import TableCheck, as_note, from_note, once_more
from privacy_pipelines.collector.departed import how_many, last_said, leaving
from privacy_pipelines.extracts.arrivals import Last
from privacy_pipelines.nights.memory import remembered
from privacy_pipelines.nights.record import Record
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.quiet.contents import Written, contents
from privacy_pipelines.quiet.days import last_day
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.retention.waiting import reads_by_the_day
from privacy_pipelines.store.engine import ENGINE_VERSION, Session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.hashes import key_digest
from privacy_pipelines.store.layout import CURRENT, DEPARTED_KEY, NEXT, NIGHT, ROW_HASHES_KEY
from privacy_pipelines.store.night import Night
from privacy_pipelines.store.reading import read_intent
from privacy_pipelines.worklists.files import digests_aside

TABLE = "repeatable"


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A full night that may be repeated until a day, as long as what it depended on is as it was."""

    run: str
    until: date
    made_by: str
    """Versions of the product and the engine, and which keys they hashed with."""
    said: str
    """A digest of the approvals and holds that it knew."""
    leaving: int
    """How many entries of the index of the departed it made anew, as every night does that is sent what it refuses."""
    tables: dict[str, str]
    checks: tuple[TableCheck, ...]
    expected: tuple[TableExpectations, ...]
    """What was found row by row of what was new to it, if anybody asked."""
    lists: dict[str, str]
    """The digest of each source's work list: on a quiet night its keys are known from nowhere else."""

    def expected_of(self, table: str) -> TableExpectations:
        """What was found of a table's rows; of none where nobody asked."""
        return next((one for one in self.expected if one.table == table), TableExpectations(table, 0, ()))


def repeatable(night: Night, rules: Rules, record: Record) -> Repeatable | None:
    """What this night leaves; None where it may not be repeated. Its generation is attached and proved. Raises StoreError."""
    if not (_changed_nothing(record) and _under_one_policy(night, rules.policy) and _newest(record, remembered(night.session))):
        return None
    session, as_of = night.session, record.pin.as_of
    before = read_intent(session, night.store.generation(record.pin.base)).as_of
    entries, found = leaving(session, rules), contents(session, Written(NEXT, as_of, rules))
    if found != contents(session, Written(CURRENT, before, rules)) or (entries and entries != _made_anew(session, as_of, rules.policy)):
        return None
    checks = tuple(once_more(one) for one in from_note(night.note("checks")))
    until = last_day(session, rules, as_of) if before < as_of else as_of  # twice on one day does not show what moves with the day
    expected = expected_from(night.note("expected") or ())
    lists = digests_aside(night.store, night.store.generation(record.generation))
    return Repeatable(record.pin.run, until, made_by(night.store), said_to(night), entries, found, checks, expected, lists)


def keep_repeatable(session: Session, found: Repeatable | None) -> None:
    """Write it into the attached next generation; nothing stands there where there is none. Raises StoreError."""
    session.run(f"CREATE OR REPLACE TABLE {NEXT}.{NIGHT}.{TABLE} (body VARCHAR)")
    if found is not None:
        body = {**asdict(found), "checks": as_note(found.checks)}
        session.insert(sql.table(NIGHT, TABLE, catalog=NEXT), [[json.dumps(body, default=str)]])


def kept_repeatable(session: Session) -> Repeatable | None:
    """What the attached current generation says of it. Raises StoreError."""
    if not session.columns(CURRENT, NIGHT, TABLE):
        return None
    for (text,) in session.rows(f"SELECT body FROM {CURRENT}.{NIGHT}.{TABLE}"):
        body: dict[str, Any] = json.loads(text)
        until, checks, expected = date.fromisoformat(body["until"]), from_note(body["checks"]), expected_from(body["expected"])
        return Repeatable(**{**body, "until": until, "checks": checks, "expected": expected})
    return None


def made_by(store: Store) -> str:
    """By what a night is made beside its input. Raises StoreError."""
    return " ".join((__version__, ENGINE_VERSION, *(key_digest(store.secret(name)) for name in (ROW_HASHES_KEY, DEPARTED_KEY))))


def said_to(night: Night) -> str:
    """What persons said that this night's plan knows (`said_tonight`)."""
    return hashlib.sha256(json.dumps([night.note("approved"), night.note("holds")], sort_keys=True).encode()).hexdigest()


def _changed_nothing(record: Record) -> bool:
    return not any(_changes(record))


def _changes(record: Record) -> Iterator[object]:
    """What is there only where a night changed something, or waits for somebody."""
    arrivals, plan = record.inbox.arrivals, record.plan
    yield not record.pin.base
    yield from (one.refused or one.changed for one in arrivals)
    yield len({one.table for one in arrivals}) < len(arrivals)
    yield from (record.inbox.vanished, record.inbox.first_loads, plan.parts, record.outcomes, record.corrections)
    yield from (record.seen.late, record.seen.waited, record.seen.returned)
    yield from (one.erased or one.kept != one.before or one.arrived != one.refused for one in record.copied)


def _newest(record: Record, landed: dict[str, Last]) -> bool:
    """Whether no extract was of an earlier day than one that had landed: such a one only adds records, and on the next night would not."""
    return all(one.table in landed and one.day >= landed[one.table].day for one in record.inbox.arrivals)


def _under_one_policy(night: Night, policy: Policy) -> bool:
    """Whether the night before had this policy too, and neither reads a file otherwise on another day."""
    base = read_intent(night.session, night.store.generation(night.pin.base))
    return base.policy_version == policy.version and not reads_by_the_day(policy)


def _made_anew(session: Session, as_of: date, policy: Policy) -> int:
    return int(session.one(how_many(last_said(as_of, policy.company), NEXT))[0])

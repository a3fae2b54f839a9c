"""Which holds suspend the erasure of one record: the policy's over its table, and those on the person whom it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.suspending import in_force
from privacy_pipelines.deciding.covering import mask_of
from privacy_pipelines.evidence.holds import PersonHold, standing_holds
from privacy_pipelines.explaining.answer import Suspension
from privacy_pipelines.explaining.asking import with_key
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.rowdates import meets
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.retention.ways import Hop, ways_to
from privacy_pipelines.sql import col
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.hashes import hash_of
from privacy_pipelines.store.layout import CURRENT, HOLDS_KEY, KEPT_WITHHELD, STORED
from privacy_pipelines.store.reading import Reader
from privacy_pipelines.store.views import stored_views


@dataclass(frozen=True, slots=True)
class Asked:
    """The record that somebody asks for, and the day."""

    rules: Rules
    rule: TableRule
    values: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True)
class Suspended:
    """A hold on a record, and the clusters that it may keep."""

    suspension: Suspension
    mask: int


def suspensions(current: Reader, store: Store, asked: Asked) -> tuple[Suspended, ...]:
    """Every hold that stands on a stored record: of the policy on that day, of the log now. Raises StoreError."""
    policy, rule = asked.rules.policy, asked.rule
    classes = (
        Suspended(Suspension(hold.name, hold.ground, hold.owner, hold.review_by, hold.effective_from), mask_of(rule, ()))
        for hold in policy.holds
        if in_force(hold, rule.table.id, asked.day)
    )
    zone, holds = policy.company.zone, standing_holds(store.evidence)
    persons = (
        Suspended(Suspension(hold.name, hold.ground, hold.owner, hold.review_by, hold.since(zone)), mask_of(rule, hold.purposes))
        for hold in (_covering(current, store, asked, holds) if holds else ())
    )
    return (*classes, *persons)


def _covering(current: Reader, store: Store, asked: Asked, holds: Sequence[PersonHold]) -> list[PersonHold]:
    key, waits = store.kept_secret(HOLDS_KEY), _waits(current, asked)
    hashes = {
        hash_of(key, subject, person) for subject in {hold.table for hold in holds} for person in _persons(current.session, asked, subject)
    }
    return [hold for hold in holds if hold.subject in hashes or hold.name in waits]


def _persons(session: Session, asked: Asked, subject: str) -> set[tuple[str, ...]]:
    """The keys of the data subjects of that table whom the record belongs to."""
    policy, table = asked.rules.policy, asked.rule.table
    found: set[tuple[str, ...]] = set()
    for way in ways_to(policy, table, subject):
        _view(session, policy, {table.id, *(hop.to for hop in way)})
        row = sql.table(STORED, table.id, alias="t")
        session.create(_step(0), exp.select("t.*").from_(row).where(with_key(table, asked.values, "t")), temporary=True)
        for number, hop in enumerate(way, start=1):
            session.create(_step(number), _next(hop, number), temporary=True)
        keys = (sql.cast(col(name), "TEXT") for name in policy.table(subject).key)
        found |= set(session.rows(exp.select(*keys).from_(_step(len(way)))))
    return found


def _view(session: Session, policy: Policy, table_ids: set[str]) -> None:
    stored_views(session, replace(policy, tables=tuple(policy.table(table_id) for table_id in sorted(table_ids))))


def _step(number: int) -> exp.Table:
    return exp.to_table(f"step{number}")


def _next(hop: Hop, number: int) -> exp.Select:
    """The rows that the ones at hand name: a few, so that of a large table only these are read."""
    named = exp.Exists(this=exp.select(exp.convert(1)).from_(_step(number - 1).as_("w")).where(meets(hop, "w", "t")))
    return exp.select("t.*").from_(sql.table(STORED, hop.to, alias="t")).where(named)


def _waits(current: Reader, asked: Asked) -> set[str]:
    """What the last night kept of the record for, though it had ended."""
    table = asked.rule.table
    if not current.session.columns(CURRENT, KEPT_WITHHELD, table.id):
        return set()
    rows = exp.select(col("purpose", "k")).from_(sql.table(KEPT_WITHHELD, table.id, catalog=CURRENT, alias="k"))
    return {name for (name,) in current.session.rows(rows.where(with_key(table, asked.values, "k")))}

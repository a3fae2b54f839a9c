"""Which holds suspend the erasure of one record: the policy's over its table, and those on the person whom it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines.deciding.covering import along_way, mask_of
from privacy_pipelines.evidence.holds import PersonHold, standing_holds
from privacy_pipelines.explaining.answer import Suspension
from privacy_pipelines.explaining.asking import with_key
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.retention.ways import ways_to
from privacy_pipelines.sql import col, table as named
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.hashes import hash_of
from privacy_pipelines.store.layout import CURRENT, HOLDS_KEY, KEPT_WITHHELD, STORED
from privacy_pipelines.store.reading import Reader


@dataclass(frozen=True, slots=True)
class Suspended:
    """A hold on a record: the clusters that it may keep, and its first day."""

    suspension: Suspension
    mask: int
    begins: date


def suspensions(current: Reader, store: Store, rules: Rules, rule: TableRule, values: tuple[str, ...]) -> tuple[Suspended, ...]:
    """Every hold that stands now on a stored record; `ask` has been asked for it before. Raises StoreError."""
    classes = (
        Suspended(
            Suspension(hold.name, hold.ground, hold.owner, hold.effective_from, hold.review_by), mask_of(rule, ()), hold.effective_from
        )
        for hold in rules.policy.holds
        if rule.table.id in hold.tables
    )
    zone, holds = rules.policy.company.zone, standing_holds(store.evidence)
    persons = (
        Suspended(Suspension(hold.name, hold.ground, hold.owner, hold.since(zone), hold.review_by), mask_of(rule, hold.purposes), date.min)
        for hold in _covering(current, store, rules, rule, values, holds)
    )
    return (*classes, *persons)


def _covering(
    current: Reader, store: Store, rules: Rules, rule: TableRule, values: tuple[str, ...], holds: Sequence[PersonHold]
) -> Iterable[PersonHold]:
    if not holds:
        return ()
    key = store.kept_secret(HOLDS_KEY)
    hashes = {
        hash_of(key, subject, person)
        for subject in {hold.table for hold in holds}
        for person in _persons(current, rules, rule, values, subject)
    }
    waits = _waits(current, rule, values)
    return [hold for hold in holds if hold.subject in hashes or hold.name in waits]


def _persons(current: Reader, rules: Rules, rule: TableRule, values: tuple[str, ...], subject: str) -> set[tuple[str, ...]]:
    """The keys of the data subjects of that table whom the record belongs to."""
    found: set[tuple[str, ...]] = set()
    for way in ways_to(rules.policy, rule.table, subject):
        keys = (exp.cast(col(name, f"t{len(way)}"), "TEXT") for name in rules.policy.table(subject).key)
        found |= set(current.session.rows(along_way(STORED, rule.table, way).select(*keys).where(with_key(rule.table, values, "t0"))))
    return found


def _waits(current: Reader, rule: TableRule, values: tuple[str, ...]) -> set[str]:
    """What the last night kept of the record for, though it had ended."""
    if not current.session.columns(CURRENT, KEPT_WITHHELD, rule.table.id):
        return set()
    rows = exp.select(col("purpose")).from_(named(KEPT_WITHHELD, rule.table.id, catalog=CURRENT)).where(with_key(rule.table, values))
    return {name for (name,) in current.session.rows(rows)}

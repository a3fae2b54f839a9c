"""Dates that a source corrected: rows whose event was on one day yesterday and is on another tonight. Counts, no key and no date.

A correction erases at once what should have been gone, or takes back what was about to go (LAW scenarios 30 and 31); the evidence log
says that it was one, and not the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Event, Table
from privacy_pipelines.retention.rowdates import Sources, own_value
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CHANGES, STORED
from privacy_pipelines.values import OPEN


@dataclass(frozen=True, slots=True)
class Correction:
    """How many rows of a table moved an event to an earlier day, and how many to a later one or to none yet."""

    table: str
    event: str
    earlier: int
    later: int


def corrections(session: Session, sources: Sources) -> tuple[Correction, ...]:
    """What tonight's changes corrected. Only what changed is looked at; a first date is no correction. Raises StoreError."""
    return tuple(one for table in sources.policy.tables if table.events for one in _of(session, sources, table))


def _of(session: Session, sources: Sources, table: Table) -> Iterator[Correction]:
    changed = exp.select(exp.convert(1)).from_(sql.table(CHANGES, table.id)).where("_in_store").limit(1)
    if not session.rows(changed):
        return
    for event in table.events:
        earlier, later = session.one(_moved(sources, table, event))
        if earlier or later:
            yield Correction(table.id, event.name, earlier, later)


def _moved(sources: Sources, table: Table, event: Event) -> exp.Select:
    now, _ = own_value(sources, table, event, "c")
    then, _ = own_value(sources, table, event, "s")
    rows = exp.select(sql.named(now, "now"), sql.named(then, "then")).from_(sql.table(CHANGES, table.id, alias="c"))
    rows = rows.join(sql.table(STORED, table.id, alias="s"), on=sql.same_key(table.key, "c", "s"))
    before = exp.GT(this=col("then"), expression=col("now"))
    after = exp.LT(this=col("then"), expression=col("now"))
    counted = exp.select(sql.count_if(before), sql.count_if(after)).from_(rows.subquery("m"))
    return counted.where(exp.LT(this=col("then"), expression=lit(OPEN)))

"""What arrived: the extracts, the rows that could not be read, the keys that vanished. Lines and reasons, never a key. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from privacy_pipelines.collector.guard import FIRST_LOAD
from privacy_pipelines.extracts.arrivals import Arrival
from privacy_pipelines.nights.record import Record

LINES_SHOWN = 24
"""Of one reason in one extract; a source that sends a million unreadable rows does not make a page of a million lines."""


@dataclass(frozen=True, slots=True)
class Extract:
    """An extract. `waits`: the whole table waits for leave; `superseded`: refused, but a newer one of the same table was read."""

    arrival: Arrival
    waits: bool
    superseded: bool

    @property
    def refused(self) -> bool:
        """Whether somebody must have it sent again."""
        return bool(self.arrival.refused) and not self.waits and not self.superseded


@dataclass(frozen=True, slots=True)
class Unread:
    """Rows of one extract that could not be read for one reason; `lines` are the first few."""

    table: str
    day: date
    reason: str
    rows: int
    lines: tuple[int, ...]

    @property
    def more(self) -> int:
        """How many lines are not listed."""
        return self.rows - len(self.lines)


def extracts(record: Record) -> tuple[Extract, ...]:
    """Every extract, by table and day."""
    waits = {part.table for part in record.plan.parts if part.withheld and part.reason == FIRST_LOAD}
    newest: dict[str, date] = {}
    for one in record.inbox.arrivals:
        if not one.refused:
            newest[one.table] = max(one.day, newest.get(one.table, one.day))
    found = (
        Extract(one, one.table in waits, bool(one.refused) and newest.get(one.table, date.min) > one.day) for one in record.inbox.arrivals
    )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.arrival.table, one.arrival.day)))


def unread(record: Record) -> tuple[Unread, ...]:
    """The quarantine, by extract and reason."""
    lines: dict[tuple[str, date, str], list[int]] = defaultdict(list)
    for one in record.inbox.quarantined:
        lines[one.table, one.day, one.reason].append(one.line)
    return tuple(Unread(*key, len(found), tuple(sorted(found)[:LINES_SHOWN])) for key, found in sorted(lines.items()))

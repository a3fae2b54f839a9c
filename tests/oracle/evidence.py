"""What is known of a person when a row that said it is gone: an event that was seen once remains evidence (LAW §5; docs/policy.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from tests.oracle.days import FOREVER
from tests.oracle.facts import Row, Seen
from tests.oracle.following import seen_of
from tests.oracle.law import subjects
from tests.oracle.reach import Found, World, around, tables_with, told as told_way, via
from tests.oracle.records import Told


def stored_row(known: Row, values: dict[str, Any]) -> Row:
    """A row as it stands in the store, with what is known of it."""
    kept = {
        name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for name, value in values.items() if name in known.values
    }
    return replace(known, values=kept)


def keep_evidence(world: World, told: Told, as_of: date) -> None:
    """Note on every person who stays what rows said of them that they find no more after this night."""
    after = World(
        world.law,
        {
            table: [stored_row(row, told.after[table][row.key]) for row in found if row.key in told.after[table]]
            for table, found in world.rows.items()
        },
    )
    there = {(row.table, row.key): row for found in after.rows.values() for row in found}
    for table, found in world.rows.items():
        for person in found if subjects(world.law.tables[table]) else ():
            if (table, person.key) in there and world.meant(person) is person:
                _keep(world, after, person, there[table, person.key], as_of)


def _keep(world: World, after: World, person: Row, stays: Row, as_of: date) -> None:
    for event in sorted({event for said in world.law.tables.values() for event in said.get("events", {})}):
        further = via(world.law, person.table, event)
        path = told_way(world, person.table, further) if further is not None else around(world, person.table, tables_with(world.law, event))
        if path:
            still = {(one.table, one.key) for one, _ in after.follow(stays, path)}
            lost = [(one, certain) for one, certain in world.follow(person, path) if (one.table, one.key) not in still]
            found = list(_said(world, person, event, lost, as_of))
            person.evidence[event] = [*person.evidence.get(event, []), *found]


def _said(world: World, person: Row, event: str, lost: list[Found], as_of: date) -> Iterator[Seen]:
    """A day stays one; an open event has nobody any more who would say when it ends, so its date is missing from now on. What was found
    over a value that named several was nobody's."""
    for seen in (seen for one, certain in lost if certain for seen in seen_of(world, one, event, as_of)):
        since = person.missing_since.get(f"about {event}", as_of) if seen.missing or seen.strange else as_of
        if seen.day is not None and seen.day != FOREVER:
            yield replace(seen, strange=seen.strange and since)
        else:
            yield Seen(missing=since, entity=seen.entity)

"""What a night leaves to the next: since when a date has been missing or nothing known of a cluster, and what had ended and is held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from tests.oracle.facts import Row
from tests.oracle.following import seen_of
from tests.oracle.law import events, personal
from tests.oracle.reach import World, around, tables_with
from tests.oracle.states import decide
from tests.oracle.structure import purposes_of


def remember(world: World, as_of: date, held: Mapping[int, set[str]] = MappingProxyType({})) -> None:
    """Note on every row what was first so on this night, and forget what is so no more."""
    for table, rows in world.rows.items():
        said = world.law.tables[table]
        for row in rows:
            for event in events(said):
                if any(one.missing or one.strange for one in seen_of(world, row, event, as_of)):
                    row.missing_since.setdefault(event, as_of)
                else:
                    row.missing_since.pop(event, None)
            if personal(said):
                decided, kept = decide(world, row, as_of), held.get(id(row), set())
                fates, served = decided.fates, purposes_of(world, table)
                row.unknown_since = {one: row.unknown_since.get(one, as_of) for one, fate in fates.items() if fate.unknown}
                _forget(world, row, as_of)
                every = frozenset(decided.rulings)
                ended = {one for one, fate in fates.items() if not fate.lives and any(served[column] == one for column in kept)}
                row.suspended = frozenset(ended | ({every} if kept and not decided.whole.lives else set()))


def _forget(world: World, row: Row, as_of: date) -> None:
    """Of a person, events of which no date is missing any more."""
    for said in [one for one in row.missing_since if one.startswith("about ")]:
        event = said.removeprefix("about ")
        steps = around(world, row.table, tables_with(world.law, event)) or []
        seen = [said for one, _ in world.follow(row, steps) for said in seen_of(world, one, event, as_of)]
        if not any(one.missing or one.strange for one in seen):
            row.missing_since.pop(said)

"""What a night leaves to the next: since when a date has been missing, and since when nothing has been known of a cluster."""

from __future__ import annotations

from datetime import date

from tests.oracle.facts import seen_in
from tests.oracle.law import events, personal
from tests.oracle.reach import World
from tests.oracle.states import decide


def remember(world: World, as_of: date) -> None:
    """Note on every row what was first so on this night, and forget what is so no more."""
    for table, rows in world.rows.items():
        said = world.law.tables[table]
        for row in rows:
            for event in events(said):
                seen = seen_in(world.law, row, event, as_of)
                if seen is not None and (seen.missing or seen.strange):
                    row.missing_since.setdefault(event, as_of)
                else:
                    row.missing_since.pop(event, None)
            if personal(said):
                fates = decide(world, row, as_of).fates
                row.unknown_since = {one: row.unknown_since.get(one, as_of) for one, fate in fates.items() if fate.unknown}

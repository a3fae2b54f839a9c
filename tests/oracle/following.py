"""What follows what: an agreement that another continues without a gap has not ended (LAW §5, 26 to 28; docs/policy.md)."""

from __future__ import annotations

from datetime import date

from tests.oracle.days import DAY, FOREVER
from tests.oracle.facts import Row, Seen, law_event, seen_in, usable
from tests.oracle.law import Json, succession
from tests.oracle.reach import World


def seen_of(world: World, row: Row, event: str, as_of: date) -> list[Seen]:
    """What a row says of an event: by itself, or what the last of those say that continue it. Round in a circle nobody can tell."""
    own, said = seen_in(world.law, row, event, as_of), succession(law_event(world.law.tables[row.table], event))
    if own is None:
        return []
    if said is None:
        return [own]
    lasts = _lasts(world, row, event, said, as_of, frozenset())
    found = [seen for one in lasts if (seen := seen_in(world.law, one, event, as_of)) is not None]
    return found or [Seen(missing=row.missing_since.get(event, as_of), entity=own.entity)]


def _lasts(world: World, row: Row, event: str, said: Json, as_of: date, before: frozenset[int]) -> list[Row]:
    """The ends of every chain that begins at a row; none where all of them come back to where they were."""
    if id(row) in before:
        return []
    after = _after(world, row, event, said, as_of)
    return [last for one in after for last in _lasts(world, one, event, said, as_of, before | {id(row)})] if after else [row]


def _after(world: World, row: Row, event: str, said: Json, as_of: date) -> list[Row]:
    """What continues a row without a gap. What still runs by itself is continued by nothing."""
    own = seen_in(world.law, row, event, as_of)
    assert own is not None
    if own.day == FOREVER:
        return []
    link = next(one for one in world.links_of(row.table) if one.name == said["link"])
    found = world.named(row, link) if said["ahead"] else world.naming(row, link)
    return [one for one in found if seen_in(world.law, one, event, as_of) is not None and not _gap(world, own, one, said, as_of)]


def _gap(world: World, own: Seen, after: Row, said: Json, as_of: date) -> bool:
    begins = usable(world.law, after.values[said["begins"]], as_of) if "begins" in said else None
    return begins is not None and own.day is not None and begins > own.day + DAY

"""What a hold keeps of a store: on a class, and on a person with every row whose links lead to them (LAW §5, 58; docs/policy.md, "Holds").

A hold keeps what had ended and is in the store. It lengthens nothing, admits nothing, and leaves corrections to the source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.oracle.facts import Row
from tests.oracle.law import Law, listed, subjects
from tests.oracle.reach import World
from tests.oracle.structure import purposes_of

Stored = dict[str, dict[tuple[Any, ...], dict[str, Any]]]
"""Table → key → the row as it is in the store."""


@dataclass(frozen=True, slots=True)
class Held:
    """A hold on one person. Without purposes it keeps everything; else the cells that serve one, or over which one finds something."""

    table: str
    key: tuple[Any, ...]
    purposes: frozenset[str] = frozenset()


def kept(world: World, stored: Stored, persons: Iterable[Held], as_of: date) -> dict[int, set[str]]:
    """Of each row (by its identity) the columns that a hold keeps: those of the store that are not empty."""
    found: dict[int, set[str]] = {}
    for table, rows in world.rows.items():
        said, served = world.law.tables[table], purposes_of(world, table)
        for row in rows if table in stored else ():
            cells = {column for column, value in stored[table].get(row.key, {}).items() if column in said["fields"] and value is not None}
            wanted = [one.purposes for one in persons if belongs(world, row, one)]
            if not by_class(world.law, table, as_of) and frozenset() not in wanted:
                cells = {column for column in cells if any(served[column] & purposes for purposes in wanted)}
            if cells:
                found[id(row)] = cells
    return found


def by_class(law: Law, table: str, as_of: date) -> bool:
    """Whether a hold of the policy stands over a table."""
    return any(table in listed(one["tables"]) and date.fromisoformat(str(one["effective_from"])) <= as_of for one in law.holds)


def belongs(world: World, row: Row, held: Held) -> bool:
    """Whether a row is the held person's: their own, one that was merged into it, or one whose links lead to either, over nobody else."""
    ways = [row]
    known: set[int] = set()
    while ways:
        one = ways.pop()
        if (held.table, held.key) in {(same.table, same.key) for same in (one, world.meant(one))}:
            return True
        if id(one) not in known and not subjects(world.law.tables[one.table]):
            links = [link for link in world.links_of(one.table) if link.to != one.table]  # what continues a row may be somebody else's
            ways += [other for link in links for other in (*world.named(one, link), *world.written(one, link))]
        known.add(id(one))
    return False

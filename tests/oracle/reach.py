"""Which rows a record finds over links: the row that it names, its person, and everything of that person (DESIGN §2)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.oracle.facts import Row
from tests.oracle.law import Law, Link, full, key, links, listed, merged, subjects

Step = tuple[Link, bool]
"""A link, and whether it is taken from the row that names to the row that is named."""
Found = tuple[Row, bool]
"""A row, and whether it is that row for sure: not where a value names several."""


@dataclass(slots=True)
class World:
    """All rows of a night, and the values by which they are found."""

    law: Law
    rows: dict[str, list[Row]]
    _by: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], list[Row]]] = field(default_factory=dict)
    _links: dict[str, list[Link]] = field(default_factory=dict)
    _called: dict[str, dict[Any, Row]] = field(default_factory=dict)

    def named(self, row: Row, link: Link) -> list[Row]:
        """The rows that a row names over a link; more than one where they share the value. Of who was merged it is the one that stays."""
        if link.kind and row.values[link.kind[0]] != link.kind[1]:
            return []
        if self._by_merged_key(link):
            meant = self.called(link.to).get(row.values[link.columns[0][0]])
            return [meant] if meant is not None else []
        return self.written(row, link)

    def written(self, row: Row, link: Link) -> list[Row]:
        """The rows whose values a row holds, whatever they were merged into."""
        if link.kind and row.values[link.kind[0]] != link.kind[1]:
            return []
        return self.found(link.to, tuple(there for _, there in link.columns), tuple(row.values[here] for here, _ in link.columns))

    def known_by(self, row: Row, link: Link) -> list[Row]:
        """The rows by which a row knows whom it names. What a record says of its own merging leaves with it."""
        said = merged(self.law, link.to)
        if said is None or said["table"] != link.to or not self._by_merged_key(link) or not self.named(row, link):
            return self.named(row, link)
        return self.written(row, link)

    def meant(self, row: Row) -> Row:
        """The record by which a row is decided: the one that it was merged into, over any number of merges; else itself."""
        return self.called(row.table).get(row.key[0], row) if merged(self.law, row.table) else row

    def called(self, table: str) -> dict[Any, Row]:
        """Every name of a record of a table in which some were merged, and the record that it means."""
        if table not in self._called:
            self._called[table] = {name: row for name in self._names(table) if (row := self._stays(table, name)) is not None}
        return self._called[table]

    def _names(self, table: str) -> set[Any]:
        said = merged(self.law, table)
        assert said is not None
        return {row.key[0] for row in self.rows[table]} | {row.values[said["name"]] for row in self.rows[said["table"]]} - {None}

    def _stays(self, table: str, name: Any) -> Row | None:
        """The one record at the end of what a name was merged into. In a circle, into several, or into none that is there: itself."""
        said = merged(self.law, table)
        assert said is not None
        column, known, ahead, ends = key(self.law.tables[table])[0], {name}, [name], []
        while ahead:
            at = ahead.pop()
            found = self.found(said["table"], (said["name"],), (at,))
            into = {row.values[said["into"]] for row in found} - {None, at}
            ends += self.found(table, (column,), (at,)) if not into else []
            ahead += into - known
            known |= into
        itself = self.found(table, (column,), (name,))
        return ends[0] if len(ends) == 1 else itself[0] if itself else None

    def _by_merged_key(self, link: Link) -> bool:
        return bool(merged(self.law, link.to)) and [there for _, there in link.columns] == key(self.law.tables[link.to])

    def found(self, table: str, columns: tuple[str, ...], values: tuple[Any, ...]) -> list[Row]:
        """The rows of a table that hold these values; an empty value finds none."""
        if (table, columns) not in self._by:
            index = defaultdict(list)
            for row in self.rows[table]:
                index[tuple(row.values[column] for column in columns)].append(row)
            self._by[table, columns] = index
        return [] if None in values else self._by[table, columns].get(values, [])

    def naming(self, row: Row, link: Link) -> list[Row]:
        """The rows that name a row over a link, and name no other."""
        there, here = tuple(there for _, there in link.columns), tuple(here for here, _ in link.columns)
        values = tuple(row.values[column] for column in there)
        if self._by_merged_key(link):
            names = [name for name, one in self.called(link.to).items() if one is row]
            found = [one for name in names for one in self.found(link.here, here, (name,))]
        elif len(self.found(link.to, there, values)) == 1:
            found = self.found(link.here, here, values)
        else:
            found = []
        return [one for one in found if not link.kind or one.values[link.kind[0]] == link.kind[1]]

    def links_of(self, table: str) -> list[Link]:
        """The links of a table."""
        if table not in self._links:
            self._links[table] = links(self.law, table)
        return self._links[table]

    def follow(self, row: Row, path: list[Step]) -> list[Found]:
        """Every row at the end of a path."""
        at: list[Found] = [(self.meant(row), True)]
        for link, onward in path:
            at = [found for one, certain in at for found in self._next(one, certain, link, onward)]
        return at

    def _next(self, row: Row, certain: bool, link: Link, onward: bool) -> list[Found]:
        found = self.named(row, link) if onward else self.naming(row, link)
        return [(one, certain and (not onward or len(found) == 1)) for one in found]


def gone_since(world: World, row: Row) -> date | None:
    """The first night on which a record was not sent any more, or the one that it was merged into."""
    return min((one.gone for one in (row, world.meant(row)) if one.gone is not None), default=None)


def onward(world: World, table: str, targets: set[str]) -> list[Step] | None:
    """The shortest way from a table over its own links to one of these tables."""
    return _shortest(world, table, targets, lambda one: [(link, True) for link in world.links_of(one)])


def around(world: World, table: str, targets: set[str]) -> list[Step] | None:
    """The shortest way in either direction."""
    every = [link for name in world.law.tables for link in world.links_of(name)]
    return _shortest(
        world,
        table,
        targets,
        lambda one: [(link, True) for link in every if link.here == one] + [(link, False) for link in every if link.to == one],
    )


def told(world: World, table: str, via: list[Any]) -> list[Step]:
    """The way that `events_via` tells, table by table."""
    steps, at, source = [], table, world.law.tables[table]["source"]
    for said in via:
        to, name = (full(said["table"], source), said.get("link")) if isinstance(said, dict) else (full(said, source), None)
        choices = [(link, True) for link in world.links_of(at) if link.to == to] + [
            (link, False) for link in world.links_of(to) if link.to == at
        ]
        chosen = [one for one in choices if name is None or one[0].name == name]
        steps.append(chosen[0])
        at = to
    return steps


def persons(world: World, table: str, kinds: set[str] | None = None) -> list[tuple[str, list[Step]]]:
    """The tables of persons that a row of this table belongs to, each with the way there: its own, or over links."""
    found = []
    for name, said in world.law.tables.items():
        own = {one["kind"] for one in subjects(said)}
        if own and (kinds is None or own & kinds) and (path := onward(world, table, {name})) is not None:
            found.append((name, path))
    return sorted(found, key=lambda one: len(one[1]))


def _shortest(world: World, start: str, targets: set[str], steps: Any) -> list[Step] | None:
    ways: list[tuple[str, list[Step]]] = [(start, [])]
    known = {start}
    while ways:
        for at, path in ways:
            if at in targets:
                return path
        following = [((link.to if ahead else link.here), [*path, (link, ahead)]) for at, path in ways for link, ahead in steps(at)]
        ways = [(at, path) for at, path in following if at not in known]
        known |= {at for at, _ in ways}
    return None


def tables_with(law: Law, event: str) -> set[str]:
    """The tables whose rows have an event."""
    return {name for name, table in law.tables.items() if event in table.get("events", {})}


def via(law: Law, table: str, name: str) -> list[Any] | None:
    """What a table says of the way to an event or consent."""
    said = law.tables[table].get("events_via", {}).get(name)
    return None if said is None else listed(said)

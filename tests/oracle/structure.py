"""Ways to an answer: which cells live for what is found by them, and not for what they say (DESIGN §1.5 and §2)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.conditions import columns
from tests.oracle.consents import matched_in, way_to
from tests.oracle.law import Json, events, key, links, listed, merged, serves, subjects, succession
from tests.oracle.purposes import scope_of, way
from tests.oracle.reach import Step, World, persons


def with_row(world: World, table: str) -> set[str]:
    """The columns that live as long as their row: its key, and what says when its events were, whom it is about and what a person said."""
    said = world.law.tables[table]
    found = {*key(said), *(name for one in subjects(said) for name in columns(one.get("when")))}
    for event in events(said).values():
        found |= _at(event.get("at")) | {*columns(event.get("open_if")), *columns(event.get("when")), *listed(event.get("fallback"))}
        found |= _continued(world, table, event)
    into = merged(world.law, table)
    found |= {into["into"]} if into and into["table"] == table else set()
    entity = said.get("entity") if said.get("events") else None
    found |= {entity} if isinstance(entity, str) else {entity["column"]} if entity and "column" in entity else set()
    for one in (*world.law.consents.values(), *world.law.objections.values()):
        if one["table"] == table and {*matched_in(one)} - {table}:
            found |= _said_in(one)
    for person, path in persons(world, table):
        if path and all("when" in one for one in subjects(world.law.tables[person])):
            found |= _first(path)
    return found & {*said["fields"]}


def purposes_of(world: World, table: str) -> dict[str, frozenset[str]]:
    """Column → the purposes that it serves, and those that find something over it."""
    said = world.law.tables[table]
    every = sorted({name for column in said["fields"] for name in serves(said, column)})
    over = {name: _found_over(world, table, name) for name in every}
    return {column: serves(said, column) | {name for name in every if column in over[name]} for column in said["fields"]}


def _found_over(world: World, table: str, name: str) -> set[str]:
    own = {column for one in _resting_on(world, name) if one["table"] == table for column in _said_in(one)}
    return {column for path in _paths(world, table, name) for column in _first(path)} | _matching(world, table, name) | own


def _paths(world: World, table: str, name: str) -> Iterator[list[Step]]:
    """Every way that a purpose takes from a row: to its event, to what ends it, to its registers, to whom it is for."""
    purpose = world.law.purposes[name]
    kinds = set(listed(purpose.get("subjects"))) or None
    start = purpose["starting_point"].get("event")
    for event in [*([start] if start else []), *(one["event"] for one in purpose.get("ended_by", []))]:
        scope = scope_of(world, table, name, event)
        if event == start or scope == "subject" or event in events(world.law.tables[table]):  # an early end is of the record that has it
            yield way(world, table, event, scope, kinds) or []
    for register, targets in _registers(world, name):
        yield [] if table in targets else way_to(world, table, register, set(targets)) or []
    if kinds:
        yield from (path for _, path in persons(world, table, kinds)[:1])


def _matching(world: World, table: str, name: str) -> set[str]:
    return {targets[table] for _, targets in _registers(world, name) if table in targets}


def _registers(world: World, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The registers that a purpose asks, by name, with where their entries are matched."""
    for registers, asked in _asked(world, name):
        yield from ((one, matched_in(registers[one])) for one in asked)


def _resting_on(world: World, name: str) -> Iterator[Json]:
    for registers, asked in _asked(world, name):
        yield from (registers[one] for one in asked)


def _asked(world: World, name: str) -> Iterator[tuple[dict[str, Json], list[str]]]:
    purpose, law = world.law.purposes[name], world.law
    gates = [purpose[gate] for gate in ("requires_consent", "admitted_by_consent") if gate in purpose]
    yield law.consents, [*listed(purpose["starting_point"].get("consent")), *gates]
    yield law.objections, [*purpose.get("objections", {})]


def _said_in(register: Json) -> set[str]:
    """The columns that say what a person said."""
    more = {register[name] for name in ("status", "until") if name in register}
    return {*register["match"], *listed(register.get("from")), *columns(register.get("when")), *more}


def _first(path: list[Step]) -> set[str]:
    """The columns of the row at hand by which the first step is taken."""
    if not path:
        return set()
    link, onward = path[0]
    kind = {link.kind[0]} if link.kind and onward else set()
    return {(here if onward else there) for here, there in link.columns} | kind


def _continued(world: World, table: str, event: Json) -> set[str]:
    """The columns by which a row is continued: the link, and the day on which it begins."""
    said = succession(event)
    if said is None:
        return set()
    ways = {here for link in links(world.law, table) if link.name == said["link"] for here, _ in link.columns}
    return ways | {*listed(said.get("begins"))}


def _at(said: object) -> set[str]:
    if isinstance(said, dict):
        return {*listed(said["latest"])} if "latest" in said else {one for one in said.values() if isinstance(one, str)}
    return {*listed(said)}

"""What must be in the next generation after a first night: which rows, and which of their cells (DESIGN §1.5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.oracle.conditions import columns
from tests.oracle.facts import Row
from tests.oracle.law import Json, events, key, listed, personal, serves, subjects
from tests.oracle.product import Told
from tests.oracle.reach import World
from tests.oracle.states import Decided, clusters, decide


def cell_differences(world: World, told: Told, as_of: date) -> Iterator[str]:
    """Rows and cells that are there and should not be, or the other way round. Links, and what dates and registers are found by, are
    left out: they live as long as what needs them."""
    decided = {id(row): decide(world, row, as_of) for rows in world.rows.values() for row in rows if personal(world.law.tables[row.table])}
    for table, rows in world.rows.items():
        said = world.law.tables[table]
        for row in rows if personal(said) else ():
            found = told.after[table].get(row.key)
            lives = _lives(world, row, decided)
            if lives != (found is not None):
                yield f"{table} {row.key} row: lives is {lives}, the product's next generation {'has' if found else 'lacks'} it"
            elif found is not None:
                yield from _cells(world, row, found, decided[id(row)])


def _cells(world: World, row: Row, found: Json, decided: Decided) -> Iterator[str]:
    said = world.law.tables[row.table]
    for column, value in row.values.items():
        if column in key(said) or column in _found_over(world, row.table) | _structural(said):
            continue
        served = serves(said, column)
        lives = not served or decided.standing == "legal_person" or decided.fates[served].lives
        if (value is not None and lives) != (found[column] is not None):
            yield f"{row.table} {row.key} {column}: lives is {lives}"


def _lives(world: World, row: Row, decided: dict[int, Decided]) -> bool:
    """Whether anything of a row lives, and everything with which it ends."""
    one, fields = decided[id(row)], clusters(world.law.tables[row.table])
    own = one.whole.lives or any(fate.lives and (not fate.unknown or _filled(row, fields[name])) for name, fate in one.fates.items())
    for link in world.links_of(row.table) if own else ():
        targets = world.named(row, link)
        if link.ends == "end_too" and len(targets) == 1 and not _lives(world, targets[0], decided):
            return False
    return own


def _filled(row: Row, names: list[str]) -> bool:
    return any(row.values[name] is not None for name in names)


def _structural(said: Json) -> set[str]:
    """Columns that an event, or whom the row is about, is read from."""
    found = {name for one in subjects(said) for name in columns(one.get("when"))}
    for event in events(said).values():
        at = event.get("at")
        found |= {*listed(at["latest"] if isinstance(at, dict) else at), *columns(event.get("open_if")), *columns(event.get("when"))}
    return found


def _found_over(world: World, table: str) -> set[str]:
    linked = {here for link in world.links_of(table) for here, _ in link.columns}
    registers = [*world.law.consents.values(), *world.law.objections.values()]
    matched = {name for said in registers for name in said["match"]} | {
        target.rsplit(".", 1)[1] for said in registers for one in said["match"].values() for target in listed(one)
    }
    return linked | matched

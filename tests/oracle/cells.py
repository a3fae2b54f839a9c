"""What must be in the next generation after a night: which rows, and which of their cells (DESIGN §1.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from tests.oracle.facts import Row
from tests.oracle.holding import Stored
from tests.oracle.law import Json, Link, key, personal, serves
from tests.oracle.reach import World
from tests.oracle.records import Told
from tests.oracle.states import Decided, Fate, decide, fate_of
from tests.oracle.structure import purposes_of, with_row


@dataclass(slots=True)
class Night:
    """A night's rows with what was decided on each; each table's columns are looked at once."""

    world: World
    as_of: date
    held: Mapping[int, set[str]] = field(default_factory=dict)
    """Of rows, by their identity, the columns that a hold keeps."""
    stored: Stored = field(default_factory=dict)
    """The tables as they were before the night, where anything is held."""
    decided: dict[int, Decided] = field(default_factory=dict)
    with_row: dict[str, set[str]] = field(default_factory=dict)
    purposes: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, as_of: date, held: Mapping[int, set[str]] = MappingProxyType({}), stored: Stored | None = None) -> Night:
        """The decisions of a night about every row with personal data."""
        night = cls(world, as_of, held, stored or {})
        for table, said in world.law.tables.items():
            if personal(said):
                night.with_row[table], night.purposes[table] = with_row(world, table), purposes_of(world, table)
                night.decided.update({id(row): decide(world, row, as_of) for row in world.rows[table]})
        return night

    def fate(self, row: Row, served: frozenset[str]) -> Fate:
        """What becomes of cells that serve these purposes."""
        return fate_of(self.world, row, served, self.decided[id(row)], self.as_of)

    def lives(self, row: Row) -> bool:
        """Whether anything of a row lives, and everything with which it ends; or a hold keeps something of it."""
        if id(row) not in self.decided or id(row) in self.held:
            return True
        if not self.decided[id(row)].whole.lives and not any(self._keeps(row, column) for column in row.values):
            return False
        ends = [link for link in self.world.links_of(row.table) if link.ends == "end_too"]
        return not any(targets and not any(map(self.lives, targets)) for link in ends if (targets := self.world.known_by(row, link)))

    def _keeps(self, row: Row, column: str) -> bool:
        """Whether a row stays for this cell: what is only a way to others keeps none."""
        served = self.purposes[row.table][column]
        return bool(served) and row.values[column] is not None and column not in self.with_row[row.table] and self.fate(row, served).lives

    def cell(self, row: Row, column: str) -> bool:
        """Whether a cell of a living row lives."""
        kept = column in self.held.get(id(row), ())
        if column in key(self.world.law.tables[row.table]):
            return True
        if any(column in self._cleared(row, link) and not (kept and self._stands(row, link)) for link in self.world.links_of(row.table)):
            return False
        if kept:
            return True
        served = self.purposes[row.table][column]
        return not served or column in self.with_row[row.table] or self.fate(row, served).lives

    def _stands(self, row: Row, link: Link) -> bool:
        """Whether the store has of a link what the row says: a hold keeps what is there, and lets nobody back in."""
        there = self.stored[row.table].get(row.key, {})
        return all(there.get(here) == row.values[here] for here, _ in link.columns)

    def _cleared(self, row: Row, link: Link) -> set[str]:
        """The columns of a link that are emptied because all that it names goes tonight."""
        said, targets = self.world.law.tables[row.table], self.world.known_by(row, link)
        if not targets or any(map(self.lives, targets)) or not self._is_cleared(said, link):
            return set()
        others = {here for other in self.world.links_of(row.table) if other.name != link.name for here, _ in other.columns}
        return {here for here, _ in link.columns} - {*key(said)} - others

    def _is_cleared(self, said: Json, link: Link) -> bool:
        if link.ends is not None:
            return link.ends == "clear"
        natures = {self.world.law.purposes[name]["nature"] for here, _ in link.columns for name in serves(said, here)}
        return natures <= {"policy"}


def cell_differences(
    world: World, told: Told, as_of: date, *, held: Mapping[int, set[str]] = MappingProxyType({}), stored: Stored | None = None
) -> Iterator[str]:
    """Rows and cells that are there and should not be, or the other way round. Of a later night a row that was not in the store may be
    turned away for what it was before, though it lives by what it says now."""
    night = Night.of(world, as_of, held, stored)
    for table, rows in world.rows.items():
        for row in rows if personal(world.law.tables[table]) else ():
            found = told.after[table].get(row.key)
            lives = night.lives(row)
            if lives != (found is not None):
                yield f"{table} {row.key} row: lives is {lives}, the product's next generation {'has' if found else 'lacks'} it"
            elif found is not None:
                for column, value in row.values.items():
                    stays = value is not None and night.cell(row, column)
                    if stays != (found[column] is not None):
                        yield f"{table} {row.key} {column}: lives is {stays}"

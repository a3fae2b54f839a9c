"""One night's changes at the sources: tables as they were the night before, changed in place, and a list of what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np

from privacy_pipelines.demo.calendar import number
from privacy_pipelines.demo.draw import few, pick, scattered, stream
from privacy_pipelines.demo.frames import Flags, Frame, Ints, Texts, append, change, dates, rows_of, take, without
from privacy_pipelines.demo.manifest import Change
from privacy_pipelines.demo.schema import SHEETS, sheet
from privacy_pipelines.demo.world import World

_NAMED = 20
_REMEMBERED = 400


class Night:
    """The sources between two extracts. Increment tables hold only what is new or changed since the last one.

    An increment row can be sent again changed: `recent` remembers each table's last few hundred rows.
    """

    def __init__(self, world: World, seed: int, people: int) -> None:
        self.world, self.tables, self.people = world, dict(world.tables), people
        self._seed = seed
        self._issued = {table: rows_of(frame) for table, frame in world.tables.items()}
        self.recent: dict[str, Frame] = {}
        self.changes: list[Change] = []
        self.index = 0
        self.day = date.min

    def begin(self, day: date) -> None:
        """Lets `day` be the night that is being prepared; the increments of the last one are out."""
        for each in SHEETS:
            if each.mode == "increment":
                frame = self.tables[each.id]
                known = append(self.recent[each.id], frame) if each.id in self.recent else frame
                self.recent[each.id] = {name: column[-_REMEMBERED:] for name, column in known.items()}
                self.tables[each.id] = take(frame, np.array([], dtype=np.int64))
        self.index, self.day = self.index + 1, day

    @property
    def yesterday(self) -> int:
        """The day number of the day whose events this night brings."""
        return number(self.day) - 1

    def rng(self, name: str) -> np.random.Generator:
        """The random stream of this name on this night."""
        return stream(self._seed, f"{name} {self.day.isoformat()}")

    def few(self, share: float, *, low: int, high: int = 10**9) -> int:
        """A nightly number, by the number of people."""
        return few(self.people, share, low=low, high=high)

    def some(self, name: str, where: Flags, count: int) -> Ints:
        """Up to `count` of the rows for which `where` is true."""
        return scattered(self.rng(name), np.flatnonzero(where), count)

    def next_number(self, table: str) -> int:
        """The number of the next key to be issued."""
        return self._issued[table] + 1

    def add(self, kind: str, table: str, rows: Frame) -> None:
        """Rows that are new at the source, or sent again in an increment."""
        self.tables[table] = append(self.tables[table], rows)
        self._note(kind, table, rows[sheet(table).columns[0]])

    def issue(self, kind: str, table: str, rows: Frame) -> None:
        """New rows with keys from `next_number` on."""
        self._issued[table] += rows_of(rows)
        self.add(kind, table, rows)

    def set(self, kind: str, table: str, rows: Ints, values: Mapping[str, Texts | str]) -> None:
        """Other values in these rows."""
        self.tables[table] = change(self.tables[table], rows, values)
        self._note(kind, table, self.tables[table][sheet(table).columns[0]][rows])

    def drop(self, kind: str, table: str, rows: Ints) -> None:
        """Rows that are no longer at the source."""
        gone = self.tables[table][sheet(table).columns[0]][rows]
        self.tables[table] = without(self.tables[table], rows)
        self._note(kind, table, gone)

    def _note(self, kind: str, table: str, keys: Texts) -> None:
        if len(keys):
            named = tuple(dict.fromkeys(keys.tolist()))[:_NAMED]
            self.changes.append(Change(kind, table, self.day, named, len(keys)))


def renamed(night: Night, name: str, full_names: Texts) -> Texts:
    """The same first names with other surnames."""
    surnames = pick(night.rng(name), night.world.pools.surnames, len(full_names))
    first = np.array([each.rpartition(" ")[0] for each in full_names.tolist()], dtype=object)
    found: Texts = first + " " + surnames
    return found


def rows_of_keys(column: Texts, keys: Iterable[str]) -> Ints:
    """The rows with one of these keys, in the order of the rows."""
    wanted = set(keys)
    return np.array([row for row, key in enumerate(column.tolist()) if key in wanted], dtype=np.int64)


def within(column: Texts, day: int, length: int) -> Flags:
    """Which of these days or instants lie in `length` days from `day` on."""
    found: Flags = (column > day_text(day)) & (column < day_text(day + length))
    return found


def day_text(number: int) -> str:
    """The ISO date of a day number."""
    return str(dates(np.array([number]))[0])

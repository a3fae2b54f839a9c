"""What became of one extract: values that the night keeps, reports and never fills with a record's value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from privacy_pipelines.scanning.scan import Found


@dataclass(frozen=True, slots=True)
class Arrival:
    """One table's extract of one day. `refused` says why the whole file stays out; it is empty where the file was read."""

    table: str
    day: date
    file: str
    digest: str
    refused: str = ""
    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    again: int = 0
    """Rows of which a part was left behind: they are read anew every night, in case that part has a ground again."""
    quarantined: int = 0
    masked: int = 0
    undeclared: tuple[str, ...] = ()
    columns: int = 0
    """Columns in its header."""
    size: int = 0
    """Bytes of the file, unpacked."""
    outside: float = 0.0
    """The share of its bytes in columns that stay outside, by its first rows."""
    found: tuple[Found, ...] = ()
    """Identifiers in columns that do not declare them, and in which they are not masked."""
    trusted: bool = True
    """Whether a key that is absent may count as vanished: not after an unreadable key or a missing last line end."""


@dataclass(frozen=True, slots=True)
class Last:
    """A table's newest landed extract: its day, its file's digest, and how many rows it had."""

    day: date
    digest: str
    rows: int
    days: tuple[tuple[date, str], ...] = ()
    """Of an increment, every landed day with its file's digest: each holds rows that no other has."""

    def covers(self, day: date) -> bool:
        """Whether nothing of that day is still to be landed: a snapshot's newest day says all that older ones do."""
        return day in dict(self.days) if self.days else day <= self.day

    def newer_than(self, day: date) -> frozenset[date]:
        """The landed days after that one."""
        return frozenset(landed for landed in (self.day, *(one for one, _ in self.days)) if landed > day)

    def with_day(self, arrival: Arrival) -> Last:
        """The same after one more increment."""
        days = {**dict(self.days), self.day: self.digest, arrival.day: arrival.digest}
        newest = arrival if arrival.day >= self.day else self
        return Last(newest.day, newest.digest, newest.rows, tuple(sorted(days.items())))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row that could not be read: where it stands and why, and a keyed hash of its key. The raw line stays in the landed file."""

    table: str
    day: date
    line: int
    reason: str
    key_hash: str


def made_good(arrival: Arrival, arrivals: Iterable[Arrival]) -> bool:
    """Whether this refused extract no longer matters: a newer one of the same table was read in the same night."""
    return bool(arrival.refused) and any(one.table == arrival.table and one.day > arrival.day and not one.refused for one in arrivals)

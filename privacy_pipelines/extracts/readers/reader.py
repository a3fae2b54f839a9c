"""What ARRIVE asks of a file format. A format is read by a `Reader`, one opened file by its `Content`; neither knows what a row means.

A new format is one module with a `Reader`, and one line in `registry.READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlglot import exp

from privacy_pipelines.extracts.drop import ExtractFile
from privacy_pipelines.policy.model import Table
from privacy_pipelines.store.engine import Session


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the bytes of a file say before any row is read; `fault` is empty where it can be read."""

    digest: str
    size: int
    whole: bool
    """Whether the file ends where a record ends. A last line without its end may be cut."""
    fault: str
    notes: object = None
    """What the reader wants to know again when it opens the file. Nobody else looks."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not even be split into columns: the line where it starts (the row, where a format has no lines), and why."""

    line: int
    reason: str


LINE = "_line"


@dataclass(frozen=True, slots=True)
class Whole:
    """A file in which every record is one line."""

    relation: exp.Expr
    """What stands behind FROM: the records as one column `LINE`, uncut; what it cannot give goes to the engine's rejects."""
    records: int
    """How many there are by the bytes."""
    head: str
    """A header line that says nothing."""
    fields: Callable[[Path], exp.Expr]
    """What a content's `relation` is, of a UTF-8 file that holds `head` and some of the lines."""


class Content(Protocol):
    """A file whose header was read. Personal values are in its relation and nowhere else."""

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names as the file has them, in its order: they may repeat, be empty, or differ in case from what is declared."""
        ...

    @property
    def relation(self) -> exp.Expr:
        """What stands behind FROM: a column `column_name(n)` of text for each of `header`, NULL where empty, in the file's order."""
        ...

    @property
    def whole(self) -> Whole | None:
        """The records as lines, where the bytes prove that each is one and the engine knows the dialect."""
        ...

    def instead(self, session: Session, records: int) -> Content | None:
        """Asked once, after `relation` was read for the first time and gave so many records: what to read in its place where the bytes
        say that there must have been others, or None. The other one is not asked again. Raises ExtractError, StoreError."""
        ...

    def rejected(self, session: Session) -> tuple[Rejected, ...]:
        """The records that `relation` left out. Asked once, after it was read for the first time. Raises StoreError."""
        ...

    def lines(self, session: Session, records: Sequence[int], rejected: Sequence[Rejected]) -> tuple[int, ...]:
        """The line on which each of these records of `relation` starts; 1 is its first record, and `records` ascend.

        Asked at most once, after `relation` was read again to number them. Raises StoreError.
        """
        ...


class Reader(Protocol):
    """One file format."""

    def inspect(self, file: ExtractFile, table: Table) -> Inspection:
        """One pass over the bytes. Never raises: a file that cannot be read has a fault."""
        ...

    def open(self, file: ExtractFile, table: Table, seen: Inspection, aside: Path) -> Content:
        """Read the header, and write the file in another form into `aside` where the engine cannot be trusted with it.

        `seen` is what `inspect` answered; `aside` is an empty folder, mode 0700, that is removed when the file has been staged.
        Raises ExtractError.
        """
        ...


def column_name(number: int) -> str:
    """The n-th column of a relation, from 0: a file's own names may repeat or be empty.

    >>> column_name(0)
    'c0'
    """
    return f"c{number}"


def column_place(name: str) -> int:
    """Which column of a relation that is, from 0.

    >>> column_place(column_name(12))
    12
    """
    return int(name[1:])

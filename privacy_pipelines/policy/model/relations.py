"""What a table's rows are about, what they point to, and the events that they hold."""

from __future__ import annotations

from dataclasses import dataclass

from privacy_pipelines.policy.model.terms import WhenTargetEnds


@dataclass(frozen=True, slots=True)
class EntityOf:
    """Which legal entity a table's rows belong to: the one that `column` names, or `always` one."""

    column: str | None
    always: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of data subject that a table's rows are, e.g. `customer`: all of them, or those that meet `when`."""

    kind: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """`columns` of this table hold the `to_columns` of `to` (a table id); with a `kind` only where that column holds that value."""

    name: str
    """As the policy names it: its column, or a name of its own where it has several."""
    columns: tuple[str, ...]
    to: str
    to_columns: tuple[str, ...]
    kind: tuple[str, str] | None = None
    optional: bool = False
    about: bool = True
    """Whether the rows at its two ends are about the same data subject, so that a way to one may go over it."""
    when_target_ends: WhenTargetEnds | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an event's path: the table that it leads to, and the link that it takes where two do."""

    table: str
    link: str | None = None


FIRST, LAST = "first", "last"
"""Instead of a column: the first or the last month of the year, or day of the month."""


@dataclass(frozen=True, slots=True)
class DateParts:
    """A date whose parts stand in columns of their own: whole numbers, or `first` and `last` for a part that is not said."""

    year: str
    month: str
    day: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the parts that are columns."""
        return tuple(part for part in (self.year, self.month, self.day) if part not in (FIRST, LAST))


@dataclass(frozen=True, slots=True)
class Merged:
    """Where a source says which record of a table was merged into which: the rows of `table` whose column `name` holds the key of the
    one that was given up, and `into` that of the one that stays."""

    table: str
    name: str
    into: str


@dataclass(frozen=True, slots=True)
class Succession:
    """How a row names another of its table that goes on where the earlier one ends."""

    columns: tuple[tuple[str, str], ...]
    """(column, key): what the naming row holds, and the part of the named row's key that it is."""
    forward: bool
    """Whether the earlier row names the later one; else the later one names the earlier."""
    begins: str | None
    """The column with the first day of the later row: one that begins after a gap continues nothing."""


@dataclass(frozen=True, slots=True)
class Event:
    """Where a table holds a reference event: the first of `at` that is filled, or the latest of them, or the day that `parts` make; no date
    at all where it has neither.

    `when` says whether the row carries the event at all; `open_if` is asked first and means that the clock has not started.
    Both are SQL conditions over this table's fields, already checked to be nothing more.
    """

    name: str
    at: tuple[str, ...]
    open_if: str | None
    when: str | None
    latest: bool = False
    parts: DateParts | None = None
    succession: Succession | None = None
    fallback: tuple[str, ...] = ()
    """Columns of which the first filled one is the day from which a missing date's ceiling is counted; else it is the first such night."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that its date is read from."""
        return self.parts.columns if self.parts else self.at

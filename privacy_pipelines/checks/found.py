"""What the whole-table check found: counts as frozen values, and the sentences that say what to do about them. No value of a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Orphans:
    """A link whose value names no row of its target; `arrived` are those among tonight's new and changed rows.

    One that did not arrive tonight need not be a fault: a duty's row keeps the bare key when its target has been left behind.
    """

    column: str
    to: str
    rows: int
    arrived: int


@dataclass(frozen=True, slots=True)
class Outside:
    """A column in which rows hold something that its policy does not accept."""

    column: str
    rows: int
    arrived: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A link to what is no key, whose value stands in several rows of its target: it names none of them, and what would be found there
    is undetermined."""

    column: str
    to: str
    to_columns: tuple[str, ...]
    rows: int
    arrived: int


@dataclass(frozen=True, slots=True)
class Circle:
    """Rows of which no last one follows, for they follow each other; and for merged records those that were merged into `several`."""

    what: str
    rows: int
    several: int = 0


@dataclass(frozen=True, slots=True)
class TableCheck:
    """One table as it would stand tonight if nothing were left behind."""

    table: str
    rows: int
    null_keys: int
    duplicate_keys: int
    stored: int
    """Rows that are in the store already; 0 on a first load."""
    before: int
    """Rows that stood here last night, those included that were then left behind or refused; 0 on a first load."""
    orphans: tuple[Orphans, ...]
    outside: tuple[Outside, ...]
    findings: tuple[str, ...] = ()
    unknown_kinds: tuple[Outside, ...] = ()
    """Columns that say which table a link means, where they say another."""
    shared: tuple[Shared, ...] = ()
    circles: tuple[Circle, ...] = ()

    @property
    def volume(self) -> float | None:
        """Tonight's rows as a share of last night's; None where there is nothing to compare with."""
        return self.rows / self.before if self.before else None

    @property
    def faults(self) -> int:
        """Every count of something that should not be there, added up."""
        broken = sum(one.rows for every in (self.orphans, self.outside, self.unknown_kinds, self.shared) for one in every)
        return self.null_keys + self.duplicate_keys + broken + sum(one.rows + one.several for one in self.circles)


def sentences(check: TableCheck, growth: float | None) -> Iterator[str]:
    """What a steward is told. A table may grow by `growth` in a night without a word; None: by anything. (A table that shrinks is
    asked about on arrival, where a file can still be refused.)"""
    where = check.table
    damaged = "The store is damaged: run 'privacy-pipelines verify'"
    if check.null_keys:
        yield f"{where}: {check.null_keys} rows have no key. {damaged}"
    if check.duplicate_keys:
        yield f"{where}: {check.duplicate_keys} rows repeat another row's key. {damaged}"
    for orphan in check.orphans:
        if orphan.arrived:
            fault = f"{orphan.arrived} new or changed rows name no row of {orphan.to}"
            yield f"{where}.{orphan.column}: {fault}. Have the reference corrected at the source"
    for column in check.outside:
        if column.rows:
            fault = f"{column.rows} rows hold a value that is not accepted, {column.arrived} of them new or changed"
            yield f"{where}.{column.column}: {fault}. Correct it at the source, or accept it in the policy"
    for column in check.unknown_kinds:
        if column.arrived:
            fault = f"{column.arrived} new or changed rows mean a table that the link does not name"
            yield f"{where}.{column.column}: {fault}. Name it in the link's `to`, or make the link optional"
    for link in check.shared:
        if link.rows:
            fault = f"{link.rows} rows name several rows of {link.to}, and so none: what would be found there is undetermined"
            yield f"{where}.{link.column}: {fault}. Have {', '.join(link.to_columns)} made unique at the source"
    yield from _of_circles(where, check.circles)
    if check.volume is not None and growth is not None and check.volume > 1 + growth:
        yield f"{where}: {check.rows} rows where {check.before} were last night. Ask the table's owner whether that is right"


def once_more(check: TableCheck) -> TableCheck:
    """What the same rows would be found to be a night later: as many as the night before, whatever that one was told of its own growth."""
    again = replace(check, before=check.rows)
    return replace(again, findings=tuple(sentences(again, None)))


def _of_circles(where: str, circles: Iterable[Circle]) -> Iterator[str]:
    for circle in circles:
        if circle.rows:
            fault = f"{circle.rows} rows are followed by each other in a circle, so none is the last"
            yield f"{where}.{circle.what}: {fault}. Have them corrected at the source"
        if circle.several:
            fault = f"{circle.several} keys were merged into several records, and so into none"
            yield f"{where}.{circle.what}: {fault}. Have them corrected at the source"


def as_note(checks: Iterable[TableCheck]) -> list[dict[str, Any]]:
    """Plain values, for the night's notes."""
    return [asdict(check) for check in checks]


def from_note(note: list[dict[str, Any]] | None) -> tuple[TableCheck, ...]:
    """What `as_note` made; nothing for a night that was not checked."""
    return tuple(
        TableCheck(
            **{
                **one,
                "orphans": tuple(Orphans(**link) for link in one["orphans"]),
                "outside": tuple(Outside(**column) for column in one["outside"]),
                "findings": tuple(one["findings"]),
                "unknown_kinds": tuple(Outside(**column) for column in one.get("unknown_kinds", ())),
                "circles": tuple(Circle(**circle) for circle in one.get("circles", ())),
                "shared": tuple(Shared(**{**link, "to_columns": tuple(link["to_columns"])}) for link in one.get("shared", ())),
            }
        )
        for one in note or ()
    )

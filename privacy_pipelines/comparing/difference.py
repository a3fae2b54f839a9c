"""The answer of a comparison: what the policies say differently, and how many records and cells of the store that concerns.

Counts and names of the policy only; no key and no value. A count may still single somebody out, so what leaves the machine is `shareable`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from privacy_pipelines.comparing.fates import Kind
from privacy_pipelines.policy.diff import Change

NEWLY, NO_LONGER = "newly", "no_longer"
FEW, STEP = 5, 5


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """So many records with so many cells are under the new policy what they were not under the old one, or the other way round."""

    change: str
    kind: Kind
    table: str = ""
    name: str = ""
    """A purpose, a data cluster or a cohort, by which list it stands in."""
    fields: tuple[str, ...] = ()
    records: int = 0
    cells: int = 0

    @property
    def what(self) -> str:
        """For people: `newly erasable`, `no longer restricted`."""
        return f"{self.change.replace('_', ' ')} {self.kind}"


@dataclass(frozen=True, slots=True, order=True)
class Undecided:
    """Cells of which a policy cannot say anything on this store, for want of columns that never entered."""

    policy: str
    """`old` or `new`."""
    table: str
    purpose: str
    columns: tuple[str, ...]
    fields: tuple[str, ...]
    cells: int

    def __str__(self) -> str:
        """For people.

        >>> print(Undecided("new", "crm.people", "club", ("crm.people.joined_on",), ("name",), 9))
        crm.people: the new policy's purpose 'club' cannot be decided here (name), for the store does not hold crm.people.joined_on
        """
        what = f"purpose '{self.purpose}'" if self.purpose else "subject"
        return (
            f"{self.table}: the {self.policy} policy's {what} cannot be decided here ({', '.join(self.fields)}), "
            f"for the store does not hold {', '.join(self.columns)}"
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """The same records and cells, counted in four ways. A cell counts for every purpose that answers for its change, and a record for
    every data cluster that changes, so only `totals` add up."""

    totals: tuple[Count, ...] = ()
    by_purpose: tuple[Count, ...] = ()
    by_cluster: tuple[Count, ...] = ()
    by_cohort: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Two policies on one store and day."""

    as_of: dt.date
    generation: str
    stored_policy: str
    """The version under which the store was written."""
    old: str
    new: str
    changes: tuple[Change, ...]
    counts: Counts
    undecided: tuple[Undecided, ...] = ()

    @property
    def found(self) -> bool:
        """Whether anything in the store fares otherwise, or cannot be told."""
        return bool(self.counts.totals or self.undecided)

    def to_json(self, *, exact: bool = True) -> dict[str, Any]:
        """Plain values; with `exact=False` in counts that may be shown to others."""
        shown = (lambda number: number) if exact else shareable
        body = asdict(self)
        for counts in (*body["counts"].values(), body["undecided"]):
            for one in counts:
                one.update({name: shown(one[name]) for name in ("records", "cells") if name in one})
        changes = [{**asdict(change), "text": str(change)} for change in self.changes]
        undecided = [{**one, "text": str(said)} for one, said in zip(body["undecided"], self.undecided, strict=True)]
        return {**body, "as_of": self.as_of.isoformat(), "changes": changes, "undecided": undecided, "found": self.found}


def shareable(number: int) -> int | str:
    """A count that singles nobody out: few are `<5` (LAW §3), and more are told to the nearest five, so that no difference of two counts
    tells the few.

    >>> [shareable(number) for number in (0, 1, 4, 5, 8, 1234)]
    [0, '<5', '<5', 5, 10, 1235]
    """
    if not number:
        return 0
    return f"<{FEW}" if number < FEW else STEP * round(number / STEP)


def sum_up(counts: Iterable[Count]) -> tuple[Count, ...]:
    """Counts of one thing as one, in the order in which they are read."""
    found: dict[tuple[str, Kind, str, str], Count] = {}
    for one in counts:
        key = (one.change, one.kind, one.table, one.name)
        known = found.get(key, replace(one, fields=(), records=0, cells=0))
        fields = tuple(sorted({*known.fields, *one.fields}))
        found[key] = replace(known, fields=fields, records=known.records + one.records, cells=known.cells + one.cells)
    return tuple(sorted(found.values(), key=_order))


def _order(count: Count) -> tuple[int, int, str, str]:
    return list(Kind).index(count.kind), int(count.change == NO_LONGER), count.table, count.name

"""What was looked up for the metrics of one night, as its record keeps it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Late:
    """A data cluster that is past its last day and still in the store, held by nobody: its rows and cells, and by how much.

    `row_days` and `cell_days` are summed: one row, or one cell, one day past `erase_by`. A row's days stand with the cluster that is late
    for longest.
    """

    table: str
    cluster: str
    rows: int
    cells: int
    row_days: int
    cell_days: int
    oldest_days: int


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """How many records' data cluster may first be erased in a month (`2027-01`), by tonight's policy and facts."""

    month: str
    table: str
    cluster: str
    records: int


@dataclass(frozen=True, slots=True, order=True)
class Waited:
    """How many records' data clusters were erased tonight so many days after the last day on which a purpose kept them."""

    days: int
    records: int


@dataclass(frozen=True, slots=True, order=True)
class Consented:
    """Of one table's data subjects that stay, for how many a purpose that asks for a consent may be used now."""

    table: str
    purpose: str
    stands: int
    records: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything of one night."""

    late: tuple[Late, ...] = ()
    due: tuple[Due, ...] = ()
    months: tuple[str, ...] = ()
    """The months that were looked ahead, those in which nothing falls due among them."""
    waited: tuple[Waited, ...] = ()
    consented: tuple[Consented, ...] = ()
    never_filled: tuple[str, ...] = ()
    """`source.table.field`."""
    returned: int = 0
    """Rows that were left behind once and have entered tonight, on a ground of their own."""
    resurrected: int = 0
    """Rows in the store of which the index of the departed still says that they were left behind."""
    log_faults: int = 0
    """Whether the evidence log was found wrong."""


def seen_of(body: dict[str, Any]) -> Seen:
    """What `dataclasses.asdict` made of it, back as a value.

    >>> from dataclasses import asdict
    >>> seen = Seen(due=(Due("2027-01", "crm.people", "bookkeeping", 3),), months=("2027-01",))
    >>> seen_of(asdict(seen)) == seen
    True
    """
    kinds = {"late": Late, "due": Due, "waited": Waited, "consented": Consented}
    lists: dict[str, Any] = {name: tuple(kind(**one) for one in body[name]) for name, kind in kinds.items()}
    names: dict[str, Any] = {name: tuple(body[name]) for name in ("months", "never_filled")}
    return Seen(**{**body, **lists, **names})


def percentile(waited: Iterable[Waited], percent: int) -> int | None:
    """The smallest number of days within which so many percent were erased (nearest rank); None where nothing was.

    >>> some = (Waited(1, 98), Waited(30, 1), Waited(400, 1))
    >>> percentile(some, 50), percentile(some, 99), percentile(some, 100), percentile((), 50)
    (1, 30, 400, None)
    """
    every = sorted(waited)
    wanted = percent * sum(one.records for one in every)
    reached = 0
    for one in every:
        reached += 100 * one.records
        if reached >= wanted:
            return one.days
    return None

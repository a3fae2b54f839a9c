"""Groups of stored columns whose cells share one fate under the old policy and one under the new, and what a pair of codes means for each.
Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from privacy_pipelines.comparing.difference import NEWLY, NO_LONGER, Count
from privacy_pipelines.comparing.fates import GONE_WITHOUT_A_NAME, Fate, Judge, Kind, Outcome, Said, answering
from privacy_pipelines.comparing.missing import Unknown
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.cohorts import name_of

KEY, UNSERVED, UNDECLARED = -1, -2, -3
"""Places beside the numbers of clusters: the key and what else goes with its row, what is copied, and what the policy does not name."""
NOT_DECLARED = "not declared"


@dataclass(frozen=True, slots=True)
class Half:
    """One policy on one table: its table, its judge where it has anything personal there, and what it cannot decide."""

    table: Table | None
    judge: Judge | None
    unknown: Unknown

    def place(self, held: str, existing: tuple[str, ...]) -> int:
        """Where a stored column stands."""
        named = {self.table.stored_as(column.name, existing): column.name for column in self.table.columns} if self.table else {}
        if self.table is None or held not in named:
            return UNDECLARED
        if named[held] in (self.judge.rule.with_row if self.judge else self.table.key):
            return KEY
        clusters = self.judge.rule.clusters if self.judge else ()
        return next((number for number, one in enumerate(clusters) if named[held] in one.columns), UNSERVED)

    def decides(self, place: int) -> bool:
        """Whether what stands there can be decided."""
        if self.judge is None or place == UNDECLARED:
            return True
        rule = self.judge.rule
        return not self.unknown.touches(rule.clusters[place].purposes if place >= 0 else range(len(rule.purposes)))

    def outcome(self, said: Said | None, place: int) -> Outcome:
        """What becomes of it."""
        if place == UNDECLARED:
            return GONE_WITHOUT_A_NAME
        if self.judge is None or said is None:
            return Outcome(Fate.KEPT)
        if place >= 0:
            return self.judge.of(said, place)
        outcome = self.judge.of_key(said)
        stays = place == UNSERVED and Kind.ERASABLE not in outcome.kinds
        return Outcome(Fate.KEPT) if stays else outcome

    def called(self, place: int) -> str:
        """The data cluster's name."""
        if place in (UNDECLARED, UNSERVED) or self.judge is None:
            return NOT_DECLARED if place == UNDECLARED else ""
        return self.judge.rule.clusters[self.judge.row if place == KEY else place].name


@dataclass(frozen=True, slots=True)
class Group:
    """Stored columns, and where either policy has them."""

    columns: tuple[str, ...]
    places: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Grouped:
    """A table's groups under both policies."""

    table_id: str
    halves: tuple[Half, Half]
    groups: tuple[Group, ...]
    undecided: tuple[Group, ...]
    known: dict[tuple[Said | None, Said | None], tuple[tuple[Outcome, Outcome], ...]] = field(default_factory=dict)

    def outcomes(self, pair: tuple[Said | None, Said | None]) -> tuple[tuple[Outcome, Outcome], ...]:
        """Of each group under either policy."""
        if pair not in self.known:
            old, new = self.halves
            self.known[pair] = tuple((old.outcome(pair[0], g.places[0]), new.outcome(pair[1], g.places[1])) for g in self.groups)
        return self.known[pair]

    def differs(self, pair: tuple[Said | None, Said | None]) -> bool:
        """Whether anything is counted otherwise."""
        return any(one.kinds != other.kinds for one, other in self.outcomes(pair))

    def moves(self, pair: tuple[Said | None, Said | None]) -> Iterator[tuple[int, str, Kind, tuple[str, ...]]]:
        """(number of the group, newly or no longer, what, the purposes that answer for it)."""
        for number, (one, other) in enumerate(self.outcomes(pair)):
            purposes = answering(one, other) if one.kinds != other.kinds else ()
            yield from ((number, NEWLY, kind, purposes) for kind in sorted(other.kinds - one.kinds))
            yield from ((number, NO_LONGER, kind, purposes) for kind in sorted(one.kinds - other.kinds))

    def decided_by(self, group: Group) -> int:
        """How many of the two policies can say what becomes of it."""
        return sum(half.decides(place) for half, place in zip(self.halves, group.places, strict=True))

    def name(self, number: int, change: str) -> str:
        """The cluster of a group, in the policy under which its cells are what is counted."""
        side = int(change == NEWLY)
        return self.halves[side].called(self.groups[number].places[side])


def grouped(table_id: str, existing: tuple[str, ...], halves: tuple[Half, Half]) -> Grouped:
    """`existing`: the stored table's declared columns."""
    places: dict[tuple[int, int], list[str]] = {}
    for held in existing:
        places.setdefault((halves[0].place(held, existing), halves[1].place(held, existing)), []).append(held)
    groups = [Group(tuple(columns), place) for place, columns in sorted(places.items()) if max(place) >= 0 or KEY in place]
    found = Grouped(table_id, halves, tuple(groups), ())
    decided = tuple(group for group in groups if found.decided_by(group) == len(halves))
    return replace(found, groups=decided, undecided=tuple(group for group in groups if group not in decided))


def in_every_way(
    found: Grouped, pair: tuple[Said | None, Said | None], cohorts: tuple[int, int], rows: int, cells: tuple[int, ...]
) -> Iterable[tuple[str, Count]]:
    """(list, count) of records with one pair and one set of filled groups: a record counts once in each list and under each name."""
    for change, kind in sorted({(change, kind) for number, change, kind, _ in found.moves(pair) if cells[number]}):
        moved = [
            (number, purposes) for number, one, other, purposes in found.moves(pair) if (one, other) == (change, kind) and cells[number]
        ]
        total = Count(change, kind, records=rows, cells=sum(cells[number] for number, _ in moved))
        yield "totals", total
        yield "by_cohort", Count(change, kind, "", name_of(cohorts[int(change == NEWLY)]), (), rows, total.cells)
        for purpose in sorted({name for _, purposes in moved for name in purposes}):
            yield "by_purpose", Count(change, kind, "", purpose, (), rows, sum(cells[n] for n, purposes in moved if purpose in purposes))
        for name in sorted({found.name(number, change) for number, _ in moved}):
            numbers = [number for number, _ in moved if found.name(number, change) == name]
            columns = tuple(column for number in numbers for column in found.groups[number].columns)
            yield "by_cluster", Count(change, kind, found.table_id, name, columns, rows, sum(cells[number] for number in numbers))

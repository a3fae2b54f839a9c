"""What becomes of each group of a record's cells under one policy, and what that is called where two policies differ. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from privacy_pipelines.retention.calendar import Level
from privacy_pipelines.retention.decide import State, Verdict, judge
from privacy_pipelines.retention.levels import Code, unpack
from privacy_pipelines.retention.rules import Standing, TableRule


class Fate(StrEnum):
    """What a policy says of cells that are in the store."""

    KEPT = "kept"
    RESTRICTED = "restricted"
    UNDETERMINED = "undetermined"
    ERASABLE = "erasable"
    REFUSED = "refused"
    """Erasable because there never was a ground under this policy: it would not get in."""
    UNDECLARED = "undeclared"
    """The policy does not name these cells: they would not get in, and what is stored of them goes once a person approves that."""
    SUSPENDED = "suspended"
    """Ended, and a deletion suspension keeps it."""
    EMPTY = "empty"


class Kind(StrEnum):
    """What is counted of cells."""

    ERASABLE = "erasable"
    REFUSED = "refused"
    OVERDUE = "overdue"
    RESTRICTED = "restricted"
    UNDETERMINED = "undetermined"
    SUSPENDED = "suspended"


_KINDS: dict[Fate, frozenset[Kind]] = {
    Fate.KEPT: frozenset(),
    Fate.RESTRICTED: frozenset({Kind.RESTRICTED}),
    Fate.UNDETERMINED: frozenset({Kind.UNDETERMINED}),
    Fate.ERASABLE: frozenset({Kind.ERASABLE}),
    Fate.REFUSED: frozenset({Kind.ERASABLE, Kind.REFUSED}),
    Fate.UNDECLARED: frozenset({Kind.ERASABLE, Kind.REFUSED}),
    Fate.SUSPENDED: frozenset({Kind.SUSPENDED}),
    Fate.EMPTY: frozenset(),
}
_STATES = {State.KEEP: Fate.KEPT, State.RESTRICT: Fate.RESTRICTED, State.UNDETERMINED: Fate.UNDETERMINED, State.EMPTY: Fate.EMPTY}
CEILING = "undetermined"
"""Answers for cells that only the company's ceiling keeps, where a purpose would be named."""


Asked = tuple[str, int, int]
"""(purpose, 0 over · 1 still alive · 2 in force, its level)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one policy says of a group of cells, and how far each purpose that they serve still asks for them."""

    fate: Fate
    overdue: bool = False
    asks: tuple[Asked, ...] = ()

    @property
    def kinds(self) -> frozenset[Kind]:
        """What it is counted as."""
        return _KINDS[self.fate] | ({Kind.OVERDUE} if self.overdue else frozenset())


GONE_WITHOUT_A_NAME = Outcome(Fate.UNDECLARED)


@dataclass(frozen=True, slots=True)
class Said:
    """What one policy's frame says of a record: its code, the clusters that wait since an earlier night, and whether it ends with
    another row."""

    code: int
    waits: int = 0
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Judge:
    """One policy's answers about one table; `held` where a deletion suspension covers it."""

    rule: TableRule
    held: bool

    def of(self, said: Said, cluster: int) -> Outcome:
        """About one data cluster's fields."""
        seen, verdict = unpack(self.rule, said.code), judge(self.rule, said.code)
        fate = self._fate(seen, verdict, said, cluster)
        return Outcome(fate, _is_overdue(verdict, fate, cluster), self._asks(seen, verdict, self.rule.clusters[cluster].purposes, said))

    def of_key(self, said: Said) -> Outcome:
        """About the key, which goes with the row and only with it."""
        whole = self.row
        seen, verdict = unpack(self.rule, said.code), judge(self.rule, said.code)
        fates = [self._fate(seen, verdict, said, number) for number in range(len(self.rule.clusters))]
        asks = self._asks(seen, verdict, range(len(self.rule.purposes)), said)
        if self._row_ends(verdict, said):
            fate = Fate.SUSPENDED if self.held else Fate.REFUSED if set(fates) <= {Fate.REFUSED, Fate.EMPTY} else Fate.ERASABLE
            return Outcome(fate, _is_overdue(verdict, fate, whole), asks)
        return Outcome(next(fate for fate in (Fate.KEPT, Fate.RESTRICTED, Fate.UNDETERMINED, Fate.EMPTY) if fate in fates), False, asks)

    def row_goes(self, said: Said) -> bool:
        """Whether nothing of the row is left tonight."""
        return not self.held and self._row_ends(judge(self.rule, said.code), said)

    @property
    def row(self) -> int:
        """The cluster that every purpose of the table is in: the row itself."""
        return next(number for number, one in enumerate(self.rule.clusters) if len(one.purposes) == len(self.rule.purposes))

    def _row_ends(self, verdict: Verdict, said: Said) -> bool:
        unknown = verdict.unknown and said.waits & verdict.unknown == verdict.unknown
        return said.ends or verdict.row_ended or bool(unknown and verdict.row_without_unknown)

    def _fate(self, seen: Code, verdict: Verdict, said: Said, cluster: int) -> Fate:
        over = (verdict.ended | verdict.unknown & said.waits) >> cluster & 1
        if not over and not said.ends:
            return _STATES[verdict.states[cluster]]
        if self.held:
            return Fate.SUSPENDED
        return Fate.ERASABLE if said.ends else self._refused(seen, cluster)

    def _refused(self, seen: Code, cluster: int) -> Fate:
        """Whether there never was a ground: nothing that the cells serve applies, and a consent or a person would be needed."""
        one = self.rule.clusters[cluster]
        without = all(seen.purposes[n] is Level.NOT_APPLICABLE for n in one.purposes) and one.needs_consent
        return Fate.REFUSED if without or seen.standing is Standing.NOBODY else Fate.ERASABLE

    def _asks(self, seen: Code, verdict: Verdict, purposes: Collection[int], said: Said) -> tuple[Asked, ...]:
        asks = []
        for n in purposes:
            alive = bool(verdict.alive >> n & 1) and not said.ends
            far = 2 if alive and seen.purposes[n] is Level.IN_FORCE else int(alive)
            asks.append((self.rule.purposes[n].purpose.name, far, int(seen.purposes[n])))
        nothing = all(seen.purposes[n] is Level.NOT_APPLICABLE for n in purposes)
        return (*asks, (CEILING, int(nothing and seen.ceiling.alive and not said.ends), int(seen.ceiling) if nothing else 0))


def answering(before: Outcome, after: Outcome) -> tuple[str, ...]:
    """The purposes on account of which two outcomes differ: those that ask otherwise; where none does, those that are further over or less
    far; else all."""
    names = sorted({name for name, *_ in (*before.asks, *after.asks)})
    was, now = ({name: (far, level) for name, far, level in one.asks} for one in (before, after))
    otherwise = [name for name in names if was.get(name, (0, 0))[0] != now.get(name, (0, 0))[0]]
    elsewhere = [name for name in names if was.get(name, (0, 0)) != now.get(name, (0, 0))]
    return tuple(otherwise or elsewhere or [name for name in names if name != CEILING])


def _is_overdue(verdict: Verdict, fate: Fate, cluster: int) -> bool:
    return fate in (Fate.ERASABLE, Fate.REFUSED) and bool(verdict.overdue >> cluster & 1)

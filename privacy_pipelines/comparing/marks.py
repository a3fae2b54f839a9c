"""Which cohorts a change of policy concerns, each with a mark: two changes that do the same to the same records of a cohort give it the
same mark, and a cohort without one fares as before. Pure.

A record concerns the cohort it was in and the one it comes into. Marks are keyed: they say nothing of whom they stand for.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from privacy_pipelines.comparing.groups import Grouped
from privacy_pipelines.comparing.pairs import Counted, Moved, Pair
from privacy_pipelines.retention.cohorts import COHORTS, name_of

_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Marks:
    """Collects them, table by table. `secret` is the store's own."""

    secret: bytes
    _found: dict[int, dict[str, tuple[int, int]]] = field(default_factory=dict)

    def differ(self, groups: Grouped, pair: Pair, one: Counted) -> None:
        """Records of which filled cells fare otherwise."""
        said = sorted((column, change, kind) for column, change, kind in _columns(groups, pair, one))
        if said:
            self._add(groups.table_id, one.cohorts, repr(said), one.rows, one.mark)

    def moved(self, table_id: str, moved: Iterable[Moved]) -> None:
        """Records that stand in another cohort."""
        for one in moved:
            self._add(table_id, one.cohorts, "moved", one.rows, one.mark)

    def untold(self, groups: Grouped, cohorts: Iterable[tuple[int, int]]) -> None:
        """Cohorts with records of which one of the two policies can say nothing here, and the other can."""
        said = sorted(name for group in groups.undecided if groups.decided_by(group) == 1 for name in group.columns)
        for each in cohorts if said else ():
            self._add(groups.table_id, each, f"untold {said}", 0, 0)

    def named(self) -> dict[str, str]:
        """Cohort → its mark, in the order of the cohorts."""
        marks = {name_of(number): self._mark(what) for number, what in self._found.items()}
        return {name: marks[name] for name in COHORTS if name in marks}

    def _add(self, table_id: str, cohorts: tuple[int, int], what: str, rows: int, mark: int) -> None:
        key = f"{table_id} {cohorts} {what}"
        for number in {*cohorts}:
            known = self._found.setdefault(number, {}).get(key, (0, 0))
            self._found[number][key] = (known[0] + rows, known[1] ^ mark)

    def _mark(self, what: dict[str, tuple[int, int]]) -> str:
        return hmac.new(self.secret, repr(sorted(what.items())).encode(), "sha256").hexdigest()[:_DIGITS]


def _columns(groups: Grouped, pair: Pair, one: Counted) -> Iterable[tuple[str, str, str]]:
    for number, change, kind, _ in groups.moves(pair):
        if one.cells[number]:
            yield from ((column, change, kind.value) for column in groups.groups[number].columns)

"""Where the oracle and the product differ: each place named by table, key, purpose or cluster, with both answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.oracle.facts import Row
from tests.oracle.records import Record, Told
from tests.oracle.states import Decided

SAME_LEVEL = {"restricted": "settling"}
"""A purpose that waits for an objection to be weighed is to the product what one that settles is: alive, and used for nothing."""


@dataclass(slots=True)
class Comparison:
    """How many cells were compared, and what differed."""

    cells: int = 0
    differences: list[str] = field(default_factory=list)


def compare(decisions: Iterable[tuple[Row, Decided]], told: Told, *, stored: bool = False) -> Comparison:
    """Every record that the oracle decides, each purpose and each data cluster of it; of a later night, those in the store."""
    answer = Comparison()
    for row, decided in decisions:
        theirs = told.records.get((row.table, row.key))
        if theirs is None:
            answer.differences.append(f"{row.table} {row.key}: not decided by the product")
        elif theirs.in_store or not stored:
            answer.cells += len(decided.fates)
            answer.differences += [f"{row.table} {row.key} {said}" for said in _differences(decided, theirs)]
    return answer


def _differences(ours: Decided, theirs: Record) -> Iterator[str]:
    if ours.standing != theirs.standing:
        yield f"standing: {ours.standing}, the product says {theirs.standing}"
        return
    if ours.standing == "legal_person":
        return  # nothing of it is personal, and no clock runs
    for name, ruling in ours.rulings.items():
        if name in theirs.purposes:
            other = theirs.purposes[name]
            level = SAME_LEVEL.get(ruling.level, ruling.level) if ruling else ""
            mine = (level, ruling.dates.until, ruling.dates.collect, ruling.dates.by) if ruling else ("not_applicable", None, None, None)
            if mine != (other.level, other.until, other.collect, other.by):
                yield f"purpose {name}: {_said(mine)}, the product says {other}"
    for cluster, fate in ours.fates.items():
        found = theirs.clusters.get(cluster)
        if found is None or not found.filled:
            continue
        mine = (fate.state, fate.dates.until if fate.dates else None, fate.dates.by if fate.dates else None, fate.overdue)
        if mine != (found.state, found.until, found.by, found.overdue):
            yield f"cluster {'+'.join(sorted(cluster))}: {_said(mine)}, the product says {found}"


def _said(values: tuple[object, ...]) -> str:
    return ", ".join(str(value) for value in values)

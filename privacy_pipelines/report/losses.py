"""What was erased, and what was refused at the door: the plan's steps, grouped by table and data cluster. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from privacy_pipelines.nights.record import Record
from privacy_pipelines.report import words
from privacy_pipelines.report.rulebook import Cited, Clause, Rulebook
from privacy_pipelines.retention.plan import Step


@dataclass(frozen=True, slots=True)
class Line:
    """One action on one cluster."""

    action: str
    rows: int
    cells: int
    late: int


@dataclass(frozen=True, slots=True)
class Loss:
    """Everything that befell one cluster."""

    cluster: Cited
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class TableLoss:
    """One table: `rows` whole rows out of `of`, and its clusters."""

    table: str
    rows: int
    of: int
    cells: int
    losses: tuple[Loss, ...]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Every purpose that any of the clusters served, once."""
        return tuple(dict.fromkeys(clause for loss in self.losses for clause in loss.cluster.clauses))


def erased(record: Record, book: Rulebook) -> tuple[TableLoss, ...]:
    """What was in the store and is no longer."""
    rows = {one.table: (one.erased, one.before) for one in record.copied}
    return _by_table(record, book, rows, erases=True)


def refused(record: Record, book: Rulebook) -> tuple[TableLoss, ...]:
    """What arrived and never got in."""
    rows = {one.table: (one.refused, one.arrived) for one in record.copied}
    return _by_table(record, book, rows, erases=False)


def _by_table(record: Record, book: Rulebook, rows: dict[str, tuple[int, int]], *, erases: bool) -> tuple[TableLoss, ...]:
    steps = sorted(step for step in record.plan.steps if step.action.erases is erases)
    return tuple(_table(table, tuple(found), book, rows.get(table, (0, 0))) for table, found in groupby(steps, key=lambda step: step.table))


def _table(table: str, steps: tuple[Step, ...], book: Rulebook, rows: tuple[int, int]) -> TableLoss:
    clusters = groupby(steps, key=lambda step: step.cluster)
    losses = tuple(Loss(book.cluster(table, name), tuple(_line(step, book) for step in found)) for name, found in clusters)
    return TableLoss(table, *rows, sum(step.cells for step in steps), losses)


def _line(step: Step, book: Rulebook) -> Line:
    return Line(words.called(words.ACTIONS, step.action.value, book.say), step.rows, step.cells, step.overdue)

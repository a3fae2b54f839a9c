"""What is withheld and what to do about it, what was let through, and the holds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacy_pipelines.collector.guard import HELD
from privacy_pipelines.nights.record import Record
from privacy_pipelines.report import words
from privacy_pipelines.report.rulebook import Clause, Rulebook
from privacy_pipelines.retention.plan import Part


@dataclass(frozen=True, slots=True)
class Waiting:
    """A part that waits for a person. `clause` is None where a whole table waits."""

    table: str
    owner: str
    clause: Clause | None
    rows: int
    cells: int
    of: int
    limit: int
    reason: str
    advice: str
    command: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A loss that nobody foresaw and that went through: within its limit, or with somebody's leave."""

    table: str
    clause: Clause | None
    rows: int
    cells: int
    limit: int
    approved_by: str


@dataclass(frozen=True, slots=True)
class Suspended:
    """A class-wide hold, and what it kept tonight."""

    name: str
    ground: str
    owner: str
    review_by: date
    tables: tuple[str, ...]
    rows: int
    cells: int
    in_force: bool
    past_review: bool


def waiting(record: Record, book: Rulebook) -> tuple[Waiting, ...]:
    """Whole tables first, then parts; what a hold keeps is not among them, for nobody can approve it away."""
    parts = sorted(record.plan.parts, key=lambda part: bool(part.purpose))
    return tuple(_waiting(part, book) for part in parts if part.withheld and part.reason != HELD)


def passed(record: Record, book: Rulebook) -> tuple[Passed, ...]:
    """Approved ones first."""
    through = (part for part in record.plan.parts if not part.withheld)
    found = [Passed(part.table, _clause(part, book), part.unexpected, part.cells, part.limit, part.approved_by) for part in through]
    return tuple(sorted(found, key=lambda one: not one.approved_by))


def suspended(record: Record, book: Rulebook) -> tuple[Suspended, ...]:
    """Every hold of the policy."""
    as_of, kept = record.pin.as_of, [part for part in record.plan.parts if part.reason == HELD]
    return tuple(
        Suspended(
            name=words.spaced(hold.name), ground=hold.ground, owner=hold.owner, review_by=hold.review_by, tables=hold.tables,
            rows=sum(part.unexpected for part in kept if part.purpose == hold.name),
            cells=sum(part.cells for part in kept if part.purpose == hold.name),
            in_force=hold.effective_from <= as_of, past_review=hold.review_by < as_of,
        )
        for hold in book.policy.holds
    )  # fmt: skip


def _waiting(part: Part, book: Rulebook) -> Waiting:
    return Waiting(
        table=part.table, owner=book.owner(part.table), clause=_clause(part, book), rows=part.unexpected, cells=part.cells, of=part.of,
        limit=part.limit, reason=words.called(words.REASONS, part.reason), advice=words.ADVICE.get(part.reason, ""),
        command=f'privacy-pipelines approve {part.digest} --by "YOUR NAME" --reason "WHAT YOU CHECKED"',
    )  # fmt: skip


def _clause(part: Part, book: Rulebook) -> Clause | None:
    return book.clause(part.purpose) if part.purpose else None

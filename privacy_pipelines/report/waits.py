"""What is withheld and what to do about it, what was let through, and the holds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacy_pipelines.collector.guard import FIRST_LOAD
from privacy_pipelines.collector.suspending import HELD, RELEASED
from privacy_pipelines.nights.record import Record
from privacy_pipelines.nights.standing import Standing
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
    since: str = ""
    """The night on which it ended, of what waits for a disposition review."""


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
    """A hold, over a class or on a person, and what it kept tonight."""

    name: str
    ground: str
    owner: str
    review_by: date
    tables: tuple[str, ...]
    rows: int
    cells: int
    in_force: bool
    past_review: bool
    person: bool


def waiting(record: Record, book: Rulebook) -> tuple[Waiting, ...]:
    """Whole tables first, then parts; what a hold keeps is not among them, for nobody can approve it away."""
    parts = sorted(record.plan.parts, key=lambda part: part.reason != FIRST_LOAD)
    return tuple(_waiting(part, book) for part in parts if part.withheld and part.reason != HELD)


def passed(record: Record, book: Rulebook) -> tuple[Passed, ...]:
    """Approved ones first."""
    through = (part for part in record.plan.parts if not part.withheld and part.reason != RELEASED)
    found = [Passed(part.table, _clause(part, book), part.unexpected, part.cells, part.limit, part.approved_by) for part in through]
    return tuple(sorted(found, key=lambda one: not one.approved_by))


def suspended(record: Record, book: Rulebook) -> tuple[Suspended, ...]:
    """Every hold of the policy, also one that is still to begin, and those that stood on persons."""
    as_of = record.pin.as_of
    classes = (
        Standing(
            hold.name, hold.tables, hold.ground, hold.owner, hold.effective_from, hold.review_by,
            person=False, past_review=hold.review_by < as_of,
        )
        for hold in book.policy.holds
    )  # fmt: skip
    persons = (hold for hold in record.holds if hold.person)
    return tuple(_suspended(hold, record) for hold in (*classes, *persons))


def _suspended(hold: Standing, record: Record) -> Suspended:
    kept = [part for part in record.plan.parts if part.reason == HELD and part.purpose == hold.name]
    return Suspended(
        name=hold.name if hold.person else words.spaced(hold.name), ground=hold.ground, owner=hold.owner, review_by=hold.review_by,
        tables=hold.tables, rows=sum(part.unexpected for part in kept), cells=sum(part.cells for part in kept),
        in_force=hold.since <= record.pin.as_of or hold.person, past_review=hold.past_review, person=hold.person,
    )  # fmt: skip


def _waiting(part: Part, book: Rulebook) -> Waiting:
    return Waiting(
        table=part.table, owner=book.owner(part.table), clause=_clause(part, book), rows=part.unexpected, cells=part.cells, of=part.of,
        limit=part.limit, reason=words.called(words.REASONS, part.reason, book.say), advice=book.say(words.ADVICE.get(part.reason, "")),
        command=book.say('privacy-pipelines approve {digest} --by "YOUR NAME" --reason "WHAT YOU CHECKED"', digest=part.digest),
        since=part.since,
    )  # fmt: skip


def _clause(part: Part, book: Rulebook) -> Clause | None:
    return book.clause(part.purpose) if part.reason != FIRST_LOAD else None

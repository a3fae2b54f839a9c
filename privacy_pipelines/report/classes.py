"""The deletion classes: purposes whose data share a starting point and a period (DIN 66398, *Löschklasse*; ISO/IEC 27555). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from privacy_pipelines.policy.model import Purpose
from privacy_pipelines.report import words
from privacy_pipelines.report.rulebook import Clause, Rulebook


@dataclass(frozen=True, slots=True)
class DeletionClass:
    """One class, the purposes in it, and by when what has ended is erased."""

    start: str
    period: str
    window: str
    clauses: tuple[Clause, ...]


def deletion_classes(book: Rulebook) -> tuple[DeletionClass, ...]:
    """By the length of their period, the shortest first."""
    found: dict[tuple[int, int, str, str], list[Purpose]] = {}
    for purpose in book.policy.purposes:
        key = (purpose.period.months, purpose.period.days, _start(purpose, book), words.period(purpose.execution_window, book.say))
        found.setdefault(key, []).append(purpose)
    return tuple(_class(purposes, book) for _, purposes in sorted(found.items(), key=lambda one: one[0]))


def _class(purposes: list[Purpose], book: Rulebook) -> DeletionClass:
    first = purposes[0]
    clauses = tuple(book.clause(purpose.name) for purpose in purposes)
    return DeletionClass(_start(first, book), words.period(first.period, book.say), words.period(first.execution_window, book.say), clauses)


def _start(purpose: Purpose, book: Rulebook) -> str:
    start, say, notice = purpose.starting_point, book.say, book.policy.company.notice
    if start.consents:
        return say("the end of the consent to {consents}", consents=words.consents(start.consents, notice, say))
    event = words.event(start.event or "", notice, say)
    ends = say(", then ").join(words.called(words.OFFSETS, name, say) for name in start.offset)
    return f"{event}, {ends}" if ends else event

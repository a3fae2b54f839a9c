"""What a duty or a claim finds its dates over must last as long as it does: rows on the way that may go before would end it early. Pure.

A policy's purpose may lose its ground with the rows that say it: nothing is kept for want of a date (GDPR Art. 5(1)(e)). What a statute
demands or a claim needs may not (Art. 17(3)(b), (e)), so every row on its way has to serve it too, to live by the same date, and to last as
long, whenever it was collected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.model import Company
from privacy_pipelines.retention.calendar import Rule, kept_through
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.rules import PurposeRule, TableRule
from privacy_pipelines.retention.ways import Hop

_STARTS = range(date(1990, 1, 1).toordinal(), date(2050, 1, 1).toordinal())
"""Days from which two versions of a rule are compared: every day of the year on every weekday, leap days too, twice."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A row of `at` on the way to what a purpose finds for rows of another table, with the rest of that way."""

    table: str
    purpose: PurposeRule
    reach: Reach
    at: TableRule
    rest: tuple[Hop, ...]


def require_lasting(tables: tuple[TableRule, ...], company: Company, problems: list[Problem]) -> None:
    """Report every table on the way to a date of a duty or a claim whose rows may go before the date counts no more."""
    known = {rule.table.id: rule for rule in tables}
    for rule in tables:
        for purpose in rule.purposes:
            steps = (step for reach in _asked(purpose) for step in _steps(rule, purpose, reach, known))
            problems += (_problem(step, *why) for step in steps if (why := _may_go_before(step, company)))


def _asked(purpose: PurposeRule) -> tuple[Reach, ...]:
    """Where a duty or a claim finds what it depends on. Who has left excludes nothing: a kind of data subject is no date."""
    if purpose.purpose.nature == "policy":
        return ()
    return (*purpose.starts, *(gate for gate in purpose.gates if gate.kind is not Kind.KIND))


def _steps(rule: TableRule, purpose: PurposeRule, reach: Reach, known: dict[str, TableRule]) -> Iterator[_Step]:
    for number, hop in enumerate(reach.hops, start=1):
        if hop.to in known:  # neither the names of merged records nor what is copied whole
            yield _Step(rule.table.id, purpose, reach, known[hop.to], reach.hops[number:])


def _may_go_before(step: _Step, company: Company) -> tuple[str, str] | None:
    """Why the row may go before what is found over it counts no more, and what to do about it."""
    name, at = step.purpose.purpose.name, step.at.table.id
    there = next((one for one in step.at.purposes if one.purpose.name == name), None)
    if there is None:
        return "do not serve it and may go before", f"Let the key of {at} serve '{name}' too"
    if not any(_same(one, step) for one in _asked(there)):
        return (
            "live by another date for it and may go before",
            f"Say in `scopes` of {step.table} or {at} whose date it is, the same for both",
        )
    first = _longer_since(step.purpose, company)
    if first is not None:
        why = f"may go before: what was collected before {first}, when it was made longer, keeps the shorter period"
        return why, f"Let {step.table} have the date itself. What a statute demands is a duty, whose longer period counts for both"
    return None


def _same(there: Reach, step: _Step) -> bool:
    """Whether a row on the way lives by what is found over it."""
    return (there.name, there.at, there.entity, there.hops) == (step.reach.name, step.reach.at, step.reach.entity, step.rest)


def _longer_since(purpose: PurposeRule, company: Company) -> date | None:
    """The first day of a version whose notice keeps something longer than the notice of an older one: never of a duty (LAW scenario 50)."""
    for start in purpose.starts:
        for (first, newer), (_, older) in combinations(purpose.by_notice(start, date.max), 2):
            if _keeps_longer(newer, older, company):
                return first
    return None


@lru_cache(maxsize=256)
def _keeps_longer(one: Rule, other: Rule, company: Company) -> bool:
    """From some day or other. By the calendar, for no period says it alone: of P1Y and P365D the longer one depends on the day."""
    starts = map(date.fromordinal, _STARTS)
    return any(kept_through(other, start, company).last < kept_through(one, start, company).last for start in starts)


def _problem(step: _Step, why: str, hint: str) -> Problem:
    finds = f"purpose '{step.purpose.purpose.name}' finds '{step.reach.name}' over {step.at.table.id}, whose rows"
    return Problem(step.table, 0, f"{finds} {why}", hint)

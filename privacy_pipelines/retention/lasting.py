"""What a duty or a claim finds its dates over must last as long as it does: rows on the way that may go before would end it early. Pure.

A policy's purpose may lose its ground with the rows that say it: nothing is kept for want of a date (GDPR Art. 5(1)(e)). What a statute
demands or a claim needs may not (Art. 17(3)(b), (e)), so every row on its way has to serve it too, and to live by the same date.
"""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.errors import Problem
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.rules import PurposeRule, TableRule


def require_lasting(tables: tuple[TableRule, ...], problems: list[Problem]) -> None:
    """Report every table on the way to a date of a duty or a claim whose rows may go before the date counts no more."""
    known = {rule.table.id: rule for rule in tables}
    for rule in tables:
        for purpose in rule.purposes:
            for reach in _asked(purpose):
                problems += (_problem(rule, purpose, reach, *shorter) for shorter in _shorter(known, purpose, reach))


def _asked(purpose: PurposeRule) -> tuple[Reach, ...]:
    """Where a duty or a claim finds what it depends on. Who has left excludes nothing: a kind of data subject is no date."""
    if purpose.purpose.nature == "policy":
        return ()
    return (*purpose.starts, *(gate for gate in purpose.gates if gate.kind is not Kind.KIND))


def _shorter(known: dict[str, TableRule], purpose: PurposeRule, reach: Reach) -> Iterator[tuple[TableRule, bool]]:
    """(table on the way, whether it serves the purpose at all) where the rows do not live by what is found over them."""
    for number, hop in enumerate(reach.hops, start=1):
        if hop.to in known:  # neither the names of merged records nor what is copied whole
            there = next((one for one in known[hop.to].purposes if one.purpose.name == purpose.purpose.name), None)
            if there is None or not any(_same(one, reach, number) for one in _asked(there)):
                yield known[hop.to], there is not None


def _same(there: Reach, reach: Reach, number: int) -> bool:
    """Whether a row on the way lives by what is found over its n-th step."""
    return (there.name, there.at, there.entity, there.hops) == (reach.name, reach.at, reach.entity, reach.hops[number:])


def _problem(rule: TableRule, purpose: PurposeRule, reach: Reach, at: TableRule, serves: bool) -> Problem:
    name, table = purpose.purpose.name, at.table.id
    finds = f"purpose '{name}' finds '{reach.name}' over {table}, whose rows"
    if not serves:
        return Problem(rule.table.id, 0, f"{finds} do not serve it and may go before", f"Let the key of {table} serve '{name}' too")
    hint = f"Say in `scopes` of {rule.table.id} or {table} whose date it is, the same for both"
    return Problem(rule.table.id, 0, f"{finds} live by another date for it and may go before", hint)

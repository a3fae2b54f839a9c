"""What of a night depends on its day: the days that statements compare with it, and those that codes compare with thresholds. Pure.

Nothing here computes a date or says what it means. What codes compare is read from the compiled expression itself, so that there is one
law; what else is compared with the day of the decision is named beside the statements that do so (`rowdates.py`, `consents.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Company, Policy, Table
from privacy_pipelines.retention.consents import expiry
from privacy_pipelines.retention.levels import code_expression
from privacy_pipelines.retention.rowdates import Sources, day_of, day_of_parts, first_day
from privacy_pipelines.retention.rules import TableRule
from privacy_pipelines.sql import Sql

_DAY = re.compile(r"CAST\('\d{4}-\d\d-\d\d' AS DATE\)")


@dataclass(frozen=True, slots=True)
class Compared:
    """A frame's column is greater than a day, or `equal` to it."""

    column: str
    day: date
    equal: bool

    def holds(self, found: date) -> bool:
        """What the code would find of this value."""
        return found >= self.day if self.equal else found > self.day


@dataclass(frozen=True, slots=True)
class Asked:
    """What a table's code asks on one day: every comparison with a day, and the `rest` of the expression, which says nothing of days."""

    rest: str
    compared: tuple[Compared, ...]


def asked_on(rule: TableRule, as_of: date, company: Company) -> Asked | None:
    """What the code of a table's rows asks on `as_of`; None where it does more with a day than compare it with a column."""
    code = code_expression(rule, as_of, company)
    compared = tuple(one for node in code.walk() if (one := _compared(node)) is not None)
    text = sql.text(code)
    return Asked(_DAY.sub("?", text), compared) if len(_DAY.findall(text)) == len(compared) else None


def days_compared(sources: Sources, table: Table) -> tuple[Sql, ...]:
    """Days of a row (`r`) that are compared with the day of the decision: what persons said, and what stands in for a missing date."""
    policy = sources.policy
    names = [name for event in table.events for name in event.fallback]
    found: list[Sql] = []
    for consent in policy.consents:
        if consent.table == table.id:
            names += [*consent.given, *filter(None, [consent.until])]
            if consent.valid_for is not None:
                found.append(expiry(consent, first_day(sources, table, consent.given)))
    for objection in policy.objections:
        if objection.table == table.id:
            names += [*objection.given, *filter(None, [objection.until])]
    return (*found, *(day_of(sources, table, name, "r") for name in dict.fromkeys(names)))


def days_believed(sources: Sources, table: Table) -> tuple[Sql, ...]:
    """Days of a row (`r`) that may lie too far ahead to be believed (LAW C10)."""
    dated = (day_of(sources, table, column.name, "r") for column in table.columns if column.type in ("date", "timestamp"))
    return (*dated, *(day_of_parts(event.parts, "r") for event in table.events if event.parts))


def reads_by_the_day(policy: Policy) -> bool:
    """Whether what a file says depends on its day: a year of two digits lies in the hundred years before it."""
    forms = (form for table in policy.tables for column in table.columns for form in column.formats)
    return any("%y" in form.replace("%%", "") for form in forms)


def takes_effect(policy: Policy) -> Iterator[date]:
    """Days of the policy itself on which something begins that no row says: a hold on a class."""
    return (hold.effective_from for hold in policy.holds)


def _compared(node: exp.Expr) -> Compared | None:
    if not isinstance(node, exp.GT | exp.GTE) or not isinstance(node.this, exp.Column) or not isinstance(node.expression, exp.Cast):
        return None
    return Compared(node.this.name, date.fromisoformat(node.expression.this.name), isinstance(node, exp.GTE))

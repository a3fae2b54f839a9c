"""GUARD, disposition review: what ends of a purpose with `review: true` stays until a person has looked (ISO 15489; LAW §1).

It is a part of its own for each night on which something of the purpose would have gone, so that what a person approves does not grow
meanwhile. Being foreseen does not help it through, and waiting does not suspend it: past its `erase_by` it is overdue.
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.parts import Leave, cells_in, counted_rows
from privacy_pipelines.retention.plan import Part, part_digest
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import AWAITED, EXCEPTIONS, PRIOR

REVIEW = "disposition_review"
_SINCE = " since "
"""Stands between a purpose and the night in the name under which a row waits; no purpose and no hold has a blank in its name."""


def awaits(purpose: str, since: str) -> str:
    """The name under which rows wait.

    >>> awaits("disputes", "2026-11-23")
    'disputes since 2026-11-23'
    """
    return f"{purpose}{_SINCE}{since}"


def awaited(name: str) -> tuple[str, date] | None:
    """The purpose and the night of such a name; None of another, by which a row waits for something else.

    >>> awaited("disputes since 2026-11-23"), awaited("disputes")
    (('disputes', datetime.date(2026, 11, 23)), None)
    """
    purpose, since, night = name.partition(_SINCE)
    return (purpose, date.fromisoformat(night)) if since else None


def await_review(session: Session, rules: Rules, rule: TableRule, as_of: date, leave: Leave) -> list[Part]:
    """Fill `awaited.<table>`: (key, purpose, mask, cells) of what ends and is to be looked at; a part for each purpose and night."""
    reviewed = [number for number, purpose in enumerate(rule.purposes) if purpose.purpose.review]
    rows = [one for number in reviewed for one in (_since_before(rule, number), _fresh(rule, number, as_of))]
    session.create(sql.table(AWAITED, rule.table.id), exp.union(*rows, distinct=False) if rows else _nobody(rule))
    parts = []
    for name, counted in counted_rows(session, sql.table(AWAITED, rule.table.id), rule, leave) if rows else ():
        purpose, _, since = name.partition(_SINCE)
        digest = part_digest(rules.policy.version, rule.table.id, name, REVIEW, counted.digest)
        by = leave.approved.get(digest, "")
        part = Part(rule.table.id, purpose, counted.cells, counted.rows, counted.rows, 0, digest, not by, REVIEW, by, since)
        parts.append(part)
    return parts


def _ending(rule: TableRule, number: int) -> tuple[exp.Select, Sql]:
    """The rows in the store of which something ends that served the purpose, which applied and is over; and the mask of that."""
    served = sum(1 << n for n, cluster in enumerate(rule.clusters) if number in cluster.purposes)
    lost = sql.bits_of(col("lost", "x"), lit(served))
    rows = exp.select(*(col(name, "x") for name in rule.table.key)).from_(sql.table(EXCEPTIONS, rule.table.id, alias="x"))
    return rows.where(sql.all_of((col("in_store", "x"), sql.bit(col("over", "x"), number), sql.bit_any(lost)))), lost


def _since_before(rule: TableRule, number: int) -> exp.Select:
    rows, lost = _ending(rule, number)
    mask = sql.bits_of(lost, col("mask", "w"))
    rows = rows.select(col("purpose", "w"), sql.named(mask, "mask"), sql.named(cells_in(rule, mask, "x"), "cells"))
    on = sql.all_of((sql.same_key(rule.table.key, "x", "w"), _waits_for(rule, number, "w")))
    return rows.join(sql.table(PRIOR, rule.table.id, alias="w"), on=on).where(sql.bit_any(mask))


def _fresh(rule: TableRule, number: int, as_of: date) -> exp.Select:
    rows, lost = _ending(rule, number)
    keys = [col(name) for name in rule.table.key]
    before = exp.select(*keys, sql.named(exp.Anonymous(this="BIT_OR", expressions=[col("mask")]), "mask"))
    before = before.from_(sql.table(PRIOR, rule.table.id, alias="p")).where(_waits_for(rule, number, "p")).group_by(*keys)
    known = sql.call("COALESCE", col("mask", "w"), lit(0))
    mask = exp.BitwiseAnd(this=exp.Paren(this=lost), expression=exp.BitwiseNot(this=exp.Paren(this=known)))
    name = awaits(rule.purposes[number].purpose.name, as_of.isoformat())
    rows = rows.select(sql.named(lit(name), "purpose"), sql.named(mask, "mask"), sql.named(cells_in(rule, mask, "x"), "cells"))
    rows = rows.join(before.subquery("w"), on=sql.same_key(rule.table.key, "x", "w"), join_type="left")
    return rows.where(sql.bit_any(mask))


def _waits_for(rule: TableRule, number: int, alias: str) -> Sql:
    start = lit(awaits(rule.purposes[number].purpose.name, ""))
    return exp.Anonymous(this="STARTS_WITH", expressions=[col("purpose", alias), start])


def _nobody(rule: TableRule) -> exp.Select:
    nothing = (sql.named(lit(""), "purpose"), sql.named(sql.cast(lit(0), "BIGINT"), "mask"), sql.named(lit(0), "cells"))
    return exp.select(*(col(name) for name in rule.table.key), *nothing).from_(sql.table(EXCEPTIONS, rule.table.id)).where(exp.false())

"""Until when one data cluster of a record is kept; and the records with which a whole record ends, and until when these are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.explaining.answer import EndsWith
from privacy_pipelines.explaining.asking import Known, ask, with_key
from privacy_pipelines.policy.model import Link
from privacy_pipelines.retention.calendar import Dates
from privacy_pipelines.retention.dates import cluster_dates as own_dates, earliest, latest
from privacy_pipelines.retention.decide import State, judge
from privacy_pipelines.retention.levels import unpack
from privacy_pipelines.retention.rules import Rules, Standing, TableRule
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.layout import STORED
from privacy_pipelines.store.reading import Reader
from privacy_pipelines.store.views import stored_views
from privacy_pipelines.values import OPEN


def cluster_dates(rules: Rules, rule: TableRule, number: int, known: Known, day: date) -> Dates | None:
    """By the record's own purposes; None where nothing ever kept it."""
    if unpack(rule, known.code).standing is not Standing.PERSON:
        return Dates(OPEN, OPEN, OPEN) if judge(rule, known.code).states[number] is State.KEEP else None
    return own_dates(rule, number, known.record, known.undetermined_since or day, rules.policy.company)


def ending_with(current: Reader, rules: Rules, rule: TableRule, values: tuple[str, ...], day: date) -> tuple[EndsWith, ...]:
    """Every record that this one names and ends with, as far as one record is named."""
    found = []
    for link in rule.table.links:
        target = _named(current, rules, rule, link, values) if link.when_target_ends == "end_too" else None
        until = _row_dates(current, rules, rules.of(link.to), target, day) if target else None
        if until is not None:
            found.append(EndsWith(link.name, link.to, until.retain_until, until.erase_by))
    return tuple(found)


def _row_dates(current: Reader, rules: Rules, rule: TableRule, values: tuple[str, ...], day: date) -> Dates | None:
    """A whole record's: the latest of its clusters, or the end of what it ends with in turn."""
    known = ask(current, rules, rule, values, day)
    if known is None:
        return None
    each = (cluster_dates(rules, rule, number, known, day) for number in range(len(rule.clusters)))
    own = latest(one for one in each if one is not None)
    others = [Dates(one.retain_until, one.retain_until, one.erase_by) for one in ending_with(current, rules, rule, values, day)]
    return earliest(own, *others) if own else None


def _named(current: Reader, rules: Rules, rule: TableRule, link: Link, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The key of the one record that the link names; None for none, and for several."""
    to = rules.policy.table(link.to)
    stored_views(current.session, replace(rules.policy, tables=(rule.table, to)))
    on = sql.all_of(exp.EQ(this=col(a, "t"), expression=col(b, "o")) for a, b in zip(link.columns, link.to_columns, strict=True))
    rows = exp.select(*(sql.cast(col(name, "o"), "TEXT") for name in to.key)).from_(sql.table(STORED, rule.table.id, alias="t"))
    rows = rows.join(sql.table(STORED, to.id, alias="o"), on=on).where(with_key(rule.table, values, "t"))
    if link.kind:
        rows = rows.where(exp.EQ(this=col(link.kind[0], "t"), expression=lit(link.kind[1])))
    found = current.session.rows(rows)
    return found[0] if len(found) == 1 else None

"""The exact dates behind a level: for one record, per purpose and per data cluster. Pure; the same calendar as the thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from privacy_pipelines.policy.model import Company
from privacy_pipelines.retention.calendar import Dates, Rule, dates
from privacy_pipelines.retention.reach import Reach
from privacy_pipelines.retention.rules import PurposeRule, TableRule


@dataclass(frozen=True, slots=True)
class Found:
    """What a frame found at one reach: the date (OPEN where the clock has not started), and the night since which it is missing."""

    day: date | None
    missing_since: date | None


@dataclass(frozen=True, slots=True)
class Record:
    """What a frame says of one record, and the day on which that is asked."""

    found: Mapping[Reach, Found]
    gone: date | None
    noticed: date | None
    """When it was collected; None where that does not matter."""
    as_of: date


def notice_rule(rule: PurposeRule, start: Reach, record: Record) -> tuple[date, Rule]:
    """The rule by which a start of this record is counted, and the first day of the notice under which it was collected."""
    rules = rule.by_notice(start, record.as_of)
    return next((one for one in rules if record.noticed is not None and record.noticed >= one[0]), rules[-1])


def purpose_dates(rule: PurposeRule, record: Record, company: Company) -> Dates | None:
    """When this purpose ends for a record, or None where it does not apply to it."""
    found, gone = record.found, record.gone
    if any(found[reach].day is None for reach in rule.gates):
        return None
    days = ((reach, day) for reach in rule.starts if (day := found[reach].day) is not None)
    starts = [dates(notice_rule(rule, reach, record)[1], day, company) for reach, day in days]
    if rule.missing is not None:
        starts += [dates(rule.missing, since, company) for reach in rule.starts if (since := found[reach].missing_since) is not None]
    if not starts:
        return None
    ends = [dates(end, day, company) for reach, end in rule.ends if not end.restricts and (day := found[reach].day) is not None]
    if rule.deleted_at_source is not None and gone is not None:
        ends.append(dates(rule.deleted_at_source, gone, company))
    return _each(min, [_each(max, starts), *ends])


def cluster_dates(rule: TableRule, number: int, record: Record, since: date, company: Company) -> Dates | None:
    """When a data cluster ends for a record about a person: by its own purposes, or by the ceiling of the undetermined, which counts from
    `since`; None where nothing ever kept it."""
    cluster = rule.clusters[number]
    each = (purpose_dates(rule.purposes[n], record, company) for n in cluster.purposes)
    until = latest(one for one in each if one is not None)
    if until is None and not cluster.needs_consent:
        until = dates(rule.undetermined, since, company)
        if record.gone is not None:
            until = earliest(until, dates(rule.unexplained, record.gone, company))
    return until


def latest(every: Iterable[Dates]) -> Dates | None:
    """Cells live as long as the longest of their purposes; None for none."""
    known = list(every)
    return _each(max, known) if known else None


def earliest(*every: Dates) -> Dates:
    """What ends with others ends with the first of them."""
    return _each(min, list(every))


def _each(choose: object, every: list[Dates]) -> Dates:
    assert callable(choose)
    return Dates(*(choose(getattr(one, name) for one in every) for name in Dates.__slots__))

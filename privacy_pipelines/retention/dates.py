"""The exact dates behind a level: for one record, per purpose and per data cluster. Pure; the same calendar as the thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from privacy_pipelines.policy.model import Company
from privacy_pipelines.retention.calendar import Dates, dates
from privacy_pipelines.retention.reach import Reach
from privacy_pipelines.retention.rules import PurposeRule


@dataclass(frozen=True, slots=True)
class Found:
    """What a frame found at one reach: the date (OPEN where the clock has not started), and the night since which it is missing."""

    day: date | None
    missing_since: date | None


def purpose_dates(rule: PurposeRule, found: Mapping[Reach, Found], gone: date | None, company: Company) -> Dates | None:
    """When this purpose ends for a record, or None where it does not apply to it."""
    if any(found[reach].day is None for reach in rule.gates):
        return None
    starts = [dates(rule.rule_for(reach), day, company) for reach in rule.starts if (day := found[reach].day) is not None]
    if rule.missing is not None:
        starts += [dates(rule.missing, since, company) for reach in rule.starts if (since := found[reach].missing_since) is not None]
    if not starts:
        return None
    ends = [dates(end, day, company) for reach, end in rule.ends if not end.restricts and (day := found[reach].day) is not None]
    if rule.deleted_at_source is not None and gone is not None:
        ends.append(dates(rule.deleted_at_source, gone, company))
    return _each(min, [_each(max, starts), *ends])


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

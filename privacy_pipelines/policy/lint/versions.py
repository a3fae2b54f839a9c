"""Checks of a rule's bounds, and of what it said before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.documents import PurposeDocument
from privacy_pipelines.policy.lint.context import Context
from privacy_pipelines.policy.lint.purposes import longest_days, shortest_days
from privacy_pipelines.policy.reading import Place
from privacy_pipelines.values import Period


def bounds_leave_room(context: Context) -> Iterator[Problem]:
    """LAW scenario 48: what must be kept longer than it may be kept cannot be done; and the period lies between the two."""
    for file in context.purposes:
        purpose = file.content
        if purpose.at_least and purpose.at_most and not surely_as_long(purpose.at_most, purpose.at_least):
            what = f"at least {purpose.at_least} and at most {purpose.at_most}: no period is both"
            yield file.located.problem(("at_most",), what, "A duty that must keep longer is a purpose of its own")
            continue
        for place, period in _periods(purpose):
            if purpose.at_least and not surely_as_long(period, purpose.at_least):
                yield file.located.problem(place, f"period {period} can be shorter than at_least {purpose.at_least}")
            if purpose.at_most and not surely_as_long(purpose.at_most, period):
                yield file.located.problem(place, f"period {period} can be longer than at_most {purpose.at_most}")


def versions_follow_one_another(context: Context) -> Iterator[Problem]:
    """One version is in force on a day: each earlier one begins before today's, and no two on one day."""
    for file in context.purposes:
        days = [file.content.effective_from]
        for number, version in enumerate(file.content.earlier or ()):
            place = ("earlier", number, "effective_from")
            if version.effective_from >= file.content.effective_from:
                what = f"an earlier version from {version.effective_from}, and today's from {file.content.effective_from}"
                yield file.located.problem(place, what, "An earlier version begins before today's")
            elif version.effective_from in days:
                yield file.located.problem(place, f"two versions begin on {version.effective_from}")
            days.append(version.effective_from)


def versions_differ(context: Context) -> Iterator[Problem]:
    """A version that says what the next one says is none."""
    for file in context.purposes:
        purpose, earlier = file.content, file.content.earlier or ()
        ordered = sorted(enumerate(earlier), key=lambda one: one[1].effective_from)
        said = [(number, _said(purpose, number)) for number, _ in ordered]
        for (number, one), (_, following) in pairwise([*said, (-1, _said(purpose, -1))]):
            if one == following:
                what = f"the version of {earlier[number].effective_from} says what the next one says"
                yield file.located.problem(("earlier", number), what, "Leave it out")


def surely_as_long(one: Period, other: Period) -> bool:
    """Whether a period is never shorter than another, from whatever day both are counted.

    >>> surely_as_long(Period.parse("P12M"), Period.parse("P1Y")), surely_as_long(Period.parse("P365D"), Period.parse("P1Y"))
    (True, False)
    """
    return (one.months >= other.months and one.days >= other.days) or shortest_days(one) >= longest_days(other)


def _periods(purpose: PurposeDocument) -> Iterator[tuple[Place, Period]]:
    yield ("period",), purpose.period
    for number, version in enumerate(purpose.earlier or ()):
        yield ("earlier", number, "period"), version.period


def _said(purpose: PurposeDocument, number: int) -> tuple[object, ...]:
    """What a version says in the end, of the earlier ones or with -1 of today's."""
    point = purpose.starting_point
    today = (purpose.period, point.offset, point.order or "offset_then_period", purpose.roll)
    if number < 0:
        return today
    version = (purpose.earlier or ())[number]
    return (version.period, today[1] if version.offset is None else version.offset, version.order or today[2], version.roll or today[3])

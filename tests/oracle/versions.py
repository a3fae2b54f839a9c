"""What a rule is and was: by which version a record is counted, and what newer ones make of it (LAW §5, 49 and 50; policy.md)."""

from __future__ import annotations

from datetime import date

from tests.oracle.days import DAY, FOREVER, Dates, next_weekday, plus, unit_end
from tests.oracle.facts import Row, usable
from tests.oracle.law import Json, listed
from tests.oracle.reach import World


def by_rule(world: World, purpose: Json, start: date, entity: str | None, row: Row, as_of: date) -> Dates:
    """The dates of a purpose from its starting point (LAW §1), by the notice under which the row was collected."""
    if start == FOREVER:
        return Dates(FOREVER, FOREVER, FOREVER)
    every = [one for one in _versions(purpose) if _since(one) <= as_of]
    known = [one for one in every if _since(one) <= _collected(world, row, as_of)] or every[:1]
    until = _last_day(world, known[-1], start, entity)
    for newer in every[len(known) :]:
        own, eve = _last_day(world, newer, start, entity), _since(newer) - DAY
        until = max(own, min(until, eve)) if purpose["nature"] == "duty" else min(until, max(own, eve))
    return ending(until, purpose.get("settle", "P0D"), purpose["execution_window"])


def ending(until: date, settle: str, window: str) -> Dates:
    """The three dates of a last day kept."""
    return Dates(until, plus(until, settle) + DAY, plus(until, window))


def _versions(purpose: Json) -> list[Json]:
    """Each version of a rule written out, the oldest first."""
    return sorted([purpose, *({**purpose, **one} for one in purpose.get("earlier", []))], key=_since)


def _since(version: Json) -> date:
    return date.fromisoformat(str(version["effective_from"]))


def _collected(world: World, row: Row, as_of: date) -> date:
    """The night that first saw a row, or an earlier day that its source knows."""
    columns = listed(world.law.tables[row.table].get("collected"))
    filled = next((row.values[column] for column in columns if row.values[column] is not None), None)
    day = usable(world.law, filled, as_of)
    return min(row.first_seen, day) if day else row.first_seen


def _last_day(world: World, version: Json, start: date, entity: str | None) -> date:
    """Offset and period in the order that the version says (C3), once from the start; then it rolls, if it does (C2)."""
    point, until = version["starting_point"], start
    order = version.get("order", point.get("order"))
    if order == "period_then_offset":
        until = plus(until, version["period"])
    for unit in listed(version.get("offset", point.get("offset"))):
        until = unit_end(unit, until, world.law.company, entity)
    if order != "period_then_offset":
        until = plus(until, version["period"])
    return next_weekday(until) if version.get("roll") == "next_weekday" else until

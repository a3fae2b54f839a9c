"""Consents and objections of a record: found by the value that they share, weighed row by row (GDPR Art. 7 and 21; LAW §1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.oracle.conditions import holds
from tests.oracle.days import DAY, FOREVER, plus
from tests.oracle.facts import Row, usable
from tests.oracle.law import Json, full, listed
from tests.oracle.reach import World, around, onward, persons, told, via

ONCE_GIVEN = ("Withdrawn", "Revoked", "Expired", "Invalidated")
"""DPV's states of a consent that stood and stands no more; any other that is not valid proves nothing (LAW §1)."""


def consented_until(world: World, row: Row, name: str, as_of: date) -> date | None:
    """The last day on which a consent stands or stood for a record; `FOREVER` without an end, None where it never stood."""
    said = world.law.consents[name]
    found = _registered(world, row, name, said)
    withdrawn = max((day for one in found if (day := _withdrawn(world, said, one, as_of)) is not None), default=date.min)
    ends = [end for one in found if (end := _stood_until(world, said, one, as_of, withdrawn)) is not None]
    return max(ends, default=None)


def objected_on(world: World, row: Row, name: str, as_of: date) -> date | None:
    """The first day of an objection that stands; None where none does."""
    said = world.law.objections[name]
    days = [_made_on(world, said, one, as_of) for one in _registered(world, row, name, said) if _stands(world, said, one, as_of)]
    return min(days, default=None)


def _withdrawn(world: World, said: Json, one: Row, as_of: date) -> date | None:
    """The day on which an entry says that the consent was taken back; where it says so without a day, the latest that can be meant."""
    given, until = _from(world, said, one, as_of), _until(world, said, one, as_of)
    if one.values[said["status"]] in ONCE_GIVEN:
        return min(until or given or one.first_seen, as_of)
    return until if one.values[said["status"]] in listed(said["valid"]) and until is not None and until <= as_of else None


def _stood_until(world: World, said: Json, one: Row, as_of: date, withdrawn: date) -> date | None:
    """The last day of one entry. Undated, it cannot be demonstrated (Art. 7(1)); on one day a withdrawal outranks it."""
    given, until = _from(world, said, one, as_of), _until(world, said, one, as_of)
    once, valid = one.values[said["status"]] in ONCE_GIVEN, one.values[said["status"]] in listed(said["valid"])
    if not once and not (valid and given is not None and given <= as_of):
        return None
    ends = [end for end in (_withdrawn(world, said, one, as_of) if once else until, one.gone) if end is not None]
    ends += [plus(given, said["valid_for"]) + DAY] if "valid_for" in said and given is not None else []
    ends += [withdrawn] if once or (given is not None and given <= withdrawn) else []
    return min(ends) - DAY if ends else FOREVER


def _stands(world: World, said: Json, one: Row, as_of: date) -> bool:
    if "status" in said and one.values[said["status"]] not in listed(said["valid"]):
        return False
    until = _until(world, said, one, as_of)
    return until is None or until > as_of


def _made_on(world: World, said: Json, one: Row, as_of: date) -> date:
    day = _from(world, said, one, as_of) if "from" in said else None
    return day if day is not None and day <= as_of else one.first_seen


def _from(world: World, said: Json, one: Row, as_of: date) -> date | None:
    first = next((one.values[column] for column in listed(said["from"]) if one.values[column] is not None), None)
    return usable(world.law, first, as_of)


def _until(world: World, said: Json, one: Row, as_of: date) -> date | None:
    return usable(world.law, one.values[said["until"]], as_of) if "until" in said else None


def _registered(world: World, row: Row, name: str, said: Json) -> list[Row]:
    """The rows of the register that hold a record's value, and are this consent."""
    (column, targets), *_ = said["match"].items()
    wanted = _values(world, row, name, said, column, listed(targets))
    register = [one for one in world.rows[said["table"]] if holds(said.get("when"), one.values)]
    return [one for one in register if _same(one.values[column]) in wanted]


def matched_in(said: Json) -> dict[str, str]:
    """Table → the column whose value an entry of a register holds: the register's own among them."""
    (column, targets), *_ = said["match"].items()
    return {said["table"]: column, **dict(_table_and_column(target, said["source"]) for target in listed(targets))}


def _values(world: World, row: Row, name: str, said: Json, column: str, targets: list[str]) -> set[Any]:
    """A record's own value, or that of the rows to which its links lead."""
    if row.table == said["table"]:
        return {_same(row.values[column])} - {None}
    there = dict(_table_and_column(target, said["source"]) for target in targets)
    steps = way_to(world, row.table, name, set(there))
    if steps is None:
        return set()
    last, ahead = steps[-1] if steps else (None, False)
    if last is not None and ahead and last.columns[0][1] == there[last.to] and len(last.columns) == 1:
        # The link holds the very value, whether or not the row that it names is there tonight.
        found, names = world.follow(row, steps[:-1]), {last.here: last.columns[0][0]}
    else:
        found, names = world.follow(row, steps), there
    return {_same(one.values[names[one.table]]) for one, certain in found if certain} - {None}


def way_to(world: World, table: str, name: str, targets: set[str]) -> Any:
    """The way to the rows by which a consent or an objection is matched."""
    said = via(world.law, table, name)
    if said is not None:
        return told(world, table, said)
    straight = onward(world, table, targets)
    if straight is not None:
        return straight
    ways = [[*path, *rest] for person, path in persons(world, table) if (rest := around(world, person, targets)) is not None]
    return min(ways, key=len, default=None)


def _table_and_column(target: str, source: str) -> tuple[str, str]:
    table, column = target.rsplit(".", 1)
    return full(table, source), column


def _same(value: Any) -> Any:
    """Addresses are compared without case and outer spaces."""
    return value.strip().casefold() if isinstance(value, str) else value

"""One purpose on one record: whether it applies, when it ends, and what it is on a day (LAW §1; DESIGN §2; docs/policy.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tests.oracle.conditions import holds
from tests.oracle.consents import consented_until, objected_on
from tests.oracle.days import DAY, FOREVER, Dates, earliest, latest, plus
from tests.oracle.facts import Row, Seen
from tests.oracle.following import seen_of
from tests.oracle.law import Json, listed, subjects
from tests.oracle.reach import Step, World, around, gone_since, onward, persons, tables_with, told, via
from tests.oracle.versions import by_rule, ending

ALIVE = ("in_force", "settling", "undetermined", "restricted")


@dataclass(frozen=True, slots=True)
class Ruling:
    """A purpose that applies to a record: its dates, and its level on the day of the decision."""

    dates: Dates
    level: str
    """in_force, restricted (by an objection), undetermined, settling, erasable or overdue."""


def rule_on(world: World, row: Row, name: str, as_of: date) -> Ruling | None:
    """What a purpose says about a record; None where it does not apply."""
    purpose = world.law.purposes[name]
    if not _is_for(world, row, purpose) or not _admitted(world, row, purpose, as_of):
        return None
    clocks = _clocks(world, row, name, as_of)
    if not clocks:
        return None
    own, dated = max((dates for dates, _ in clocks), key=lambda one: one.until), [dates for dates, known in clocks if known]
    own = latest([dates for dates, _ in clocks])
    ends = _ends(world, row, name, as_of)
    until = earliest([own, *ends])
    runs = any(as_of <= dates.until for dates in dated)
    return Ruling(until, _level(until, as_of, runs, _waits(world, row, purpose, as_of)))


def kinds_of(world: World, row: Row) -> set[str] | None:
    """The kinds of person that a row is or belongs to: none where it is nobody; None where no person is known."""
    paths = persons(world, row.table)
    if paths and not paths[0][1]:
        return own_kinds(world, row)
    found = [one for _, path in paths for one, certain in world.follow(row, path) if certain]
    return {kind for one in found for kind in own_kinds(world, one)} if found else None


def own_kinds(world: World, row: Row) -> set[str]:
    """The kinds whose condition a row of persons meets."""
    return {one["kind"] for one in subjects(world.law.tables[row.table]) if holds(one.get("when"), row.values)}


def observations(world: World, row: Row, event: str, scope: str, kinds: set[str] | None, as_of: date) -> list[Seen]:
    """Everything that a record's own rows, or all rows of its person, say of an event."""
    steps = way(world, row.table, event, scope, kinds)
    found = world.follow(row, steps) if steps is not None else []
    seen = [(said, certain) for one, certain in found for said in seen_of(world, one, event, as_of)]
    if not all(certain for _, certain in seen):
        row.missing_since.setdefault(f"shared {event}", as_of)  # a night that finds it so is the first, unless one before did
    told_of = [one if certain else Seen(missing=row.missing_since[f"shared {event}"]) for one, certain in seen]
    if scope != "subject":
        return told_of
    return [_as_remembered(world, row, event, kinds, one, as_of) for one in told_of] + _evidence(world, row, event, kinds)


def _evidence(world: World, row: Row, event: str, kinds: set[str] | None) -> list[Seen]:
    """What rows that are gone had said of a record's person."""
    path, rest = _over_person(world, row.table, event, kinds) or ([], [])
    return [seen for one, certain in world.follow(row, path) if certain and rest for seen in one.evidence.get(event, [])]


def _as_remembered(world: World, row: Row, event: str, kinds: set[str] | None, seen: Seen, as_of: date) -> Seen:
    """A date that is missing of a person has been since the first night that missed it, though the row that said so left and came again. Of
    who has left nothing is remembered."""
    path, rest = _over_person(world, row.table, event, kinds) or ([], [])
    if seen.missing is None or not rest:
        return seen
    if any(one.departed for one, _ in world.follow(row, path)):
        return replace(seen, missing=as_of)
    nights = [one.missing_since.setdefault(f"about {event}", as_of) for one, _ in world.follow(row, path)]
    return replace(seen, missing=min([seen.missing, *nights]))


def _clocks(world: World, row: Row, name: str, as_of: date) -> list[tuple[Dates, bool]]:
    """For each start the dates, and whether they count from a known day."""
    purpose = world.law.purposes[name]
    point = purpose["starting_point"]
    if "consent" in point:
        ends = [consented_until(world, row, one, as_of) for one in listed(point["consent"])]
        later = 0 if purpose["nature"] == "policy" else 1
        return [
            (by_rule(world, purpose, end if end == FOREVER else end + later * DAY, None, row, as_of), True)
            for end in ends
            if end is not None
        ]
    scope = scope_of(world, row.table, name, point["event"])
    kinds = set(listed(purpose.get("subjects"))) or None
    found = observations(world, row, point["event"], scope, kinds, as_of)
    return [_clock(world, row, purpose, one, as_of) for one in found]


def _clock(world: World, row: Row, purpose: Json, seen: Seen, as_of: date) -> tuple[Dates, bool]:
    fiscal = "end_of_fiscal_year" in listed(purpose["starting_point"].get("offset"))
    missing = seen.missing or (seen.strange if fiscal and seen.day != FOREVER else None)
    if missing is None:
        assert seen.day is not None
        return by_rule(world, purpose, seen.day, seen.entity, row, as_of), True
    if "on_missing_event" in purpose:
        ceiling = purpose["on_missing_event"]
        settle, window = purpose.get("settle", "P0D"), ceiling.get("execution_window", purpose["execution_window"])
    else:
        ceiling, settle = world.law.company["undetermined"], "P0D"
        window = ceiling.get("execution_window", "P30D")
    return ending(plus(missing, ceiling["restrict"]), settle, window), False


def _ends(world: World, row: Row, name: str, as_of: date) -> list[Dates]:
    """What ends a purpose before its own clock does: events, a consent that is over, objections, a key that vanished."""
    purpose, found = world.law.purposes[name], []
    settle, window = purpose.get("settle", "P0D"), purpose["execution_window"]
    for said in purpose.get("ended_by", []):
        scope = scope_of(world, row.table, name, said["event"])
        if scope == "record" and said["event"] not in world.law.tables[row.table].get("events", {}):
            continue  # an early end concerns the record that has it: a contract outlives its signatory (LAW §5, 33)
        seen = observations(world, row, said["event"], scope, set(listed(purpose.get("subjects"))) or None, as_of)
        days = [one.day for one in seen if one.day is not None]
        if days and max(days) != FOREVER:
            found.append(ending(plus(max(days), said["period"]), settle, said.get("execution_window", window)))
    if "requires_consent" in purpose:
        end = consented_until(world, row, purpose["requires_consent"], as_of)
        found += [ending(end, "P0D", window)] if end not in (None, FOREVER) else []  # type: ignore[arg-type]
    for objection, effect in purpose.get("objections", {}).items():
        day = objected_on(world, row, objection, as_of) if effect == "end" else None
        found += [ending(day - DAY, "P0D", window)] if day else []
    gone = gone_since(world, row)
    if gone is not None and purpose["nature"] == "policy":
        found.append(ending(gone, settle, window))
    return found


def scope_of(world: World, at: str, name: str, event: str) -> str:
    """The row's own or its person's: as the table says, else as the purpose does; a row that has the event lives by its own."""
    table = world.law.tables[at]
    said = table.get("scopes", {}).get(name)
    if event in table.get("events", {}) and (said != "subject" or subjects(table)):
        return "record"
    return said or world.law.purposes[name]["starting_point"].get("of", "record")


def _admitted(world: World, row: Row, purpose: Json, as_of: date) -> bool:
    needed = [purpose[key] for key in ("requires_consent", "admitted_by_consent") if key in purpose]
    return all(consented_until(world, row, one, as_of) is not None for one in needed)


def _waits(world: World, row: Row, purpose: Json, as_of: date) -> bool:
    said = purpose.get("objections", {})
    return any(objected_on(world, row, one, as_of) is not None for one, effect in said.items() if effect == "restrict")


def _is_for(world: World, row: Row, purpose: Json) -> bool:
    """Whether a purpose is for the kinds of person of a record; who is not known, or has left, excludes nothing."""
    wanted, kinds = set(listed(purpose.get("subjects"))), kinds_of(world, row)
    return not wanted or kinds is None or bool(kinds & wanted)


def _level(until: Dates, as_of: date, runs: bool, waits: bool) -> str:
    if as_of <= until.until:
        return "undetermined" if not runs else "restricted" if waits else "in_force"
    if as_of < until.collect:
        return "settling"
    return "erasable" if as_of <= until.by else "overdue"


def way(world: World, table: str, event: str, scope: str, kinds: set[str] | None) -> Any:
    """The way to an event: told, or the shortest; a record's own over its links, a subject's over everything of the person."""
    targets, said = tables_with(world.law, event), via(world.law, table, event)
    if said is not None:
        return told(world, table, said)
    if scope == "record":
        return onward(world, table, targets)
    found = _over_person(world, table, event, kinds)
    return None if found is None else [*found[0], *found[1]]


def _over_person(world: World, table: str, event: str, kinds: set[str] | None) -> tuple[list[Step], list[Step]] | None:
    """The shortest way to an event over a person: to them, and from there on."""
    ways = []
    for person, path in persons(world, table, kinds):
        further = via(world.law, person, event)
        rest = told(world, person, further) if further is not None else around(world, person, tables_with(world.law, event))
        ways += [(path, rest)] if rest is not None else []
    return min(ways, key=lambda way: len(way[0]) + len(way[1]), default=None)

"""Rows as a night finds them, and what one row says of an event: a day, open, or missing (DESIGN §2; LAW §2.3 C10)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.oracle.conditions import holds
from tests.oracle.days import FOREVER, civil, plus
from tests.oracle.law import Json, Law, listed


@dataclass(eq=False, slots=True)
class Row:
    """A row of a table, with what a store remembers of it."""

    table: str
    key: tuple[Any, ...]
    values: dict[str, Any]
    first_seen: date
    gone: date | None = None
    """The night on which its source no longer sent it."""
    missing_since: dict[str, date] = field(default_factory=dict)
    """Event → since when it has been there without a usable date; `shared …` where it is found over a value that names several rows."""
    unknown_since: dict[frozenset[str], date] = field(default_factory=dict)
    """Data cluster → since when no purpose of it has applied."""
    departed: bool = False
    """Whether it had been sent before and is not in the store: nothing admits it again but a purpose that applies."""
    suspended: frozenset[frozenset[str]] = frozenset()
    """Data clusters that had ended on the night before, and of which a hold kept cells."""
    evidence: dict[str, list[Seen]] = field(default_factory=dict)
    """Of a person: event → what rows said that are found no more."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an event: a day, `FOREVER` where the clock has not started, or missing since a night; and the legal entity.

    `strange` is the night since which the row has named no declared entity, so that it has no fiscal year.
    """

    day: date | None = None
    missing: date | None = None
    entity: str | None = None
    strange: date | None = None


def seen_in(law: Law, row: Row, event: str, as_of: date) -> Seen | None:
    """What a row says of an event of its table; None where it does not have it."""
    table = law.tables[row.table]
    said = law_event(table, event)
    if not holds(said.get("when"), row.values):
        return None
    entity, known = entity_of(law, table, row)
    if "open_if" in said and holds(said["open_if"], row.values):
        return _open(said, row, event, as_of, entity)
    day, since = _dated(law, said, row, as_of), row.missing_since.get(event, as_of)
    if day is None:
        return Seen(missing=_ended_for_all_one_knows(law, said, row, as_of) or since, entity=entity)
    return Seen(day, entity=entity, strange=None if known else since)


def law_event(table: Json, event: str) -> Json:
    """An event of a table, written out."""
    said = table["events"][event]
    return said if isinstance(said, dict) else {"at": said}


def entity_of(law: Law, table: Json, row: Row) -> tuple[str | None, bool]:
    """The legal entity of a row, and whether its fiscal year is known."""
    said = table.get("entity")
    if said is None:
        return None, True
    if isinstance(said, dict) and "always" in said:
        return said["always"], True
    value = row.values[said["column"] if isinstance(said, dict) else said]
    for name, entity in law.company.get("entities", {}).items():
        if value in (listed(entity.get("values")) or [name]):
            return name, True
    return None, False


def usable(law: Law, value: Any, as_of: date) -> date | None:
    """The civil date of a value; None for an empty, unknown or implausible one."""
    day = value_day(law, value)
    if day is None or day.isoformat() in [str(one) for one in listed(law.company.get("unknown_dates"))]:
        return None
    said = {"earliest": "1930-01-01", "ahead": "P20Y", **law.company.get("plausible_dates", {})}
    plausible = date.fromisoformat(str(said["earliest"])) <= day <= plus(as_of, said["ahead"])
    return day if plausible else None


def value_day(law: Law, value: Any) -> date | None:
    """A date as it stands; an instant as its date in the company's zone."""
    return civil(value, law.company["zone"]) if isinstance(value, datetime) else value


def _open(said: Json, row: Row, event: str, as_of: date, entity: str | None) -> Seen:
    """An open event; when its row has vanished it never starts a clock, except where the list itself is the event."""
    if row.gone is None:
        return Seen(FOREVER, entity=entity)
    if "at" not in said:
        return Seen(row.gone, entity=entity)
    return Seen(missing=row.missing_since.get(event, row.gone), entity=entity)


def _ended_for_all_one_knows(law: Law, said: Json, row: Row, as_of: date) -> date | None:
    """The day from which the ceiling of a missing date is counted, where the row has one that is not to come (LAW §5, 24)."""
    first = next((row.values[column] for column in listed(said.get("fallback")) if row.values[column] is not None), None)
    day = None if first is None else usable(law, first, as_of)
    return day if day is not None and day <= as_of else None


def _in_parts(at: Json, row: Row) -> date | None:
    """The day of a year, a month and a day in columns of their own, or None where together they are none."""
    year, month, day = (row.values[at[part]] if at[part] not in ("first", "last") else at[part] for part in ("year", "month", "day"))
    if year is None or month is None or day is None:
        return None
    month = {"first": 1, "last": 12}.get(month, month)
    try:
        days = monthrange(year, month)[1]
        return date(year, month, {"first": 1, "last": days}.get(day, day))
    except (ValueError, IndexError):
        return None


def _dated(law: Law, said: Json, row: Row, as_of: date) -> date | None:
    at = said.get("at")
    if isinstance(at, dict) and "year" in at:
        whole = _in_parts(at, row)
        return None if whole is None else usable(law, whole, as_of)
    if isinstance(at, dict):
        filled = [row.values[column] for column in listed(at["latest"]) if row.values[column] is not None]
        days = [usable(law, value, as_of) for value in filled]
        return None if not days or None in days else max(day for day in days if day is not None)
    first = next((row.values[column] for column in listed(at) if row.values[column] is not None), None)
    return None if first is None else usable(law, first, as_of)

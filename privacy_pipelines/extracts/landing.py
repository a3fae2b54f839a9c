"""Which extracts are tonight's: every day that has not landed, in order; the same function for the night and for days by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from privacy_pipelines.extracts.arrivals import Arrival, Last, Quarantined, made_good
from privacy_pipelines.extracts.arrive import Desk, arrive
from privacy_pipelines.extracts.drop import ExtractFile, digest_of, extracts_of, undeclared_files
from privacy_pipelines.extracts.names import without_peoples_names
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.values import Period


@dataclass(frozen=True, slots=True)
class Landed:
    """What landed tonight; `findings` are sentences for the engineer, without values."""

    arrivals: tuple[Arrival, ...]
    quarantined: tuple[Quarantined, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A table's extracts that are still to be read, oldest first, and what is said of how fresh they are."""

    table: Table
    files: tuple[ExtractFile, ...]
    findings: tuple[str, ...]


def waiting(policy: Policy, folder: Path, landed: dict[str, Last], as_of: date, again: Collection[date] = ()) -> tuple[Waiting, ...]:
    """Every table's extracts up to `as_of` that have not landed, and those of the days in `again`."""
    found = []
    for table in policy.tables:
        files = [file for file in extracts_of(policy, table, folder) if file.day <= as_of]
        some = tonight_of(table, files, landed.get(table.id), as_of, again)
        found.append(Waiting(table, tuple(some), tuple(_freshness(table, files, as_of))))
    return tuple(found)


def land(desk: Desk, folder: Path, landed: dict[str, Last], as_of: date, again: Collection[date] = ()) -> Landed:
    """Stage every extract up to `as_of` that has not landed, oldest first, and the days in `again` once more.

    `landed` has each table's newest landed extract: a day whose file was replaced lands again.
    """
    arrivals: list[Arrival] = []
    quarantined: list[Quarantined] = []
    waits = waiting(desk.policy, folder, landed, as_of, again)
    for one in waits:
        for file in one.files:
            arrival, faults = arrive(desk, one.table, file, landed.get(one.table.id))
            arrivals.append(arrival)
            quarantined += faults
    told = without_peoples_names(desk.session, desk.policy, arrivals)
    return Landed(told, tuple(quarantined), findings_of(waits, told))


def findings_of(waits: Collection[Waiting], arrivals: Collection[Arrival]) -> tuple[str, ...]:
    """What an engineer is told of tonight's extracts, without values."""
    fresh = (said for one in waits for said in one.findings)
    return (*fresh, *(said for one in arrivals for said in _said(one, made_good=made_good(one, arrivals))))


def outside(policy: Policy, folder: Path) -> tuple[str, ...]:
    """The same of files that nobody declared."""
    return tuple(f"{name}: no declared table claims this file; it stays outside" for name in undeclared_files(policy, folder))


def tonight_of(table: Table, files: list[ExtractFile], last: Last | None, as_of: date, again: Collection[date]) -> list[ExtractFile]:
    """The files of a table that are still to be read. A snapshot older than its freshness is no picture of tonight.

    An increment that comes late is read before the days after it, which are read once more: so the newest version of each row stands.
    """
    if table.extract.mode == "increment":
        first = min((file.day for file in files if file.day in again or _unlanded_increment(file, last)), default=None)
        return [file for file in files if first is not None and file.day >= first]
    oldest = before(as_of, table.extract.freshness)
    return [file for file in files if file.day in again or (file.day >= oldest and _unlanded(file, last))]


def days_in(policy: Policy, folder: Path) -> tuple[date, ...]:
    """Every day for which the drop folder holds an extract, oldest first."""
    return tuple(sorted({file.day for table in policy.tables for file in extracts_of(policy, table, folder)}))


def newest_landed(policy: Policy, landed: dict[str, Last], arrivals: Collection[Arrival]) -> dict[str, Last]:
    """Each table's newest landed day after these arrivals; a refused file has not landed and is tried again."""
    newest = dict(landed)
    for arrival in arrivals:
        if arrival.refused:
            continue
        this = Last(arrival.day, arrival.digest, arrival.rows)
        known = newest.get(arrival.table, this)
        if policy.table(arrival.table).extract.mode == "increment":
            newest[arrival.table] = known.with_day(arrival)
        elif arrival.day >= known.day:
            newest[arrival.table] = this
    return newest


def before(day: date, period: Period) -> date:
    """The day a period of days before another; months count as thirty days, for limits that only ask whether a file is old."""
    return day - timedelta(days=period.days + 30 * period.months)


def unfit(arrivals: tuple[Arrival, ...], tables: Collection[str], why: str) -> tuple[Arrival, ...]:
    """The arrivals of these tables refused: they wait for leave to enter."""
    return tuple(replace(arrival, refused=why) if arrival.table in tables and not arrival.refused else arrival for arrival in arrivals)


def _unlanded(file: ExtractFile, last: Last | None) -> bool:
    if last is None or file.day > last.day:
        return True
    return file.day == last.day and digest_of(file) != last.digest


def _unlanded_increment(file: ExtractFile, last: Last | None) -> bool:
    """Whether the day has not landed, or its file was replaced since."""
    known = {**dict(last.days), last.day: last.digest} if last is not None else {}
    return file.day not in known or digest_of(file) != known[file.day]


def _freshness(table: Table, files: list[ExtractFile], as_of: date) -> list[str]:
    if not files:
        return [f"{table.id}: no extract in the drop folder. Yesterday's rows stand, and retention goes on"]
    if files[-1].day < before(as_of, table.extract.freshness):
        return [
            f"{table.id}: the newest extract is of {files[-1].day}, older than {table.extract.freshness}. Ask {table.owner} for a fresh one"
        ]
    return []


def _said(arrival: Arrival, *, made_good: bool) -> list[str]:
    said = []
    if arrival.refused:
        then = "A newer one has landed since" if made_good else "Yesterday's rows stand; have it sent again"
        said.append(f"{arrival.file}: refused, {arrival.refused}. {then}")
    if arrival.undeclared:
        names = ", ".join(arrival.undeclared)
        said.append(f"{arrival.file}: undeclared columns stayed outside: {names}. Declare them with a purpose, or stop sending them")
    if arrival.quarantined and not arrival.refused:
        said.append(f"{arrival.file}: {arrival.quarantined} rows quarantined. See the report for lines and reasons")
    if not arrival.trusted and not arrival.refused:
        said.append(f"{arrival.file}: not every key could be read, so no key counts as vanished tonight")
    if arrival.masked:
        said.append(f"{arrival.file}: {arrival.masked} free-text cells held an identifier and were masked")
    if not arrival.refused:
        hint = "Declare it (contains), have it kept elsewhere, or have it masked (masking, in company.yaml)"
        said += [f"{arrival.file}: {one.sentence}. {hint}" for one in arrival.found]
    return said

"""Was the night good? One sentence, and what a person must see to. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from privacy_pipelines.metrics.metric import Metric, shown
from privacy_pipelines.metrics.registry import METRICS, measure
from privacy_pipelines.nights.record import Record
from privacy_pipelines.observing.points import Number
from privacy_pipelines.report.arrived import Extract
from privacy_pipelines.report.trail import Trail
from privacy_pipelines.report.waits import Suspended, Waiting
from privacy_pipelines.report.words import count, listed

TILES = ("erased", "refused", "kept", "withheld_cells", "overdue", "cells_without_a_ground")
"""The numbers that stand at the top, in this order."""


@dataclass(frozen=True, slots=True)
class Told:
    """A metric of the night. `fine` is None where no number is wrong in itself."""

    name: str
    title: str
    value: Number
    said: str
    unit: str
    good: str
    source: str
    fine: bool | None


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to see to, the section that tells more, and what to do."""

    text: str
    anchor: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`needs` wait for a person, `notes` are for the sources; a night with needs is not a good one."""

    headline: str
    summary: str
    needs: tuple[Point, ...]
    notes: tuple[Point, ...]

    @property
    def good(self) -> bool:
        """Whether nobody needs to do anything."""
        return not self.needs


def pronounce(
    record: Record, waiting: tuple[Waiting, ...], holds: tuple[Suspended, ...], extracts: tuple[Extract, ...], trail: Trail
) -> Verdict:
    """The verdict on a night."""
    needs = (*_waits(waiting), *_refused(extracts), *_unbelieved(record), *_late(record), *_reviews(holds), *_unproved(record, trail))
    headline = f"Needs a person: {_few([need.text for need in needs])}" if needs else "Good night"
    return Verdict(headline, _summary(record), needs, _notes(record, extracts))


def numbers(record: Record) -> tuple[Told, ...]:
    """Every metric, measured, with what good looks like."""
    measured = measure(record)
    return tuple(_number(one, measured[one.name]) for one in METRICS if one.name in measured)


def tiles(found: tuple[Told, ...]) -> tuple[Told, ...]:
    """The few that stand at the top."""
    named = {number.name: number for number in found}
    return tuple(named[name] for name in TILES if name in named)


def _number(metric: Metric, value: Number) -> Told:
    fine = value == 0 if metric.wants_none else None
    return Told(metric.name, metric.title, value, shown(value, metric.unit), metric.unit.value, metric.good, metric.source, fine)


def _summary(record: Record) -> str:
    found = measure(record)
    gone = f"{count(found['erased'], 'row')} and {count(found['erased_cells'], 'cell')} left the store"
    gone = gone if found["erased_cells"] else "Nothing was due for erasure"
    door = f"{count(found['refused'], 'row was', 'rows were')} refused at the door"
    checks = "every check of the proof found nothing" if record.proof.passed else "the proof found what should not be there"
    return f"{gone}, {door}, {count(found['kept'], 'row stays', 'rows stay')}, and {checks}."


def _waits(waiting: tuple[Waiting, ...]) -> list[Point]:
    tables = sum(one.clause is None for one in waiting)
    parts = len(waiting) - tables
    found = []
    if parts:
        found.append(Point(count(parts, "part withheld", "parts withheld"), "withheld", "approve what is right, have the rest corrected"))
    if tables:
        text = count(tables, "new table waiting for leave", "new tables waiting for leave")
        found.append(Point(text, "withheld", "give leave where fields and purposes are as you expect"))
    return found


def _refused(extracts: tuple[Extract, ...]) -> list[Point]:
    files = [one.arrival.file for one in extracts if one.refused]
    return [Point(count(len(files), "extract refused", "extracts refused"), "arrived", f"have {_few(files)} sent again")] if files else []


def _unbelieved(record: Record) -> list[Point]:
    tables = [one.table for one in record.inbox.vanished if not one.applied]
    text = count(len(tables), "table with too many keys vanished", "tables with too many keys vanished")
    return [Point(text, "arrived", f"have the extract of {_few(tables)} checked")] if tables else []


def _late(record: Record) -> list[Point]:
    late = record.proof.overdue_rows
    return [Point(count(late, "row past its deadline", "rows past their deadline"), "withheld", "see what keeps them")] if late else []


def _reviews(holds: tuple[Suspended, ...]) -> list[Point]:
    late = [hold.name for hold in holds if hold.past_review]
    return [Point(count(len(late), "hold past its review", "holds past their review"), "holds", f"review {_few(late)}")] if late else []


def _unproved(record: Record, trail: Trail) -> list[Point]:
    found = []
    if not record.proof.passed:
        found.append(Point("the proof found something", "proof", "keep the store as it is and report it"))
    if not trail.verification.intact:
        found.append(Point("the evidence log is damaged", "proof", "restore it from a backup"))
    logged = trail.of(record.pin.run)
    if logged is None or logged.plan_digest != record.plan.digest:
        found.append(Point("the evidence log does not hold this night", "proof", "the next night completes it; if it does not, report it"))
    return found


def _notes(record: Record, extracts: tuple[Extract, ...]) -> tuple[Point, ...]:
    found = measure(record)
    undeclared = len({(one.arrival.table, column) for one in extracts for column in one.arrival.undeclared})
    superseded = sum(one.superseded for one in extracts)
    points = [
        (found["quarantined"], "row in quarantine", "rows in quarantine", "arrived"),
        (undeclared, "undeclared column kept out", "undeclared columns kept out", "arrived"),
        (found["masked"], "identifier masked in free text", "identifiers masked in free text", "arrived"),
        (superseded, "refused extract made good by a newer one", "refused extracts made good by newer ones", "arrived"),
        (found["erased_late"], "row erased after its deadline", "rows erased after their deadline", "erased"),
        (found["overdue_at_source"], "record overdue in its source", "records overdue in their sources", "refused"),
        (found["undetermined"], "field group undetermined", "field groups undetermined", "stays"),
    ]
    return tuple(Point(count(number, one, many), anchor) for number, one, many, anchor in points if number)


def _few(names: list[str]) -> str:
    """The first three, and how many more."""
    return listed(names) if len(names) <= 3 else f"{', '.join(names[:3])} and {len(names) - 3:,} more"

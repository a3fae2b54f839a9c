"""Was the night good? One sentence, and what a person must see to. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from privacy_pipelines.metrics.counting import oldest_late
from privacy_pipelines.metrics.metric import Metric
from privacy_pipelines.metrics.registry import METRICS, measure
from privacy_pipelines.nights.record import Record
from privacy_pipelines.observing.points import Number, Unit
from privacy_pipelines.report.arrived import Extract, extracts
from privacy_pipelines.report.rulebook import Rulebook
from privacy_pipelines.report.tongue import Tongue
from privacy_pipelines.report.trail import Trail
from privacy_pipelines.report.waits import Suspended, Waiting, suspended, waiting

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


def pronounce(record: Record, book: Rulebook, trail: Trail) -> Verdict:
    """The verdict on a night."""
    say, files = book.say, extracts(record)
    needs = (
        *_late(record, say), *_unproved(record, trail, say), *_waits(waiting(record, book), say), *_refused(files, say),
        *_unbelieved(record, say), *_reviews(suspended(record, book), say),
    )  # fmt: skip
    headline = say("Needs a person: {needs}", needs=_few([need.text for need in needs], say)) if needs else say("Good night")
    return Verdict(headline, _summary(record, say), needs, _notes(record, files, say))


def numbers(record: Record, say: Tongue) -> tuple[Told, ...]:
    """Every metric that has a value, with what good looks like."""
    measured = measure(record)
    return tuple(_number(one, measured[one.name], say) for one in METRICS if one.name in measured)


def tiles(found: tuple[Told, ...]) -> tuple[Told, ...]:
    """The few that stand at the top."""
    named = {number.name: number for number in found}
    return tuple(named[name] for name in TILES if name in named)


def _number(metric: Metric, value: Number, say: Tongue) -> Told:
    fine = value == 0 if metric.wants_none else None
    said, unit = say.measured(value, metric.unit), "" if metric.unit is Unit.SHARE else say(metric.unit.value)
    return Told(metric.name, say(metric.title), value, said, unit, say(metric.good), metric.source, fine)


def _summary(record: Record, say: Tongue) -> str:
    found = measure(record)
    gone = say("{rows} and {cells} left the store", rows=say.count(found["erased"], "row"), cells=say.count(found["erased_cells"], "cell"))
    gone = gone if found["erased_cells"] else say("Nothing was due for erasure")
    door = say.count(found["refused"], "row was refused at the door", "rows were refused at the door")
    stays = say.count(found["kept"], "row stays", "rows stay")
    checks = say("every check of the proof found nothing") if record.proof.passed else say("the proof found what should not be there")
    return say("{gone}, {door}, {stays}, and {checks}.", gone=gone, door=door, stays=stays, checks=checks)


def _waits(parts: tuple[Waiting, ...], say: Tongue) -> list[Point]:
    tables = sum(one.clause is None for one in parts)
    found = []
    if len(parts) - tables:
        text = say.count(len(parts) - tables, "part withheld", "parts withheld")
        found.append(Point(text, "withheld", say("approve what is right, have the rest corrected")))
    if tables:
        text = say.count(tables, "new table waiting for leave", "new tables waiting for leave")
        found.append(Point(text, "withheld", say("give leave where fields and purposes are as you expect")))
    return found


def _refused(files: tuple[Extract, ...], say: Tongue) -> list[Point]:
    names = [one.arrival.file for one in files if one.refused]
    text = say.count(len(names), "extract refused", "extracts refused")
    return [Point(text, "arrived", say("have {files} sent again", files=_few(names, say)))] if names else []


def _unbelieved(record: Record, say: Tongue) -> list[Point]:
    tables = [one.table for one in record.inbox.vanished if not one.applied]
    text = say.count(len(tables), "table with too many keys vanished", "tables with too many keys vanished")
    return [Point(text, "arrived", say("have the extract of {tables} checked", tables=_few(tables, say)))] if tables else []


def _late(record: Record, say: Tongue) -> list[Point]:
    """What is kept too long comes first: it is what the whole house is for."""
    late, oldest = record.proof.overdue_rows, oldest_late(record)
    if not late:
        return []
    advice = say("see what keeps them: approve the parts that are right, have the rest corrected at the source")
    since = say("the oldest by {days}; ", days=say.count(oldest, "day")) if oldest else ""
    return [Point(say.count(late, "row past its deadline", "rows past their deadline"), "withheld", since + advice)]


def _reviews(holds: tuple[Suspended, ...], say: Tongue) -> list[Point]:
    late = [hold.name for hold in holds if hold.past_review]
    text = say.count(len(late), "hold past its review", "holds past their review")
    return [Point(text, "holds", say("review {holds}", holds=_few(late, say)))] if late else []


def _unproved(record: Record, trail: Trail, say: Tongue) -> list[Point]:
    found = []
    if not record.proof.passed:
        found.append(Point(say("the proof found something"), "proof", say("keep the store as it is and report it")))
    if record.seen.resurrected:
        text = say.count(record.seen.resurrected, "erased row is back", "erased rows are back")
        found.append(Point(text, "proof", say("keep the store as it is and report it")))
    if not trail.verification.intact:
        found.append(Point(say("the evidence log is damaged"), "proof", say("restore it from a backup")))
    logged = trail.of(record.pin.run)
    if logged is None or logged.plan_digest != record.plan.digest:
        advice = say("the next night completes it; if it does not, report it")
        found.append(Point(say("the evidence log does not hold this night"), "proof", advice))
    return found


def _notes(record: Record, files: tuple[Extract, ...], say: Tongue) -> tuple[Point, ...]:
    found = measure(record)
    points = [
        (found["quarantined"], "row in quarantine", "rows in quarantine", "arrived"),
        (found["undeclared_columns"], "undeclared column kept out", "undeclared columns kept out", "arrived"),
        (found["masked"], "identifier masked in free text", "identifiers masked in free text", "arrived"),
        (
            sum(one.superseded for one in files),
            "refused extract made good by a newer one",
            "refused extracts made good by newer ones",
            "arrived",
        ),
        (found["erased_late"], "row erased after its deadline", "rows erased after their deadline", "erased"),
        (found["overdue_at_source"], "record overdue in its source", "records overdue in their sources", "refused"),
        (found["never_filled"], "declared field that nothing fills", "declared fields that nothing fills", "arrived"),
        (found["undetermined"], "field group undetermined", "field groups undetermined", "stays"),
    ]
    return tuple(Point(say.count(number, one, many), anchor) for number, one, many, anchor in points if number)


def _few(names: list[str], say: Tongue) -> str:
    """The first three, and how many more."""
    if len(names) <= 3:
        return say.listed(names)
    return say("{names} and {more} more", names=", ".join(names[:3]), more=say.number(len(names) - 3))

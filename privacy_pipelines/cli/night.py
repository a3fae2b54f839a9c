"""What a night ends with on the screen, its report, and its exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from privacy_pipelines.cli.exits import FINDINGS
from privacy_pipelines.cli.options import Folders
from privacy_pipelines.cli.progress import Walk
from privacy_pipelines.cli.screen import say, show_json, show_table
from privacy_pipelines.errors import StoreError

if TYPE_CHECKING:
    from privacy_pipelines.cli.outcome import Outcome
    from privacy_pipelines.nights.ending import Finished

SUMMARY = (
    "staged", "quarantined", "refused_files", "refused", "kept", "restricted", "erased", "erased_cells", "overdue", "withheld",
    "holds", "holds_past_review", "cells_without_a_ground",
)  # fmt: skip
"""The metrics that a night ends with on the screen; `status` has them all."""


def show_night(where: Folders, done: Walk, *, textfiles: Path | None = None, as_json: bool) -> int:
    """Show it, write its report and its numbers for Prometheus, and say with which code to exit. Raises StoreError."""
    from privacy_pipelines.report.write import write_report

    finished = _finished(done)
    outcome = _outcome(finished)
    if not as_json:
        _show(finished, outcome)
    report = write_report(where.store, reports=where.paths().reports)[0]
    numbers, code = _numbers(where, textfiles, outcome.code)
    if as_json:
        show_json(_document(where, done, report, outcome))
    else:
        say(f"\nreport  {report}")
        say(f"numbers {numbers}")
        say(f"store   {where.store} ({finished.record.generation})")
        _say_evidence(where, finished)
    return code


def _numbers(where: Folders, textfiles: Path | None, code: int) -> tuple[str, int]:
    """Where the text for Prometheus lies, and the exit code: a folder that cannot be written undoes no night, and needs a person."""
    from privacy_pipelines.metrics.openmetrics import write_openmetrics

    try:
        return str(write_openmetrics(where.store, textfiles)), code
    except StoreError as error:
        return f"not written: {error}", FINDINGS


def _finished(done: Walk) -> Finished:
    return cast("Finished", done.results["proof"])


def _outcome(finished: Finished) -> Outcome:
    from privacy_pipelines.cli.outcome import Outcome

    record = finished.record
    waiting = tuple(part for part in record.plan.parts if part.withheld)
    return Outcome(finished.metrics, record.plan.findings, waiting)


def _show(finished: Finished, outcome: Outcome) -> None:
    from privacy_pipelines.metrics.registry import METRICS

    chosen = [(metric.title, finished.metrics[metric.name], metric.unit.value) for metric in METRICS if metric.name in SUMMARY]
    show_table(f"Night of {finished.record.pin.as_of}", ("", "number", "of"), chosen)
    if finished.record.repeats:
        from privacy_pipelines.report.words import NOTHING_CHANGED

        say(f"quiet   {NOTHING_CHANGED}")
    outcome.show()


def _say_evidence(where: Folders, finished: Finished) -> None:
    from privacy_pipelines.certifying.issue import certificate_of
    from privacy_pipelines.store.generations import Store

    page = certificate_of(Store(where.store), finished.record.generation)
    if page is not None:
        say(f"erased  {page}")
    if not finished.record.pin.base:
        say("key     a first night made one: keep its public half where this store cannot change it (privacy-pipelines evidence key)")


def _document(where: Folders, done: Walk, report: Path, outcome: Outcome) -> dict[str, object]:
    record = _finished(done).record
    return {
        "run": record.pin.run, "as_of": record.pin.as_of, "generation": record.generation, "plan_digest": record.plan.digest,
        "repeats": record.repeats,
        "seconds": done.seconds, **outcome.to_json(), "report": report, "store": where.store,
    }  # fmt: skip

"""`nightly`: the whole way, once."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.options import DAY, Folders, as_of_option, folders, json_option
from privacy_pipelines.cli.policies import require_policy
from privacy_pipelines.cli.progress import Walk, walk
from privacy_pipelines.cli.screen import say, show_json, show_table
from privacy_pipelines.errors import ExtractError

if TYPE_CHECKING:
    from privacy_pipelines.cli.outcome import Outcome
    from privacy_pipelines.nights.ending import Finished
    from privacy_pipelines.policy.model import Policy

SUMMARY = (
    "staged", "quarantined", "refused_files", "refused", "kept", "restricted", "erased", "erased_cells", "overdue", "withheld",
    "holds", "holds_past_review", "cells_without_a_ground",
)  # fmt: skip
"""The metrics that a night ends with on the screen; `status` has them all."""


@click.command("nightly")
@click.option("--day", "days", type=DAY, multiple=True, help="Land the extracts of this day even if they have landed before.")
@as_of_option
@click.option("--first-load", is_flag=True, help="Let tables in that arrive for the first time.")
@folders
@json_option
@click.pass_context
def command(ctx: click.Context, where: Folders, *, days: tuple[date, ...], as_of: date | None, first_load: bool, as_json: bool) -> None:
    """The whole way, once: arrive, check, decide, guard, collect, prove, measure, report.

    Exit code 1 where a person has to look: findings, withheld parts, quarantined rows, refused files.
    """
    from privacy_pipelines.report.write import write_report

    policy = require_policy(where.policies)
    at = clock.now(policy.company.zone)
    _require_extracts(policy, where.extracts, days)
    done = _night(where, at, as_of or at.date(), days, first_load=first_load, silent=as_json)
    finished = _finished(done)
    outcome = _outcome(finished)
    if not as_json:
        _show(finished, outcome)
    report = write_report(where.store, reports=where.paths().reports)
    if as_json:
        show_json(_document(where, done, report, outcome))
    else:
        say(f"\nreport  {report}")
        say(f"store   {where.store} ({finished.record.generation})")
        _say_evidence(where, finished)
    ctx.exit(outcome.code)


def _night(where: Folders, at: datetime, as_of: date, days: tuple[date, ...], *, first_load: bool, silent: bool) -> Walk:
    from privacy_pipelines.pipeline import night

    return walk(night(where.paths(), run=str(uuid4()), as_of=as_of, at=at, first_load=first_load, again=days), silent=silent)


def _require_extracts(policy: Policy, folder: Path, days: tuple[date, ...]) -> None:
    """Raises ExtractError for a day to land again of which there is no extract."""
    from privacy_pipelines.extracts.drop import require_folder
    from privacy_pipelines.extracts.landing import days_in

    require_folder(folder)
    there = days_in(policy, folder)
    for day in days:
        if day not in there:
            newest = f"The newest there is of {there[-1]}" if there else "There is none of any day"
            raise ExtractError(f"{folder}: no extract of {day}. {newest}")


def _finished(done: Walk) -> Finished:
    return cast("Finished", done.results["proof"])


def _outcome(finished: Finished) -> Outcome:
    from privacy_pipelines.cli.outcome import Outcome

    record = finished.record
    waiting = tuple(part for part in record.plan.parts if part.withheld)
    return Outcome(finished.metrics, record.plan.findings, waiting)


def _show(finished: Finished, outcome: Outcome) -> None:
    from privacy_pipelines.metrics.registry import METRICS

    chosen = [(metric.title, finished.metrics[metric.name], metric.unit) for metric in METRICS if metric.name in SUMMARY]
    show_table(f"Night of {finished.record.pin.as_of}", ("", "number", "of"), chosen)
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
        "seconds": done.seconds, **outcome.to_json(), "report": report, "store": where.store,
    }  # fmt: skip

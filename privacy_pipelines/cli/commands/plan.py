"""`plan`: what a night would do, and nothing done."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.options import Folders, as_of_option, folders, json_option
from privacy_pipelines.cli.policies import require_policy
from privacy_pipelines.cli.progress import BEFORE_THE_PLAN, Walk, walk
from privacy_pipelines.cli.screen import say, show_json, show_table

if TYPE_CHECKING:
    from privacy_pipelines.cli.outcome import Outcome
    from privacy_pipelines.nights.record import Inbox
    from privacy_pipelines.retention.plan import Part, Plan


@click.command("plan")
@as_of_option
@click.option("--first-load", is_flag=True, help="As if nightly ran with --first-load.")
@folders
@json_option
@click.pass_context
def command(ctx: click.Context, where: Folders, *, as_of: date | None, first_load: bool, as_json: bool) -> None:
    """The plan that a night would make now, and nothing done: counts per table, cluster, action and state; its digest.

    Exit code 1 where a person has to look.
    """

    today = clock.now(require_policy(where.policies).company.zone).date()
    done = _rehearsed(where, as_of or today, today, first_load=first_load, silent=as_json)
    plan = cast("Plan", done.results["plan"])
    outcome = _outcome(cast("Inbox", done.results["inbox"]), plan)
    if as_json:
        show_json({**plan.to_json(), **outcome.to_json(), "seconds": done.seconds})
    else:
        _show(plan)
        outcome.show()
        say(f"\nplan {plan.digest}")
        say(f"for {plan.as_of}, over {plan.base or 'an empty store'}, policy {plan.policy_version[:12]}. Nothing was done.")
    ctx.exit(outcome.code)


def _rehearsed(where: Folders, as_of: date, today: date, *, first_load: bool, silent: bool) -> Walk:
    from privacy_pipelines.pipeline import rehearsal

    stations = rehearsal(where.paths(), as_of=as_of, today=today, first_load=first_load)
    return walk(stations, BEFORE_THE_PLAN, silent=silent)


def _outcome(inbox: Inbox, plan: Plan) -> Outcome:
    from privacy_pipelines.cli.outcome import Outcome

    waiting = tuple(part for part in plan.parts if part.withheld)
    return Outcome({"quarantined": len(inbox.quarantined)}, plan.findings, waiting)


def _show(plan: Plan) -> None:
    steps = [(step.table, step.cluster, step.action.value, step.rows, step.cells, step.overdue) for step in sorted(plan.steps)]
    show_table("What would be done", ("table", "cluster", "action", "rows", "cells", "overdue"), steps)
    tallies = [(tally.table, tally.cluster, tally.state, tally.rows) for tally in sorted(plan.tallies)]
    show_table("What would stay", ("table", "cluster", "state", "rows"), tallies)
    parts = [(part.table, part.purpose, part.cells, part.unexpected, part.of, part.limit, _leave(part)) for part in plan.parts]
    show_table("What was not foreseen, or is held", ("table", "purpose", "cells", "rows", "of", "limit", "guard"), parts)


def _leave(part: Part) -> str:
    from privacy_pipelines.collector.suspending import HELD, RELEASED

    if part.reason in (HELD, RELEASED):
        return part.reason.replace("_", " ")
    if part.withheld:
        return "withheld"
    return f"approved by {part.approved_by}" if part.approved_by else "within the limit"

"""`redecide`: after a change of policy, the cohorts that it concerns, decided again; nothing is collected."""

from __future__ import annotations

import click

from privacy_pipelines.cli.exits import FINDINGS, FINE
from privacy_pipelines.cli.options import Folders, folders, json_option
from privacy_pipelines.cli.policies import require_policy
from privacy_pipelines.cli.screen import say, show_json, show_table
from privacy_pipelines.cli.stores import require_store
from privacy_pipelines.retention.cohorts import COHORTS


@click.command("redecide")
@click.argument("cohorts", nargs=-1, type=click.Choice(COHORTS), metavar="[COHORT]...")
@click.option("--look", is_flag=True, help="Only say which cohorts are out of date.")
@folders
@json_option
@click.pass_context
def command(ctx: click.Context, where: Folders, *, cohorts: tuple[str, ...], look: bool, as_json: bool) -> None:
    """Decide these cohorts again under the policy folder, or all that are out of date: over the current generation and on the last night's
    day. A cohort is out of date where the policy says otherwise of one of its records than it was last decided.

    Nothing is collected; the next night decides every cohort for itself. Exit code 1: some cohorts are still out of date.
    """
    from privacy_pipelines.redeciding.outlook import outlook
    from privacy_pipelines.redeciding.redecide import redecide

    require_policy(where.policies)
    require_store(where.store)
    counts = () if look else redecide(where.paths(), cohorts or None)
    now = outlook(where.paths())
    if as_json:
        decided = [{"cohort": one.cohort, "records": one.records, "with_an_ended_cluster": one.ended} for one in counts]
        show_json(
            {"as_of": now.as_of, "generation": now.generation, "policy": now.policy, "decided": decided, "out_of_date": now.out_of_date}
        )
    else:
        show_table("Decided", ("cohort", "records", "with an ended cluster"), [(one.cohort, one.records, one.ended) for one in counts])
        left = f": {', '.join(now.out_of_date)}" if now.out_of_date else ""
        say(f"{len(now.out_of_date)} cohorts out of date{left}")
        say(f"for {now.as_of}, over {now.generation}, policies {now.written_under[:12]} → {now.policy[:12]}. Nothing was collected.")
    ctx.exit(FINDINGS if now.out_of_date else FINE)

"""`diff`: two policy folders on today's facts, and nothing done."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.exits import FINDINGS, FINE
from privacy_pipelines.cli.options import Folders, as_of_option, folders, json_option
from privacy_pipelines.cli.policies import require_policy
from privacy_pipelines.cli.screen import say, show_json, show_list, show_table
from privacy_pipelines.cli.stores import require_store

if TYPE_CHECKING:
    from privacy_pipelines.comparing.difference import Difference


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@as_of_option
@click.option("--markdown", is_flag=True, help="Markdown for a review's comment; its counts may be shown to others.")
@click.option("--shareable", is_flag=True, help="Counts that single nobody out: below five as <5, others to the nearest five.")
@folders
@json_option
@click.pass_context
def command(
    ctx: click.Context, where: Folders, *, old: Path, new: Path, as_of: date | None, markdown: bool, shareable: bool, as_json: bool
) -> None:
    """What would fare otherwise under the policy in NEW than under that in OLD, on the store's facts: records and cells that become
    erasable, restricted, refused, undetermined or overdue, or are so no longer, by purpose, data cluster and cohort. Nothing is done.

    Without --as-of: today, or the first later day on which both policies are in force. Exit code 0: nothing in the store fares otherwise;
    1: something does, or cannot be told.
    """
    from privacy_pipelines.comparing.compare import compare, first_day
    from privacy_pipelines.comparing.markdown import markdown as as_markdown

    policies = require_policy(old), require_policy(new)
    store = require_store(where.store)
    day = as_of or first_day(store, policies, clock.now(policies[1].company.zone).date())
    found = compare(store, *policies, day)
    if markdown:
        say(as_markdown(found))
    elif as_json:
        show_json(found.to_json(exact=not shareable))
    else:
        _show(found, exact=not shareable)
    ctx.exit(FINDINGS if found.found else FINE)


def _show(found: Difference, *, exact: bool) -> None:
    from privacy_pipelines.comparing.difference import shareable

    def shown(number: int) -> str:
        return f"{number:,}".replace(",", " ") if exact else str(shareable(number))

    show_list("What the policy says otherwise", map(str, found.changes))
    counts = found.counts
    for title, name, some in (
        ("In the store", "", counts.totals),
        ("By purpose", "purpose", counts.by_purpose),
        ("By data cluster", "table, cluster", counts.by_cluster),
        ("By cohort", "cohort", counts.by_cohort),
    ):
        header = ("change", *([name] if name else []), "records", "cells")
        rows = [
            (one.what, *([" ".join((one.table, one.name)).strip()] if name else []), shown(one.records), shown(one.cells)) for one in some
        ]
        show_table(title, header, rows)
    show_list("Not decided", map(str, found.undecided))
    say(f"\nfor {found.as_of}, over {found.generation}, policies {found.old[:12]} → {found.new[:12]}. Nothing was done.")
    if not found.found:
        say("Nothing in the store fares otherwise.")

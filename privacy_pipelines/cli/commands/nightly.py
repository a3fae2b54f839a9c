"""`nightly`: the whole way, once."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.night import show_night
from privacy_pipelines.cli.options import DAY, Folders, as_of_option, folders, json_option
from privacy_pipelines.cli.policies import require_policy
from privacy_pipelines.cli.progress import Walk, walk
from privacy_pipelines.errors import ExtractError
from privacy_pipelines.values import TEXTFILES

if TYPE_CHECKING:
    from privacy_pipelines.policy.model import Policy


@click.command("nightly")
@click.option("--day", "days", type=DAY, multiple=True, help="Land the extracts of this day even if they have landed before.")
@as_of_option
@click.option("--first-load", is_flag=True, help="Let tables in that arrive for the first time.")
@click.option(
    "--textfiles",
    type=click.Path(file_okay=False, path_type=Path),
    envvar=TEXTFILES,
    help="Where Prometheus' node exporter reads text files. Default: metrics/ of the store.",
)
@folders
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    where: Folders,
    *,
    days: tuple[date, ...],
    as_of: date | None,
    first_load: bool,
    textfiles: Path | None,
    as_json: bool,
) -> None:
    """The whole way, once: arrive, check, decide, guard, collect, prove, measure, report.

    Exit code 1 where a person has to look: findings, withheld parts, quarantined rows, refused files.
    """
    policy = require_policy(where.policies)
    at = clock.now(policy.company.zone)
    _require_extracts(policy, where.extracts, days)
    done = _night(where, at, as_of or at.date(), days, first_load=first_load, silent=as_json)
    ctx.exit(show_night(where, done, textfiles=textfiles, as_json=as_json))


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

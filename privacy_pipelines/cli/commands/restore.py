"""`restore`: a backup copy of a generation, without anybody who has left since."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.night import show_night
from privacy_pipelines.cli.options import Folders, as_of_option, folders, json_option
from privacy_pipelines.cli.policies import require_policy
from privacy_pipelines.cli.progress import STATIONS, walk
from privacy_pipelines.cli.screen import say
from privacy_pipelines.cli.stores import require_store


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", required=True, help="Who answers for it.")
@click.option("--reason", required=True, help="Why it is needed. No names, no numbers of persons.")
@click.option("--without-index", is_flag=True, help="Accept that what left since the backup may be readable again.")
@as_of_option
@folders
@json_option
@click.pass_context
def command(
    ctx: click.Context, where: Folders, file: Path, *, by: str, reason: str, without_index: bool, as_of: date | None, as_json: bool
) -> None:
    """Bring back FILE, a backup copy of a generation: what has left since is taken out, and today is decided, before anybody reads it.

    Exit code 1 where a person has to look, as after any night.
    """
    from privacy_pipelines.pipeline import restore
    from privacy_pipelines.restoring.restore import Order

    policy = require_policy(where.policies)
    require_store(where.store)
    at = clock.now(policy.company.zone)
    order = Order(file, by.strip(), reason.strip(), without_index)
    stations = restore(where.paths(), order, run=str(uuid4()), as_of=as_of or at.date(), at=at)
    done = walk(stations, ("backup", *STATIONS), silent=as_json)
    code = show_night(where, done, as_json=as_json)
    if not as_json:
        say(f"backup  {file} still holds who has left since: dispose of it as your backups are")
    ctx.exit(code)

"""`approve`: exactly one withheld part is let through by the next night."""

from __future__ import annotations

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.options import Folders, folders
from privacy_pipelines.cli.screen import say
from privacy_pipelines.cli.stores import require_store


@click.command("approve")
@click.argument("digest")
@click.option("--by", required=True, help="Who has looked and answers for it.")
@click.option("--reason", required=True, help="Why it is right that this ends. No names, no numbers of persons.")
@folders
def command(where: Folders, *, digest: str, by: str, reason: str) -> None:
    """Let exactly this withheld part through; the next night carries it out.

    DIGEST is the one that `status` and the report show. It names the rows: a part that has changed since needs a new approval.
    """
    from privacy_pipelines.approving.approve import approve

    say(str(approve(require_store(where.store), digest, by=by, reason=reason, at=clock.now("UTC"))))

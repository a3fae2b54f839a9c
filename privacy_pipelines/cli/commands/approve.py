"""`approve`: exactly one withheld part is let through by the next night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from privacy_pipelines.cli import clock
from privacy_pipelines.cli.options import Folders, folders
from privacy_pipelines.cli.screen import say
from privacy_pipelines.cli.stores import require_store
from privacy_pipelines.errors import InputError

if TYPE_CHECKING:
    from privacy_pipelines.retention.plan import Part
    from privacy_pipelines.store.generations import Store

SHORTEST = 12
"""So many characters of a digest are enough, where they name one part only."""


@click.command("approve")
@click.argument("digest")
@click.option("--by", required=True, help="Who has looked and answers for it.")
@click.option("--reason", required=True, help="Why it is right that this ends. No names, no numbers of persons.")
@folders
def command(where: Folders, *, digest: str, by: str, reason: str) -> None:
    """Let exactly this withheld part through; the next night carries it out.

    DIGEST is the one that `status` and the report show. It names the rows: a part that has changed since needs a new approval.
    """
    from privacy_pipelines.evidence.approvals import approvals
    from privacy_pipelines.evidence.log import EvidenceLog

    by, reason = by.strip(), reason.strip()
    if not by or not reason:
        raise InputError("approve: --by and --reason must say something. An approval without a person or a reason is none")
    store = require_store(where.store)
    part = _withheld(store, digest.strip().lower())
    already = approvals(store.evidence).get(part.digest)
    if already is not None:
        say(f"{part.table}: approved already, by {already}. The next night lets it through")
        return
    body = {"digest": part.digest, "by": by, "reason": reason}
    EvidenceLog(store.evidence).append("approved", body, at=clock.now("UTC"))
    say(f"{part.table}{f', {part.purpose}' if part.purpose else ''}: approved by {by}. The next night lets exactly this through")


def _withheld(store: Store, digest: str) -> Part:
    """The part that the current generation withholds under this digest. Raises InputError."""
    from privacy_pipelines.cli.stores import withheld_in
    from privacy_pipelines.collector.suspending import HELD
    from privacy_pipelines.store.reading import reader

    with reader(store) as current:
        waiting = withheld_in(current.record()) if current is not None else ()
    found = [part for part in waiting if part.digest == digest or (len(digest) >= SHORTEST and part.digest.startswith(digest))]
    if len(found) != 1:
        ask = "Ask for them with: privacy-pipelines status"
        raise InputError(f"approve: the last night withheld nothing under this digest; it withheld {len(waiting)} parts. {ask}")
    if found[0].reason == HELD:
        raise InputError(
            f"approve: {found[0].table} is held by '{found[0].purpose}'. Release the hold instead; 'hold list' says whose it is"
        )
    return found[0]

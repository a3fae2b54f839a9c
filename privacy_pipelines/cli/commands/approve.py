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
    from privacy_pipelines.evidence.approvals import approvers, plain
    from privacy_pipelines.evidence.log import EvidenceLog

    by, reason = by.strip(), reason.strip()
    if not by or not reason:
        raise InputError("approve: --by and --reason must say something. An approval without a person or a reason is none")
    store = require_store(where.store)
    part, needed = _withheld(store, digest.strip().lower())
    already = approvers(store.evidence).get(part.digest, ())
    if len(already) >= needed or plain(by) in map(plain, already):
        say(f"{part.table}: approved already, by {', '.join(already)}. {_then(len(already), needed)}")
        return
    EvidenceLog(store.evidence).append("approved", {"digest": part.digest, "by": by, "reason": reason}, at=clock.now("UTC"))
    now = len(approvers(store.evidence)[part.digest])
    say(f"{part.table}{f', {part.purpose}' if part.purpose else ''}: approved by {by}. {_then(now, needed)}")


def _then(approved: int, needed: int) -> str:
    if approved >= needed:
        return "The next night lets exactly this through"
    return f"That is {approved} of {needed}: another person must approve it too, and until then it stays"


def _withheld(store: Store, digest: str) -> tuple[Part, int]:
    """The part that the current generation withholds under this digest, and how many persons must approve it. Raises InputError."""
    from privacy_pipelines.cli.stores import withheld_in
    from privacy_pipelines.collector.suspending import HELD
    from privacy_pipelines.store.reading import reader

    with reader(store) as current:
        waiting = withheld_in(current.record()) if current is not None else ()
        needed = current.intent.rules_document().company.guards.approvers if current is not None else 1
    found = [part for part in waiting if part.digest == digest or (len(digest) >= SHORTEST and part.digest.startswith(digest))]
    if len(found) != 1:
        ask = "Ask for them with: privacy-pipelines status"
        raise InputError(f"approve: the last night withheld nothing under this digest; it withheld {len(waiting)} parts. {ask}")
    if found[0].reason == HELD:
        raise InputError(
            f"approve: {found[0].table} is held by '{found[0].purpose}'. Release the hold instead; 'hold list' says whose it is"
        )
    return found[0], needed

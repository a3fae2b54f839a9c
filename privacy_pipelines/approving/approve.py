"""Exactly one withheld part is let through by the next night, by as many different persons as the policy asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from privacy_pipelines.approving.withheld import withheld_in
from privacy_pipelines.collector.suspending import HELD
from privacy_pipelines.errors import InputError
from privacy_pipelines.evidence.approvals import approvers, plain
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.retention.plan import Part
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader

SHORTEST = 12
"""So many characters of a digest are enough, where they name one part only."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What an approval came to. `by` holds everyone who approved the part so far; `recorded` is false where nothing new was written."""

    part: Part
    by: tuple[str, ...]
    needed: int
    recorded: bool

    @property
    def enough(self) -> bool:
        """Whether the next night lets the part through."""
        return len(self.by) >= self.needed

    @property
    def then(self) -> str:
        """What happens next, as a sentence without its full stop."""
        if self.enough:
            return "The next night lets exactly this through"
        return f"That is {len(self.by)} of {self.needed}: another person must approve it too, and until then it stays"

    def __str__(self) -> str:
        if not self.recorded:
            return f"{self.part.table}: approved already, by {', '.join(self.by)}. {self.then}"
        purpose = f", {self.part.purpose}" if self.part.purpose else ""
        return f"{self.part.table}{purpose}: approved by {self.by[-1]}. {self.then}"


def approve(store: Store, digest: str, *, by: str, reason: str, at: datetime) -> Approval:
    """Record that this person lets the part with this digest through. Once approved enough, or by the same person, nothing is written.

    Raises:
        InputError: nobody or no reason is said, or the last night withheld no such part; nothing was written.
        NotEvidence: `by` or `reason` may not stand in the log; nothing was written.
        StoreError: the store or its log cannot be used.
    """
    by, reason = by.strip(), reason.strip()
    if not by or not reason:
        raise InputError("approve: say by whom and for what reason. An approval without a person or a reason is none")
    part, needed = _withheld(store, digest.strip().lower())
    already = approvers(store.evidence).get(part.digest, ())
    if len(already) >= needed or plain(by) in map(plain, already):
        return Approval(part, already, needed, recorded=False)
    EvidenceLog(store.evidence).append("approved", {"digest": part.digest, "by": by, "reason": reason}, at=at)
    return Approval(part, approvers(store.evidence)[part.digest], needed, recorded=True)


def _withheld(store: Store, digest: str) -> tuple[Part, int]:
    """The part that the current generation withholds under this digest, and how many persons must approve it. Raises InputError."""
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

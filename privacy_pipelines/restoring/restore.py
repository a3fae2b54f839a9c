"""A backup that may come back, and its way into a night: checked, written anew without what has left since, and recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from privacy_pipelines.errors import InputError
from privacy_pipelines.evidence.buckets import bucket
from privacy_pipelines.evidence.entries import JsonValue
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.restoring.backup import Backup, read_backup
from privacy_pipelines.restoring.index import Departed, find_index
from privacy_pipelines.restoring.replay import replay, write_empty
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.pointer import Generation


@dataclass(frozen=True, slots=True)
class Order:
    """Which file a person wants back, and why. `without_index` accepts that what left since the backup may be readable again."""

    file: Path
    by: str
    reason: str
    without_index: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was admitted, and where the index is of what left since."""

    order: Order
    backup: Backup
    departed: Departed

    def write(self, store: Store, policy: Policy, base: Generation, *, run: str, at: datetime) -> None:
        """Write what the night decides over, and record it. The caller holds the write lock. Raises StoreError."""
        rows = replay(store, self.backup, self.departed, policy, base)
        body: dict[str, JsonValue] = {
            "run": run, "generation": base.name, "backup": self.backup.generation, "as_of": self.backup.intent.as_of.isoformat(),
            "index": self.departed.kind, "rows": bucket(rows), "by": self.order.by, "reason": self.order.reason,
        }  # fmt: skip
        lost: dict[str, JsonValue] = {"lost": self.departed.lost} if self.departed.lost else {}
        EvidenceLog(store.evidence).append("restored", {**body, **lost}, at=at)


def admit(store: Store, order: Order, policy: Policy, *, as_of: date) -> Restored:
    """Check the file. A generation that is lost is replaced by an empty one with its index: readers see nobody until the night has decided,
    and a crash leaves a store in which everybody who left is still known. The caller holds the write lock.

    Raises:
        InputError: nobody answers for it.
        StoreError: the file may not be restored; nothing was changed.
    """
    if not order.by.strip() or not order.reason.strip():
        raise InputError("restore: --by and --reason must say something. Somebody answers for what comes back")
    backup = read_backup(store, order.file)
    departed = find_index(store, backup, policy.company, as_of=as_of, without=order.without_index)
    if departed.lost:
        empty = store.generation(store.next_name())
        write_empty(store, backup, departed, empty)
        store.flip(empty)
    return Restored(order, backup, departed)

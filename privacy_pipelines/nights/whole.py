"""Whether the current generation is the one that the last night proved, byte for byte, and the log the one it has seen. Reads only.

The engine finds a byte that was flipped, by the checksum of its block. It does not find a block or a header of another moment, whose
checksum is right: a write that the disk never made, a copy of an older file, another store's generation. A night over such a file would
bring back who has left, or lose who has not. So each night leaves the keyed digest of its generation in the evidence log, and the next
one begins only over that file.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.entries import Entry
from privacy_pipelines.evidence.heads import Head
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.evidence.merkle import Tree
from privacy_pipelines.store.durable import explained
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.hashes import file_digest, key_digest
from privacy_pipelines.store.layout import DEPARTED_KEY
from privacy_pipelines.store.pointer import Generation
from privacy_pipelines.store.reading import Reader

_BACK = "Put the right file back, or restore a backup of it: privacy-pipelines restore"


def digest_of(store: Store, generation: Generation) -> str:
    """The keyed digest of a generation's file. Raises StoreError where it cannot be read, or the key is not there."""
    key = store.kept_secret(DEPARTED_KEY)
    with explained(generation.path):
        return file_digest(key, generation.path)


def require_whole(store: Store, current: Reader | None) -> None:
    """Before a night decides over the current generation. A store without one has nothing to ask for.

    Raises:
        StoreError: the generation is not the one that the last night made, the log is not the one that it has seen, or keys are missing
            or another store's. Nothing was changed.
    """
    log = EvidenceLog(store.evidence)
    log.require_begun()
    if current is not None:
        wrong = wrong_with(store, current, tuple(log.entries()))
        if wrong:
            raise StoreError(wrong)


def wrong_with(store: Store, current: Reader, entries: Sequence[Entry]) -> str:
    """Why no night may decide over this generation; empty where one may. Raises StoreError where that cannot be found out."""
    foreign = _unseen(store, current, entries) or _misplaced(store, current, entries) or _misread(store, current)
    return foreign or _damaged(store, current, entries)


def _damaged(store: Store, current: Reader, entries: Sequence[Entry]) -> str:
    """What is wrong with the current generation's file; empty where it is the one that was proved, or nobody recorded it yet.

    Raises StoreError where it cannot be read.
    """
    said = recorded_digest(current, entries)
    if not said or hmac.compare_digest(said, digest_of(store, current.generation)):
        return ""
    return f"{current.generation.path}: is not the file that its night proved: it was damaged or replaced. {_BACK}"


def recorded_digest(current: Reader, entries: Sequence[Entry]) -> str:
    """The digest that the log has of the current generation; empty where it has none."""
    name = current.generation.name
    found = [str(e.body.get("file", "")) for e in entries if e.kind == "night_completed" and e.body["generation"] == name]
    return found[-1] if found else ""


def _misread(store: Store, current: Reader) -> str:
    """Another key than the generation's finds nobody in its index of the departed, and would let them in again. Raises StoreError."""
    if hmac.compare_digest(current.intent.index_key, key_digest(store.kept_secret(DEPARTED_KEY))):
        return ""
    what = f"is not the key that {current.generation.name} was written with, so nobody who left would be found"
    return f"{store.keys / DEPARTED_KEY}.key: {what}. Restore keys/ from a backup of this store"


def _unseen(store: Store, current: Reader, entries: Sequence[Entry]) -> str:
    """The log must contain the head that the generation was written under."""
    kept = Head(current.intent.evidence_size, current.intent.evidence_root)
    tree = Tree().grown([entry.leaf for entry in entries[: kept.size]])
    if tree.size == kept.size and tree.root.hex() == kept.root:
        return ""
    what = f"does not hold the {kept.size} entries that {current.generation.name} was written after: it is older, or another store's"
    return f"{store.evidence}: {what}. Restore the log and its heads from the newest backup"


def _misplaced(store: Store, current: Reader, entries: Sequence[Entry]) -> str:
    """The pointer must name what the last recorded night made; or what a night made after it, or a restore, before a crash."""
    nights = {str(e.body["run"]): str(e.body["generation"]) for e in entries if e.kind == "night_completed"}
    generation, last = current.generation, next(reversed(nights.values()), "")
    if last and generation.number < store.generation(last).number:
        return f"{generation.path}: is current, and older than the last night's, {last}: who has left since would be back. {_BACK}"
    restored = {str(e.body["generation"]) for e in entries if e.kind == "restored"}
    known = nights.get(current.intent.run)
    if known == generation.name or (generation.name != last and (known or current.intent.base in {last, *restored})):
        return ""
    return f"{generation.path}: was made by a night that this store's log does not know. {_BACK}"

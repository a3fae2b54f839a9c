"""A backup file, and whether it may be restored into this store. Reads only."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.store.engine import session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.hashes import key_digest
from privacy_pipelines.store.layout import CURRENT, DEPARTED_KEY
from privacy_pipelines.store.pointer import Generation
from privacy_pipelines.store.reading import Intent, read_intent


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that is a generation of this store; `generation` is the name that it had there."""

    path: Path
    generation: str
    intent: Intent


def read_backup(store: Store, file: Path) -> Backup:
    """What a backup file says of itself.

    Raises:
        StoreError: it is not there, no generation that this version reads, of another store, or hashed with other keys than `keys/` has.
    """
    if not file.is_file():
        raise StoreError(f"{file}: no such file. Name the copy of a generation (gen-000123.duckdb) that your backup has")
    intent = _intent(file)
    entries = EvidenceLog(store.evidence).entries()
    nights = {str(entry.body["run"]): str(entry.body["generation"]) for entry in entries if entry.kind == "night_completed"}
    if intent.run not in nights:
        hint = "Name the store that it is of; or restore evidence.jsonl first, from the newest backup"
        raise StoreError(f"{file}: the evidence log of {store.root} does not know the night that wrote it. {hint}")
    if not hmac.compare_digest(intent.index_key, key_digest(store.kept_secret(DEPARTED_KEY))):
        raise StoreError(
            f"{file}: was written with other keys than {store.keys} has, so nobody who left would be found. Restore keys/ first"
        )
    return Backup(file, nights[intent.run], intent)


def _intent(file: Path) -> Intent:
    with session(None) as opened:
        try:
            opened.attach(file, CURRENT, read_only=True)
        except StoreError:
            raise StoreError(f"{file}: cannot be read: damaged, or no generation of this product. Take another copy") from None
        return read_intent(opened, Generation(0, file))

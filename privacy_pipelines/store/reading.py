"""Reading the current generation: read-only, never blocked by a writer, and refused where a newer version of the product wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from privacy_pipelines.errors import StoreError
from privacy_pipelines.policy.load import load_document
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.store.engine import Session, session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import CURRENT, FORMAT, NIGHT
from privacy_pipelines.store.pointer import Generation


@dataclass(frozen=True, slots=True)
class Intent:
    """What a generation says of itself."""

    run: str
    as_of: date
    base: str
    policy_version: str
    policy: str
    evidence_size: int
    evidence_root: str
    """The evidence log's head when this generation was written: the log must still contain it."""
    index_key: str
    """The digest of the key with which its index of the departed is hashed (`hashes.key_digest`)."""

    def rules_document(self) -> Policy:
        """The policy under which it was written. Raises PolicyErrors where today's product no longer reads it."""
        return load_document(self.policy)


@dataclass(frozen=True, slots=True)
class Reader:
    """An open generation, attached as `cur`."""

    generation: Generation
    session: Session
    intent: Intent

    def record(self) -> dict[str, Any]:
        """The night's record: its plan, arrivals, proof and summary, without personal values."""
        return dict(json.loads(self.session.one(f"SELECT body FROM {CURRENT}.{NIGHT}.record")[0]))


@contextmanager
def reader(store: Store) -> Iterator[Reader | None]:
    """The current generation, or None where there is none yet. Raises StoreError."""
    current = store.current()
    if current is None:
        yield None
        return
    with session(None, spill=store.spill) as opened:
        current = _attached(opened, store, current)
        yield Reader(current, opened, read_intent(opened, current))


def _attached(opened: Session, store: Store, current: Generation) -> Generation:
    """Attach it; a flip between looking and opening means that a newer one is there instead. Raises StoreError."""
    while True:
        try:
            opened.attach(current.path, CURRENT, read_only=True)
        except StoreError:
            newer = store.current()
            if newer is None or newer == current:
                raise
            current = newer
        else:
            return current


def read_intent(opened: Session, generation: Generation) -> Intent:
    """The intent of the generation attached as `cur`. Raises StoreError for a format this version does not know."""
    if not opened.columns(CURRENT, NIGHT, "intent"):
        raise StoreError(f"{generation.path}: not a generation of this product. Restore it from a backup")
    found: dict[str, str] = dict(opened.rows(f"SELECT name, body FROM {CURRENT}.{NIGHT}.intent"))
    if int(found["format"]) > FORMAT:
        raise StoreError(
            f"{generation.path}: was made by version {found['product']} of privacy-pipelines, which is newer. Upgrade, and try again"
        )
    if int(found["format"]) < FORMAT:
        what = f"has format {found['format']}, of before the first release, and this version reads format {FORMAT} alone"
        raise StoreError(f"{generation.path}: {what}. Keep that store for what it proves, and begin a new one (nightly --first-load)")
    size, root = int(found["evidence_size"]), found["evidence_root"]
    said = found["run"], date.fromisoformat(found["as_of"]), found["base"], found["policy_version"], found["policy"]
    return Intent(*said, size, root, found["index_key"])

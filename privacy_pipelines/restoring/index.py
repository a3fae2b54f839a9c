"""What has left since a backup was made: the index of the departed of the current generation; where that is lost or damaged, the copy of it
that each night leaves beside the store. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.nights.whole import wrong_with
from privacy_pipelines.policy.model import Company
from privacy_pipelines.restoring.backup import Backup
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader
from privacy_pipelines.store.sidecar import read_sidecar

GENERATION, COPY, NONE = "generation", "copy", "none"
_ACCEPT = "or accept that what left since the backup may be readable again, with --without-index"


@dataclass(frozen=True, slots=True)
class Departed:
    """Where the index is: the current generation's file, the copy, or nowhere. `lost` names the current generation where it is lost."""

    kind: str
    path: Path
    as_of: date
    lost: str = ""


def find_index(store: Store, backup: Backup, company: Company, *, as_of: date, without: bool) -> Departed:
    """The newest index there is.

    Raises:
        StoreError: there is none, it is older than the last night, or it does not reach back to the backup; unless `without` accepts it.
    """
    found = _of_current(store, backup) or _of_copy(store, backup)
    why = _wanting(store, found, backup, company, as_of)
    if why and not without:
        raise StoreError(why)
    return found


def _of_current(store: Store, backup: Backup) -> Departed | None:
    try:
        with reader(store) as current:
            if current is None:
                raise StoreError(f"{store.root}: no night has been completed in this store. Restore its CURRENT and evidence.jsonl first")
            if wrong_with(store, current, tuple(EvidenceLog(store.evidence).entries())):
                return None
            if current.generation.name == backup.generation:
                raise _Same(f"{backup.path}: is the current generation. There is nothing to restore")
            return Departed(GENERATION, current.generation.path, current.intent.as_of)
    except _Same:
        raise
    except StoreError:
        return None


class _Same(StoreError):
    """The backup is what is there."""


def _of_copy(store: Store, backup: Backup) -> Departed:
    lost, copy = store.pointed().name, read_sidecar(store)
    if copy is None:
        return Departed(NONE, backup.path, backup.intent.as_of, lost)
    return Departed(COPY, store.departed, copy.as_of, lost)


def _wanting(store: Store, found: Departed, backup: Backup, company: Company, as_of: date) -> str:
    """Why the index cannot answer for the time since the backup; empty where it can."""
    if found.kind == NONE:
        what = f"is not there, and {found.lost} cannot be read, so nobody knows who has left since"
        return f"{store.departed}: {what}. Restore it from a backup; {_ACCEPT}"
    if found.kind == COPY:
        copy = read_sidecar(store)
        if copy is None or copy.generation != _last(store):
            return f"{store.departed}: is older than the last night, {_last(store)}. Restore the newest copy of it; {_ACCEPT}"
    if add(backup.intent.as_of, company.departed_expiry) < as_of:
        what = f"is of {backup.intent.as_of}, and the index reaches back {company.departed_expiry} (departed_expiry)"
        return f"{backup.path}: {what}, so who left soon after is forgotten. Take a newer backup; {_ACCEPT}"
    return ""


def _last(store: Store) -> str:
    """The generation of the last completed night, by the evidence log."""
    nights = [str(entry.body["generation"]) for entry in EvidenceLog(store.evidence).entries() if entry.kind == "night_completed"]
    return nights[-1] if nights else ""

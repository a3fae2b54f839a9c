"""A copy of the index of the departed beside the store's generations, for the backup: without it nobody who left would be kept out of what
a backup brings back. It holds keyed hashes only, and is worth nothing without `keys/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import StoreError
from privacy_pipelines.store.durable import explained, fsync_file, fsync_folder, remove
from privacy_pipelines.store.engine import Session, session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import CURRENT, NIGHT
from privacy_pipelines.store.reading import Reader


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Which generation's index the copy is, and the day that was decided for."""

    generation: str
    as_of: date


def write_sidecar(store: Store, current: Reader) -> None:
    """Leave a copy of the current generation's index, mode 0600, unless it is there already. Raises StoreError."""
    there = _said(store, current.session)
    if there is not None and there.generation == current.generation.name:
        return
    unfinished = store.departed.with_name(f"{store.departed.name}.tmp")
    rows = exp.select(exp.Star()).from_(sql.table(NIGHT, "departed", catalog=CURRENT))
    said = {"generation": current.generation.name, "as_of": current.intent.as_of.isoformat()}
    with explained(unfinished):
        remove(unfinished)
        current.session.write(rows, unfinished, "parquet", said=said)
        unfinished.chmod(0o600)
        fsync_file(unfinished)
        unfinished.rename(store.departed)
        fsync_folder(store.root)


def read_sidecar(store: Store) -> Sidecar | None:
    """What the copy says of itself; None where there is none that can be read."""
    if not store.departed.is_file():
        return None
    with session(None) as opened:
        return _said(store, opened)


def _said(store: Store, opened: Session) -> Sidecar | None:
    where = str(store.departed).replace("'", "''")
    try:
        found: Mapping[str, str] = {
            key.decode(): value.decode() for key, value in opened.rows(f"SELECT key, value FROM parquet_kv_metadata('{where}')")
        }
        return Sidecar(found["generation"], date.fromisoformat(found["as_of"]))
    except (StoreError, KeyError, ValueError):
        return None

"""The lists on disk: `worklists/<source>.csv` and `.json`, folder mode 0700, files 0600. Written aside while the night is proved, and put
in place after the flip, each at once; what a crash left aside is put in place by the next start."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path
from typing import Literal

from sqlglot import exp

from privacy_pipelines.policy.model import Policy
from privacy_pipelines.sql import Sql
from privacy_pipelines.store.durable import explained, fsync_file, fsync_folder, make_folder, remove
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.pointer import Generation
from privacy_pipelines.worklists.items import Keys, gather_items, items_again, listed_tables

KINDS: tuple[Literal["csv", "json"], ...] = ("csv", "json")
_ITEMS = exp.to_table("open_items")


def write_aside(
    session: Session, store: Store, generation: Generation, policy: Policy, *, as_of: date, secret: bytes, made: Sql | None = None
) -> None:
    """Write every source's list of the attached next generation. Raises StoreError.

    With `made` the night is the one before once more, and asks again for the entries of that one's index of which it is true.
    """
    folder = _aside(store, generation)
    with explained(folder):
        remove(folder)
        make_folder(folder)
    for source, tables in listed_tables(policy).items():
        keys = Keys(tables, secret, store.worklists / f"{source}.csv")
        items = None if made is None else items_again(session, keys, made, as_of)
        session.create(_ITEMS, gather_items(session, keys, policy.company, as_of) if items is None else items, temporary=True)
        for kind in KINDS:
            path = folder / f"{source}.{kind}"
            session.write(exp.select(exp.Star()).from_(_ITEMS), path, kind)
            with explained(path):
                path.chmod(0o600)
                fsync_file(path)


def put_in_place(store: Store, generation: Generation) -> int:
    """Replace the lists by those of this generation, where they are still aside; the bytes of the lists that went. Raises StoreError."""
    folder = _aside(store, generation)
    with explained(folder):
        if not folder.is_dir():
            return 0
        make_folder(store.worklists)
        old = sum(path.stat().st_size for path in store.worklists.iterdir())
        names = {path.name for path in folder.iterdir()}
        for name in sorted(names):
            _link(folder / name, store.worklists / name)
        for path in store.worklists.iterdir():
            if path.name not in names:
                remove(path)
        fsync_folder(store.worklists)
        shutil.rmtree(folder)
    return old


def digests_aside(store: Store, generation: Generation) -> dict[str, str]:
    """File name → digest of each list that was written aside for this generation. Raises StoreError."""
    return _digests(_aside(store, generation))


def digests_in_place(store: Store) -> dict[str, str]:
    """The same of the lists that the sources are handed. Raises StoreError."""
    return _digests(store.worklists)


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    with explained(folder):
        for path in sorted(folder.glob("*.csv")):
            with path.open("rb") as stream:
                found[path.name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def _link(new: Path, place: Path) -> None:
    """Give a file another name, at once in the place of what has it; it stays aside too, so that after a crash all of them are placed."""
    unfinished = place.with_name(f"{place.name}.tmp")
    unfinished.unlink(missing_ok=True)
    unfinished.hardlink_to(new)
    unfinished.replace(place)


def _aside(store: Store, generation: Generation) -> Path:
    return store.staging / f"worklists-{generation.number:06d}"

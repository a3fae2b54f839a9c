"""Days that somebody asked to be landed again: a small file beside the generations, which the next night reads and, once it has
flipped, clears of the days that it took."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from privacy_pipelines.errors import StoreError
from privacy_pipelines.extracts.arrivals import Arrival
from privacy_pipelines.extracts.arrive import Desk, arrive
from privacy_pipelines.extracts.drop import extracts_of
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.store.durable import make_folder, remove, write_whole
from privacy_pipelines.store.engine import session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import ARRIVED, CURRENT
from privacy_pipelines.store.views import stored_views

FILE = "again.json"


def wanted(store: Store) -> tuple[date, ...]:
    """The days that wait to be landed again, oldest first. Raises StoreError."""
    file = _file(store)
    if not file.is_file():
        return ()
    try:
        return tuple(sorted(date.fromisoformat(day) for day in json.loads(file.read_bytes())))
    except (ValueError, TypeError):
        raise StoreError(f"{file}: not a list of days. Remove it, and ask for the days once more") from None


def want(store: Store, days: Collection[date]) -> None:
    """Ask for these days too, durably. Raises StoreError."""
    _keep(store, {*wanted(store), *days})


def landed(store: Store, days: Collection[date]) -> None:
    """These days have landed; what was asked for since stays. Raises StoreError."""
    if days:
        _keep(store, set(wanted(store)) - set(days))


def try_days(store: Store, policy: Policy, folder: Path, days: Collection[date], key: bytes) -> tuple[Arrival, ...]:
    """Stage these days' extracts as a night would, against the current generation, in a session that is thrown away.

    It opens no staging file, so a night in progress is not disturbed. Raises StoreError.
    """
    with _aside(store) as spill, session(None, spill=spill) as opened:
        current = store.current()
        opened.attach(current.path if current else None, CURRENT, read_only=True)
        opened.schema(ARRIVED)
        stored_views(opened, policy)
        desk = Desk(policy, opened, key)
        files = [(table, file) for table in policy.tables for file in extracts_of(policy, table, folder) if file.day in days]
        return tuple(arrive(desk, table, file)[0] for table, file in files)


@contextmanager
def _aside(store: Store) -> Iterator[Path]:
    """A spill folder of its own; what a crash leaves in it is swept with the others."""
    folder = store.spill / "again"
    make_folder(folder)
    try:
        yield folder
    finally:
        remove(folder)


def _keep(store: Store, days: Collection[date]) -> None:
    file = _file(store)
    if days:
        write_whole(file, json.dumps(sorted(day.isoformat() for day in days)).encode())
    else:
        remove(file)


def _file(store: Store) -> Path:
    return store.root / FILE

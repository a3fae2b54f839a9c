"""The night's staging file: one database in which the stations of one night leave their work for the next.

It is thrown away when the night is over. It remembers which night it belongs to, so that a station of another night refuses to go on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from privacy_pipelines import sql
from privacy_pipelines.errors import NotSealed, StoreError
from privacy_pipelines.store.engine import Session, session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import CURRENT, NIGHT, STAGING_SCHEMAS

FILE = "night.duckdb"


@dataclass(frozen=True, slots=True)
class Pin:
    """What a night fixed when it began, and every later station reads instead of a clock."""

    run: str
    as_of: date
    base: str
    """The generation it decides over; empty for a store without one."""
    policy_version: str
    first_load: bool


@dataclass(frozen=True, slots=True)
class Night:
    """An open staging file. `notes` are JSON values under a name."""

    store: Store
    session: Session
    file: int = 0
    """The number of the staging file that is open: another night begins with another file. 0 of what is no night of the store's."""

    @property
    def pin(self) -> Pin:
        """Raises NotSealed where no night has begun."""
        note = self.note("pin")
        if note is None:
            raise NotSealed(f"{self.store.staging}: no night has begun. Start with its first station (inbox)")
        return Pin(**{**note, "as_of": date.fromisoformat(note["as_of"])})

    def note(self, name: str) -> Any:
        """The note of that name, or None."""
        found = self.session.rows(f"SELECT body FROM {NIGHT}.notes WHERE name = ?", [name])
        return json.loads(found[0][0]) if found else None

    def keep(self, name: str, body: object) -> None:
        """Keep a note, replacing one of that name."""
        self.session.run(f"DELETE FROM {NIGHT}.notes WHERE name = ?", [name])
        self.session.insert(sql.table(NIGHT, "notes"), [[name, json.dumps(body, default=str)]])

    def resume(self) -> None:
        """Before the next station of a night that stayed open: it begins as one that was opened for it. Raises StoreError where another
        night has taken over."""
        if _number(self.store) != self.file:
            raise another_has_begun(self.store)
        self.session.forget()


def another_has_begun(store: Store) -> StoreError:
    """What a station is told whose night is no longer the one in the store."""
    return StoreError(f"{store.staging}: another night has begun since. Start again from the first station (inbox)")


def _number(store: Store) -> int:
    """Of the staging file; 0 where there is none."""
    try:
        return (store.staging / FILE).stat().st_ino
    except FileNotFoundError:
        return 0


@contextmanager
def open_night(store: Store) -> Iterator[Night]:
    """The staging file with the base generation attached as `cur`. Raises NotSealed where no night has begun, StoreError."""
    if not (store.staging / FILE).is_file():
        raise NotSealed(f"{store.staging}: no night has begun. Start with its first station (inbox)")
    with session(store.staging / FILE, spill=store.spill) as opened:
        night = Night(store, opened, _number(store))
        _attach_base(night)
        yield night


def _attach_base(night: Night) -> None:
    """Attach the generation that this night decides over, or an empty one. Raises StoreError."""
    note = night.note("pin")
    current = night.store.current()
    base = note["base"] if note else (current.name if current else "")
    night.session.attach(night.store.generation(base).path if base else None, CURRENT, read_only=True)


def begin(store: Store, pin: Pin) -> None:
    """Start a night in a store that was swept: nothing of an earlier one is in staging. Raises StoreError."""
    with session(store.staging / FILE, spill=store.spill) as opened:
        for schema in (*STAGING_SCHEMAS, NIGHT):
            opened.schema(schema)
        opened.run(f"CREATE TABLE {NIGHT}.notes (name VARCHAR, body VARCHAR)")
        note = {**{name: getattr(pin, name) for name in Pin.__slots__}, "as_of": pin.as_of.isoformat()}
        Night(store, opened).keep("pin", note)

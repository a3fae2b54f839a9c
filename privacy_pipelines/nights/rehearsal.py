"""A night that goes no further than its plan: in memory, beside whatever night is in progress, and nothing of it stays.

It takes no lock and no generation number, opens no staging file, sweeps and disposes of nothing. What does not fit into memory spills
into a folder of its own inside the store, for these files hold names in clear; a crash leaves it to the next night's sweep.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from privacy_pipelines.errors import StoreError
from privacy_pipelines.store.durable import explained
from privacy_pipelines.store.engine import session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import CURRENT, NIGHT, STAGING_SCHEMAS
from privacy_pipelines.store.night import Night, Pin


@contextmanager
def rehearse(store: Store, pin: Pin) -> Iterator[Night]:
    """A night over `pin.base` that is thrown away. Raises StoreError."""
    with _aside(store) as folder, session(None, spill=folder / "spill") as opened:
        for schema in (*STAGING_SCHEMAS, NIGHT):
            opened.schema(schema)
        opened.run(f"CREATE TABLE {NIGHT}.notes (name VARCHAR, body VARCHAR)")
        opened.attach(store.generation(pin.base).path if pin.base else None, CURRENT, read_only=True)
        night = Night(store if pin.base else _stand_in(folder), opened)
        night.keep("pin", asdict(pin))
        yield night


@contextmanager
def _aside(store: Store) -> Iterator[Path]:
    """A folder on the store's volume; where there is no store yet, beside the place where it will be."""
    if store.root.exists() and not store.root.is_dir():
        raise StoreError(f"{store.root}: not a folder. Move what stands there away, or name another store")
    place = store.spill
    while not place.is_dir() and place != place.parent:
        place = place.parent
    with explained(place):
        folder = TemporaryDirectory(prefix="rehearsal-", dir=place, ignore_cleanup_errors=True)
    with folder as name:
        yield Path(name)


def _stand_in(folder: Path) -> Store:
    """Lends a first night its keys: a store without a generation has none of its own yet, and shall not get any by being looked at."""
    lent = Store(folder / "store")
    lent.create()
    return lent

"""What is known between two nights, as one small file beside the generations: it stands for one generation, and a newer one makes it void.

Counts, keyed marks and digests; no key of a record, no hash of one, no value.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from privacy_pipelines.store.durable import explained, write_whole
from privacy_pipelines.store.generations import Store

FILE = "redecided.json"


@dataclass(frozen=True, slots=True)
class Seal:
    """A cohort decided since the night: as what, and what came of it. `mark` is empty where the policy says of it what the night said."""

    mark: str
    policy: str
    records: int
    ended: int
    decided: str
    """The digest of its verdicts and how many records each has."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`marks`: cohort → mark, of the policy of version `policy`; `changes`: cohort → (what, records, cells) in shareable counts; `impact`:
    the whole comparison as Markdown."""

    generation: str = ""
    policy: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    changes: dict[str, list[list[str]]] = field(default_factory=dict)
    impact: str = ""
    seals: dict[str, Seal] = field(default_factory=dict)


def kept(store: Store, generation: str) -> Kept:
    """What is known of this generation; nothing where the file is of another, or cannot be read: all of it can be found anew."""
    try:
        body = json.loads(_file(store).read_bytes())
        found = Kept(**{**body, "seals": {name: Seal(**seal) for name, seal in body["seals"].items()}})
    except (OSError, ValueError, TypeError, KeyError):
        return Kept(generation)
    return found if found.generation == generation else Kept(generation)


def keep(store: Store, now: Kept) -> None:
    """Replace it, whole. Under the write lock. Raises StoreError."""
    with explained(_file(store)):
        write_whole(_file(store), json.dumps(asdict(now), ensure_ascii=False, sort_keys=True).encode())


def _file(store: Store) -> Path:
    return store.root / FILE

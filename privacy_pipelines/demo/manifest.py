"""The manifest of a demo: what was written, what changed from night to night, and which faults were planted where."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class File:
    """An extract: its path below the demo folder and how many rows it holds."""

    path: str
    table: str
    day: date
    rows: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A planted fault, once per night on which its file holds it. The keys are demo data, so they may be named."""

    kind: str
    table: str
    day: date
    column: str
    keys: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Change:
    """What changed at the source since the night before; of many keys the first twenty are named.

    A file that breaks off on this night may lack it; the next night's has it.
    """

    kind: str
    table: str
    day: date
    keys: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a test or a reader needs to know about a demo."""

    seed: int
    people: int
    until: date
    days: tuple[date, ...]
    files: tuple[File, ...]
    faults: tuple[Fault, ...]
    changes: tuple[Change, ...]
    counts: tuple[tuple[str, int], ...]
    """Rows per table over all sources on the first night, and in total."""

    def to_json(self) -> str:
        """The same as text: ISO dates, stable order."""
        document = asdict(self) | {"counts": dict(self.counts)}
        return json.dumps(document, ensure_ascii=False, indent=1, default=date.isoformat) + "\n"

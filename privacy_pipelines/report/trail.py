"""What the evidence log says of a night: whether the log is whole, where the night stands, what was disposed of since. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.evidence.entries import Entry
from privacy_pipelines.evidence.log import walk
from privacy_pipelines.evidence.verification import Trust, Verification, verify

NIGHTS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class Disposal:
    """A file that is gone, and the entry that says so."""

    seq: int
    what: str
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Logged:
    """A completed night as the log holds it: small counts are given as `<5`."""

    seq: int
    hash: str
    at: str
    run: str
    as_of: str
    plan_digest: str
    kept: str
    erased: str
    cells: str
    refused: str


@dataclass(frozen=True, slots=True)
class Trail:
    """The log's state, the last nights (newest first), and the disposals that followed the night in question."""

    verification: Verification
    nights: tuple[Logged, ...]
    disposals: tuple[Disposal, ...]

    def of(self, run: str) -> Logged | None:
        """The night of this run, or None where the log does not know it."""
        return next((night for night in self.nights if night.run == run), None)


def follow(path: Path, run: str, trust: Trust | None = None) -> Trail:
    """Read the log from its first entry to its last, or to the first wrong one, and check it. Raises StoreError."""
    nights: list[Logged] = []
    disposals: list[Disposal] = []
    for entry in walk(path):
        if isinstance(entry, str):
            break
        if entry.kind == "night_completed":
            nights = [*nights[-(NIGHTS_SHOWN - 1) :], _logged(entry)]
        elif entry.kind == "disposed" and nights and nights[-1].run == run:
            disposals.append(Disposal(entry.seq, str(entry.body["what"]), str(entry.body["name"]), _minute(entry.at)))
    return Trail(verify(path, trust), tuple(reversed(nights)), tuple(disposals))


def _logged(entry: Entry) -> Logged:
    names = ("run", "as_of", "plan_digest", "rows_kept", "rows_erased", "cells_erased", "rows_refused")
    return Logged(entry.seq, entry.hash, _minute(entry.at), *(_written(entry.body[name]) for name in names))


def _written(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _minute(at: str) -> str:
    """`2026-03-01T02:00:00Z` as people read it."""
    return f"{at[:10]} {at[11:16]} UTC"

"""What the evidence log says of a night: whether the log is whole, where the night stands, what was disposed of since. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.evidence.entries import Entry
from privacy_pipelines.evidence.log import walk
from privacy_pipelines.evidence.verification import Trust, Verification, verify
from privacy_pipelines.observing.points import Measured, Number

NIGHTS_SHOWN = 14
COUNTS = ("kept", "erased", "erased_cells", "refused")


@dataclass(frozen=True, slots=True)
class Disposal:
    """A file that is gone, and the entry that says so."""

    seq: int
    what: str
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Logged:
    """A completed night: its entry in the log, and its counts, which only the store has; None where it has them no more."""

    seq: int
    hash: str
    at: str
    run: str
    as_of: str
    plan_digest: str
    kept: Number | None
    erased: Number | None
    cells: Number | None
    refused: Number | None


@dataclass(frozen=True, slots=True)
class Trail:
    """The log's state, the last nights (newest first), and the disposals that followed the night in question."""

    verification: Verification
    nights: tuple[Logged, ...]
    disposals: tuple[Disposal, ...]
    history: tuple[Measured, ...] = ()
    """The numbers of every night that the store remembers, oldest first."""

    def of(self, run: str) -> Logged | None:
        """The night of this run, or None where the log does not know it."""
        return next((night for night in self.nights if night.run == run), None)


def follow(path: Path, run: str, trust: Trust | None = None, *, measured: Sequence[Measured] = ()) -> Trail:
    """Read the log from its first entry to its last, or to the first wrong one, and check it. `measured` has each night's numbers.

    Raises:
        StoreError: the log cannot be read.
    """
    nights: list[Logged] = []
    numbers = {night.run: night.numbers for night in measured}
    disposals: list[Disposal] = []
    for entry in walk(path):
        if isinstance(entry, str):
            break
        if entry.kind == "night_completed":
            nights = [*nights[-(NIGHTS_SHOWN - 1) :], _logged(entry, numbers)]
        elif entry.kind == "disposed" and nights and nights[-1].run == run:
            disposals.append(Disposal(entry.seq, str(entry.body["what"]), str(entry.body["name"]), _minute(entry.at)))
    return Trail(verify(path, trust), tuple(reversed(nights)), tuple(disposals), tuple(measured))


def _logged(entry: Entry, measured: Mapping[str, Mapping[str, Number]]) -> Logged:
    run, as_of, digest = (str(entry.body[name]) for name in ("run", "as_of", "plan_digest"))
    kept, erased, cells, refused = (measured.get(run, {}).get(name) for name in COUNTS)
    return Logged(entry.seq, entry.hash, _minute(entry.at), run, as_of, digest, kept, erased, cells, refused)


def _minute(at: str) -> str:
    """`2026-03-01T02:00:00Z` as people read it."""
    return f"{at[:10]} {at[11:16]} UTC"

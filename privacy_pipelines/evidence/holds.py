"""Holds on persons, read from the evidence log, which is where they are added and released. No key of a person stands there, only its
keyed hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from privacy_pipelines.evidence.entries import Entry
from privacy_pipelines.evidence.log import EvidenceLog


@dataclass(frozen=True, slots=True)
class PersonHold:
    """A deletion suspension for one data subject: their own row of `table`, and every row whose links lead to it."""

    name: str
    table: str
    subject: str
    """The keyed hash of the person's key (`store.hashes.hash_of`)."""
    ground: str
    owner: str
    review_by: date
    by: str
    purposes: tuple[str, ...]
    """Only cells that serve one of these are held; empty: all."""
    added: datetime
    released: bool = False

    def since(self, zone: str) -> date:
        """The day on which it was added, as the company counts days."""
        return self.added.astimezone(ZoneInfo(zone)).date()

    def is_past_review(self, day: date) -> bool:
        """Whether its owner should have decided by now whether it is still needed."""
        return self.review_by < day


def person_holds(path: Path) -> tuple[PersonHold, ...]:
    """Every hold on a person that was ever added, oldest first. Empty for a log that is not there yet. Raises StoreError."""
    if not path.exists():
        return ()
    entries = list(EvidenceLog(path).entries())
    released = {entry.body["hold"] for entry in entries if entry.kind == "hold_released"}
    return tuple(_hold(entry, entry.body["hold"] in released) for entry in entries if entry.kind == "hold_added")


def standing_holds(path: Path) -> tuple[PersonHold, ...]:
    """Those that nobody has released. Raises StoreError."""
    return tuple(hold for hold in person_holds(path) if not hold.released)


def _hold(entry: Entry, released: bool) -> PersonHold:
    said = {name: str(value) for name, value in entry.body.items()}
    return PersonHold(
        name=said["hold"], table=said["table"], subject=said["subject"], ground=said["ground"], owner=said["owner"],
        review_by=date.fromisoformat(said["review_by"]), by=said["by"], purposes=tuple(filter(None, said.get("purposes", "").split("+"))),
        added=datetime.fromisoformat(entry.at.replace("Z", "+00:00")).astimezone(UTC), released=released,
    )  # fmt: skip

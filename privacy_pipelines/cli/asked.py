"""What the checks of `verify` look at in a store, and the few things that several of them ask of its log. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from privacy_pipelines.cli.answer import Answer
from privacy_pipelines.evidence.entries import Entry
from privacy_pipelines.evidence.log import walk
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import Reader

NOTHING_YET = Answer(None, "no night has been completed yet")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the checks look at. `current` is None before the first night."""

    store: Store
    current: Reader | None
    extracts: Path
    as_of: date


def nights(store: Store) -> list[Entry]:
    return [entry for entry in entries(store) if entry.kind == "night_completed"]


def restored(store: Store) -> list[Entry]:
    """Backups that were restored: a night may rest on one, and one may stand in for a generation that was lost."""
    return [entry for entry in entries(store) if entry.kind == "restored"]


def entries(store: Store) -> list[Entry]:
    """As far as the log is right; whether all of it is, is another check."""
    return [entry for entry in walk(store.evidence) if isinstance(entry, Entry)]


def some(names: list[str]) -> str:
    return f"{len(names)} ({', '.join(names[:3])}{', …' if len(names) > 3 else ''})"

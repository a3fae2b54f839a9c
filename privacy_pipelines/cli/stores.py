"""The store as the reading commands find it: there, or a clear message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from privacy_pipelines.errors import StoreError

if TYPE_CHECKING:
    from privacy_pipelines.store.generations import Store


def require_store(folder: Path) -> Store:
    """The store in that folder; nothing is made. Raises StoreError where there is none."""
    from privacy_pipelines.store.generations import Store

    if not folder.exists():
        hint = "Point --store at one, or make it with a first night: privacy-pipelines nightly --first-load"
        raise StoreError(f"{folder}: there is no store. {hint}")
    if not folder.is_dir():
        raise StoreError(f"{folder}: not a folder. Point --store at the folder that holds the generations")
    return Store(folder)


def zone_of(store: Store) -> str:
    """The company's zone, as the last night had it. Raises StoreError."""
    from privacy_pipelines.store.reading import reader

    with reader(store) as current:
        return current.intent.rules_document().company.zone if current else "UTC"

"""The published set as a folder: `published` is a link, and replacing the link replaces every file at once.

A set is written aside, made durable, and only then linked to. Nobody can see half of one, and a reader who has opened a file reads it
to its end.
"""

from __future__ import annotations

import re
from pathlib import Path

from privacy_pipelines.store.durable import fsync_file, fsync_folder, make_folder, point, remove
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.pointer import Generation

_SET = re.compile(r"published-[0-9]{6,}")


def set_of(store: Store, generation: Generation) -> Path:
    """Where the set of a generation stands, whether or not it is there."""
    return store.root / f"published-{generation.number:06d}"


def linked_set(store: Store) -> str:
    """The name of the set that consumers read; empty where there is none."""
    return store.published.readlink().name if store.published.is_symlink() else ""


def begin_set(folder: Path) -> Path:
    """An empty folder, mode 0700, in which to write it. Raises StoreError, OSError."""
    unfinished = folder.with_name(f"{folder.name}.tmp")
    remove(unfinished)
    make_folder(unfinished)
    return unfinished


def finish_set(unfinished: Path) -> Path:
    """Make it durable, readable by its owner only, and give it its name. Raises OSError."""
    for path in sorted(unfinished.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)
            continue
        path.chmod(0o600)
        fsync_file(path)
    for folder in (*(path for path in unfinished.rglob("*") if path.is_dir()), unfinished):
        fsync_folder(folder)
    folder = unfinished.with_name(unfinished.name.removesuffix(".tmp"))
    remove(folder)
    unfinished.rename(folder)
    fsync_folder(folder.parent)
    return folder


def link_set(store: Store, folder: Path) -> None:
    """From now on consumers read this set. Raises OSError."""
    if store.published.is_dir() and not store.published.is_symlink():
        remove(store.published)  # a copy of the store that did not keep links
    point(store.published, folder.name)


def unlink_set(store: Store) -> None:
    """From now on consumers read nothing. Raises OSError."""
    remove(store.published)
    fsync_folder(store.root)


def other_sets(store: Store) -> tuple[Path, ...]:
    """Every set that consumers do not read any more, oldest first."""
    linked = linked_set(store)
    return tuple(sorted(path for path in store.root.glob("published-*") if _SET.fullmatch(path.name) and path.name != linked))

"""What `verify` looks for on the disk: what a night leaves behind it, who may read it, what consumers read, what the sources sent.

What a night that was cut short leaves to the next one is told, and is no alarm; what has outlived a whole night is one. Reads only.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from datetime import date
from pathlib import Path

from privacy_pipelines.cli.answer import Answer
from privacy_pipelines.cli.asked import NOTHING_YET, Asked, nights, some
from privacy_pipelines.errors import StoreBusy
from privacy_pipelines.extracts.drop import extracts_of
from privacy_pipelines.extracts.landing import before
from privacy_pipelines.nights.memory import remembered
from privacy_pipelines.publishing.publish import is_published
from privacy_pipelines.publishing.sets import linked_set, other_sets, set_of
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.pointer import CURRENT as POINTER

A_NIGHT_S = 12 * 60 * 60
"""No night lasts longer from its first file to its flip, and the one before was earlier than that."""


def leftovers(asked: Asked) -> Answer:
    """What a night leaves on the way is swept when it ends: what is older than the night of the last flip has outlived that."""
    if asked.current is None and not asked.store.staging.is_dir():
        return NOTHING_YET
    try:
        with asked.store.writing(0.0) if os.access(asked.store.root, os.W_OK) else nullcontext():  # on a read-only volume nobody writes
            left = asked.store.leftovers()
            old = [path for path in left if asked.current is not None and path.lstat().st_mtime < _flipped(asked.store) - A_NIGHT_S]
    except StoreBusy:
        return Answer(None, "a night is being written now. Ask again when it is over")
    if left:
        names = some([path.relative_to(asked.store.root).as_posix() for path in left])
        return Answer(False if old else None, f"{names}{'' if old else ': a night was cut short'}. The next night sweeps them")
    return Answer(True, "no unfinished generation, no dead WAL, no spill, nothing in staging")


def modes(asked: Asked) -> Answer:
    """Inside of staging and spill the folder's mode protects what a night has on its way; the other leftovers are swept."""
    store, on_the_way = asked.store, set(asked.store.leftovers())
    paths = (path for path in (store.root, *store.root.rglob("*")) if not on_the_way.intersection((path, *path.parents)))
    open_to_others = [path.as_posix() for path in paths if _is_open(path)]
    if open_to_others:
        return Answer(False, f"others can read {some(sorted(open_to_others))}. Take that away: chmod -R go= {asked.store.root}")
    return Answer(True, "only this store's owner can read it")


def published(asked: Asked) -> Answer:
    """Consumers read the current generation; files of an earlier one hold what has ended since."""
    if asked.current is None:
        return NOTHING_YET
    others = {path.name for path in other_sets(asked.store)}
    if not is_published(asked.store, asked.current) or others:
        base = set_of(asked.store, asked.store.generation(asked.current.intent.base)).name if asked.current.intent.base else ""
        cut = {linked_set(asked.store), *others} - {set_of(asked.store, asked.current.generation).name} <= {base}
        why = "a night was cut short, and p" if cut else "p"
        return Answer(None if cut else False, f"{why}ublished files are not those of the current generation. The next night publishes it")
    return Answer(
        True, f"{linked_set(asked.store)}, made from {asked.current.generation.name}" if linked_set(asked.store) else "no purpose publishes"
    )


def extracts(asked: Asked) -> Answer:
    """Landed extracts past their `keep`, by the policy of the last night; a file that never landed is past it too."""
    if asked.current is None:
        return NOTHING_YET
    if not asked.extracts.is_dir():
        return Answer(None, f"{asked.extracts}: no such folder")
    policy, landed = asked.current.intent.rules_document(), remembered(asked.current.session)
    days = [date.fromisoformat(str(entry.body["as_of"])) for entry in nights(asked.store)]
    earlier = days[-2] if len(days) > 1 and asked.as_of <= asked.current.intent.as_of else None
    past: list[str] = []
    unread = outlived = 0
    for table in policy.tables:
        limit = before(max(asked.as_of, asked.current.intent.as_of), table.extract.keep)
        late = [file for file in extracts_of(policy, table, asked.extracts) if file.day < limit]
        past += [file.name for file in late]
        unread += sum(table.id not in landed or file.day > landed[table.id].day for file in late)
        outlived += sum(earlier is None or file.day < before(earlier, table.extract.keep) for file in late)
    if past and not outlived:
        return Answer(None, f"past their keep since this night, which was cut short: {some(past)}. The next night disposes of them")
    if past:
        return Answer(False, f"past their keep: {some(past)}; {unread} of them never landed. The next night disposes of what has landed")
    return Answer(True, "none is past its keep")


def _flipped(store: Store) -> float:
    """When the last night made its generation current."""
    return (store.root / POINTER).stat().st_mtime


def _is_open(path: Path) -> bool:
    """Whether others may read it; a link has no mode of its own."""
    return not path.is_symlink() and bool(path.lstat().st_mode & 0o077)

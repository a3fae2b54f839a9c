"""Publish the current generation: one folder for each purpose that asks for it, with the cells that live for it now and nothing else.

It decides nothing: the night wrote for whom each record lives (`collector/living.py`). It may be done again at any time, and gives the
same files; a set that a crash or a full disk prevented is made at the next start.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.buckets import bucket
from privacy_pipelines.evidence.entries import Entry, JsonValue
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.policy.published import published_columns, published_purposes
from privacy_pipelines.publishing.sets import begin_set, finish_set, link_set, linked_set, other_sets, set_of, unlink_set
from privacy_pipelines.sql import col
from privacy_pipelines.store.durable import explained, make_folder, remove
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import CURRENT, KEPT_LIVES
from privacy_pipelines.store.reading import Reader

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One table's rows for one purpose. `path` is below `published/`."""

    purpose: str
    table: str
    path: str
    columns: tuple[str, ...]
    rows: int


def publish(store: Store, current: Reader | None, *, at: datetime) -> tuple[PublishedFile, ...]:
    """Make consumers read the current generation; what they read before is disposed of. The caller holds the write lock.

    Raises:
        StoreError: it could not be written. Consumers read nothing then, for yesterday's files hold what has ended since.
    """
    if current is None:
        return ()
    policy, folder = current.intent.rules_document(), set_of(store, current.generation)
    try:
        with explained(store.root):
            files = _linked(store, current, policy, folder)
    except StoreError as error:
        _withdraw(store, at)
        what = "tonight's files could not be published and those before are withdrawn. The night stands; the next start publishes it"
        raise StoreError(f"{error} ({what})") from None
    log = EvidenceLog(store.evidence)
    if files and not any(entry.body["generation"] == current.generation.name for entry in _entries(log)):
        log.append_all([("published", body) for body in _bodies(current.generation.name, files)], at=at)
    _dispose(store, at)
    return files


def is_published(store: Store, current: Reader) -> bool:
    """Whether consumers read this generation, or nothing where no purpose publishes."""
    wanted = bool(_wanted(current.intent.rules_document()))
    return linked_set(store) == (set_of(store, current.generation).name if wanted else "")


def _linked(store: Store, current: Reader, policy: Policy, folder: Path) -> tuple[PublishedFile, ...]:
    wanted = _wanted(policy)
    if not wanted:
        unlink_set(store)
        return ()
    if linked_set(store) != folder.name:
        unfinished = begin_set(folder)
        _write(current, policy, unfinished)
        link_set(store, finish_set(unfinished))
    found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    return tuple(PublishedFile(**{**one, "columns": tuple(one["columns"])}) for one in found)


def _wanted(policy: Policy) -> list[tuple[str, Table]]:
    return sorted(
        ((name, table) for table in policy.tables for name in published_purposes(policy, table)), key=lambda one: (one[0], one[1].id)
    )


def _write(current: Reader, policy: Policy, into: Path) -> None:
    files = []
    for purpose, table in _wanted(policy):
        publish = policy.purpose(purpose).publish
        assert publish is not None
        make_folder(into / purpose)
        path, columns = f"{purpose}/{table.id}.{publish.format}", published_columns(table, purpose)
        rows = current.session.write(_rows(table, purpose, columns), into / path, publish.format)
        files.append(PublishedFile(purpose, table.id, path, columns, rows))
    intent = current.intent
    body = {"as_of": intent.as_of.isoformat(), "generation": current.generation.name, "policy_version": intent.policy_version}
    text = json.dumps({**body, "files": [asdict(file) for file in files]}, indent=2)
    (into / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _rows(table: Table, purpose: str, columns: tuple[str, ...]) -> exp.Select:
    """The rows that live for the purpose, in the order of their keys so that equal nights give equal files."""
    lives = exp.select(exp.convert(1)).from_(sql.table(KEPT_LIVES, table.id, catalog=CURRENT, alias="l"))
    lives = lives.where(sql.same_key(table.key, "l", "t"), col(purpose, "l"))
    rows = exp.select(*(col(name, "t") for name in columns)).from_(sql.table(table.source, table.name, catalog=CURRENT, alias="t"))
    return rows.where(exp.Exists(this=lives)).order_by(*(col(name, "t") for name in table.key))


def _withdraw(store: Store, at: datetime) -> None:
    with explained(store.root):
        unlink_set(store)
    _dispose(store, at)


def _dispose(store: Store, at: datetime) -> None:
    for old in other_sets(store):
        with explained(old):
            size = remove(old)
        body: dict[str, JsonValue] = {"what": "published", "name": old.name, "level": "disposed", "bytes": bucket(size)}
        EvidenceLog(store.evidence).append("disposed", body, at=at)


def _bodies(generation: str, files: tuple[PublishedFile, ...]) -> Iterator[dict[str, JsonValue]]:
    for purpose in sorted({file.purpose for file in files}):
        rows = [file.rows for file in files if file.purpose == purpose]
        yield {"generation": generation, "purpose": purpose, "files": bucket(len(rows)), "rows": bucket(sum(rows))}


def _entries(log: EvidenceLog) -> list[Entry]:
    return [entry for entry in log.entries() if entry.kind == "published"]

"""One entry of the evidence log: its line, its hash, and what can be wrong with it. Reads and writes no file.

A line is the canonical JSON of all fields (keys sorted, no spaces, ASCII), so that one entry has one spelling and any other byte
is a change. `hash` is the SHA-256 of the canonical JSON of every field but itself; `prev` is the hash of the entry before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from privacy_pipelines.errors import StoreError

FORMAT = 1
"""Goes up when a reader of today could no longer check a line; old lines keep theirs."""

JsonValue: TypeAlias = "str | int | Sequence[JsonValue] | Mapping[str, JsonValue]"
"""What a body may hold: no floats (two spellings), no null (leave the field out)."""

_FIELD_TYPES: tuple[tuple[str, type], ...] = (
    ("v", int), ("seq", int), ("at", str), ("kind", str), ("body", dict), ("prev", str), ("hash", str),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log reaches: the last entry's number and hash."""

    seq: int
    hash: str


EMPTY = Head(seq=0, hash="0" * 64)
"""The head of a log with no entries; the first entry's `prev` is its hash."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands in the log. `at` is UTC, `2026-03-01T02:00:00Z`."""

    v: int
    seq: int
    at: str
    kind: str
    body: Mapping[str, JsonValue]
    prev: str
    hash: str

    @property
    def head(self) -> Head:
        """The head of the log that ends with this entry."""
        return Head(self.seq, self.hash)

    @property
    def line(self) -> bytes:
        """The entry's one spelling, newline included."""
        return _canonical({name: getattr(self, name) for name, _ in _FIELD_TYPES}) + b"\n"


def seal(kind: str, body: Mapping[str, JsonValue], *, at: str, after: Head) -> Entry:
    """The entry that follows `after`.

    >>> first = seal("intent_completed", {"run": "night"}, at="2026-03-01T02:00:00Z", after=EMPTY)
    >>> first.seq, first.prev == EMPTY.hash, read(first.line, after=EMPTY) == first
    (1, True, True)
    """
    record = {"v": FORMAT, "seq": after.seq + 1, "at": at, "kind": kind, "body": body, "prev": after.hash}
    return Entry(v=FORMAT, seq=after.seq + 1, at=at, kind=kind, body=body, prev=after.hash, hash=_hash_of(record))


def read(line: bytes, *, after: Head | None) -> Entry | str:
    """The entry in `line`, or what is wrong with it; with `after`, also whether it follows that head."""
    record = _record(line)
    if isinstance(record, str):
        return record
    if after is not None and record["seq"] != after.seq + 1:
        return f"entry {record['seq']} stands in its place: something was dropped, repeated or put out of order"
    if record["hash"] != _hash_of({name: value for name, value in record.items() if name != "hash"}):
        return "it was changed: its hash does not fit its content"
    if after is not None and record["prev"] != after.hash:
        return "it does not follow the entry before it: one of the two was replaced"
    return Entry(**record)


def moment(at: datetime) -> str:
    """`at` in UTC, to the second.

    >>> moment(datetime(2026, 3, 1, 2, 0, 0, 999, tzinfo=UTC))
    '2026-03-01T02:00:00Z'

    Raises:
        StoreError: `at` has no zone.
    """
    if at.utcoffset() is None:
        raise StoreError("evidence log: the moment of an entry has no time zone. Give an aware datetime")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _record(line: bytes) -> dict[str, Any] | str:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return "it is not readable"
    if not isinstance(record, dict):
        return "it is not an entry"
    if type(record.get("v")) is int and record["v"] != FORMAT:
        return f"it has format {record['v']}, and this version knows format {FORMAT}"
    if len(record) != len(_FIELD_TYPES) or any(type(record.get(name)) is not kind for name, kind in _FIELD_TYPES):
        return "it does not have the fields of an entry"
    if _canonical(record) + b"\n" != line:
        return "it was changed: it is not spelled as entries are"
    return record


def _canonical(record: Mapping[str, object]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _hash_of(record: Mapping[str, object]) -> str:
    return hashlib.sha256(_canonical(record)).hexdigest()

"""One entry of the evidence log: its line, its hash, and what can be wrong with it. Reads and writes no file.

A line is `{"hash":"…","entry":{…}}`. The entry is canonical JSON (keys sorted, no spaces, ASCII), and `hash` is its leaf hash in the
log's Merkle tree (RFC 6962 §2.1), so any other byte of a line is a change that shows in the line itself. That a hash was made to fit
again shows in the root, which is signed (heads.py): there is no second chain from entry to entry.
"""

from __future__ import annotations

import hashlib
import json
from binascii import unhexlify
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.merkle import LEAF

FORMAT = 2
"""Goes up when a reader of today could no longer check a line. 1 was a chain of hashes, before there was a release."""

JsonValue: TypeAlias = "str | int | Sequence[JsonValue] | Mapping[str, JsonValue]"
"""What a body may hold: no floats (two spellings), no null (leave the field out)."""

_TYPES = (int, int, str, str, dict)
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, check_circular=False).encode
_BEFORE, _BETWEEN, _AFTER = b'{"hash":"', b'","entry":', b"}\n"
_HASH_AT = slice(len(_BEFORE), len(_BEFORE) + 64)
_ENTRY_AT = slice(_HASH_AT.stop + len(_BETWEEN), -len(_AFTER))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands in the log. `at` is UTC, `2026-03-01T02:00:00Z`; `line` is its one spelling, newline included."""

    seq: int
    at: str
    kind: str
    body: Mapping[str, JsonValue]
    line: bytes

    @property
    def hash(self) -> str:
        """Its leaf hash in the log's tree."""
        return self.line[_HASH_AT].decode("ascii")

    @property
    def leaf(self) -> bytes:
        """The same as the tree takes it."""
        return unhexlify(self.line[_HASH_AT])


def seal(kind: str, body: Mapping[str, JsonValue], *, at: str, seq: int) -> Entry:
    """The entry with that number, from 1.

    >>> first = seal("intent_completed", {"run": "night"}, at="2026-03-01T02:00:00Z", seq=1)
    >>> read(first.line, seq=1) == first, read(first.line, seq=2)
    (True, 'entry 1 stands in its place: something was dropped, repeated or put out of order')
    """
    # Composed, and not encoded as a whole: canonical already, and this is where an append spends its time.
    content = b'{"at":%b,"body":%b,"kind":%b,"seq":%d,"v":%d}' % (_quoted(at), _encoded(body), _quoted(kind), seq, FORMAT)
    return Entry(seq, at, kind, body, b"".join((_BEFORE, _leaf(content), _BETWEEN, content, _AFTER)))


def read(line: bytes, *, seq: int) -> Entry | str:
    """The entry in `line`, or what is wrong with it as the one with that number."""
    content = line[_ENTRY_AT]
    if not (line.startswith(_BEFORE) and line.endswith(_AFTER) and line[_HASH_AT.stop : _ENTRY_AT.start] == _BETWEEN):
        return _unframed(line)
    if line[_HASH_AT] != _leaf(content):
        return "it was changed: its hash does not fit its content"
    record = _record(content)
    if isinstance(record, str):
        return record
    if record["seq"] != seq:
        return f"entry {record['seq']} stands in its place: something was dropped, repeated or put out of order"
    return Entry(seq, record["at"], record["kind"], record["body"], line)


def leaf_of(line: bytes, *, seq: int) -> bytes | str:
    """The leaf hash of the entry in `line`, or what is wrong with it as the one with that number: as `read` says, in a third of the time.

    The content is not looked at where frame, hash and number are right: whether it is what was signed for, the root tells.

    >>> leaf_of(seal("approved", {}, at="", seq=7).line, seq=7) == seal("approved", {}, at="", seq=7).leaf
    True
    """
    digest = hashlib.sha256(LEAF + line[_ENTRY_AT])
    if line.startswith(b"".join((_BEFORE, digest.hexdigest().encode("ascii"), _BETWEEN))) and line.endswith(
        b',"seq":%d,"v":%d}}\n' % (seq, FORMAT)
    ):
        return digest.digest()
    entry = read(line, seq=seq)
    return entry if isinstance(entry, str) else entry.leaf


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


def _unframed(line: bytes) -> str:
    record = _parsed(line)
    if isinstance(record, dict) and type(record.get("v")) is int:
        return _other_format(record["v"])
    return "it was changed: it is not framed as entries are"


def _record(content: bytes) -> dict[str, Any] | str:
    record = _parsed(content)
    if not isinstance(record, dict):
        return "it is not an entry"
    if type(record.get("v")) is int and record["v"] != FORMAT:
        return _other_format(record["v"])
    found = tuple(map(type, (record.get("v"), record.get("seq"), record.get("at"), record.get("kind"), record.get("body"))))
    if found != _TYPES or len(record) != len(_TYPES):
        return "it does not have the fields of an entry"
    return record


def _other_format(found: int) -> str:
    if found < FORMAT:
        return (
            f"it has format {found}, which a version before the first release wrote, and this version knows format {FORMAT} alone. "
            "Keep that store for what it proves, and begin a new one (nightly --first-load)"
        )
    return f"it has format {found}, and this version knows format {FORMAT}. Upgrade, and try again"


def _parsed(text: bytes) -> object:
    try:
        return json.loads(text.decode("ascii"))
    except (ValueError, RecursionError):
        return None


@lru_cache(maxsize=64)
def _quoted(text: str) -> bytes:
    """A batch has one moment, and few kinds."""
    return _encoded(text)


def _encoded(value: JsonValue) -> bytes:
    return _ENCODE(value).encode("ascii")


def _leaf(content: bytes) -> bytes:
    return hashlib.sha256(LEAF + content).hexdigest().encode("ascii")

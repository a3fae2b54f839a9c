"""How entries get into the log: under one lock, lines first and then the head that signs for them, each made durable.

An append is acknowledged when its head is. What a kill leaves after the last head, whole lines or a torn one, was acknowledged to
nobody: the next append cuts the torn line off, signs for the whole ones, and says both in an entry of its own. Nothing that a head has
signed for is ever written again.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.entries import Entry, JsonValue, read, seal
from privacy_pipelines.evidence.heads import SignedHead, read_head, sign_head
from privacy_pipelines.evidence.keys import first_secret, secret_of
from privacy_pipelines.evidence.lines import end_of_lines, line_before, opened, write_lines
from privacy_pipelines.evidence.merkle import Tree
from privacy_pipelines.evidence.vocabulary import checked
from privacy_pipelines.store.durable import explained, fsync_folder

Wanted = Sequence[tuple[str, dict[str, JsonValue]]]
RESTORE = "Restore the log and its heads from a backup; `verify` tells more"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a log stands, and beside it its heads and the folder of its private key."""

    log: Path

    @property
    def heads(self) -> Path:
        """One signed head for each append, oldest first."""
        return self.log.with_name(f"{self.log.stem}.heads.jsonl")

    @property
    def keys(self) -> Path:
        """The folder with the private key."""
        return self.log.with_name("keys")


@dataclass(frozen=True, slots=True)
class Signer:
    """Which private key signs the next head, and which public key the one after; empty: the same."""

    secret: bytes
    then: str = ""


@dataclass(frozen=True, slots=True)
class _Tail:
    """What stands after the last head: leaf hashes of whole entries, the end of the last of them, and the bytes of a torn line."""

    leaves: tuple[bytes, ...]
    end: int
    torn: int


def append(place: Place, wanted: Wanted, *, at: str, signer: Signer | None = None) -> tuple[Entry, ...]:
    """Write these (kind, body) pairs durably, in order, and sign for them. Without a signer the key that follows the last head signs.

    Raises:
        StoreError: the log or its heads are damaged, cannot be written, or the key is not there.
    """
    with _locked(place) as (log, heads):
        last = _last_head(place, log, heads) or _begin(place, heads, at)
        tail = _tail(place, log, last)
        signer = signer or Signer(secret_of(place.keys, last.signer_of_the_next))
        if tail.leaves or tail.torn:
            wanted = [("log_repaired", checked("log_repaired", {"cut_bytes": tail.torn, "unsigned": len(tail.leaves)})), *wanted]
        first = last.tree.size + len(tail.leaves) + 1
        entries = tuple(seal(kind, body, at=at, seq=number) for number, (kind, body) in enumerate(wanted, first))
        lines = b"".join(entry.line for entry in entries)
        write_lines(log, lines, offset=tail.end)
        tree = last.tree.grown((*tail.leaves, *(entry.leaf for entry in entries)))
        _sign(heads, sign_head(tree, at=at, end=tail.end + len(lines), secret=signer.secret, then=signer.then))
    return entries


def last_head(place: Place) -> SignedHead | None:
    """The last head that was signed; None before the first. Raises StoreError."""
    with explained(place.heads):
        if not place.heads.exists():
            return None
        with opened(place.heads, os.O_RDONLY) as heads:
            return _read_last(place, heads)


@contextmanager
def _locked(place: Place) -> Iterator[tuple[int, int]]:
    with explained(place.log):
        is_new = not (place.log.exists() and place.heads.exists())
        with opened(place.log, os.O_RDWR | os.O_CREAT) as log, opened(place.heads, os.O_RDWR | os.O_CREAT) as heads:
            fcntl.flock(log, fcntl.LOCK_EX)
            if is_new:
                fsync_folder(place.log.parent)
            yield log, heads


def _last_head(place: Place, log: int, heads: int) -> SignedHead | None:
    last = _read_last(place, heads)
    if last is None and os.fstat(log).st_size:
        entry = read(os.pread(log, 1 << 20, 0).splitlines(keepends=True)[0], seq=1)
        what = f"entry 1: {entry}" if isinstance(entry, str) else f"no head was ever signed for it: {place.heads.name} is empty or gone"
        raise StoreError(f"{place.log}: {what}{'' if isinstance(entry, str) else f'. {RESTORE}'}")
    return last


def _read_last(place: Place, heads: int) -> SignedHead | None:
    end = end_of_lines(heads, os.fstat(heads).st_size)
    if end == 0:
        return None
    head = read_head(line_before(heads, end))
    if isinstance(head, str) or not head.is_genuine:
        what = head if isinstance(head, str) else "its signature is not right"
        raise StoreError(f"{place.heads}: the last head: {what}. {RESTORE}")
    return head


def _begin(place: Place, heads: int, at: str) -> SignedHead:
    """The head of no entries, before the first one: a log without a head has lost it, and was never without."""
    head = sign_head(Tree(), at=at, end=0, secret=first_secret(place.keys))
    _sign(heads, head)
    return head


def _sign(heads: int, head: SignedHead) -> None:
    write_lines(heads, head.line, offset=end_of_lines(heads, os.fstat(heads).st_size))


def _tail(place: Place, log: int, last: SignedHead) -> _Tail:
    size = os.fstat(log).st_size
    if size < last.end:
        raise StoreError(f"{place.log}: {last.tree.size} entries were signed for, and the file is too short: it was cut off. {RESTORE}")
    if last.tree.size:
        _right(place, line_before(log, last.end), last.tree.size)
    end = max(end_of_lines(log, size), last.end)
    lines = os.pread(log, end - last.end, last.end).splitlines(keepends=True)
    leaves = tuple(_right(place, line, last.tree.size + number) for number, line in enumerate(lines, 1))
    return _Tail(leaves, end, size - end)


def _right(place: Place, line: bytes, seq: int) -> bytes:
    entry = read(line, seq=seq)
    if isinstance(entry, str):
        raise StoreError(f"{place.log}: entry {seq}: {entry}. {RESTORE}")
    return entry.leaf

"""The evidence log: one append-only file beside the generations, a Merkle tree over its entries, and a signed head after each append.

It takes what happens outside a flip (DESIGN §3), and an append that has returned survives a power cut. It must not decide anything,
read a clock, or hold a value of a record: `vocabulary.py` says what may get in. Its checker is `verification.py`.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.appending import RESTORE, Place, append, last_head
from privacy_pipelines.evidence.entries import Entry, JsonValue, moment, read
from privacy_pipelines.evidence.heads import EMPTY, Head
from privacy_pipelines.evidence.keys import own_key, secret_of
from privacy_pipelines.evidence.lines import opened
from privacy_pipelines.evidence.merkle import Tree
from privacy_pipelines.evidence.vocabulary import checked
from privacy_pipelines.store.durable import explained


@dataclass(frozen=True, slots=True)
class EvidenceLog:
    """The log in `path`, which the first append creates (mode 0600). One short lock per append: processes may share it."""

    path: Path

    def append(self, kind: str, body: Mapping[str, JsonValue], *, at: datetime) -> Entry:
        """Write one entry durably, and sign for it.

        Raises:
            NotEvidence: the vocabulary does not have this kind, field or value; nothing was written.
            StoreError: the log is damaged, cannot be written or signed, or `at` has no zone.
        """
        return self.append_all([(kind, body)], at=at)[0]

    def append_all(self, records: Sequence[tuple[str, Mapping[str, JsonValue]]], *, at: datetime) -> tuple[Entry, ...]:
        """Write (kind, body) pairs in order, under one head. A crash on the way may leave the first few of them, unsigned.

        Raises:
            NotEvidence: the vocabulary does not have a kind, field or value; nothing was written.
            StoreError: the log is damaged, cannot be written or signed, or `at` has no zone.
        """
        wanted = [(kind, checked(kind, body)) for kind, body in records]
        stamp = moment(at)
        return append(Place(self.path), wanted, at=stamp)[-len(records) :] if wanted else ()

    def require_begun(self) -> None:
        """Raises StoreError where the log is gone, or its heads are, and there is a key: the next append would begin another log."""
        place = Place(self.path)
        missing = [path for path in (place.log, place.heads) if not path.exists()]
        if missing and own_key(place.keys):
            raise StoreError(f"{missing[0]}: is missing, and this store had an evidence log. {RESTORE}")

    def require_key(self) -> None:
        """Raises StoreError where the key that is to sign the next head is not there: a night would flip and could not be recorded."""
        place = Place(self.path)
        signed = last_head(place)
        if signed is not None:
            secret_of(place.keys, signed.signer_of_the_next)

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nobody else appends meanwhile: what is read in here is all there is when it ends. Not to append in. Raises StoreError."""
        with explained(self.path), opened(self.path, os.O_RDWR | os.O_CREAT) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def entries(self) -> Iterator[Entry]:
        """Every entry, first to last, held against the last head before the iteration ends; a torn last line was never acknowledged and
        is left out.

        Raises:
            StoreError: an entry is wrong; the message names it.
        """
        signed = last_head(Place(self.path))
        leaves: list[bytes] = []
        for entry in walk(self.path):
            if isinstance(entry, str):
                raise StoreError(f"{self.path}: entry {len(leaves) + 1}: {entry}. {RESTORE}")
            leaves.append(entry.leaf)
            yield entry
        size = signed.tree.size if signed else 0
        if (signed is None and leaves) or (signed is not None and Tree().grown(leaves[:size]) != signed.tree):
            raise StoreError(f"{self.path}: is not what its last head was signed for: entries were replaced or cut off. {RESTORE}")

    def head(self) -> Head:
        """The last head that was signed; `EMPTY` before the first entry.

        Raises:
            StoreError: the last head is wrong, or the file cannot be read.
        """
        signed = last_head(Place(self.path))
        return signed.head if signed else EMPTY


def walk(path: Path) -> Iterator[Entry | str]:
    """Every whole entry in order, each right in itself; ends with what is wrong, as text, at the first wrong one.

    Whether they are those that were signed for, it does not say. A torn last line is left out.

    Raises:
        StoreError: the file cannot be read.
    """
    for seq, line in enumerate(lines_of(path), 1):
        entry = read(line, seq=seq)
        yield entry
        if isinstance(entry, str):
            return


def lines_of(path: Path) -> Iterator[bytes]:
    """Every whole line. Raises StoreError where the file cannot be read."""
    with explained(path):
        if not path.exists():
            return
        with path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                yield line

"""The evidence log: one append-only, hash-chained, fsynced file that stands beside the generations (DESIGN §3).

It takes what happens outside a flip, and an append that has returned survives a power cut. It must not decide anything, read a
clock, or hold a value of a record: `vocabulary.py` says what may get in. Its checker is `verification.py`.
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
from privacy_pipelines.evidence.entries import EMPTY, Entry, Head, JsonValue, moment, read, seal
from privacy_pipelines.evidence.vocabulary import checked

_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class EvidenceLog:
    """The log in `path`, which the first append creates (mode 0600). One short lock per append: processes may share it."""

    path: Path

    def append(self, kind: str, body: Mapping[str, JsonValue], *, at: datetime) -> Entry:
        """Write one entry durably.

        Raises:
            NotEvidence: the vocabulary does not have this kind, field or value; nothing was written.
            StoreError: the log is damaged, cannot be written, or `at` has no zone.
        """
        return self.append_all([(kind, body)], at=at)[0]

    def append_all(self, records: Sequence[tuple[str, Mapping[str, JsonValue]]], *, at: datetime) -> tuple[Entry, ...]:
        """Write (kind, body) pairs in order, with one fsync. A crash on the way may leave the first few of them.

        Raises:
            NotEvidence: the vocabulary does not have a kind, field or value; nothing was written.
            StoreError: the log is damaged, cannot be written, or `at` has no zone.
        """
        wanted = [(kind, checked(kind, body)) for kind, body in records]
        stamp = moment(at)
        if not wanted:
            return ()
        with _explained(self.path), _locked(self.path) as file:
            tail = _tail(file, self.path)
            if tail.torn:
                wanted.insert(0, ("log_repaired", checked("log_repaired", {"cut_bytes": tail.torn})))
            entries = _chain(wanted, at=stamp, after=tail.head)
            _write_durably(file, b"".join(entry.line for entry in entries), offset=tail.whole)
            if tail.whole == 0:
                _fsync_folder(self.path.parent)
        return entries[-len(records) :]

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nobody else appends meanwhile: what is read in here is all there is when it ends. Not to append in. Raises StoreError."""
        with _explained(self.path):
            file = _open(self.path)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def entries(self) -> Iterator[Entry]:
        """Every entry, first to last, each checked against the one before; a torn last line was never acknowledged and is left out.

        Raises:
            StoreError: an entry is wrong; the message names it.
        """
        head = EMPTY
        for entry in walk(self.path):
            if isinstance(entry, str):
                raise StoreError(f"{self.path}: entry {head.seq + 1}: {entry}. Restore the log from a backup; `verify` tells more")
            head = entry.head
            yield entry

    def head(self) -> Head:
        """The last entry's number and hash, from the last line alone; `EMPTY` where there is no entry.

        Raises:
            StoreError: the last entry is wrong, or the file cannot be read.
        """
        with _explained(self.path):
            try:
                file = os.open(self.path, os.O_RDONLY)
            except FileNotFoundError:
                return EMPTY
            try:
                return _tail(file, self.path).head
            finally:
                os.close(file)


def walk(path: Path) -> Iterator[Entry | str]:
    """Every whole entry in order; ends with what is wrong, as text, at the first wrong one. A torn last line is left out.

    Raises:
        StoreError: the file cannot be read.
    """
    head = EMPTY
    with _explained(path):
        if not path.exists():
            return
        with path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                entry = read(line, after=head)
                yield entry
                if isinstance(entry, str):
                    return
                head = entry.head


@dataclass(frozen=True, slots=True)
class _Tail:
    """The end of the file: its head, the length of its whole lines, and the bytes of a torn line after them."""

    head: Head
    whole: int
    torn: int


def _tail(file: int, path: Path) -> _Tail:
    size = os.fstat(file).st_size
    whole = _end_of_last_line(file, size)
    if whole == 0:
        return _Tail(EMPTY, whole=0, torn=size)
    start = _end_of_last_line(file, whole - 1)
    entry = read(os.pread(file, whole - start, start), after=None)
    if isinstance(entry, str):
        raise StoreError(f"{path}: the last entry: {entry}. Restore the log from a backup; `verify` tells more")
    return _Tail(entry.head, whole=whole, torn=size - whole)


def _end_of_last_line(file: int, end: int) -> int:
    """The offset just behind the last newline before `end`; 0 where there is none."""
    while end > 0:
        start = max(0, end - _BLOCK)
        found = os.pread(file, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _chain(records: Sequence[tuple[str, Mapping[str, JsonValue]]], *, at: str, after: Head) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for kind, body in records:
        entries.append(seal(kind, body, at=at, after=entries[-1].head if entries else after))
    return tuple(entries)


def _write_durably(file: int, lines: bytes, *, offset: int) -> None:
    # Over the torn bytes first, then cut: a crash in between leaves a torn line again, never a cut that nobody recorded.
    end = offset + len(lines)
    rest = memoryview(lines)
    while rest:
        rest = rest[os.pwrite(file, rest, end - len(rest)) :]
    os.ftruncate(file, end)
    os.fsync(file)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    file = _open(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}. The evidence log must be readable and writable by this user") from None


def _fsync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)

"""The store's write lock: one writer at a time, and a killed one holds nothing."""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from privacy_pipelines.errors import StoreBusy
from privacy_pipelines.store.durable import explained

_LONGEST_WAIT_S = 0.2


@contextmanager
def write_lock(path: Path, timeout_s: float) -> Iterator[None]:
    """Hold the lock in `path`, waiting for it at most `timeout_s` seconds. Not re-entrant.

    Raises:
        StoreBusy: someone still holds it; the message names the process.
        StoreError: the lock file cannot be opened.
    """
    with explained(path):
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(file, path, time.monotonic() + timeout_s)
        try:
            with suppress(OSError):  # the name is a courtesy to who waits: a full disk has no room for it, and the lock holds without
                _name_holder(file, f"{os.getpid()}\n".encode())
            yield
        finally:
            _name_holder(file, b"")
            # Not by closing alone: a child that was forked meanwhile shares the open file, and would go on holding it.
            fcntl.flock(file, fcntl.LOCK_UN)
    finally:
        os.close(file)


def _acquire(file: int, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            left = deadline - time.monotonic()
            if left <= 0:
                raise StoreBusy(f"{path}: {_holder(file)} writes this store. Wait for it to end, and try again") from None
            # Jitter, so that several waiters do not ask in step.
            time.sleep(min(left, _LONGEST_WAIT_S * (1 + secrets.randbelow(100)) / 100))
        else:
            return


def _name_holder(file: int, line: bytes) -> None:
    os.ftruncate(file, 0)
    if line:
        os.pwrite(file, line, 0)


def _holder(file: int) -> str:
    pid = os.pread(file, 32, 0).decode("ascii", "replace").strip()
    return f"process {pid}" if pid.isdigit() else "another process"

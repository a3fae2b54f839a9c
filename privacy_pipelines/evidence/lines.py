"""A file of lines that only grows: its end found without reading it whole, and new lines written so that they survive a power cut.

A last line without its newline is *torn*: whoever wrote it was killed, and nobody was told that it is there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BLOCK = 64 * 1024


def end_of_lines(file: int, end: int) -> int:
    """The offset just behind the last newline before `end`; 0 where there is none."""
    while end > 0:
        start = max(0, end - _BLOCK)
        found = os.pread(file, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def line_before(file: int, end: int) -> bytes:
    """The line that ends at `end`, newline included; nothing where `end` is 0."""
    start = end_of_lines(file, end - 1) if end else 0
    return os.pread(file, end - start, start)


def write_lines(file: int, lines: bytes, *, offset: int) -> None:
    """Put them at `offset`, durably; what stood behind it is gone."""
    # Over the torn bytes first, then cut: a crash in between leaves a torn line again, never a cut that nobody recorded.
    end = offset + len(lines)
    rest = memoryview(lines)
    while rest:
        rest = rest[os.pwrite(file, rest, end - len(rest)) :]
    os.ftruncate(file, end)
    os.fsync(file)


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """The file, made with mode 0600 where `flags` make it. Raises OSError."""
    file = os.open(path, flags, 0o600)
    try:
        yield file
    finally:
        os.close(file)

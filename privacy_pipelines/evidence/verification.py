"""Checks the evidence log from its first entry to its last. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.evidence.entries import EMPTY, Head
from privacy_pipelines.evidence.log import walk


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the log found: how many entries are right, up to which head, and the number of the first wrong one."""

    entries: int
    head: Head
    first_wrong: int | None
    what: str

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return self.first_wrong is None


def verify(path: Path, *, expected_head: Head | None = None) -> Verification:
    """Check every entry: changed, dropped, reordered and repeated ones are named by the first that is wrong.

    A chain cannot show that its end is missing or that all of it was written anew: for that, give the head which a generation
    recorded (`expected_head`); the log must contain it.

    Raises:
        StoreError: the file cannot be read.
    """
    size = path.stat().st_size if path.exists() else 0
    head = EMPTY
    length = 0
    for entry in walk(path):
        if isinstance(entry, str):
            return Verification(head.seq, head, head.seq + 1, entry)
        if expected_head is not None and entry.seq == expected_head.seq and entry.hash != expected_head.hash:
            return Verification(head.seq, head, entry.seq, "it is not the entry that the generation recorded: the log was written anew")
        head = entry.head
        length += len(entry.line)
    if expected_head is not None and head.seq < expected_head.seq:
        what = f"entries {head.seq + 1} to {expected_head.seq} are missing: the log was cut off"
        return Verification(head.seq, head, head.seq + 1, what)
    if size > length:
        return Verification(head.seq, head, head.seq + 1, "the last line is torn, as a crash leaves it: the next append repairs it")
    return Verification(head.seq, head, None, "")

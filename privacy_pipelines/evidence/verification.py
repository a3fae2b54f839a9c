"""Checks the evidence log from its first entry to its last, against every head that was ever signed. Reads only, and needs no store.

What is wrong is named by the first entry that is: a changed, dropped, repeated or swapped one shows in itself; one that was replaced with
its hash made to fit shows in the head that was signed for it; a cut shows in the last head; and a log that was written anew, heads and
all, shows in any earlier head that somebody else has kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.evidence.appending import Place
from privacy_pipelines.evidence.entries import leaf_of
from privacy_pipelines.evidence.heads import EMPTY, Head, SignedHead, read_head
from privacy_pipelines.evidence.lines import end_of_lines, opened
from privacy_pipelines.evidence.log import lines_of
from privacy_pipelines.evidence.merkle import Tree
from privacy_pipelines.store.durable import explained

FOREIGN = "no head is signed with the key that was given: this is another log, or another key"
REPLACED = "is not what was signed for: it was replaced, and its hash made to fit"
ANEW = "are not those of the earlier head: the log was written anew, or forked"


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the log found: how many entries are right and signed for, up to which head, and the first wrong one.

    `unsigned` entries after the last head, and `torn` bytes, are what a kill leaves to the next append: no fault of a store's own log.
    """

    entries: int
    head: Head
    first_wrong: int | None
    what: str
    unsigned: int = 0
    torn: int = 0
    keys: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return self.first_wrong is None


@dataclass(frozen=True, slots=True)
class Trust:
    """What the one who checks brings along: the public key they know, and earlier heads they have kept."""

    key: str = ""
    heads: tuple[Head, ...] = ()


def verify(log: Path, trust: Trust | None = None) -> Verification:
    """Check every entry and every head.

    A log cannot show by itself that it was written anew with another key, or cut off together with its heads: for that, give what you
    trust. The log must contain each of these heads; from the head that the key signed on, each must be signed by the one before it.

    Raises:
        StoreError: a file cannot be read.
    """
    return _Check(Place(log), trust or Trust()).run()


class _Wrong(Exception):
    """An entry is wrong: its number, and what about it."""

    def __init__(self, seq: int, what: str) -> None:
        self.seq, self.what = seq, what
        super().__init__(what)


class _Check:
    """One walk over heads and entries side by side."""

    def __init__(self, place: Place, trust: Trust) -> None:
        self._place, self._trust = place, trust
        self._lines = lines_of(place.log)
        self._tree, self._read = Tree(), 0
        self._signed: SignedHead | None = None
        self._keys: list[str] = []
        self._kept = sorted(trust.heads, key=lambda head: head.size)

    def run(self) -> Verification:
        """What was found."""
        try:
            for head in self._heads():
                self._follow(head)
                self._signed = head
            self._known()
            unsigned = sum(1 for _ in self._taken(None))
        except _Wrong as wrong:
            return self._found(wrong.seq, wrong.what)
        if self._signed is None and unsigned:
            return self._found(1, f"no head was ever signed for it: {self._place.heads.name} is empty or gone")
        return self._found(None, "", unsigned)

    def _found(self, seq: int | None, what: str, unsigned: int = 0) -> Verification:
        head = self._signed.head if self._signed else EMPTY
        right = head.size if seq is None or seq > head.size else seq - 1
        return Verification(right, head, seq, what, unsigned, _torn(self._place.log), tuple(self._keys))

    def _heads(self) -> Iterator[SignedHead]:
        """Every head, each right in itself and signed by who the one before says. Raises _Wrong, StoreError."""
        if not self._place.heads.exists():
            return
        with explained(self._place.heads), self._place.heads.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                yield self._checked(read_head(line))

    def _checked(self, head: SignedHead | str) -> SignedHead:
        last = self._signed
        after = last.tree.size + 1 if last else 1
        if isinstance(head, str):
            raise _Wrong(after, f"the head that signs for it was changed: {head}")
        if not head.is_genuine:
            raise _Wrong(after, "the head that signs for it was changed: its signature is not right")
        if head.tree.size < after if last else head.tree.size:
            raise _Wrong(after, "the heads are out of order: one was dropped, repeated or swapped")
        if last is not None and head.key != last.signer_of_the_next and self._is_trusted():
            raise _Wrong(
                after, "its head is signed with another key, which the key before did not name: that one was lost, or this is a forgery"
            )
        self._keys += [key for key in (head.key, head.then) if key and key not in self._keys]
        return head

    def _is_trusted(self) -> bool:
        """Whether the key that was given has signed by now, or was named; without one, the first is taken at its word."""
        return not self._trust.key or self._trust.key in self._keys

    def _follow(self, head: SignedHead) -> None:
        """The entries that this head signs for, and on the way those of the heads that were kept. Raises _Wrong."""
        began = self._tree.size
        while self._kept and self._kept[0].size <= head.tree.size:
            self._grow(self._kept[0].size)
            kept = self._kept.pop(0)
            if self._tree.size == kept.size and self._tree.root.hex() != kept.root:
                self._grow(head.tree.size)
                self._same(began, head)
                raise _Wrong(1, f"the first {kept.size} entries {ANEW}")
        self._grow(head.tree.size)
        self._same(began, head)

    def _same(self, began: int, head: SignedHead) -> None:
        if self._tree != head.tree:
            among = f", or one up to entry {head.tree.size}," if head.tree.size > began + 1 else ""
            raise _Wrong(began + 1, f"it{among} {REPLACED}")

    def _grow(self, size: int) -> None:
        self._tree = self._tree.grown(self._taken(size))
        if self._tree.size < size:
            raise _Wrong(self._tree.size + 1, "it is missing although it was signed for: the log was cut off")

    def _taken(self, size: int | None) -> Iterator[bytes]:
        """Leaf hashes up to entry `size`, or all that are left. Raises _Wrong at the first that is wrong in itself."""
        while size is None or self._read < size:
            line = next(self._lines, None)
            if line is None:
                return
            self._read += 1
            leaf = leaf_of(line, seq=self._read)
            if isinstance(leaf, str):
                raise _Wrong(self._read, leaf)
            yield leaf

    def _known(self) -> None:
        size = self._kept[-1].size if self._kept else 0
        if size:
            raise _Wrong(self._tree.size + 1, f"entries up to {size} are missing although the earlier head has them: the log was cut off")
        if self._signed is not None and not self._is_trusted():
            raise _Wrong(1, FOREIGN)


def _torn(log: Path) -> int:
    """Bytes after the last whole line. Raises StoreError."""
    with explained(log):
        if not log.exists():
            return 0
        with opened(log, os.O_RDONLY) as file:
            size = os.fstat(file).st_size
            return size - end_of_lines(file, size)

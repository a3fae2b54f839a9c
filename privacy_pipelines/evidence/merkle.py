"""The Merkle tree of RFC 6962 §2.1 over entries in their order: one hash, the root, stands for all of them. Pure.

SHA-256 with the RFC's own prefixes, 0x00 for a leaf and 0x01 for a node, so that no node can ever be passed off as an entry. A tree
that only grows needs no more than its peaks to go on: the roots of the perfect subtrees that it is made of, left to right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

LEAF, NODE = b"\x00", b"\x01"
HASH_BYTES = 32


def leaf_hash(content: bytes) -> bytes:
    """The hash of one entry's content.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes.

    >>> node_hash(leaf_hash(b""), leaf_hash(b"\\0")).hex()[:16]
    'fac54203e7cc696c'
    """
    return hashlib.sha256(NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of `size` leaves by its peaks, largest first: as many as `size` has ones in binary."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The Merkle tree hash; of no leaves, the hash of nothing.

        >>> Tree().root.hex()[:16], Tree().grown([leaf_hash(b"")]).root == leaf_hash(b"")
        ('e3b0c44298fc1c14', True)
        """
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def grown(self, leaves: Iterable[bytes]) -> Tree:
        """The tree with these leaf hashes after its own: what it took is what it gives, whether in one step or in many.

        >>> hashes = [leaf_hash(b"%d" % n) for n in range(7)]
        >>> Tree().grown(hashes[:3]).grown(hashes[3:]) == Tree().grown(hashes)
        True
        """
        sha256, size, peaks = hashlib.sha256, self.size, list(self.peaks)
        for leaf in leaves:
            top, whole = leaf, size
            # A peak for each trailing one of the size: two perfect trees of one height become the next.
            while whole & 1:
                top = sha256(NODE + peaks.pop() + top).digest()
                whole >>= 1
            peaks.append(top)
            size += 1
        return Tree(size, tuple(peaks))


def is_shaped(size: int, peaks: tuple[bytes, ...]) -> bool:
    """Whether so many peaks of that length can be the peaks of a tree of that size.

    >>> is_shaped(5, (bytes(32), bytes(32))), is_shaped(4, (bytes(32), bytes(32)))
    (True, False)
    """
    return size >= 0 and len(peaks) == size.bit_count() and all(len(peak) == HASH_BYTES for peak in peaks)

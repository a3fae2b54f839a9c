"""Proofs over a Merkle tree: that an entry is in it, and that a later tree only adds to an earlier one (RFC 6962 §2.1.1, §2.1.2). Pure.

Making a proof needs the leaf hashes, checking one needs a signed root or two: so an auditor who holds a head can be shown any single
entry, or that nothing was taken back, without being given the log. Checked as RFC 9162 §2.1.3.2 and §2.1.4.2 spell it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from privacy_pipelines.evidence.merkle import Tree, node_hash

Proof = tuple[bytes, ...]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> Proof:
    """The hashes that lead from the leaf at `index` (from 0) to the root of `leaves`, nearest first.

    >>> from privacy_pipelines.evidence.merkle import leaf_hash
    >>> leaves = [leaf_hash(b"%d" % n) for n in range(7)]
    >>> proof = inclusion_proof(leaves, 4)
    >>> len(proof), is_included(leaves[4], 4, 7, proof, Tree().grown(leaves).root)
    (3, True)

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError("a leaf outside the tree has no proof of inclusion")
    return tuple(_path(leaves, index, 0, len(leaves)))


def consistency_proof(leaves: Sequence[bytes], size: int) -> Proof:
    """The hashes that lead from the tree of the first `size` leaves to the tree of all of them. Empty for none or for all.

    >>> from privacy_pipelines.evidence.merkle import leaf_hash
    >>> leaves = [leaf_hash(b"%d" % n) for n in range(7)]
    >>> early, late = Tree().grown(leaves[:3]).root, Tree().grown(leaves).root
    >>> proof = consistency_proof(leaves, 3)
    >>> len(proof), is_consistent(3, early, 7, late, proof), is_consistent(3, late, 7, late, proof)
    (4, True, False)

    Raises:
        IndexError: the earlier tree would be the larger one.
    """
    if not 0 <= size <= len(leaves):
        raise IndexError("an earlier tree is not larger than the later one")
    return tuple(_growth(leaves, size)) if 0 < size < len(leaves) else ()


def is_included(leaf: bytes, index: int, size: int, proof: Proof, root: bytes) -> bool:
    """Whether `proof` shows that the tree of `size` leaves with this root has this leaf hash at `index` (from 0)."""
    if not 0 <= index < size:
        return False
    found, place, last = leaf, index, size - 1
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(early: int, early_root: bytes, late: int, late_root: bytes, proof: Proof) -> bool:
    """Whether `proof` shows that the first `early` leaves of the tree of `late` leaves are those of the tree with `early_root`."""
    if not 0 <= early <= late:
        return False
    if early == 0:
        return not proof and early_root == Tree().root
    if early == late:
        return not proof and early_root == late_root
    steps = proof if early & (early - 1) else (early_root, *proof)
    return bool(steps) and _climb(early - 1, late - 1, steps) == (early_root, late_root)


def _climb(place: int, last: int, steps: Proof) -> tuple[bytes, bytes] | None:
    """(the earlier root, the later root) that these steps lead to; None where they are too few or too many."""
    while place & 1:
        place, last = place >> 1, last >> 1
    early = late = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            early, late = node_hash(step, early), node_hash(step, late)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            late = node_hash(late, step)
        place, last = place >> 1, last >> 1
    return (early, late) if last == 0 else None


def _path(leaves: Sequence[bytes], index: int, low: int, high: int) -> Iterator[bytes]:
    if high - low == 1:
        return
    middle = low + _split(high - low)
    inside, outside = ((low, middle), (middle, high)) if index < middle else ((middle, high), (low, middle))
    yield from _path(leaves, index, *inside)
    yield Tree().grown(leaves[slice(*outside)]).root


def _growth(leaves: Sequence[bytes], size: int) -> Iterator[bytes]:
    """RFC 6962's SUBPROOF, from the leaves up. What is the whole earlier tree is known to who checks, and left out."""
    low, high, steps, known = 0, len(leaves), list[bytes](), True
    while size != high:
        middle = low + _split(high - low)
        if size <= middle:
            steps.append(Tree().grown(leaves[middle:high]).root)
            high = middle
        else:
            steps.append(Tree().grown(leaves[low:middle]).root)
            low, known = middle, False
    if not known:
        yield Tree().grown(leaves[low:high]).root
    yield from reversed(steps)


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1

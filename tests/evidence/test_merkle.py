"""The tree and its proofs against the RFC's own definition, read naively, and against the published test vectors."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, strategies as st

from privacy_pipelines.evidence.merkle import Tree, is_shaped, leaf_hash
from privacy_pipelines.evidence.proofs import consistency_proof, inclusion_proof, is_consistent, is_included

# The leaves and roots that implementations of certificate transparency test themselves with.
VECTORS = [
    bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

leaves_of = st.lists(st.binary(max_size=3), max_size=70)


def naive_root(content: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not content:
        return hashlib.sha256(b"").digest()
    if len(content) == 1:
        return hashlib.sha256(b"\x00" + content[0]).digest()
    k = naive_split(len(content))
    return hashlib.sha256(b"\x01" + naive_root(content[:k]) + naive_root(content[k:])).digest()


def naive_path(m: int, content: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1."""
    if len(content) == 1:
        return []
    k = naive_split(len(content))
    if m < k:
        return [*naive_path(m, content[:k]), naive_root(content[k:])]
    return [*naive_path(m - k, content[k:]), naive_root(content[:k])]


def naive_subproof(m: int, content: list[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2."""
    if m == len(content):
        return [] if known else [naive_root(content)]
    k = naive_split(len(content))
    if m <= k:
        return [*naive_subproof(m, content[:k], known=known), naive_root(content[k:])]
    return [*naive_subproof(m - k, content[k:], known=False), naive_root(content[:k])]


def naive_split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def hashes(content: list[bytes]) -> list[bytes]:
    return [leaf_hash(one) for one in content]


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots_are_met(size: int) -> None:
    assert Tree().grown(hashes(VECTORS[:size])).root.hex() == ROOTS[size - 1]


@given(content=leaves_of, data=st.data())
def test_a_tree_grown_in_any_steps_has_the_root_of_the_definition(content: list[bytes], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=4)))
    tree = Tree()
    for low, high in zip([0, *cuts], [*cuts, len(content)], strict=True):
        tree = tree.grown(hashes(content[low:high]))
    assert tree.root == naive_root(content)
    assert is_shaped(tree.size, tree.peaks)


@given(content=st.lists(st.binary(max_size=3), min_size=1, max_size=70), data=st.data())
def test_a_proof_of_inclusion_is_the_definition_s_and_holds(content: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(content) - 1))
    proof = inclusion_proof(hashes(content), index)
    assert list(proof) == naive_path(index, content)
    assert is_included(leaf_hash(content[index]), index, len(content), proof, naive_root(content))


@given(content=st.lists(st.binary(max_size=3), min_size=1, max_size=70), data=st.data())
def test_a_proof_of_consistency_is_the_definition_s_and_holds(content: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(content)))
    proof = consistency_proof(hashes(content), size)
    assert list(proof) == naive_subproof(size, content, known=True)
    assert is_consistent(size, naive_root(content[:size]), len(content), naive_root(content), proof)


@given(content=st.lists(st.binary(max_size=3), min_size=2, max_size=40, unique=True), data=st.data())
def test_no_proof_of_inclusion_serves_another_place_leaf_size_root_or_length(content: list[bytes], data: st.DataObject) -> None:
    index, size = data.draw(st.integers(0, len(content) - 1)), len(content)
    leaf, root, proof = leaf_hash(content[index]), naive_root(content), inclusion_proof(hashes(content), index)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))
    cut = data.draw(st.integers(0, len(proof) - 1))
    flipped = (*proof[:cut], bytes([proof[cut][0] ^ 1, *proof[cut][1:]]), *proof[cut + 1 :])
    assert not is_included(leaf_hash(content[other]), index, size, proof, root)
    assert not is_included(leaf, other, size, proof, root)
    assert not is_included(leaf, index, size, flipped, root)
    assert not is_included(leaf, index, size, (*proof[:cut], *proof[cut + 1 :]), root)
    assert not is_included(leaf, index, size, (*proof, root), root)
    assert not is_included(leaf, index, size, proof, leaf_hash(root))
    assert not is_included(leaf, size, size, proof, root)
    assert not is_included(leaf, -1, size, proof, root)


@given(content=st.lists(st.binary(max_size=3), min_size=2, max_size=40, unique=True), data=st.data())
def test_a_forked_tree_has_no_proof_of_consistency(content: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(content) - 1))
    place = data.draw(st.integers(0, size - 1))
    forked = [*content[:place], content[place] + b"x", *content[place + 1 :]]
    proof, other = consistency_proof(hashes(content), size), consistency_proof(hashes(forked), size)
    for steps in (proof, other, proof[:-1], (*proof, proof[-1])):
        assert not is_consistent(size, naive_root(content[:size]), len(content), naive_root(forked), steps)
    assert not is_consistent(size, naive_root(content[:size]), len(content), naive_root(content), ())
    assert not is_consistent(len(content), naive_root(content), size, naive_root(content[:size]), proof)


def test_every_tree_adds_to_the_empty_one_and_to_itself() -> None:
    leaves = hashes(VECTORS)
    root, nothing = Tree().grown(leaves).root, Tree().root
    assert consistency_proof(leaves, 0) == consistency_proof(leaves, 8) == ()
    assert is_consistent(0, nothing, 8, root, ())
    assert is_consistent(8, root, 8, root, ())
    assert not is_consistent(0, root, 8, root, ())
    assert not is_consistent(8, nothing, 8, root, ())


def test_what_is_not_in_the_tree_has_no_proof() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(hashes(VECTORS), 8)
    with pytest.raises(IndexError):
        consistency_proof(hashes(VECTORS), 9)


@pytest.mark.parametrize(("size", "peaks"), [(1, ()), (0, (bytes(32),)), (3, (bytes(32),)), (1, (bytes(31),)), (-1, ())])
def test_peaks_that_no_tree_of_that_size_has_are_told(size: int, peaks: tuple[bytes, ...]) -> None:
    assert not is_shaped(size, peaks)

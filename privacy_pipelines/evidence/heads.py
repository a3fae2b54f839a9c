"""Heads: how far a log reaches, as one hash over all of it, signed. Reads and writes no file.

A head is the line of canonical JSON (keys sorted, no spaces, ASCII) that follows each append: the number of entries, the root of their
Merkle tree, and what the next append needs to go on without reading the log (the tree's peaks, the log's length in bytes). `key` is the
public key that signed it; `then` names the next one, where this is the last head that `key` signs. The signature is over the canonical
JSON of all the other fields.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from privacy_pipelines.evidence.merkle import Tree, is_shaped
from privacy_pipelines.evidence.signing import PUBLIC, SIGNATURE, is_signed, public_of, sign

FORMAT = 1
_HASH = re.compile(r"[0-9a-f]{64}")
_FIELDS: tuple[tuple[str, type], ...] = (
    ("v", int), ("at", str), ("size", int), ("root", str), ("peaks", list), ("end", int), ("key", str), ("then", str), ("signature", str),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """The first `size` entries of a log, by the root of their tree."""

    size: int
    root: str


EMPTY = Head(0, Tree().root.hex())
"""The head of a log with no entries."""


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head as it was signed, at a moment in UTC. `end` is the length in bytes of the log's first `size` entries."""

    at: str
    tree: Tree
    end: int
    key: str
    then: str
    signature: str

    @property
    def head(self) -> Head:
        """The head itself."""
        return Head(self.tree.size, self.tree.root.hex())

    @property
    def signer_of_the_next(self) -> str:
        """The public key that signs the head after this one."""
        return self.then or self.key

    @property
    def is_genuine(self) -> bool:
        """Whether the holder of `key` signed it as it stands."""
        return is_signed(self.key, _statement(self), self.signature)

    @property
    def line(self) -> bytes:
        """Its one spelling, newline included."""
        return _canonical({**_said(self), "signature": self.signature}) + b"\n"


def sign_head(tree: Tree, *, at: str, end: int, secret: bytes, then: str = "") -> SignedHead:
    """The head of a log with this tree.

    >>> head = sign_head(Tree(), at="2026-03-01T02:00:00Z", end=0, secret=bytes(32))
    >>> head.head == EMPTY, head.is_genuine, read_head(head.line) == head
    (True, True, True)
    """
    unsigned = SignedHead(at, tree, end, public_of(secret), then, "")
    return SignedHead(at, tree, end, unsigned.key, then, sign(secret, _statement(unsigned)))


def read_head(line: bytes) -> SignedHead | str:
    """The head in `line`, or what is wrong with it. Whether its signature is right, `is_genuine` tells."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return "it is not readable"
    if not isinstance(record, dict):
        return "it is not a head"
    if type(record.get("v")) is int and record["v"] != FORMAT:
        return f"it has format {record['v']}, and this version knows format {FORMAT}"
    if len(record) != len(_FIELDS) or any(type(record.get(name)) is not kind for name, kind in _FIELDS):
        return "it does not have the fields of a head"
    return _head(record, line)


def _head(record: dict[str, Any], line: bytes) -> SignedHead | str:
    if not all(type(peak) is str and _HASH.fullmatch(peak) for peak in record["peaks"]):
        return "its peaks are not hashes"
    tree = Tree(record["size"], tuple(bytes.fromhex(peak) for peak in record["peaks"]))
    keys = (record["key"], record["then"] or record["key"])
    if not is_shaped(tree.size, tree.peaks) or record["end"] < 0 or record["root"] != tree.root.hex():
        return "its root is not that of its peaks"
    if not all(PUBLIC.fullmatch(key) for key in keys) or not SIGNATURE.fullmatch(record["signature"]):
        return "it is not signed"
    head = SignedHead(record["at"], tree, record["end"], record["key"], record["then"], record["signature"])
    return head if head.line.rstrip(b"\n") == line.rstrip(b"\n") else "it is not spelled as heads are"


def _statement(head: SignedHead) -> bytes:
    return _canonical(_said(head))


def _said(head: SignedHead) -> dict[str, object]:
    peaks = [peak.hex() for peak in head.tree.peaks]
    return {
        "v": FORMAT, "at": head.at, "size": head.tree.size, "root": head.tree.root.hex(), "peaks": peaks, "end": head.end,
        "key": head.key, "then": head.then,
    }  # fmt: skip


def _canonical(record: dict[str, object]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")

"""A certificate of erasure: what a night erased, for whom it is to be believed, and how that is checked without the store. Pure.

It speaks of the outcome, in magnitudes (`buckets.py`), and carries its own evidence: the log's lines that say so, a head that was signed
over them, and the proofs that lead from one to the other. The signature is over the canonical JSON of everything else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from privacy_pipelines.errors import InputError
from privacy_pipelines.evidence.deed import Deed
from privacy_pipelines.evidence.entries import Entry, read
from privacy_pipelines.evidence.heads import SignedHead, read_head
from privacy_pipelines.evidence.proofs import inclusion_proof, is_included
from privacy_pipelines.evidence.signing import is_signed, public_of, sign

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Included:
    """An entry of the log as its line stands there, and the hashes that lead from it to the head's root."""

    seq: int
    line: str
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A deed that has been disposed of. `head` is the log's signed head as its line stands; moments are in UTC.

    The bytes that a backup or a landed extract still has are gone by these days; empty where the policy does not say.
    """

    v: int
    deed: Deed
    disposed_at: str
    issued_at: str
    extracts_until: str
    backups_until: str
    entries: tuple[Included, ...]
    head: str
    key: str
    signature: str

    def to_json(self) -> str:
        """As it is written."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Moments:
    """When it was disposed of and certified, and until when tails may last."""

    disposed_at: str
    issued_at: str
    extracts_until: str
    backups_until: str


def issue(deed: Deed, moments: Moments, log: Sequence[Entry], shown: Sequence[int], head: SignedHead, secret: bytes) -> Certificate:
    """The signed certificate. `log` is every entry that `head` stands for, `shown` the numbers of those that say what was done."""
    leaves = [entry.leaf for entry in log[: head.tree.size]]
    entries = tuple(
        Included(seq, log[seq - 1].line.decode().rstrip("\n"), tuple(step.hex() for step in inclusion_proof(leaves, seq - 1)))
        for seq in shown
    )
    parts = (
        moments.disposed_at,
        moments.issued_at,
        moments.extracts_until,
        moments.backups_until,
        entries,
        head.line.decode().rstrip("\n"),
    )
    unsigned = Certificate(FORMAT, deed, *parts, public_of(secret), "")
    return Certificate(FORMAT, deed, *parts, unsigned.key, sign(secret, _statement(asdict(unsigned))))


@dataclass(frozen=True, slots=True)
class Presented:
    """A certificate as somebody presents it: nothing of it is believed yet."""

    document: dict[str, Any]

    @property
    def head(self) -> SignedHead | None:
        """The log's head in it, if it is one."""
        head = read_head(self.document["head"].encode())
        return None if isinstance(head, str) else head

    @property
    def base(self) -> str:
        """The generation that it says was disposed of."""
        return str(self.document["deed"].get("base", ""))

    @property
    def title(self) -> str:
        """Which night it says it is of."""
        deed = self.document["deed"]
        return f"the night of {deed['as_of']}, {deed['generation']}, disposed of {self.document['disposed_at']}"


def read_certificate(content: bytes, where: str) -> Presented:
    """Raises InputError for what is no certificate of this format."""
    try:
        document = json.loads(content)
        fine = document["v"] == FORMAT and isinstance(document["deed"]["as_of"], str) and isinstance(document["entries"], list)
        texts = [document[name] for name in ("head", "key", "signature", "disposed_at")] + [document["deed"]["generation"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        fine, texts = False, []
    if not fine or not all(isinstance(text, str) for text in texts):
        raise InputError(f"{where}: not a certificate of format {FORMAT}. Name the JSON file, not the page for people")
    return Presented(document)


def faults_of(presented: Presented, keys: Sequence[str] = ()) -> tuple[str, ...]:
    """Everything that speaks against it; with `keys`, also that none of them signed it. Empty: it is to be believed."""
    return tuple(_faults(presented, keys))


def _faults(presented: Presented, keys: Sequence[str]) -> Iterator[str]:
    document, head = presented.document, presented.head
    if keys and document["key"] not in keys:
        yield "it is signed with another key than the one that you know"
    if not is_signed(document["key"], _statement(document), document["signature"]):
        yield "it was changed: its signature is not right"
    if head is None or not head.is_genuine or head.key != document["key"]:
        yield "the head of the log in it is not right"
        return
    found = [_included(shown, head) for shown in document["entries"]]
    if None in found:
        yield "an entry in it is not in the log that its head stands for"
    if not _tells(document, [entry for entry in found if entry is not None]):
        yield "its entries do not say what it says"


def _included(shown: object, head: SignedHead) -> Entry | None:
    try:
        seq, line, proof = shown["seq"], shown["line"].encode() + b"\n", tuple(map(bytes.fromhex, shown["proof"]))  # type: ignore[index]
        entry = read(line, seq=seq)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if isinstance(entry, str) or not is_included(entry.leaf, seq - 1, head.tree.size, proof, head.tree.root):
        return None
    return entry


def _tells(document: dict[str, Any], entries: list[Entry]) -> bool:
    deed = document["deed"]
    same = ("run", "as_of", "generation", "policy_version")
    nights = (e.body for e in entries if e.kind == "night_completed")
    gone = (e for e in entries if e.kind == "disposed" and e.body["what"] == "generation")
    completed = any(all(body[name] == deed.get(name) for name in same) for body in nights)
    return completed and any(e.body["name"] == deed.get("base") and e.at == document["disposed_at"] for e in gone)


def _statement(document: dict[str, Any]) -> bytes:
    said = {name: value for name, value in document.items() if name != "signature"}
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")

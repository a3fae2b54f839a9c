"""What `verify --log` and `verify --certificate` ask of files that came from somewhere: no store, no policy, no network. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.cli.answer import Answer, Answered
from privacy_pipelines.errors import InputError
from privacy_pipelines.evidence.certificate import Presented, faults_of, read_certificate
from privacy_pipelines.evidence.entries import Entry
from privacy_pipelines.evidence.heads import SignedHead, read_head
from privacy_pipelines.evidence.levels import levels
from privacy_pipelines.evidence.log import walk
from privacy_pipelines.evidence.signing import fingerprint, from_pem
from privacy_pipelines.evidence.verification import Trust, Verification, verify


@dataclass(frozen=True, slots=True)
class Given:
    """What the auditor has in hand. `key` is theirs, from before; without it the log is taken at its own word."""

    log: Path | None
    key: Path | None
    heads: tuple[Path, ...]
    certificates: tuple[Path, ...]


def audit(given: Given) -> tuple[Answered, ...]:
    """Every answer. A log must contain the heads that were kept, and those in the certificates.

    Raises:
        InputError: a file is not what it should be.
        StoreError: one cannot be read.
    """
    key = from_pem(_bytes(given.key), str(given.key)) if given.key else ""
    heads = tuple(_head(path) for path in given.heads)
    certificates = tuple(read_certificate(_bytes(path), str(path)) for path in given.certificates)
    found = _verified(given, key, (*heads, *(one.head for one in certificates if one.head and one.head.is_genuine)))
    keys = found.keys if found and found.intact else (key,) if key else ()
    answers = _log(given, key, heads, found) if found else ()
    return (*answers, *_certificates(given, certificates, keys))


def _verified(given: Given, key: str, heads: tuple[SignedHead, ...]) -> Verification | None:
    if given.log is None:
        return None
    if not given.log.is_file():
        raise InputError(f"{given.log}: no such file. Name the evidence.jsonl of an export")
    return verify(given.log, Trust(key, tuple(head.head for head in heads)))


def _log(given: Given, key: str, heads: tuple[SignedHead, ...], found: Verification) -> Iterator[Answered]:
    yield "evidence_log", "The evidence log is whole", _whole(found)
    yield "key", "It is signed with the key that you know", _signed(key, found)
    for path, head in zip(given.heads, heads, strict=True):
        ours = head.is_genuine and head.key in found.keys
        what = f"of {head.tree.size} entries, {head.at}" if ours else "it is not signed with a key of this log, or was changed"
        yield "earlier_head", f"{path}", Answer(ours, what)


def _whole(found: Verification) -> Answer:
    if not found.intact:
        return Answer(False, f"entry {found.first_wrong}: {found.what}")
    if not found.keys:
        return Answer(False, "there is no signed head beside it: copy evidence.heads.jsonl too")
    if found.unsigned or found.torn:
        return Answer(False, f"entry {found.entries + 1}: nobody signed for it: it stands after the last head")
    return Answer(True, f"{found.entries} entries, signed for by root {found.head.root}")


def _signed(key: str, found: Verification) -> Answer:
    if key:
        return Answer(key in found.keys, fingerprint(key))
    told = ", ".join(fingerprint(one) for one in found.keys) or "none"
    return Answer(None, f"no --key was given; it says of itself: {told}. Compare this with what you were told before")


def _certificates(given: Given, certificates: tuple[Presented, ...], keys: tuple[str, ...]) -> Iterator[Answered]:
    for path, certificate in zip(given.certificates, certificates, strict=True):
        faults = faults_of(certificate, keys)
        yield "certificate", str(path), Answer(not faults, "; ".join(faults) or f"{certificate.title}{_level(given.log, certificate)}")


def _level(log: Path | None, certificate: Presented) -> str:
    """What the log says has become of the bytes since; nothing without a log."""
    if log is None:
        return ""
    known = levels(entry for entry in walk(log) if isinstance(entry, Entry))
    if certificate.base not in dict(known.disposed):
        return ""
    media = (one for one in known.sanitised if certificate.base not in known.remaining_on(one.medium))
    gone = ", ".join(f"{one.medium} ({one.method}, recorded {one.at[:10]})" for one in media)
    return f"; sanitised since: {gone}" if gone else "; not recorded as sanitised"


def _head(path: Path) -> SignedHead:
    head = read_head(_bytes(path))
    if isinstance(head, str):
        raise InputError(f"{path}: {head}. Name the head.json of an earlier export")
    return head


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None

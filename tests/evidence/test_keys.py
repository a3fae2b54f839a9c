"""One key follows another, and who trusts the first can go on to the next by themselves; a lost key breaks that and says so."""

from __future__ import annotations

import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from privacy_pipelines.errors import InputError, StoreError
from privacy_pipelines.evidence.appending import Place, Signer, append, last_head
from privacy_pipelines.evidence.entries import JsonValue
from privacy_pipelines.evidence.keys import next_secret, own_key
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.evidence.rotation import rotate
from privacy_pipelines.evidence.signing import fingerprint, from_pem, is_signed, public_of, sign, to_pem
from privacy_pipelines.evidence.verification import Trust, verify
from privacy_pipelines.evidence.vocabulary import checked

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
BODY: dict[str, JsonValue] = {"run": "night", "generation": "gen-000001.duckdb"}


@pytest.fixture
def log(tmp_path: Path) -> EvidenceLog:
    log = EvidenceLog(tmp_path / "evidence.jsonl")
    log.append("intent_completed", BODY, at=AT)
    return log


def keys(log: EvidenceLog) -> Path:
    return log.path.with_name("keys")


def changed(log: EvidenceLog, *, lost: bool = False) -> str:
    return rotate(log.path, by="dpo", reason="The yearly change", at=AT, lost=lost)


def test_the_old_key_signs_for_the_new_one_and_is_gone(log: EvidenceLog) -> None:
    old = own_key(keys(log))
    new = changed(log)
    log.append("intent_completed", BODY, at=AT)
    assert own_key(keys(log)) == new != old
    assert sorted(path.name for path in keys(log).iterdir()) == ["evidence.key"]
    assert stat.S_IMODE((keys(log) / "evidence.key").stat().st_mode) == 0o600
    told = [dict(entry.body) for entry in log.entries() if entry.kind == "key_rotated"]
    assert told == [{"how": "rotated", "old": old, "new": new, "by": "dpo", "reason": "The yearly change"}]
    for trusted in (old, new, ""):
        assert verify(log.path, Trust(trusted)).intact
    assert verify(log.path).keys == (old, new)


def test_a_key_that_took_over_without_the_old_one_is_a_lost_key_or_a_forgery(log: EvidenceLog) -> None:
    old = own_key(keys(log))
    (keys(log) / "evidence.key").unlink()
    with pytest.raises(StoreError, match=r"rotate --lost"):
        changed(log)
    new = changed(log, lost=True)
    log.append("intent_completed", BODY, at=AT)
    for trusted in (old, ""):
        found = verify(log.path, Trust(trusted))
        assert (found.first_wrong, "the key before did not name" in found.what) == (2, True)
    assert verify(log.path, Trust(new)).intact
    assert [entry.body["how"] for entry in log.entries() if entry.kind == "key_rotated"] == ["lost"]


def test_a_key_that_is_there_is_not_lost(log: EvidenceLog) -> None:
    with pytest.raises(InputError, match="without --lost"):
        changed(log, lost=True)
    assert log.head().size == 1


def test_a_log_that_never_began_has_no_key_to_change(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing has been signed yet"):
        rotate(tmp_path / "evidence.jsonl", by="dpo", reason="x", at=AT)


def test_a_crash_between_the_two_steps_of_a_change_loses_neither_key(log: EvidenceLog) -> None:
    old = own_key(keys(log))
    next_secret(keys(log))
    assert log.append("intent_completed", BODY, at=AT).seq == 2, "made and not named: the old one goes on"
    secret, kept = next_secret(keys(log)), (keys(log) / "evidence.key").read_bytes()
    new = public_of(secret)
    body = checked("key_rotated", {"how": "rotated", "old": old, "new": new, "by": "dpo", "reason": "x"})
    append(Place(log.path), [("key_rotated", body)], at="2026-03-01T02:00:00Z", signer=Signer(kept, new))
    assert verify(log.path, Trust(own_key(keys(log)))).intact, "named and not in its place"
    log.append("intent_completed", BODY, at=AT)
    assert own_key(keys(log)) == new
    assert verify(log.path, Trust(old)).keys == (old, new)


def test_a_copy_of_the_log_without_its_private_key_is_checked_and_takes_no_entry(log: EvidenceLog, tmp_path: Path) -> None:
    copy = EvidenceLog(tmp_path / "copy" / "evidence.jsonl")
    copy.path.parent.mkdir()
    for path in (log.path, Place(log.path).heads):
        shutil.copy(path, copy.path.parent)
    assert verify(copy.path, Trust(own_key(keys(log)))).intact
    with pytest.raises(StoreError, match="is missing"):
        copy.append("intent_completed", BODY, at=AT)
    head = last_head(Place(copy.path))
    assert head is not None
    assert head.tree.size == 1


def test_a_public_key_goes_out_as_pem_and_comes_back(tmp_path: Path) -> None:
    public = public_of(bytes(32))
    assert to_pem(public).startswith("-----BEGIN PUBLIC KEY-----")
    assert from_pem(to_pem(public).encode(), "key.pem") == public
    assert len(fingerprint(public)) == 64
    rsa = b"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n"
    for content in (b"", b"nonsense", rsa):
        with pytest.raises(InputError, match=r"key\.pem: not an Ed25519 public key"):
            from_pem(content, "key.pem")


@pytest.mark.parametrize("wrong", ["", "x" * 128, "0" * 127, "0" * 128])
def test_what_is_no_signature_signs_nothing(wrong: str) -> None:
    public = public_of(bytes(32))
    assert not is_signed(public, b"head", wrong)
    assert not is_signed("0", b"head", sign(bytes(32), b"head"))
    assert not is_signed("f" * 64, b"head", sign(bytes(32), b"head"))

"""Whatever is done to the log is found, and the first wrong entry is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from privacy_pipelines.evidence.entries import EMPTY, Head, seal
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.evidence.verification import Verification, verify

ENTRIES = 6


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> EvidenceLog:
    log = EvidenceLog(tmp_path_factory.mktemp("log") / "evidence.jsonl")
    body = {"digest": "0a" * 32, "by": "Dataskyddsombudet Åsa Öst", "reason": "årets verifikationer, \U0001f9fe"}
    log.append_all([("approved", body)] * ENTRIES, at=datetime(2026, 3, 1, tzinfo=UTC))
    return log


def checked(log: EvidenceLog, content: bytes, *, head: Head | None = None) -> Verification:
    copy = log.path.with_name("copy.jsonl")
    copy.write_bytes(content)
    return verify(copy, expected_head=head)


def test_an_untouched_log_is_intact(log: EvidenceLog) -> None:
    assert verify(log.path, expected_head=log.head()) == Verification(ENTRIES, log.head(), None, "")


def test_a_log_that_was_never_written_is_intact_and_one_that_vanished_is_not(log: EvidenceLog, tmp_path: Path) -> None:
    assert verify(tmp_path / "none").intact
    assert verify(tmp_path / "none", expected_head=EMPTY).intact
    assert verify(tmp_path / "none", expected_head=log.head()).first_wrong == 1


@settings(max_examples=400)
@given(data=st.data())
def test_any_changed_byte_is_found_in_its_entry(log: EvidenceLog, data: st.DataObject) -> None:
    content = bytearray(log.path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = (content[place] + data.draw(st.integers(1, 255))) % 256
    found = checked(log, bytes(content))
    assert found.first_wrong == log.path.read_bytes()[:place].count(b"\n") + 1
    assert found.entries == found.first_wrong - 1


@settings(max_examples=200)
@given(data=st.data())
def test_an_inserted_or_removed_byte_is_found(log: EvidenceLog, data: st.DataObject) -> None:
    content = log.path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    extra = data.draw(st.binary(max_size=2))
    changed = content[:place] + extra + content[place + (not extra) :]
    assert changed == content or not checked(log, changed).intact


@pytest.mark.parametrize("place", range(ENTRIES - 1))
def test_a_dropped_entry_is_named(log: EvidenceLog, place: int) -> None:
    lines = log.path.read_bytes().splitlines(keepends=True)
    found = checked(log, b"".join(lines[:place] + lines[place + 1 :]))
    assert found.first_wrong == place + 1
    assert f"entry {place + 2} stands in its place" in found.what


@pytest.mark.parametrize("place", range(ENTRIES))
def test_a_repeated_entry_is_named(log: EvidenceLog, place: int) -> None:
    lines = log.path.read_bytes().splitlines(keepends=True)
    assert checked(log, b"".join(lines[: place + 1] + lines[place:])).first_wrong == place + 2


@given(places=st.sets(st.integers(0, ENTRIES - 1), min_size=2, max_size=2))
def test_swapped_entries_are_named(log: EvidenceLog, places: set[int]) -> None:
    lines = log.path.read_bytes().splitlines(keepends=True)
    low, high = sorted(places)
    lines[low], lines[high] = lines[high], lines[low]
    assert checked(log, b"".join(lines)).first_wrong == low + 1


@settings(max_examples=200)
@given(data=st.data())
def test_truncation_anywhere_is_found_by_the_expected_head(log: EvidenceLog, data: st.DataObject) -> None:
    content = log.path.read_bytes()
    kept = content[: data.draw(st.integers(0, len(content) - 1))]
    found = checked(log, kept, head=log.head())
    assert found.first_wrong == kept.count(b"\n") + 1
    assert "cut off" in found.what


def test_an_older_head_is_contained(log: EvidenceLog) -> None:
    for entry in log.entries():
        assert verify(log.path, expected_head=entry.head).intact


def rewritten(log: EvidenceLog, change: Callable[[int, dict[str, object]], None]) -> bytes:
    """The log as a forger with time would write it: every hash fits again."""
    head, lines = EMPTY, []
    for entry in log.entries():
        body = dict(entry.body)
        change(entry.seq, body)  # type: ignore[arg-type]
        forged = seal(entry.kind, body, at=entry.at, after=head)
        head = forged.head
        lines.append(forged.line)
    return b"".join(lines)


def test_a_log_that_was_written_anew_is_found_by_the_expected_head(log: EvidenceLog) -> None:
    content = rewritten(log, lambda seq, body: body.update(reason="another") if seq == 3 else None)
    assert checked(log, content).intact
    assert checked(log, content, head=log.head()).first_wrong == ENTRIES


def test_an_entry_with_its_hash_made_to_fit_shows_at_the_next_one(log: EvidenceLog) -> None:
    forged = rewritten(log, lambda seq, body: body.update(reason="another") if seq == 3 else None).splitlines(keepends=True)
    lines = log.path.read_bytes().splitlines(keepends=True)
    found = checked(log, b"".join([*lines[:2], forged[2], *lines[3:]]))
    assert found.first_wrong == 4
    assert "replaced" in found.what

"""Whatever is done to the log is found, and the first wrong entry is named. What is only unfinished is no alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from privacy_pipelines.evidence.entries import Entry, JsonValue, seal
from privacy_pipelines.evidence.heads import EMPTY, Head, SignedHead, read_head, sign_head
from privacy_pipelines.evidence.keys import own_key
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.evidence.merkle import Tree
from privacy_pipelines.evidence.verification import FOREIGN, Trust, Verification, verify

BATCHES = (1, 3, 1, 2)
ENTRIES = sum(BATCHES)
AT = datetime(2026, 3, 1, tzinfo=UTC)
BODY: dict[str, JsonValue] = {"digest": "0a" * 32, "by": "Dataskyddsombudet Åsa Öst", "reason": "årets verifikationer, \U0001f9fe"}
FORGER = b"forger's own private key, 32 B.."
places = st.integers(0, ENTRIES - 1)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> EvidenceLog:
    log = EvidenceLog(tmp_path_factory.mktemp("log") / "evidence.jsonl")
    for number, size in enumerate(BATCHES):
        log.append_all([("approved", {**BODY, "reason": f"{BODY['reason']} {number}.{n}"}) for n in range(size)], at=AT)
    return log


def heads_of(log: EvidenceLog) -> Path:
    return log.path.with_name("evidence.heads.jsonl")


def signed(log: EvidenceLog) -> list[SignedHead]:
    found = [read_head(line) for line in heads_of(log).read_bytes().splitlines()]
    return [head for head in found if isinstance(head, SignedHead)]


def lines_of(log: EvidenceLog) -> list[bytes]:
    return log.path.read_bytes().splitlines(keepends=True)


def checked(log: EvidenceLog, content: bytes, *, heads: bytes | None = None, trust: Trust | None = None) -> Verification:
    """A copy with this content, checked against the log's own heads unless others are given."""
    copy = EvidenceLog(log.path.with_name("copy.jsonl"))
    copy.path.write_bytes(content)
    copy.path.with_name("copy.heads.jsonl").write_bytes(heads_of(log).read_bytes() if heads is None else heads)
    return verify(copy.path, trust)


def knowing(log: EvidenceLog, *heads: Head) -> Trust:
    return Trust(own_key(log.path.with_name("keys")), heads)


def test_an_untouched_log_is_intact(log: EvidenceLog) -> None:
    trust = knowing(log, log.head())
    assert verify(log.path, trust) == Verification(ENTRIES, log.head(), None, "", keys=(trust.key,))


def test_a_log_that_was_never_written_is_intact_and_one_that_vanished_is_not(log: EvidenceLog, tmp_path: Path) -> None:
    assert verify(tmp_path / "none").intact
    assert verify(tmp_path / "none", Trust(heads=(EMPTY,))).intact
    assert verify(tmp_path / "none", Trust(heads=(log.head(),))).first_wrong == 1
    assert verify(tmp_path / "none", knowing(log)).intact, "a key that has signed nothing yet: a kill before the first head"


@settings(max_examples=400)
@given(data=st.data())
def test_any_changed_byte_is_found_in_its_entry(log: EvidenceLog, data: st.DataObject) -> None:
    content = bytearray(log.path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = (content[place] + data.draw(st.integers(1, 255))) % 256
    found = checked(log, bytes(content))
    assert found.first_wrong == log.path.read_bytes()[:place].count(b"\n") + 1
    assert found.entries == min(found.first_wrong - 1, found.head.size)


@settings(max_examples=200)
@given(data=st.data())
def test_an_inserted_or_removed_byte_is_found(log: EvidenceLog, data: st.DataObject) -> None:
    content = log.path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    extra = data.draw(st.binary(max_size=2))
    changed = content[:place] + extra + content[place + (not extra) :]
    assert changed == content or not checked(log, changed).intact


@given(place=st.integers(0, ENTRIES - 2))
def test_a_dropped_entry_is_named(log: EvidenceLog, place: int) -> None:
    lines = lines_of(log)
    found = checked(log, b"".join(lines[:place] + lines[place + 1 :]))
    assert found.first_wrong == place + 1
    assert f"entry {place + 2} stands in its place" in found.what


@given(place=places)
def test_a_repeated_entry_is_named(log: EvidenceLog, place: int) -> None:
    lines = lines_of(log)
    assert checked(log, b"".join(lines[: place + 1] + lines[place:])).first_wrong == place + 2


@given(order=st.permutations(range(ENTRIES)))
def test_any_other_order_is_named_at_the_first_that_is_out_of_it(log: EvidenceLog, order: list[int]) -> None:
    lines = lines_of(log)
    found = checked(log, b"".join(lines[n] for n in order))
    wrong = [place for place, number in enumerate(order) if place != number]
    assert found.first_wrong == (wrong[0] + 1 if wrong else None)


@settings(max_examples=200)
@given(data=st.data())
def test_truncation_anywhere_is_found_by_the_signed_head(log: EvidenceLog, data: st.DataObject) -> None:
    content = log.path.read_bytes()
    kept = content[: data.draw(st.integers(0, len(content) - 1))]
    found = checked(log, kept)
    assert found.first_wrong == kept.count(b"\n") + 1
    assert "cut off" in found.what


@given(entries=st.integers(0, ENTRIES - 1))
def test_truncation_at_a_whole_entry_with_its_heads_is_found_by_any_later_head_that_was_kept(log: EvidenceLog, entries: int) -> None:
    heads = b"".join(head.line for head in signed(log) if head.tree.size <= entries)
    found = checked(log, b"".join(lines_of(log)[:entries]), heads=heads, trust=Trust(heads=(log.head(),)))
    assert (found.first_wrong, "cut off" in found.what) == (found.head.size + 1, True)


def test_an_older_head_is_contained(log: EvidenceLog) -> None:
    leaves = [entry.leaf for entry in log.entries()]
    heads = [Head(size, Tree().grown(leaves[:size]).root.hex()) for size in range(ENTRIES + 1)]
    assert verify(log.path, knowing(log, *heads)).intact


def forged(log: EvidenceLog, place: int, change: Callable[[Entry], Entry]) -> list[bytes]:
    """The log's lines with one entry made anew, so that its hash fits again."""
    entries = list(log.entries())
    entries[place] = change(entries[place])
    return [entry.line for entry in entries]


def with_another_reason(entry: Entry) -> Entry:
    return seal(entry.kind, {**entry.body, "reason": "another"}, at=entry.at, seq=entry.seq)


@given(place=places)
def test_an_entry_replaced_with_its_hash_made_to_fit_is_named_by_the_head_that_was_signed_for_it(log: EvidenceLog, place: int) -> None:
    found = checked(log, b"".join(forged(log, place, with_another_reason)))
    first = max(head.tree.size for head in signed(log) if head.tree.size <= place) + 1
    last = min(head.tree.size for head in signed(log) if head.tree.size > place)
    assert found.first_wrong == first
    assert f"up to entry {last}" in found.what if last > first else first == place + 1


def test_entries_after_the_last_head_are_counted_and_not_taken_for_signed(log: EvidenceLog) -> None:
    extra = seal("approved", BODY, at="2026-03-01T02:00:00Z", seq=ENTRIES + 1)
    found = checked(log, log.path.read_bytes() + extra.line)
    assert (found.intact, found.entries, found.unsigned) == (True, ENTRIES, 1)


def anew(entries: list[Entry], secret: bytes, sizes: list[int]) -> tuple[bytes, bytes]:
    """A log and its heads as whoever holds this key would write them: everything in it fits."""
    leaves = [entry.leaf for entry in entries]
    heads = [
        sign_head(Tree().grown(leaves[:size]), at=entries[0].at, end=sum(len(e.line) for e in entries[:size]), secret=secret)
        for size in sizes
    ]
    return b"".join(entry.line for entry in entries), b"".join(head.line for head in heads)


@given(place=places, kept=st.integers(1, ENTRIES), data=st.data())
def test_a_fork_that_is_signed_with_the_very_key_is_found_by_any_head_from_its_point_on(
    log: EvidenceLog, place: int, kept: int, data: st.DataObject
) -> None:
    secret = (log.path.with_name("keys") / "evidence.key").read_bytes()
    sizes = [0, *sorted(data.draw(st.sets(st.integers(1, ENTRIES - 1)))), ENTRIES]
    entries = list(log.entries())
    earlier = Head(kept, Tree().grown(entry.leaf for entry in entries[:kept]).root.hex())
    entries[place] = with_another_reason(entries[place])
    content, heads = anew(entries, secret, sizes)
    assert checked(log, content, heads=heads, trust=knowing(log)).intact
    found = checked(log, content, heads=heads, trust=knowing(log, earlier))
    assert found.intact == (kept <= place)
    assert found.intact or "written anew, or forked" in found.what


def test_a_fork_that_is_signed_with_another_key_is_found_by_the_key(log: EvidenceLog) -> None:
    content, heads = anew(list(log.entries()), FORGER, [0, ENTRIES])
    assert checked(log, content, heads=heads).intact
    assert checked(log, content, heads=heads, trust=knowing(log)).what == FOREIGN
    mixed = b"".join(head.line for head in signed(log)[:2]) + heads.splitlines(keepends=True)[-1]
    found = checked(log, content, heads=mixed, trust=knowing(log))
    assert (found.first_wrong, "signed with another key" in found.what) == (2, True)


@settings(max_examples=300)
@given(data=st.data())
def test_any_changed_byte_of_a_head_is_found(log: EvidenceLog, data: st.DataObject) -> None:
    content = bytearray(heads_of(log).read_bytes())
    place = data.draw(st.integers(0, len(content) - 2))
    content[place] = (content[place] + data.draw(st.integers(1, 255))) % 256
    found = checked(log, log.path.read_bytes(), heads=bytes(content))
    number = heads_of(log).read_bytes()[:place].count(b"\n")
    assert found.first_wrong == (signed(log)[number - 1].tree.size + 1 if number else 1)


@given(order=st.permutations(range(len(BATCHES) + 1)))
def test_heads_in_another_order_are_found(log: EvidenceLog, order: list[int]) -> None:
    heads = [head.line for head in signed(log)]
    found = checked(log, log.path.read_bytes(), heads=b"".join(heads[n] for n in order))
    assert found.intact == (order == sorted(order))


def test_a_head_of_another_tree_shows_as_a_replaced_entry(log: EvidenceLog) -> None:
    secret = (log.path.with_name("keys") / "evidence.key").read_bytes()
    last = signed(log)[-1]
    other = sign_head(replace(last.tree, peaks=tuple(reversed(last.tree.peaks))), at=last.at, end=last.end, secret=secret)
    heads = b"".join([*(head.line for head in signed(log)[:-1]), other.line])
    assert checked(log, log.path.read_bytes(), heads=heads).first_wrong == signed(log)[-2].tree.size + 1


def test_a_log_without_any_head_is_wrong_from_its_first_entry(log: EvidenceLog) -> None:
    found = checked(log, log.path.read_bytes(), heads=b"")
    assert (found.first_wrong, found.entries) == (1, 0)
    assert "no head was ever signed" in found.what


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"v": 7}, "it has format 7"),
        ({"extra": 1}, "it does not have the fields of a head"),
        ({"peaks": ["x"]}, "its peaks are not hashes"),
        ({"size": 9}, "its root is not that of its peaks"),
        ({"key": "x"}, "it is not signed"),
    ],
)
def test_a_head_that_is_none_says_what_is_wrong(log: EvidenceLog, change: dict[str, object], what: str) -> None:
    line = json.dumps({**json.loads(signed(log)[-1].line), **change}).encode()
    found = read_head(line)
    assert isinstance(found, str)
    assert what in found
    assert read_head(b"[]\n") == "it is not a head"
    assert read_head(b"{") == "it is not readable"
    assert read_head(signed(log)[-1].line.replace(b",", b", ")) == "it is not spelled as heads are"

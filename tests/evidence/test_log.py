"""The log on real files: what an append guarantees, a torn line, a killed writer, a shared file."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from privacy_pipelines.errors import StoreError
from privacy_pipelines.evidence.entries import JsonValue, seal
from privacy_pipelines.evidence.heads import EMPTY, Head, SignedHead, read_head
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.evidence.merkle import Tree
from privacy_pipelines.evidence.verification import verify
from privacy_pipelines.evidence.vocabulary import NotEvidence

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
BODY: dict[str, JsonValue] = {"what": "generation", "name": "gen-000001.duckdb", "level": "disposed", "bytes": "1000-4999"}


@pytest.fixture
def log(tmp_path: Path) -> EvidenceLog:
    return EvidenceLog(tmp_path / "evidence.jsonl")


def fill(log: EvidenceLog, entries: int) -> Head:
    log.append_all([("disposed", {**BODY, "name": f"gen-{n:06d}.duckdb"}) for n in range(entries)], at=AT)
    return log.head()


def heads(log: EvidenceLog) -> Path:
    return log.path.with_name("evidence.heads.jsonl")


def test_an_entry_is_one_versioned_json_line_and_the_files_are_private(log: EvidenceLog) -> None:
    entry = log.append("disposed", BODY, at=AT)
    record = json.loads(log.path.read_bytes())
    assert record == {
        "hash": entry.hash, "entry": {"v": 2, "seq": 1, "at": "2026-03-01T02:00:00Z", "kind": "disposed", "body": BODY},
    }  # fmt: skip
    key = log.path.with_name("keys") / "evidence.key"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (log.path, heads(log), key)] == [0o600] * 3


def test_a_head_is_signed_before_the_first_entry_and_after_each_append(log: EvidenceLog) -> None:
    first = log.append("disposed", BODY, at=AT)
    assert log.head() == Head(1, first.hash)
    both = log.append_all([("disposed", BODY), ("intent_completed", {"run": "night", "generation": BODY["name"]})], at=AT)
    root = Tree().grown(entry.leaf for entry in (first, *both)).root
    assert log.head() == Head(3, root.hex())
    assert list(log.entries()) == [first, *both]
    signed = [read_head(line) for line in heads(log).read_bytes().splitlines()]
    assert [(head.tree.size, head.is_genuine) for head in signed if isinstance(head, SignedHead)] == [(0, True), (1, True), (3, True)]


def test_a_log_that_is_not_there_is_empty_and_reading_does_not_make_it(log: EvidenceLog) -> None:
    assert log.head() == EMPTY
    assert list(log.entries()) == []
    assert log.append_all([], at=AT) == ()
    assert not any(log.path.parent.iterdir())


def test_the_moment_is_written_in_utc_and_must_have_a_zone(log: EvidenceLog) -> None:
    stockholm = datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert log.append("disposed", BODY, at=stockholm).at == "2026-06-30T23:30:00Z"
    with pytest.raises(StoreError, match="no time zone"):
        log.append("disposed", BODY, at=AT.replace(tzinfo=None))


def test_a_batch_with_one_bad_entry_writes_nothing(log: EvidenceLog) -> None:
    with pytest.raises(NotEvidence):
        log.append_all([("disposed", BODY), ("disposed", {})], at=AT)
    assert not log.path.exists()


def test_opening_for_append_reads_the_last_line_only(log: EvidenceLog) -> None:
    fill(log, 300)
    content = log.path.read_bytes()
    log.path.write_bytes(b"#" + content[1:])
    assert log.append("disposed", BODY, at=AT).seq == 301
    assert verify(log.path).first_wrong == 1


def test_a_last_line_longer_than_a_block_is_read_whole(log: EvidenceLog) -> None:
    step: dict[str, JsonValue] = {
        "table": "crm.contacts", "cluster": "customer_relationship", "action": "erase_row", "rows": "<5", "overdue": 0,
    }  # fmt: skip
    digest = "0a" * 32
    body: dict[str, JsonValue] = {
        "run": "night", "as_of": "2026-03-01", "generation": "gen-000001.duckdb", "policy_version": digest, "plan_digest": digest,
        "rows_kept": "50-99", "trigger": "schedule", "steps": [step] * 1500,
    }  # fmt: skip
    entry = log.append("night_completed", body, at=AT)
    assert len(entry.line) > 2 * 64 * 1024
    assert log.head() == Head(1, entry.hash)
    assert log.append("disposed", BODY, at=AT).seq == 2
    assert verify(log.path).intact


def test_a_torn_last_line_is_no_alarm_and_is_cut_off_and_the_repair_is_recorded(log: EvidenceLog) -> None:
    fill(log, 2)
    whole = log.path.read_bytes()
    line, signed = whole[whole.index(b"\n") + 1 :], heads(log).read_bytes()
    for torn in (line[:1], line[:40], line[:-1], b"\0" * 700):
        log.path.write_bytes(whole + torn)
        heads(log).write_bytes(signed)
        assert [entry.seq for entry in log.entries()] == [1, 2]
        assert log.head().size == 2
        assert (verify(log.path).intact, verify(log.path).torn) == (True, len(torn))
        assert log.append("disposed", BODY, at=AT).seq == 4
        repaired = [(entry.kind, dict(entry.body)) for entry in log.entries()][2]
        assert repaired == ("log_repaired", {"cut_bytes": len(torn), "unsigned": 0})
        assert (verify(log.path).intact, verify(log.path).torn) == (True, 0)


def test_what_a_kill_left_unsigned_is_no_alarm_and_is_signed_for_by_the_next_append_which_says_so(log: EvidenceLog) -> None:
    fill(log, 2)
    signed = heads(log).read_bytes()
    log.append_all([("disposed", BODY), ("disposed", BODY)], at=AT)
    for rest in (b"", heads(log).read_bytes()[len(signed) :][:50]):
        heads(log).write_bytes(signed + rest)
        found = verify(log.path)
        assert (found.intact, found.entries, found.unsigned) == (True, 2, 2)
        assert [entry.seq for entry in log.entries()] == [1, 2, 3, 4]
        assert log.head().size == 2
    assert log.append("disposed", BODY, at=AT).seq == 6
    assert [dict(e.body) for e in log.entries() if e.kind == "log_repaired"] == [{"cut_bytes": 0, "unsigned": 2}]
    assert (verify(log.path).entries, verify(log.path).unsigned) == (6, 0)


def test_a_first_line_that_is_torn_is_repaired_too(log: EvidenceLog) -> None:
    fill(log, 1)
    log.path.write_bytes(b'{"hash":"2026')
    heads(log).write_bytes(heads(log).read_bytes().splitlines(keepends=True)[0])
    log.append("disposed", BODY, at=AT)
    assert [entry.kind for entry in log.entries()] == ["log_repaired", "disposed"]


def test_a_kill_before_the_first_head_is_whole_leaves_a_log_that_begins_anew(log: EvidenceLog) -> None:
    heads(log).write_bytes(b'{"at":')
    assert verify(log.path).intact
    fill(log, 1)
    assert verify(log.path).entries == 1


@pytest.mark.parametrize("last", [b"nonsense\n", b"\n", b'{"v":2}\n', b"[]\n", b"[" * 100_000 + b"\n"])
def test_anything_else_wrong_after_the_last_head_refuses_the_append(log: EvidenceLog, last: bytes) -> None:
    fill(log, 1)
    damaged = log.path.read_bytes() + last
    log.path.write_bytes(damaged)
    with pytest.raises(StoreError, match="entry 2"):
        log.append("disposed", BODY, at=AT)
    with pytest.raises(StoreError, match="entry 2"):
        list(log.entries())
    assert verify(log.path).first_wrong == 2
    assert log.path.read_bytes() == damaged


def test_a_log_whose_last_entry_was_changed_or_cut_off_takes_no_more(log: EvidenceLog) -> None:
    fill(log, 2)
    whole = log.path.read_bytes()
    for content, said in (
        (whole.replace(b"gen-000001", b"gen-000007"), "entry 2: it was changed"),
        (whole[:-1], "cut off"),
        (b"", "cut off"),
    ):
        log.path.write_bytes(content)
        with pytest.raises(StoreError, match=said):
            log.append("disposed", BODY, at=AT)
        with pytest.raises(StoreError, match=r"changed|cut off"):
            list(log.entries())


def test_a_log_without_its_heads_or_with_a_changed_head_takes_no_more(log: EvidenceLog) -> None:
    fill(log, 2)
    heads(log).write_bytes(heads(log).read_bytes().replace(b'"at":"2026', b'"at":"2027'))
    with pytest.raises(StoreError, match="last head: its signature is not right"):
        log.append("disposed", BODY, at=AT)
    heads(log).unlink()
    for ask in (lambda: log.append("disposed", BODY, at=AT), lambda: list(log.entries())):
        with pytest.raises(StoreError, match=r"no head was ever signed|last head"):
            ask()
    assert verify(log.path).first_wrong == 1


def test_a_log_is_not_signed_with_another_key(log: EvidenceLog) -> None:
    fill(log, 2)
    key = log.path.with_name("keys") / "evidence.key"
    key.write_bytes(bytes(32))
    with pytest.raises(StoreError, match=r"evidence\.key: is not the key that signs this evidence log"):
        log.append("disposed", BODY, at=AT)
    key.unlink()
    with pytest.raises(StoreError, match=r"evidence\.key: is missing"):
        log.append("disposed", BODY, at=AT)
    assert verify(log.path).entries == 2


EARLIER = b'{"at":"2026-03-01T02:00:00Z","body":{},"hash":"0","kind":"disposed","prev":"0","seq":1,"v":1}\n'


def test_a_log_of_another_version_is_refused_and_says_so(log: EvidenceLog) -> None:
    log.path.write_bytes(EARLIER)
    assert verify(log.path).what.startswith("it has format 1, which a version before the first release wrote")
    for ask in (lambda: log.append("disposed", BODY, at=AT), lambda: list(log.entries())):
        with pytest.raises(StoreError, match=r"entry 1: it has format 1.* begin a new one"):
            ask()
    log.path.write_bytes(EARLIER.replace(b'"v":1', b'"v":3'))
    assert verify(log.path).what == "it has format 3, and this version knows format 2. Upgrade, and try again"
    assert log.path.read_bytes().endswith(b'"v":3}\n')


def test_a_folder_in_place_of_the_log_is_explained(log: EvidenceLog) -> None:
    log.path.mkdir()
    with pytest.raises(StoreError, match=r"evidence\.jsonl"):
        log.append("disposed", BODY, at=AT)


WRITER = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from privacy_pipelines.evidence.log import EvidenceLog
path, batch, times, room = Path(sys.argv[1]), *map(int, sys.argv[2:])
if room:  # the kernel writes what still fits and then kills this process, in the middle of a line
    size = path.stat().st_size
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, size + room))
for _ in range(times):
    entries = EvidenceLog(path).append_all(
        [("disposed", {"what": "extract", "name": "crm/a.csv", "level": "disposed", "bytes": "<5"})] * batch,
        at=datetime(2026, 3, 1, tzinfo=UTC))
    print(entries[-1].seq, entries[-1].hash, flush=True)
"""


def writer(log: EvidenceLog, *, batch: int, times: int, room: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(log.path), str(batch), str(times), str(room)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def acknowledged(said: str) -> list[tuple[int, str]]:
    lines = [line.split() for line in said.splitlines(keepends=True) if line.endswith("\n")]
    return [(int(seq), digest) for seq, digest in lines]


def kill_at_any_moment(log: EvidenceLog, *, kill: int) -> list[tuple[int, str]]:
    process = writer(log, batch=1 + 100 * (kill % 3), times=100_000)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(0.001 * (kill % 15))
    process.send_signal(signal.SIGKILL)
    return acknowledged(first + process.communicate()[0])


def die_within_a_line(log: EvidenceLog, *, kill: int) -> list[tuple[int, str]]:
    process = writer(log, batch=3, times=100_000, room=3000 + 61 * kill)
    said = process.communicate()[0]
    assert process.returncode == -signal.SIGXFSZ
    return acknowledged(said)


def test_what_was_acknowledged_survives_thirty_killed_writers_and_none_of_them_is_an_alarm(log: EvidenceLog) -> None:
    log.append("disposed", BODY, at=AT)
    said: list[tuple[int, str]] = []
    left = 0
    for kill in range(30):
        said += (kill_at_any_moment, die_within_a_line)[kill % 2](log, kill=kill)
        found = verify(log.path)
        assert found.intact
        left += bool(found.torn or found.unsigned)
        log.append("disposed", BODY, at=AT)
    written = {entry.seq: entry for entry in log.entries()}
    assert len(said) > 30
    assert [(seq, written[seq].hash) for seq, _ in said] == said
    assert sum(entry.kind == "log_repaired" for entry in written.values()) == left
    assert left >= 10, "a few may end between two lines by chance"
    assert verify(log.path).unsigned == 0


def test_writers_that_share_the_log_never_break_the_chain(log: EvidenceLog) -> None:
    processes = [writer(log, batch=2, times=40) for _ in range(3)]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert verify(log.path).entries == 3 * 40 * 2


@given(at=st.text(max_size=5), kind=st.text(max_size=5), seq=st.integers(1, 10**9), reason=st.text(max_size=9))
def test_an_entry_is_canonical_json_whatever_is_in_it(at: str, kind: str, seq: int, reason: str) -> None:
    body: dict[str, JsonValue] = {"z": reason, "a": [seq, {"b": reason}]}
    line = seal(kind, body, at=at, seq=seq).line
    record = {"v": 2, "seq": seq, "at": at, "kind": kind, "body": body}
    assert line[83:-2] == json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()

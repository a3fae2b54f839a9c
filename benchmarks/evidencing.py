"""The evidence log: how fast entries get in, and how fast a million of them are checked, against hashing the same bytes."""

from __future__ import annotations

import hashlib
import statistics
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.timing import in_turns, seconds
from privacy_pipelines.evidence.entries import JsonValue
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.evidence.verification import verify

ENTRIES, BATCH = 1_000_000, 10_000
COMPARED = (
    f"the evidence log's floor hashes the same lines one by one with SHA-256; appends are batches of {BATCH:,}, each with one signed head "
    "and two fsyncs"
)
_AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
_BODY: dict[str, JsonValue] = {"what": "extract", "name": "crm/contacts-2026-03-01.csv", "level": "disposed", "bytes": "5000-9999"}


def figures(folder: Path, repetitions: int, entries: int = ENTRIES) -> list[Figure]:
    """Appending and checking so many entries in `folder`."""
    log = EvidenceLog(folder / "evidence.jsonl")
    batch = [("disposed", _BODY)] * BATCH
    appends = [seconds(lambda: log.append_all(batch, at=_AT)) for _ in range(entries // BATCH)]
    one = statistics.median(seconds(lambda: log.append("disposed", _BODY, at=_AT)) for _ in range(20))
    found = in_turns({"floor": lambda: _hashed(log.path), "verify": lambda: _checked(log.path)}, repetitions)
    rate, checked = entries / sum(appends), found["verify"] * 1_000_000 / entries
    return [
        Figure("evidence: entries appended, in batches", f"{rate:,.0f} a second", None, "≥ 100,000", rate >= 100_000),
        Figure("evidence: one entry appended alone", f"{1000 * one:.1f} ms"),
        Figure("evidence: floor, each line hashed", f"{found['floor']:.2f} s"),
        Figure("evidence: a million entries verified", f"{checked:.2f} s", found["verify"] / found["floor"], "< 10 s", checked < 10),
    ]


def _hashed(log: Path) -> None:
    with log.open("rb") as lines:
        for line in lines:
            hashlib.sha256(line).digest()


def _checked(log: Path) -> None:
    found = verify(log)
    if not found.intact:
        raise SystemExit(f"the log that was just written is wrong: {found.what}")

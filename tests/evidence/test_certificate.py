"""A certificate is to be believed as it was issued, and in no other form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from privacy_pipelines.errors import InputError
from privacy_pipelines.evidence.appending import Place, last_head
from privacy_pipelines.evidence.certificate import Certificate, Moments, Presented, faults_of, issue, read_certificate
from privacy_pipelines.evidence.deed import Controller, Deed, Erased, Exempt, Residual, Rule, Scope
from privacy_pipelines.evidence.entries import JsonValue
from privacy_pipelines.evidence.log import EvidenceLog

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
POLICY = "0a" * 32
NIGHT: dict[str, JsonValue] = {
    "run": "night", "as_of": "2026-03-01", "generation": "gen-000002.duckdb", "policy_version": POLICY, "plan_digest": POLICY,
    "rows_kept": "50-99", "trigger": "retention", "steps": [],
}  # fmt: skip
GONE: dict[str, JsonValue] = {"what": "generation", "name": "gen-000001.duckdb", "level": "disposed", "bytes": "1000-4999"}
DEED = Deed(
    "night", "2026-03-01", "gen-000002.duckdb", "gen-000001.duckdb", "retention", POLICY, Controller("Exempelkonsult", "post", "dpo"),
    (Scope("crm.contacts", "50-99", "50-99", "<5"),), (Erased("crm.contacts", "service", ("name",), ("service",), "erase_row", "<5", ""),),
    (Rule("service", "Serve", "until contract end", "Art. 6(1)(f)", "Promise"),), (Residual("cells_left_behind", "Cells", 0),),
    (Exempt("held", "dispute", "crm.contacts", "Pending dispute", "Legal", "2027-01-01", "<5"),), "P7D", "P35D",
)  # fmt: skip


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    log = EvidenceLog(tmp_path_factory.mktemp("log") / "evidence.jsonl")
    log.append_all([("log_repaired", {"cut_bytes": 1, "unsigned": 0}), ("night_completed", NIGHT), ("disposed", GONE)], at=AT)
    head = last_head(Place(log.path))
    assert head is not None
    moments = Moments("2026-03-01T02:00:00Z", "2026-03-01T02:01:00Z", "2026-03-08", "2026-04-05")
    return issue(DEED, moments, list(log.entries()), [2, 3], head, (log.path.with_name("keys") / "evidence.key").read_bytes())


def presented(certificate: Certificate) -> Presented:
    return read_certificate(certificate.to_json().encode(), "night.json")


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every text and number in the document."""
    if isinstance(value, dict | list):
        for name, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, (*path, name))
    else:
        yield path


def test_it_is_believed_with_the_key_that_signed_it_and_without_any_other(issued: Certificate) -> None:
    assert faults_of(presented(issued)) == faults_of(presented(issued), [issued.key]) == ()
    assert faults_of(presented(issued), ["0" * 64]) == ("it is signed with another key than the one that you know",)
    assert presented(issued).title == "the night of 2026-03-01, gen-000002.duckdb, disposed of 2026-03-01T02:00:00Z"


@settings(max_examples=300)
@given(data=st.data())
def test_any_change_of_any_value_is_found(issued: Certificate, data: st.DataObject) -> None:
    document = json.loads(issued.to_json())
    *way, last = data.draw(st.sampled_from(list(leaves(document))))
    part = document
    for name in way:
        part = part[name]
    was = part[last]
    part[last] = data.draw(st.text(max_size=8).filter(lambda text: text != was)) if isinstance(was, str) else was + 1
    try:
        found = read_certificate(json.dumps(document).encode(), "night.json")
    except InputError:
        return
    assert faults_of(found)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"run": "another"}, "its entries do not say what it says"),
        ({"as_of": "2026-03-02"}, "its entries do not say what it says"),
        ({"base": "gen-000000.duckdb"}, "its entries do not say what it says"),
    ],
)
def test_a_deed_that_the_log_does_not_tell_is_not_believed_whoever_signed_it(tmp_path: Path, change: dict[str, str], fault: str) -> None:
    log = EvidenceLog(tmp_path / "evidence.jsonl")
    log.append_all([("night_completed", NIGHT), ("disposed", GONE)], at=AT)
    head = last_head(Place(log.path))
    assert head is not None
    secret = (tmp_path / "keys" / "evidence.key").read_bytes()
    moments = Moments("2026-03-01T02:00:00Z", "2026-03-01T02:01:00Z", "", "")
    entries = list(log.entries())
    assert faults_of(presented(issue(DEED, moments, entries, [1, 2], head, secret))) == ()
    assert faults_of(presented(issue(replace(DEED, **change), moments, entries, [1, 2], head, secret))) == (fault,)  # type: ignore[arg-type]
    assert faults_of(presented(issue(DEED, moments, entries, [1], head, secret))) == ("its entries do not say what it says",)
    later = replace(moments, disposed_at="2026-03-09T02:00:00Z")
    assert faults_of(presented(issue(DEED, later, entries, [1, 2], head, secret))) == ("its entries do not say what it says",)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"v":1}', b'{"v":2}', b"<html>", b"[" * 100_000])
def test_what_is_no_certificate_is_refused_with_a_hint(content: bytes) -> None:
    with pytest.raises(InputError, match=r"night\.html: not a certificate of format 1"):
        read_certificate(content, "night.html")

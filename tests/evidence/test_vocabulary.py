"""Nothing undeclared gets into the log, and no refusal repeats what it refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, strategies as st

from privacy_pipelines.evidence.buckets import bucket, bucketed, is_bucket
from privacy_pipelines.evidence.entries import JsonValue
from privacy_pipelines.evidence.vocabulary import ENTRY_KINDS, NotEvidence, checked

DIGEST = "0a" * 32
STEP: dict[str, JsonValue] = {
    "table": "crm.contacts",
    "cluster": "bookkeeping+newsletter",
    "action": "erase_field",
    "rows": "10-49",
    "cells": "10-49",
    "overdue": 0,
}
BODIES: Mapping[str, Mapping[str, JsonValue]] = {
    "night_completed": {
        "run": "7f3b1c1e-2d55-4c39-9a53-0d2b6f6f4f10", "as_of": "2026-03-01", "generation": "gen-000123.duckdb",
        "policy_version": DIGEST, "plan_digest": DIGEST, "rows_kept": "5000-9999", "trigger": "schedule", "steps": [STEP],
    },
    "night_withheld": {
        "run": "night-2026-03-01", "as_of": "2026-03-01", "table": "crm.contacts", "purpose": "newsletter", "digest": DIGEST,
        "reason": "unexpected_share", "cells": "500-999",
    },
    "dates_corrected": {
        "run": "night", "as_of": "2026-03-01", "table": "crm.contracts", "event": "contract_end", "cause": "source", "earlier": "<5",
        "later": "10-49",
    },
    "disposed": {"what": "extract", "name": "crm/contacts-2026-03-01.csv", "level": "disposed", "bytes": "<5"},
    "sanitised": {
        "what": "store", "through": "gen-000122.duckdb", "method": "purge", "how": "fstrim of the volume", "by": "Operations",
    },
    "published": {"generation": "gen-000123.duckdb", "purpose": "newsletter", "files": "<5", "rows": "500-999"},
    "restored": {
        "run": "night", "generation": "gen-000125.duckdb", "backup": "gen-000120.duckdb", "as_of": "2026-03-01", "index": "copy",
        "rows": "<5", "lost": "gen-000123.duckdb", "by": "dpo", "reason": "The disk failed",
    },
    "approved": {"digest": DIGEST, "by": "dpo@exempelkonsult.example", "reason": "Räkenskapsåret 2018 är slut"},
    "intent_completed": {"run": "night", "generation": "gen-000123.duckdb"},
    "certified": {"run": "night", "digest": DIGEST},
    "log_repaired": {"cut_bytes": 17, "unsigned": 2},
    "key_rotated": {"how": "rotated", "old": DIGEST, "new": DIGEST, "by": "dpo", "reason": "The yearly change"},
    "hold_added": {
        "hold": "dispute_7", "table": "crm.contacts", "subject": DIGEST, "ground": "Pending dispute", "owner": "Legal",
        "review_by": "2027-01-01", "by": "dpo", "purposes": "customer_relationship+newsletter",
    },
    "hold_released": {"hold": "dispute_7", "by": "dpo", "reason": "Settled"},
    "suspended_erased": {
        "run": "night", "as_of": "2026-03-01", "table": "crm.contacts", "hold": "dispute_7", "trigger": "hold_released", "rows": "5-9",
        "cells": "10-49",
    },
}  # fmt: skip
OPTIONAL = {
    ("hold_added", "purposes"), ("suspended_erased", "cells"), ("restored", "lost"), ("night_completed", "file"),
    ("night_completed", "repeats"), ("night_completed", "notice"),
}  # fmt: skip
CANARY = "anna.svensson@example.com 19800101-1234"


@pytest.mark.parametrize("kind", [kind.name for kind in ENTRY_KINDS])
def test_every_kind_has_a_body_that_fits(kind: str) -> None:
    assert checked(kind, BODIES[kind]) == BODIES[kind]


@pytest.mark.parametrize(("kind", "field"), [(kind.name, name) for kind in ENTRY_KINDS for name, _ in kind.fields])
def test_no_field_takes_a_personal_value_and_none_may_be_left_out(kind: str, field: str) -> None:
    for value in (CANARY, "19800101-1234", 1.5, None, True, -1, {"name": CANARY}, [CANARY]):
        with pytest.raises(NotEvidence) as refused:
            checked(kind, {**BODIES[kind], field: value})  # type: ignore[dict-item]
        assert "anna" not in str(refused.value)
        assert "1980" not in str(refused.value)
    rest = {name: value for name, value in BODIES[kind].items() if name != field}
    if (kind, field) in OPTIONAL:
        assert checked(kind, rest) == rest
    else:
        with pytest.raises(NotEvidence, match=f"{kind} lacks {field}"):
            checked(kind, rest)


def test_an_unknown_kind_or_field_is_refused_without_repeating_it() -> None:
    unknown: tuple[tuple[str, dict[str, JsonValue]], ...] = (("anna", {}), ("disposed", {**BODIES["disposed"], "anna": 1}))
    for kind, body in unknown:
        with pytest.raises(NotEvidence) as refused:
            checked(kind, body)
        assert "anna" not in str(refused.value)
        assert isinstance(refused.value, TypeError)


@pytest.mark.parametrize("field", ["rows", "cells", "overdue"])
@pytest.mark.parametrize("count", [1, 4, 5, 7041, "1", "<6", "5-8", "10-10", "05-9", True, -5, 7.0])
def test_an_exact_count_is_refused(field: str, count: JsonValue) -> None:
    with pytest.raises(NotEvidence, match=f"night_completed.steps.{field}"):
        checked("night_completed", {**BODIES["night_completed"], "steps": [{**STEP, field: count}]})


def test_a_step_holds_only_declared_fields() -> None:
    steps: tuple[JsonValue, ...] = ({**STEP, "name": "x"}, {}, "step")
    for step in steps:
        with pytest.raises(NotEvidence):
            checked("night_completed", {**BODIES["night_completed"], "steps": [step]})


@pytest.mark.parametrize("reason", ["", "two\nlines", "x" * 501, "for anna@example.com", "för 800101-1234", "19800101 1234"])
def test_a_reason_is_one_line_without_a_person_in_it(reason: str) -> None:
    with pytest.raises(NotEvidence):
        checked("approved", {**BODIES["approved"], "reason": reason})


def test_the_checked_body_is_a_copy() -> None:
    steps = [dict(STEP)]
    body = checked("night_completed", {**BODIES["night_completed"], "steps": steps})
    steps[0]["table"] = CANARY
    assert CANARY not in str(body)


@pytest.mark.parametrize("kind", ["night_completed", "suspended_erased"])
def test_few_rows_do_not_say_how_many_cells(kind: str) -> None:
    few = {"rows": "<5", "cells": "10-49"}
    body = {**BODIES[kind], "steps": [{**STEP, **few}]} if kind == "night_completed" else {**BODIES[kind], **few}
    with pytest.raises(NotEvidence, match="few rows"):
        checked(kind, body)


@given(n=st.integers(0, 10**9))
def test_a_bucket_is_one_of_few_classes_and_never_an_exact_count(n: int) -> None:
    found = bucket(n)
    assert is_bucket(found)
    if n == 0 or n < 5:
        assert found == ("<5" if n else 0)
    else:
        low, high = map(int, str(found).split("-"))
        assert low <= n <= high
        assert high - low >= 4
        assert bucket(low) == bucket(high) == found != bucket(high + 1)


@given(rows=st.integers(1, 4), columns=st.integers(1, 200))
def test_what_is_said_of_a_few_rows_is_the_same_whichever_they_are(rows: int, columns: int) -> None:
    assert bucketed(rows, rows * columns) == {"rows": "<5"}


def test_there_are_no_totals_that_would_give_a_small_part_away() -> None:
    (completed,) = (kind for kind in ENTRY_KINDS if kind.name == "night_completed")
    assert [name for name, _ in completed.fields if name.startswith(("rows", "cells"))] == ["rows_kept"]


def test_a_negative_count_is_none() -> None:
    with pytest.raises(ValueError, match="negative"):
        bucket(-1)

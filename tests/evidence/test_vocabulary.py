"""Nothing undeclared gets into the log, and no refusal repeats what it refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from privacy_pipelines.evidence.entries import JsonValue
from privacy_pipelines.evidence.vocabulary import ENTRY_KINDS, NotEvidence, bucket, checked

DIGEST = "0a" * 32
STEP: dict[str, JsonValue] = {
    "table": "crm.contacts",
    "cluster": "bookkeeping+newsletter",
    "action": "erase_field",
    "rows": 12,
    "cells": "<5",
    "overdue": 0,
}
BODIES: Mapping[str, Mapping[str, JsonValue]] = {
    "night_completed": {
        "run": "7f3b1c1e-2d55-4c39-9a53-0d2b6f6f4f10", "as_of": "2026-03-01", "generation": "gen-000123.duckdb",
        "policy_version": DIGEST, "plan_digest": DIGEST, "rows_kept": 9120, "rows_erased": 12, "cells_erased": "<5",
        "rows_refused": 0, "trigger": "schedule", "steps": [STEP],
    },
    "night_withheld": {
        "run": "night-2026-03-01", "as_of": "2026-03-01", "table": "crm.contacts", "purpose": "newsletter", "digest": DIGEST,
        "reason": "unexpected_share", "cells": 612,
    },
    "dates_corrected": {
        "run": "night", "as_of": "2026-03-01", "table": "crm.contracts", "event": "contract_end", "cause": "source", "earlier": "<5",
        "later": 12,
    },
    "disposed": {"what": "extract", "name": "crm/contacts-2026-03-01.csv", "level": "disposed", "bytes": 3},
    "published": {"generation": "gen-000123.duckdb", "purpose": "newsletter", "files": "<5", "rows": 812},
    "restored": {
        "run": "night", "generation": "gen-000125.duckdb", "backup": "gen-000120.duckdb", "as_of": "2026-03-01", "index": "copy",
        "rows": "<5", "lost": "gen-000123.duckdb", "by": "dpo", "reason": "The disk failed",
    },
    "approved": {"digest": DIGEST, "by": "dpo@exempelkonsult.example", "reason": "Räkenskapsåret 2018 är slut"},
    "intent_completed": {"run": "night", "generation": "gen-000123.duckdb"},
    "log_repaired": {"cut_bytes": 17},
    "hold_added": {
        "hold": "dispute_7", "table": "crm.contacts", "subject": DIGEST, "ground": "Pending dispute", "owner": "Legal",
        "review_by": "2027-01-01", "by": "dpo", "purposes": "customer_relationship+newsletter",
    },
    "hold_released": {"hold": "dispute_7", "by": "dpo", "reason": "Settled"},
    "suspended_erased": {
        "run": "night", "as_of": "2026-03-01", "table": "crm.contacts", "hold": "dispute_7", "trigger": "hold_released", "rows": "<5",
        "cells": 12,
    },
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
    if (kind, field) in (("hold_added", "purposes"), ("restored", "lost")):
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
@pytest.mark.parametrize("count", [1, 4, "1", "<6", True, -5, 7.0])
def test_an_exact_small_count_is_refused(field: str, count: JsonValue) -> None:
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


def test_buckets_hide_small_counts() -> None:
    assert [bucket(n) for n in range(7)] == [0, "<5", "<5", "<5", "<5", 5, 6]
    with pytest.raises(ValueError, match="negative"):
        bucket(-1)

"""What the evidence log is told of a night: its outcome, what it withheld and why dates moved. Magnitudes only; the exact counts stay in
the generation, which proves them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from privacy_pipelines.collector.suspending import RELEASED
from privacy_pipelines.evidence.buckets import bucket, bucketed
from privacy_pipelines.evidence.entries import JsonValue
from privacy_pipelines.nights.record import Record

Said = tuple[str, dict[str, JsonValue]]


def completed(record: Record, notice: str) -> dict[str, JsonValue]:
    """The entry of a completed night, as its generation keeps it until the flip; `notice` is the version of the notice in force."""
    pin = record.pin
    return {
        "run": pin.run,
        "as_of": pin.as_of.isoformat(),
        "generation": record.generation,
        "policy_version": pin.policy_version,
        "plan_digest": record.plan.digest,
        "notice": notice,
        "trigger": record.plan.author,
        "rows_kept": bucket(sum(one.kept for one in record.copied)),
        "steps": [*_erased(record), *_refused(record)],
        **({"repeats": record.repeats} if record.repeats else {}),
    }


def beside(record: dict[str, Any]) -> Iterable[Said]:
    """The entries that stand beside it, from the record as the generation tells it."""
    night = {name: record["pin"][name] for name in ("run", "as_of")}
    for one in record["corrections"]:
        where = {**night, "table": one["table"], "event": one["event"], "cause": "source"}
        yield "dates_corrected", {**where, "earlier": bucket(one["earlier"]), "later": bucket(one["later"])}
    for part in record["plan"]["parts"]:
        if part["withheld"]:
            body = {**night, "table": part["table"], "purpose": part["purpose"], "digest": part["digest"]}
            yield "night_withheld", {**body, "reason": part["reason"], "cells": bucket(part["cells"])}
    for part in record["plan"]["parts"]:
        if part["reason"] == RELEASED:
            body = {**night, "table": part["table"], "hold": part["purpose"], "trigger": RELEASED}
            yield "suspended_erased", {**body, **bucketed(part["unexpected"], part["cells"])}


def _erased(record: Record) -> Iterable[JsonValue]:
    late = {(step.table, step.cluster, step.action.value): step.overdue for step in record.plan.steps}
    for one in record.outcomes:
        overdue = bucket(late.get((one.table, one.cluster, one.action), 0))
        yield {"table": one.table, "cluster": one.cluster, "action": one.action, "overdue": overdue, **bucketed(one.rows, one.cells)}


def _refused(record: Record) -> Iterable[JsonValue]:
    """What was turned away at the door was never in the store: here the decision is the outcome."""
    for step in record.plan.steps:
        if not step.action.erases:
            counts = bucketed(step.rows, step.cells)
            yield {"table": step.table, "cluster": step.cluster, "action": step.action.value, "overdue": 0, **counts}

"""A changed policy folder: what it changes is shown, and exactly those cohorts are decided again. Nothing is collected before the night."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from assets.partitions import RANGE_END, RANGE_START
from assets.policy import observed, told
from assets.resources import House
from assets.station import REDECIDE, speaking, table, up_to_date
from assets.tags import WHY
from privacy_pipelines.errors import StoreError
from privacy_pipelines.redeciding.versions import NIGHTS
from privacy_pipelines.retention.cohorts import COHORTS
from privacy_pipelines.store.generations import Store
from privacy_pipelines.values import Paths
from schedules.blocks import blocks
from schedules.leftovers import going_on
from schedules.watching import MOST_TRIES, Memory

if TYPE_CHECKING:
    from privacy_pipelines.redeciding.outlook import Outlook

EVERY_S = 5
MOST_RUNS = 3
"""A run costs seconds and decides a gap in less than one: more blocks than this are joined over their smallest gaps."""
GIVEN_UP = timedelta(minutes=15)
"""A run that has said nothing for so long does not hold up the next one: its process was killed with the machine."""

NIGHT_RUNS = "A night is running: it decides every cohort itself."

redecide = dg.define_asset_job(
    REDECIDE,
    dg.AssetSelection.assets("decisions"),
    description="Decide cohorts again after a change of policy, by ranges. It collects nothing: that is the night's.",
)


@dg.sensor(
    job=redecide, minimum_interval_seconds=EVERY_S, default_status=dg.DefaultSensorStatus.RUNNING,
    description="Notices a changed policy folder, shows what that changes, and has exactly those cohorts decided again.",
)  # fmt: skip
def policy_watch(context: dg.SensorEvaluationContext, house: House) -> dg.SensorResult | dg.SkipReason:
    """One look. It asks for runs of `redecide` only; what it tells is counts that single nobody out."""
    memory, look = Memory.of(context.cursor), _look(house.paths)
    if memory.settled == look:
        return dg.SkipReason("The policy folder and the store are as they were.")
    busy = _busy(context.instance, house.paths)
    if busy:
        return dg.SkipReason(busy)
    try:
        with speaking():
            from privacy_pipelines.redeciding.outlook import outlook

            return _told(context.instance, outlook(house.paths), memory, look)
    except dg.Failure as failure:
        return dg.SkipReason(failure.description or "")


def _told(instance: dg.DagsterInstance, now: Outlook, memory: Memory, look: str) -> dg.SensorResult:
    moved = _moved(instance, now)
    wanted = [name for name in COHORTS if name in moved or name in now.out_of_date]
    state = hashlib.sha256(repr((now.generation, now.policy, wanted)).encode()).hexdigest()[:12]
    if not wanted:
        return dg.SensorResult(skip_reason="The policy says the same of every cohort as was decided.", cursor=str(memory.settle(look)))
    # A cursor may be reset; what has run under a key would be taken for run again.
    asked = memory.ask(state, after=instance.get_runs_count(dg.RunsFilter(job_name=REDECIDE)))
    if asked.tries > MOST_TRIES:
        why = f"Deciding {len(wanted)} cohorts again failed {MOST_TRIES} times. See the runs of {REDECIDE}, then launch it by hand"
        return dg.SensorResult(skip_reason=why, cursor=str(memory))
    return dg.SensorResult(
        asset_events=[*(observed(name, now.version(name), _changes(now, name)) for name in moved), _impact(now, wanted)],
        run_requests=[_request(asked, now, block) for block in blocks(wanted, most=MOST_RUNS)],
        cursor=str(asked),
    )


def _moved(instance: dg.DagsterInstance, now: Outlook) -> list[str]:
    """Cohorts of which Dagster was last told something else. What the last night told stands, though it may have failed."""
    before = told(instance)
    affected = set(now.affected)
    return [name for name in COHORTS if _is_news(before.get(name, NIGHTS), now.version(name), name in affected)]


def _is_news(before: str, version: str, affected: bool) -> bool:
    return before != version and (affected or not before.startswith(NIGHTS))


def _request(asked: Memory, now: Outlook, block: tuple[str, str]) -> dg.RunRequest:
    tags = {RANGE_START: block[0], RANGE_END: block[1], WHY: f"policy {now.written_under[:12]} → {now.policy[:12]}"}
    return dg.RunRequest(run_key=f"{asked.state}:{asked.number}:{block[0]}", tags=tags)


def _impact(now: Outlook, left: list[str]) -> dg.AssetCheckEvaluation:
    """The number for the overview, and the whole comparison to read."""
    said = up_to_date(left, {"impact": dg.MetadataValue.md(now.known.impact or "The policy is again the one that the last night had.")})
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey("decisions"), check_name="cohorts_up_to_date", passed=said.passed, severity=said.severity,
        description=said.description, metadata=said.metadata,
    )  # fmt: skip


def _changes(now: Outlook, name: str) -> dict[str, dg.TableMetadataValue | str]:
    changes = now.known.changes.get(name, [])
    shown: dict[str, dg.TableMetadataValue | str] = {"policy": now.policy[:12], "day": now.as_of.isoformat()}
    return {**shown, "changes": table({"change": str, "records": str, "cells": str}, changes)} if changes else shown


def _busy(instance: dg.DagsterInstance, paths: Paths) -> str:
    """Why this is not the moment: a night decides every cohort itself, and one change is decided after the other."""
    since = datetime.now(UTC) - GIVEN_UP
    for job, why in (("night", NIGHT_RUNS), (REDECIDE, "Cohorts are being decided again.")):
        if instance.get_runs(dg.RunsFilter(job_name=job, statuses=going_on(), updated_after=since), limit=1):
            return why
    try:
        with Store(paths.store).alone(0.0):
            return ""
    except StoreError:
        return NIGHT_RUNS


def _look(paths: Paths) -> str:
    """A digest of the policy's files as they stand, and of which generation is current: cheap, and asked every few seconds."""
    digest = hashlib.sha256()
    for path in sorted(paths.policies.rglob("*.y*ml")):
        digest.update(path.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    pointer = paths.store / "CURRENT"
    digest.update(pointer.read_bytes() if pointer.is_file() else b"")
    return digest.hexdigest()

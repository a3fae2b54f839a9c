"""Runs whose process was killed: Dagster goes on counting them as running, and as the store's one writer, until somebody says otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from assets.station import POOL
from assets.tags import WHY
from privacy_pipelines.errors import StoreBusy

SHELL = "make nightly"
ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)


def end_leftovers(instance: dg.DagsterInstance) -> None:
    """Fail the shell's own runs that never ended, and take back what they and ended runs still hold. The caller is the only shell.

    Raises StoreBusy where a run of somebody else is writing the store.
    """
    for run in instance.get_runs(dg.RunsFilter(tags={WHY: SHELL}, statuses=going_on())):
        instance.report_run_failed(
            run, "The process of this night was killed. Yesterday's generation stands; the next night sweeps what it left."
        )
    for holder in _holders(instance):
        found = instance.get_run_by_id(holder)
        if found is not None and found.status not in ENDED:
            raise StoreBusy(f"{instance.root_directory}: run {holder} is writing the store. Wait for it to end, or terminate it (make ui)")
        instance.event_log_storage.free_concurrency_slots_for_run(holder)


def _holders(instance: dg.DagsterInstance) -> set[str]:
    storage = instance.event_log_storage
    if POOL not in storage.get_concurrency_keys():
        return set()
    info = storage.get_concurrency_info(POOL)
    return {slot.run_id for slot in info.claimed_slots} | {step.run_id for step in info.pending_steps}


def going_on() -> Sequence[dg.DagsterRunStatus]:
    """The statuses of a run that has not ended."""
    return [status for status in dg.DagsterRunStatus if status not in ENDED]

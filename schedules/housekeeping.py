"""Dagster's own history is not kept for ever: old runs go with their events, and refused approvals go the next day."""

import os
from datetime import UTC, datetime, timedelta

import dagster as dg

from assets.partitions import ZONE
from assets.station import speaking
from assets.tags import WHY
from privacy_pipelines.errors import InputError
from schedules.approving import JOB as APPROVE

KEEP_DAYS, VARIABLE = 400, "PRIVACY_PIPELINES_KEEP_RUNS_DAYS"
"""More than a year, so that a year of nights plots; the environment may say otherwise."""
REFUSED_DAYS = 1
"""What somebody typed into a refused approval may be just what must not stand anywhere."""
ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
BATCH = 200


@dg.op
def forget_old_runs(context: dg.OpExecutionContext) -> None:
    """Delete runs older than they are kept; the store's evidence log, reports and certificates are not touched."""
    with speaking():
        keep = _keep_days(os.environ.get(VARIABLE, ""))
    now = datetime.now(UTC)
    old = dg.RunsFilter(statuses=ENDED, created_before=now - timedelta(days=keep))
    refused = dg.RunsFilter(job_name=APPROVE, statuses=[dg.DagsterRunStatus.FAILURE], created_before=now - timedelta(days=REFUSED_DAYS))
    forgotten = {name: _forget(context.instance, filters) for name, filters in (("old", old), ("refused_approvals", refused))}
    context.log.info(f"forgotten: {forgotten}")


def _keep_days(said: str) -> int:
    if said and not (said.isascii() and said.isdigit() and int(said)):
        raise InputError(f"{VARIABLE}: not a number of days. Write it as {KEEP_DAYS}")
    return int(said or KEEP_DAYS)


def _forget(instance: dg.DagsterInstance, filters: dg.RunsFilter) -> int:
    forgotten = 0
    while found := instance.get_run_records(filters, limit=BATCH):
        for record in found:
            instance.delete_run(record.dagster_run.run_id)
        forgotten += len(found)
    return forgotten


@dg.job(tags={WHY: "housekeeping"}, executor_def=dg.in_process_executor)
def housekeeping() -> None:
    """Forget Dagster's old runs and their events."""
    forget_old_runs()


tidy = dg.ScheduleDefinition(
    name="tidy", job=housekeeping, cron_schedule="30 5 * * *", execution_timezone=ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING, description="Every morning: Dagster's own history is not kept for ever.",
)  # fmt: skip

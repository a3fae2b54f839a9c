"""The night: one job, one ranged run over all cohorts, on a schedule that runs unless somebody stops it."""

import dagster as dg

from assets.partitions import ALL_COHORTS, ZONE
from assets.tags import AS_OF, WHY

night = dg.define_asset_job(
    "night",
    # Not `landing`: a run cannot mix days and cohorts. `inbox` lands every missing day with the same function.
    # Each table's own checks are asked for by name: they are on assets that nobody materializes.
    (dg.AssetSelection.all() - dg.AssetSelection.assets("landing")) | dg.AssetSelection.all_asset_checks(),
    description="The whole way once: extracts in, a proved generation out. Launch it over all cohorts.",
)
# `redecide` belongs here: `decisions` alone, by ranges of cohorts, after a policy edit.


@dg.schedule(
    job=night, cron_schedule="30 2 * * *", execution_timezone=ZONE, default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at half past two.",
)  # fmt: skip
def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One run for the day on which the clock struck."""
    day = context.scheduled_execution_time.date().isoformat()
    return dg.RunRequest(run_key=day, tags={**ALL_COHORTS, AS_OF: day, WHY: "schedule"})

"""The night: one job, one ranged run over all cohorts, on a schedule that runs unless somebody stops it."""

import dagster as dg

from assets.partitions import ALL_COHORTS, ZONE
from assets.tags import ALONE, AS_OF, WHY

night = dg.define_asset_job(
    "night",
    # Not `landing`: a run cannot mix days and cohorts. `inbox` lands every missing day with the same function.
    # Not `policy`: `facts` notes what the night's own policy says, for the one in the folder may change meanwhile.
    dg.AssetSelection.all() - dg.AssetSelection.assets("landing", "policy"),
    description="The whole way once: extracts in, a proved generation out. Launch it over all cohorts.",
    tags=ALONE,
)


@dg.schedule(
    job=night, cron_schedule="30 2 * * *", execution_timezone=ZONE, default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at half past two.",
)  # fmt: skip
def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One run for the day on which the clock struck."""
    day = context.scheduled_execution_time.date().isoformat()
    return dg.RunRequest(run_key=day, tags={**ALL_COHORTS, AS_OF: day, WHY: "schedule"})

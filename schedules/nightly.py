"""The night: one job, one ranged run over all cohorts, on a schedule that runs unless somebody stops it."""

from datetime import date

import dagster as dg

from assets.partitions import ALL_COHORTS, ZONE
from assets.resources import House
from assets.tags import ALONE, AS_OF, WHY
from privacy_pipelines.errors import PrivacyPipelinesError
from privacy_pipelines.values import Paths

night = dg.define_asset_job(
    "night",
    # Not `landing`: a run cannot mix days and cohorts. `inbox` lands every missing day with the same function.
    # Each table's own checks are asked for by name: they are on assets that nobody materializes.
    # Not `policy`: `facts` notes what the night's own policy says, for the one in the folder may change meanwhile.
    (dg.AssetSelection.all() - dg.AssetSelection.assets("landing", "policy")) | dg.AssetSelection.all_asset_checks(),
    description="The whole way once: extracts in, a proved generation out. Launch it over all cohorts.",
    tags=ALONE,
)


@dg.schedule(
    job=night, cron_schedule="30 2 * * *", execution_timezone=ZONE, default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at half past two.",
)  # fmt: skip
def nightly(context: dg.ScheduleEvaluationContext, house: House) -> dg.RunRequest | dg.SkipReason:
    """One run for the day on which the clock struck. After a pause only the last of the missed nights is asked for: it lands them all."""
    day = context.scheduled_execution_time.date()
    if _is_over(house.paths, day):
        return dg.SkipReason(f"{day}: a night of a later day has been completed, and decisions never go back.")
    return dg.RunRequest(run_key=day.isoformat(), tags={**ALL_COHORTS, AS_OF: day.isoformat(), WHY: "schedule"})


def _is_over(paths: Paths, day: date) -> bool:
    from privacy_pipelines.pipeline import last_night

    try:
        last = last_night(paths)
    except PrivacyPipelinesError:
        return False  # the night itself says what is wrong with its store
    return last is not None and last.as_of > day

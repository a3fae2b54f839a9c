"""DECIDE, second part: which data clusters of which records have ended."""

from collections.abc import Iterator

import dagster as dg

from assets.facts import facts
from assets.partitions import cohorts
from assets.policy import policy
from assets.resources import House
from assets.station import night_in_progress, speaking, station, up_to_date

CHECKS = (
    dg.AssetCheckSpec(
        "cohorts_up_to_date", asset="decisions",
        description="Every cohort is decided as the policy folder says now. The number is of those that are not.",
    ),
)  # fmt: skip


@station("decide", "duckdb", "sql", deps=[facts, policy], checks=CHECKS, partitions=cohorts)
def decisions(context: dg.AssetExecutionContext, house: House) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Every record judged under the policy, by cohort: the month of its latest starting point, `open` or `undetermined`.

    The night decides all cohorts in one pass; each is sealed with policy, facts and day, and the plan refuses what is not sealed.
    Between nights a cohort is decided again after a change of policy, over the store as it stands and on the last night's day; nothing is
    collected.
    """
    from privacy_pipelines import pipeline
    from privacy_pipelines.redeciding.outlook import outlook
    from privacy_pipelines.redeciding.redecide import redecide

    with speaking():
        night = night_in_progress(context, house)
        if night is None:
            counts, left = redecide(house.paths, context.partition_keys), outlook(house.paths).out_of_date
        else:
            counts, left = pipeline.decide(house.paths, night, context.partition_keys), pipeline.undecided(house.paths, night)
        for count in counts:
            context.add_asset_metadata({"records": count.records, "with_an_ended_cluster": count.ended}, partition_key=count.cohort)
    yield dg.MaterializeResult()
    yield up_to_date(left)

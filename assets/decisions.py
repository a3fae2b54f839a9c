"""DECIDE, second part: which data clusters of which records have ended."""

import dagster as dg

from assets.facts import facts
from assets.partitions import cohorts
from assets.resources import House
from assets.station import night_of, speaking, station


@station("decide", "duckdb", "sql", deps=[facts], partitions=cohorts)
def decisions(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Every record judged under the policy, by cohort: the month of its latest starting point, `open` or `undetermined`.

    The night decides all cohorts in one pass. A single cohort may be decided by hand; each is sealed with policy, facts and day, and the
    plan refuses what is not sealed.
    """
    from privacy_pipelines import pipeline

    with speaking():
        for count in pipeline.decide(house.paths, night_of(context, house), context.partition_keys):
            context.add_asset_metadata({"records": count.records, "with_an_ended_cluster": count.ended}, partition_key=count.cohort)
    return dg.MaterializeResult()

"""DECIDE, first part: what is known about each subject tonight."""

import dagster as dg

from assets.inbox import inbox
from assets.policy import observed, told
from assets.resources import House
from assets.station import night_of, speaking, station
from privacy_pipelines.redeciding.versions import night_version
from privacy_pipelines.retention.cohorts import COHORTS


@station("decide", "duckdb", deps=[inbox])
def facts(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Facts, consents and the frames over which every record is judged.

    One row per living subject, with the latest starting point of each event; its digest is this asset's data version, and every decision
    is sealed with it.
    """
    from privacy_pipelines import pipeline

    with speaking():
        digest = pipeline.gather(house.paths, night_of(context, house))
        version, before = night_version(pipeline.pinned(house.paths).policy_version), told(context.instance)
    # Before `decisions`: what the night's policy says of every cohort, which it decides a moment later. Mostly that is noted already.
    for cohort in (cohort for cohort in COHORTS if before.get(cohort) != version):
        context.log_event(observed(cohort, version))
    return dg.MaterializeResult(metadata={"digest": digest[:12]}, data_version=dg.DataVersion(digest))

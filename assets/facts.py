"""DECIDE, first part: what is known about each subject tonight."""

import dagster as dg

from assets.inbox import inbox
from assets.policy import observed
from assets.resources import House
from assets.station import night_of, speaking, station
from privacy_pipelines.deciding.seals import night_version
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
        pin = pipeline.pinned(house.paths)
    # Before `decisions`, or the day that has passed would leave cohorts out of date that are decided a moment later.
    for cohort in COHORTS:
        context.log_event(observed(cohort, night_version(pin.policy_version, digest, pin.as_of)))
    return dg.MaterializeResult(metadata={"digest": digest[:12]}, data_version=dg.DataVersion(digest))

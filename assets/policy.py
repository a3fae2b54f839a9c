"""DECLARE: the policy, as every cohort of decisions sees it."""

import warnings

import dagster as dg

from assets.partitions import cohorts
from assets.resources import House
from assets.station import speaking
from privacy_pipelines.retention.cohorts import COHORTS

VERSION = "dagster/data_version"

with warnings.catch_warnings():
    # Beta in 1.13; it is how Dagster itself learns that a cohort is out of date, and the only asset here that nothing writes.
    warnings.filterwarnings("ignore", category=dg.BetaWarning)

    @dg.observable_source_asset(
        partitions_def=cohorts, group_name="decide", tags={"dagster/kind/yaml": ""},
        description="What the policy folder says of each cohort's records, as a version: it is another one only for cohorts with a record "
        "that fares otherwise, or stands in another cohort. A night notes its versions before it decides; between nights the sensor "
        "`policy_watch` does, and so does *Observe*.",
    )  # fmt: skip
    def policy(house: House) -> dg.DataVersionsByPartition:
        """The version of every cohort."""
        from privacy_pipelines.redeciding.outlook import outlook

        with speaking():
            now = outlook(house.paths)
            return dg.DataVersionsByPartition({name: dg.DataVersion(now.version(name)) for name in COHORTS})


def observed(cohort: str, version: str, metadata: dict[str, dg.TableMetadataValue | str] | None = None) -> dg.AssetObservation:
    """That the policy says of this cohort what this version stands for."""
    return dg.AssetObservation("policy", partition=cohort, tags={VERSION: version}, metadata=metadata)


def told(instance: dg.DagsterInstance) -> dict[str, str]:
    """Cohort → the version that was noted last."""
    tags = instance.event_log_storage.get_latest_tags_by_partition(dg.AssetKey("policy"), dg.DagsterEventType.ASSET_OBSERVATION, [VERSION])
    return {name: found[VERSION] for name, found in tags.items() if VERSION in found}

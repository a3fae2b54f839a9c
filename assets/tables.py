"""Every declared table twice: the extract that a source sends, and what the store holds of it. Nobody materializes these assets: the night
says of each what arrived and what stands. What they are is read from the policy when the code location is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import dagster as dg

from assets.columns import arriving, lineage, standing, told
from assets.resources import House
from assets.tags import PERSONAL, SUBJECT
from privacy_pipelines.errors import InputError
from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.values import Period

if TYPE_CHECKING:
    from privacy_pipelines.collector.collect import Copied
    from privacy_pipelines.extracts.arrivals import Arrival

EXTRACTS, STORE, LANDING = "extracts", "store", dg.AssetKey("landing")
Asset = dg.AssetsDefinition | dg.AssetSpec | dg.SourceAsset
LONGEST_TAG = 63
DAYS_OF_A_MONTH = 30
"""Of a freshness that counts months: it decides a colour in the UI and nothing else."""


def declared(house: House) -> Policy | None:
    """The policy; None where it does not compile, which the night itself will say in full."""
    try:
        policy = load(house.paths.policies)
        compile_rules(policy)
    except InputError:
        return None
    return policy


def extract_key(table: str) -> dg.AssetKey:
    """The asset of a table's extracts."""
    return dg.AssetKey([EXTRACTS, *table.split(".")])


def store_key(table: str) -> dg.AssetKey:
    """The asset of what the store holds of a table."""
    return dg.AssetKey([STORE, *table.split(".")])


def with_tables(found: Iterable[object], policy: Policy | None) -> list[Asset]:
    """The stations that were found, and two assets for each table of the policy; the days that land are those of the extracts."""
    stations = [one for one in found if isinstance(one, Asset)]
    if policy is None:
        return [*stations]
    extracts = [_extract(table, policy) for table in policy.tables]
    stored = [_stored(table, policy) for table in policy.tables]

    def landed(spec: dg.AssetSpec) -> dg.AssetSpec:
        return spec.replace_attributes(deps=extracts) if spec.key == LANDING else spec

    mapped = [one.map_asset_specs(landed) if isinstance(one, dg.AssetsDefinition) else one for one in stations]
    return [*extracts, *mapped, *stored]


def arrived(arrivals: Iterable[Arrival]) -> Iterator[dg.AssetMaterialization]:
    """What the night says of each extract that it read, in the order of their days; a refused one is said by the check on `inbox`."""
    for one in sorted(arrivals, key=lambda arrival: (arrival.table, arrival.day)):
        if not one.refused:
            shown: dict[str, int | str] = {"dagster/row_count": one.rows, "day": one.day.isoformat(), "rows_new": one.new}
            shown |= {"rows_changed": one.changed, "rows_quarantined": one.quarantined, "cells_masked": one.masked}
            yield dg.AssetMaterialization(extract_key(one.table), metadata=shown)


def stand(copied: Iterable[Copied], generation: str) -> Iterator[dg.AssetMaterialization]:
    """What the night says of each table in its generation, once that is current."""
    for one in copied:
        shown: dict[str, int | str] = {"dagster/row_count": one.kept, "generation": generation, "rows_before": one.before}
        shown |= {"rows_arrived": one.arrived, "rows_erased": one.erased, "rows_refused": one.refused}
        yield dg.AssetMaterialization(store_key(one.table), metadata=shown)


def _extract(table: Table, policy: Policy) -> dg.AssetSpec:
    sent = f"The extracts of {table.id}, as {table.owner or 'their owner'} sends them: `{table.extract.path}`, {table.extract.mode}."
    return dg.AssetSpec(
        extract_key(table.id), group_name=EXTRACTS, kinds={table.extract.format}, tags=_tags(table),
        owners=[f"team:{table.owner}"] if table.owner else [],
        description=f"{sent} A column that is not named here never enters the store.",
        metadata={"dagster/column_schema": arriving(table, policy), "dagster/table_name": table.id},
        freshness_policy=dg.FreshnessPolicy.time_window(_window(table.extract.freshness)),
    )  # fmt: skip


def _stored(table: Table, policy: Policy) -> dg.AssetSpec:
    return dg.AssetSpec(
        store_key(table.id), group_name=STORE, kinds={"duckdb", "table"}, tags=_tags(table), owners=["team:privacy"],
        deps=[dg.AssetKey("proof"), extract_key(table.id)], description=_why(table, policy),
        metadata={
            "dagster/column_schema": standing(table, policy),
            "dagster/column_lineage": lineage(table, extract_key(table.id)),
            "dagster/table_name": table.id,
        },
    )  # fmt: skip


def _why(table: Table, policy: Policy) -> str:
    if not table.personal:
        return f"What the store holds of {table.id}: no personal data, so it is copied whole."
    lines = (f"- {told(policy.purpose(name), policy)}" for name in table.purposes)
    return "\n".join((f"What the store holds of {table.id}, and for how long:", "", *lines))


def _tags(table: Table) -> dict[str, str]:
    subjects = "-".join(sorted(subject.kind for subject in table.subjects))[:LONGEST_TAG]
    return {PERSONAL: str(table.personal).lower(), **({SUBJECT: subjects} if subjects else {})}


def _window(period: Period) -> timedelta:
    return max(timedelta(days=DAYS_OF_A_MONTH * period.months + period.days), timedelta(days=1))

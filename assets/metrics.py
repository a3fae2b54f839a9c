"""MEASURE: the night's numbers, as the new generation keeps them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from assets.proof import proof
from assets.resources import House
from assets.station import speaking, station, table
from privacy_pipelines.errors import NotSealed, StoreError

if TYPE_CHECKING:
    from privacy_pipelines.pipeline import LastNight

CHECKS = (
    dg.AssetCheckSpec(
        "no_cells_without_a_ground",
        asset="metrics",
        description="Every personal cell in the store has a living purpose (GDPR Art. 5(1)(b), 6).",
    ),
    dg.AssetCheckSpec(
        "nothing_overdue", asset="metrics", description="No row is past its last day and still there, unless a hold keeps it."
    ),
    dg.AssetCheckSpec(
        "nothing_came_back", asset="metrics", description="No erased row is in the store again without a ground (Art. 17(1))."
    ),
    dg.AssetCheckSpec("evidence_holds", asset="metrics", description="The proof and the evidence log have no fault (Art. 5(2))."),
)
_REPORT = "Keep the store as it is, run privacy-pipelines verify, and report it."
_ASKED = (
    ("no_cells_without_a_ground", "cells_without_a_ground", _REPORT),
    (
        "nothing_overdue",
        "overdue",
        "See what keeps them: the report names each part under 'withheld'. Approve what is right with privacy-pipelines approve DIGEST, "
        "have the rest corrected at the source.",
    ),
    ("nothing_came_back", "resurrections", _REPORT),
    (
        "evidence_holds",
        "verification_faults",
        "Run privacy-pipelines verify: it names the first wrong entry. Restore the log from a backup.",
    ),
)
"""(check, metric that must be 0, what to do)"""


@station("measure", "duckdb", deps=[proof], checks=CHECKS)
def metrics(house: House) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Compliance metrics of the last night. Each plots over the nights; what each means and what good looks like stands in the table."""
    from privacy_pipelines import pipeline

    with speaking():
        last = pipeline.last_night(house.paths)
        if last is None:
            raise NotSealed(f"{house.paths.store}: no night has ended yet. Run one (inbox to proof)")
        charts = _charts(house)
    shown: dict[str, dg.MetadataValue | str] = {
        "as_of": last.as_of.isoformat(),
        "what_they_mean": _meaning(last),
        "openmetrics": _written(house),
    }
    yield dg.MaterializeResult(metadata={**last.metrics, **shown, **charts})
    for check, metric, advice in _ASKED:
        found = last.metrics[metric]
        yield dg.AssetCheckResult(
            check_name=check, passed=found == 0, severity=dg.AssetCheckSeverity.WARN, description=advice if found else "",
            metadata={"found": found},
        )  # fmt: skip


def _written(house: House) -> dg.MetadataValue:
    """Where the text for Prometheus lies. That it cannot be written holds up no report; Prometheus itself tells that it has none."""
    from privacy_pipelines.metrics.openmetrics import write_openmetrics

    try:
        return dg.MetadataValue.path(write_openmetrics(house.paths.store, Path(house.textfiles) if house.textfiles else None).resolve())
    except StoreError as error:
        return dg.MetadataValue.text(f"not written: {error}")


def _meaning(last: "LastNight") -> dg.TableMetadataValue:
    from privacy_pipelines.metrics.registry import METRICS

    columns = {"metric": str, "title": str, "value": float, "unit": str, "good": str, "source": str}
    known = (one for one in METRICS if one.name in last.metrics)
    return table(columns, ((m.name, m.title, last.metrics[m.name], m.unit.value, m.good, m.source) for m in known))


def _charts(house: House) -> dict[str, dg.MarkdownMetadataValue]:
    """What falls due, what is kept too long, how old the sources' work lists are: pictures that the UI shows as they are."""
    from privacy_pipelines.report.write import read_charts

    return {f"{name.replace('-', '_')}_chart": dg.MetadataValue.md(text) for name, text in read_charts(house.paths.store).items()}

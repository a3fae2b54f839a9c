"""MEASURE: the night's numbers, as the new generation keeps them."""

from collections.abc import Iterator

import dagster as dg

from assets.proof import proof
from assets.resources import House
from assets.station import speaking, station, table
from privacy_pipelines.errors import NotSealed

CHECKS = (
    dg.AssetCheckSpec(
        "no_cells_without_a_ground",
        asset="metrics",
        description="Every personal cell in the store has a living purpose (GDPR Art. 5(1)(b), 6).",
    ),
    dg.AssetCheckSpec("nothing_overdue", asset="metrics", description="No row is past its erase_by, or each is withheld with its reason."),
)


@station("measure", "duckdb", deps=[proof], checks=CHECKS)
def metrics(house: House) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Compliance metrics of the last night. Each plots over the nights; what each means and what good looks like stands in the table."""
    from privacy_pipelines import pipeline
    from privacy_pipelines.metrics.registry import METRICS

    with speaking():
        last = pipeline.last_night(house.paths)
        if last is None:
            raise NotSealed(f"{house.paths.store}: no night has ended yet. Run one (inbox to proof)")
    numbers = last.metrics
    columns = {"metric": str, "title": str, "value": int, "unit": str, "good": str, "source": str}
    rows = ((m.name, m.title, numbers.get(m.name, 0), m.unit, m.good, m.source) for m in METRICS)
    yield dg.MaterializeResult(metadata={**numbers, "as_of": last.as_of.isoformat(), "what_they_mean": table(columns, rows)})
    yield _none("no_cells_without_a_ground", numbers["cells_without_a_ground"])
    yield _none("nothing_overdue", numbers["overdue"])


def _none(name: str, found: int) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(check_name=name, passed=found == 0, severity=dg.AssetCheckSeverity.WARN, metadata={"found": found})

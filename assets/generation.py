"""COLLECT: the next generation of the store."""

import dagster as dg

from assets.plan import plan
from assets.resources import House
from assets.station import night_of, speaking, station, table


@station("collect", "duckdb", deps=[plan])
def generation(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """The next generation: whatever a living purpose reaches is copied, everything else is left behind.

    One step, in one pass. Readers still see yesterday's generation until the proof.
    """
    from privacy_pipelines import pipeline

    with speaking():
        copied = pipeline.collect(house.paths, night_of(context, house))
    columns = {"table": str, "before": int, "arrived": int, "kept": int, "erased": int, "refused": int}
    rows = ((one.table, one.before, one.arrived, one.kept, one.erased, one.refused) for one in copied)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(one.kept for one in copied),
            "rows_erased": sum(one.erased for one in copied),
            "rows_refused": sum(one.refused for one in copied),
            "tables": table(columns, rows),
        }
    )

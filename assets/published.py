"""PUBLISH: what each purpose that asks for it may use now, as files."""

import dagster as dg

from assets.proof import proof
from assets.resources import Clock, House
from assets.station import NIGHTLY, speaking, station, table


@station("publish", "parquet", deps=[proof], fresh=NIGHTLY)
def published(house: House, clock: Clock) -> dg.MaterializeResult[None]:
    """The files that consumers read: for each purpose that publishes, the rows and columns that live for it tonight, and nothing else.

    All of them are replaced at once, and the ones before are disposed of. Where that fails, consumers read nothing until it is done again.
    """
    from privacy_pipelines import pipeline

    with speaking():
        files = pipeline.publish(house.paths, at=clock.now())
    columns = {"purpose": str, "table": str, "rows": int, "columns": str}
    rows = ((one.purpose, one.table, one.rows, ", ".join(one.columns)) for one in files)
    return dg.MaterializeResult(
        metadata={"files": len(files), "dagster/row_count": sum(one.rows for one in files), "published": table(columns, rows)}
    )

"""PROVE: look at what was written, then make it current."""

import dagster as dg

from assets.generation import generation
from assets.resources import Clock, House
from assets.station import night_of, speaking, station, table


@station("prove", "duckdb", deps=[generation])
def proof(context: dg.AssetExecutionContext, house: House, clock: Clock) -> dg.MaterializeResult[None]:
    """The proof that what was left behind is not in the new generation; then the pointer flips and the old generation is disposed of.

    Where one check finds something, nothing flips and yesterday's generation stands. A *quiet* night is the night before once more: its
    tables are looked at, and what else was looked for was looked for in them by the full night that it repeats.
    """
    from privacy_pipelines import pipeline

    with speaking():
        record = pipeline.finish(house.paths, night_of(context, house), at=clock.now()).record
    found = record.proof
    return dg.MaterializeResult(
        metadata={
            "generation": record.generation,
            "quiet": bool(record.repeats),
            "checks": len(found.checks),
            "found": sum(check.found for check in found.checks),
            "identifiers_held_elsewhere": found.held_elsewhere,
            "texts_masked": found.masked_texts,
            "cells_withheld": found.withheld_cells,
            "rows_overdue": found.overdue_rows,
            "proof": table({"check": str, "found": int, "passed": bool}, ((c.name, c.found, c.passed) for c in found.checks)),
        }
    )

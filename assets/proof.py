"""PROVE: look at what was written, then make it current."""

from collections.abc import Iterator

import dagster as dg

from assets.generation import generation
from assets.resources import Clock, House
from assets.station import NIGHTLY, night_of, speaking, station, table
from assets.tables import stand
from privacy_pipelines.errors import PrivacyPipelinesError

CHECKS = (
    dg.AssetCheckSpec(
        "nothing_left_behind_is_there", asset="proof", blocking=True,
        description="What this night left behind is not in the new generation, and every cell in it has a ground. Nothing is flipped, "
        "disposed of or published otherwise.",
    ),
)  # fmt: skip


@station("prove", "duckdb", deps=[generation], checks=CHECKS, fresh=NIGHTLY, last=True)
def proof(context: dg.AssetExecutionContext, house: House, clock: Clock) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """The proof that what was left behind is not in the new generation; then the pointer flips and the old generation is disposed of.

    Where one check finds something, nothing flips and yesterday's generation stands. A *quiet* night is the night before once more: its
    tables are looked at, and what else was looked for was looked for in them by the full night that it repeats.
    """
    from privacy_pipelines import pipeline

    with speaking():
        try:
            record = pipeline.finish(house.paths, night_of(context, house), at=clock.now()).record
        except PrivacyPipelinesError as error:
            yield _checked(passed=False, description=str(error))
            raise
    for event in stand(record.copied, record.generation):
        context.log_event(event)
    found = record.proof
    yield dg.MaterializeResult(
        metadata={
            "generation": record.generation,
            "quiet": bool(record.repeats),
            "checks": len(found.checks),
            "found": sum(check.found for check in found.checks),
            "identifiers_held_elsewhere": found.held_elsewhere,
            "texts_masked": found.masked_texts,
            "cells_withheld": found.withheld_cells,
            "rows_overdue": found.overdue_rows,
        }
    )
    looked = table({"looked_for": str, "found": int, "passed": bool}, ((c.name, c.found, c.passed) for c in found.checks))
    yield _checked(passed=True, proof=looked)


def _checked(*, passed: bool, description: str = "", **metadata: dg.TableMetadataValue) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=CHECKS[0].name, passed=passed, severity=dg.AssetCheckSeverity.ERROR, description=description, metadata=metadata
    )

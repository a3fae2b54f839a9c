"""ARRIVE and CHECK: begin the night, stage every extract that has not landed, and look at the tables as they would stand tonight."""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import dagster as dg

from assets.landing import landed_days, landing
from assets.resources import Clock, House, Vigil
from assets.station import speaking, station, table
from assets.tables import arrived as arrived_tables
from assets.tags import AS_OF, FIRST_LOAD, NIGHT
from privacy_pipelines.errors import StoreError
from privacy_pipelines.policy.load import load

if TYPE_CHECKING:
    from privacy_pipelines.checks.found import TableCheck
    from privacy_pipelines.nights.record import Inbox

CHECKS = (
    dg.AssetCheckSpec(
        "extracts_arrived", asset="inbox", description="Every extract was there, fresh and readable, and nothing undeclared came with it."
    ),
    dg.AssetCheckSpec(
        "tables_hold_together", asset="inbox", description="Keys, references, accepted values and volume of whole tables, in counts."
    ),
)


@station("arrive", "csv", "duckdb", deps=[dg.AssetDep(landing, partition_mapping=dg.AllPartitionMapping())], checks=CHECKS)
def inbox(
    context: dg.AssetExecutionContext, house: House, clock: Clock, vigil: Vigil
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Tonight's extracts, staged: declared columns only, typed, unreadable rows in quarantine.

    The night's day, base generation and policy are fixed here, and every later station reads them from the staging file. Tags:
    `privacy/as_of` decides for another day, `privacy/first_load` = `true` lets tables enter that never arrived before.
    """
    from privacy_pipelines import pipeline

    with speaking():
        vigil.keep(house.paths, context.run.run_id)
        arrived = _begin(context, house, clock)
        checks = pipeline.check(house.paths, context.run.run_id)
        with suppress(StoreError):  # the check on the rows begins it then, and says what is wrong
            pipeline.begin_expecting(house.paths, context.run.run_id)
    for day, numbers in landed_days(arrived.arrivals, by="night").items():
        if numbers["files"]:
            context.log_event(dg.AssetMaterialization("landing", partition=day.isoformat(), metadata=numbers))
    for event in arrived_tables(arrived.arrivals):
        context.log_event(event)
    yield dg.MaterializeResult(metadata=_shown(arrived))
    yield _check("extracts_arrived", arrived.findings, {"arrivals": _arrivals(arrived)})
    yield _check("tables_hold_together", tuple(said for one in checks for said in one.findings), {"tables": _tables(checks)})


def _begin(context: dg.AssetExecutionContext, house: House, clock: Clock) -> "Inbox":
    from privacy_pipelines import pipeline

    tags = dict(context.run.tags)
    as_of = clock.day(tags, lambda: clock.today(load(house.paths.policies).company.zone))
    first_load = tags.get(FIRST_LOAD, "").lower() == "true"
    arrived = pipeline.inbox(house.paths, run=context.run.run_id, as_of=as_of, at=clock.now(), first_load=first_load)
    context.instance.add_run_tags(context.run.run_id, {AS_OF: as_of.isoformat(), NIGHT: context.run.run_id})
    return arrived


def _shown(arrived: "Inbox") -> dict[str, dg.MetadataValue | int | str]:
    read = [arrival for arrival in arrived.arrivals if not arrival.refused]
    return {
        "as_of": arrived.as_of.isoformat(),
        "rows_staged": sum(arrival.rows for arrival in read),
        "rows_new": sum(arrival.new for arrival in read),
        "rows_changed": sum(arrival.changed for arrival in read),
        "rows_quarantined": len(arrived.quarantined),
        "cells_masked": sum(arrival.masked for arrival in read),
        "identifiers_undeclared": sum(one.count for arrival in read for one in arrival.found),
        "files_read": len(read),
        "files_refused": len(arrived.arrivals) - len(read),
        "keys_vanished": sum(one.keys for one in arrived.vanished),
        "first_loads_withheld": sum(part.withheld for part in arrived.first_loads),
        "arrivals": _arrivals(arrived),
    }


def _arrivals(arrived: "Inbox") -> dg.TableMetadataValue:
    columns = {
        "table": str,
        "day": str,
        "rows": int,
        "new": int,
        "changed": int,
        "same": int,
        "quarantined": int,
        "masked": int,
        "refused": str,
    }
    rows = (
        (a.table, a.day.isoformat(), a.rows, a.new, a.changed, a.same, a.quarantined, a.masked, a.refused)
        for a in sorted(arrived.arrivals, key=lambda one: (one.table, one.day))
    )
    return table(columns, rows)


def _tables(checks: "tuple[TableCheck, ...]") -> dg.TableMetadataValue:
    columns = {"table": str, "rows": int, "last_night": int, "null_keys": int, "duplicate_keys": int, "orphans": int, "outside": int}
    rows = (
        (c.table, c.rows, c.before, c.null_keys, c.duplicate_keys, sum(o.rows for o in c.orphans), sum(o.rows for o in c.outside))
        for c in checks
    )
    return table(columns, rows)


def _check(name: str, findings: tuple[str, ...], shown: dict[str, dg.TableMetadataValue]) -> dg.AssetCheckResult:
    said = {"finding": table({"finding": str}, ([finding] for finding in findings))} if findings else {}
    return dg.AssetCheckResult(
        check_name=name, passed=not findings, severity=dg.AssetCheckSeverity.WARN,
        description=f"{len(findings)} findings" if findings else "", metadata={"findings": len(findings), **said, **shown},
    )  # fmt: skip

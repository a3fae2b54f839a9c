"""ARRIVE, by hand: the days of the drop folder. The night lands every missing day by itself (`inbox`) and marks it here."""

from collections.abc import Iterable, Mapping
from datetime import date

import dagster as dg

from assets.partitions import days
from assets.resources import House
from assets.station import speaking, station
from privacy_pipelines.extracts.arrivals import Arrival


@station("arrive", "csv", partitions=days)
def landing(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """The extracts of a day.

    Materialize a day to land it again: its extracts are tried at once, in a session that is thrown away, and the next night takes them
    once more. A night that was missed needs no backfill, and a day without an extract stays grey.
    """
    from privacy_pipelines import pipeline

    with speaking():
        chosen = {date.fromisoformat(key) for key in context.partition_keys}
        found = landed_days(pipeline.land_again(house.paths, chosen), by="hand")
        missing = sorted(day.isoformat() for day in chosen - set(found))
        if missing:
            for day, numbers in found.items():
                context.log_event(dg.AssetMaterialization("landing", partition=day.isoformat(), metadata=numbers))
            raise dg.Failure(
                f"{house.paths.extracts}: no extract of {', '.join(missing)}. Have it sent, or choose other days", allow_retries=False
            )
        for day, numbers in found.items():
            context.add_asset_metadata(numbers, partition_key=day.isoformat())
    return dg.MaterializeResult()


def landed_days(arrivals: Iterable[Arrival], *, by: str) -> Mapping[date, dict[str, int | str]]:
    """The numbers of each day with an extract, and who landed it."""
    by_day: dict[date, list[Arrival]] = {}
    for arrival in arrivals:
        by_day.setdefault(arrival.day, []).append(arrival)
    return {day: _numbers(by_day[day], by) for day in sorted(by_day)}


def _numbers(arrivals: list[Arrival], by: str) -> dict[str, int | str]:
    read = [arrival for arrival in arrivals if not arrival.refused]
    return {
        "rows": sum(arrival.rows for arrival in read),
        "files": len(read),
        "refused_files": len(arrivals) - len(read),
        "quarantined": sum(arrival.quarantined for arrival in read),
        "landed_by": by,
    }

"""A quiet night against the full one before it: a company of firsts of months, whose sources send the same again.

Of a million people something falls due every day. Here every date is the first of its month, so that between two days in the second half of
a month nothing does; the files of each day are new, with the bytes of those before, and an increment of a day after the first is empty.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from benchmarks import stations
from benchmarks.figure import Figure
from privacy_pipelines.policy.load import load

COMPARED = (
    "quiet night: every date of the demo moved to the first of its month, snapshots with the bytes of the day before, increments "
    "empty; against the full night before it, which found nothing changed"
)
WANTED = 0.2
NIGHTS = 4
"""The first load, a night that learns from it which dates nobody says any more, one that finds nothing changed, and the quiet one."""
_DATE = re.compile(rb"(?<!\d)(\d{4}-\d{2})-\d{2}(?!\d)")


def figures(folder: Path, data: Path, day: date) -> list[Figure]:
    """`data` holds the demo's extracts of `day`."""
    still, store, days = (
        folder / "still",
        folder / "still-store",
        [day.replace(day=18) + timedelta(days=number) for number in range(NIGHTS)],
    )
    _write(still, data, day, days)
    stations.run(store, still, days[0], "--first-load")
    *_, full, quiet = [stations.run(store, still, later) for later in days[1:]]
    if not quiet.repeats or full.repeats:
        return [Figure("quiet night: it was not quiet", f"{quiet.total:.2f} s", None, f"≤ {WANTED} ×", False)]
    ratio = quiet.total / full.total
    seconds = ", ".join(f"{station} {took:.2f}" for station, took in quiet.seconds.items())
    return [
        Figure("quiet night: the full night before it", f"{full.total:.2f} s, {full.rows:,} rows"),
        Figure("quiet night: whole", f"{quiet.total:.2f} s", ratio, f"≤ {WANTED} ×", ratio <= WANTED),
        Figure("quiet night: its stations", f"{seconds} s"),
    ]


def _write(folder: Path, data: Path, day: date, days: list[date]) -> None:
    for table in load(stations.POLICIES).tables:
        declared = table.extract.path.replace("{table}", table.name)
        source = data / declared.replace("{day}", day.isoformat())
        files = [folder / declared.replace("{day}", one.isoformat()) for one in days]
        files[0].parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as lines, files[0].open("wb") as moved:
            header = lines.readline()
            moved.write(header)
            moved.writelines(_DATE.sub(rb"\1-01", line) for line in lines)
        for file in files[1:]:
            if table.extract.mode == "increment":
                file.write_bytes(header)
            else:
                file.hardlink_to(files[0])

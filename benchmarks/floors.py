"""Each station of a night against its floor: the least that an engine on the same machine must do for what the station is there for.

python -m benchmarks.floors --people 10000000 [--keep-data FOLDER] [--write]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import duckdb
from rich.console import Console

from benchmarks import collecting, deciding, results, stations
from benchmarks.data import extracts
from benchmarks.figure import Figure, table
from benchmarks.frozen import Frozen, opened
from benchmarks.timing import seconds
from privacy_pipelines.extracts.drop import extracts_of
from privacy_pipelines.policy.model import Extract, Policy
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import TONIGHT

PEOPLE, REPETITIONS = 10_000_000, 3
FLOORS = {
    "inbox": "every column of the night's files parsed by the engine, and one hash over all",
    "checks": "one scan of every column of tonight's rows",
    "facts": "one scan of tonight's keys and dates",
    "decisions": "one scan of the frames' dates",
    "plan": "one scan of the frames' dates",
    "generation": "a plain copy of the generation that came of it",
    "proof": "one scan of every column of that generation",
}
console = Console()


def main() -> None:
    """A first load, a night after it, and the floors of both."""
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="privacy-pipelines-bench-") as scratch:
        folder = Path(scratch)
        data = asked.keep_data or folder / "extracts"
        console.print(f"Extracts of {asked.people:,} people …")
        days = extracts(data, asked.people)
        figures = _measure(folder, data, days)
    console.print(table(figures))
    if asked.write:
        notes = [f"{station}: floor is {floor}" for station, floor in FLOORS.items()]
        notes.append("the floors of a first load are those of the next night, but for its files and its copy")
        results.write(results.LARGE, f"python -m benchmarks.floors --people {asked.people} --write", figures, notes)


def _measure(folder: Path, data: Path, days: tuple[date, date]) -> list[Figure]:
    store, frozen = folder / "store", folder / "frozen"
    console.print("First night …")
    first = stations.run(store, data, days[0], "--first-load")
    console.print("Second night …")
    second = stations.run(store, data, days[1], "--freeze", str(frozen))
    console.print(f"{first.total:.0f} s and {second.total:.0f} s. Floors …")
    with opened(frozen) as still:
        floors = _floors(still, data, days[1])
        floors["generation"] = _median(lambda: collecting.plain(still, folder, Store(store)))
    loaded = {**floors, "inbox": _parsed(still.rules.policy, data, days[0]), "generation": None}
    return [*_figures("first load", first, loaded), *_figures("next night", second, floors)]


def _floors(frozen: Frozen, data: Path, day: date) -> dict[str, float | None]:
    session, policy = frozen.night.session, frozen.rules.policy
    every = [f'SELECT bit_xor(hash(COLUMNS(*))) FROM {TONIGHT}."{table.id}"' for table in policy.tables]
    dates = {table.id: [column.name for column in table.columns if column.name in table.key or column.type in ("date", "timestamp")]
             for table in policy.tables}  # fmt: skip
    some = [f'SELECT bit_xor(hash({", ".join(_quoted(names))})) FROM {TONIGHT}."{name}"' for name, names in dates.items()]
    frames = _median(lambda: deciding.floor(frozen))
    scan = _median(lambda: [session.rows(statement) for statement in every])
    return {
        "inbox": _parsed(policy, data, day),
        "checks": scan,
        "facts": _median(lambda: [session.rows(statement) for statement in some]),
        "decisions": frames,
        "plan": frames,
        "proof": scan,
    }


def _parsed(policy: Policy, data: Path, day: date) -> float:
    """Seconds of the engine's own scanner over the night's files."""
    found = [(table.extract, one.path) for table in policy.tables for one in extracts_of(policy, table, data) if one.day == day]
    return seconds(lambda: [duckdb.sql(_scan(extract, path)).fetchall() for extract, path in found])


def _scan(extract: Extract, path: Path) -> str:
    source = (
        f"read_csv('{path}', all_varchar = true, header = true, delim = '{extract.delimiter}', quote = '{extract.quote}', "
        f"encoding = '{extract.encoding}', ignore_errors = true)"
    )
    return f"SELECT bit_xor(hash(COLUMNS(*))) FROM {source}"


def _figures(name: str, night: stations.Measured, floors: dict[str, float | None]) -> Iterable[Figure]:
    yield Figure(f"{name}: whole", f"{night.total:.1f} s, {night.rows:,} rows")
    for station, took in night.seconds.items():
        floor = floors.get(station)
        against = f" against {floor:.2f} s" if floor else ""
        yield Figure(f"{name}: {station}", f"{took:.1f} s{against}", took / floor if floor else None)
    yield Figure(f"{name}: peak memory", f"{night.peak_bytes / stations.GIB:.2f} GiB")


def _median(work: Callable[[], object]) -> float:
    return statistics.median(seconds(work) for _ in range(REPETITIONS))


def _quoted(names: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.floors", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--keep-data", type=Path, metavar="FOLDER", help="write the extracts here, or reuse those that are here")
    parser.add_argument("--write", action="store_true", help="write benchmarks/LARGE.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""`python -m benchmarks [--people N] [--keep-data FOLDER] [--write]`: measure real nights on demo data and show the figures."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console

from benchmarks import arriving, cockpit, collecting, comparing, deciding, evidencing, peer, proving, quiet, results, starting, stations
from benchmarks.data import extracts
from benchmarks.figure import Figure, table
from benchmarks.frozen import opened
from privacy_pipelines.store.generations import Store

PEOPLE, REPETITIONS = 1_000_000, 3
console = Console()


def main() -> int:
    """Everything, once. 1 where the two decisions differ; a missed target is a figure, never a failure."""
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="privacy-pipelines-bench-") as scratch:
        folder = Path(scratch)
        console.print(f"Extracts of {asked.people:,} people …")
        data = asked.keep_data or folder / "extracts"
        days = extracts(data, asked.people)
        figures, notes, equal = _measure(folder, data, days, asked.repetitions)
        console.print("Arriving …")
        figures += arriving.figures(folder, asked.rows)
        console.print("Evidence …")
        figures += evidencing.figures(folder, asked.repetitions)
        console.print("The cockpit …")
        figures += cockpit.figures(folder / "cockpit")
        notes += [arriving.COMPARED, evidencing.COMPARED, cockpit.COMPARED]
    console.print(table(figures))
    for note in notes:
        console.print(f"· {note}", soft_wrap=True)
    if asked.write:
        results.write(results.RESULTS, f"python -m benchmarks --people {asked.people} --write", figures, notes)
    return 0 if equal else 1


def _measure(folder: Path, data: Path, days: tuple[date, date], repetitions: int) -> tuple[list[Figure], list[str], bool]:
    store, frozen = folder / "store", folder / "frozen"
    console.print("First night …")
    figures = stations.figures("first load", stations.run(store, data, days[0], "--first-load"))
    console.print("Second night …")
    figures += stations.figures("next night", stations.run(store, data, days[1], "--freeze", str(frozen)))
    console.print("Deciding, the pandas peer, collecting …")
    with opened(frozen) as still:
        figures += _deciding(deciding.measure(still, repetitions))
        compared = peer.compare(still, repetitions)
        figures += _peer(compared)
        figures += _collecting(collecting.measure(still, folder, repetitions))
        figures += proving.figures(proving.measure(still, folder, repetitions))
    console.print("Comparing and explaining …")
    figures += comparing.figures(Store(store), folder / "policies", repetitions)
    console.print("A night in which nothing changed …")
    figures += quiet.figures(folder, data, days[0])
    figures += starting.figures()
    notes = [
        "a station's ratio is its share of its night",
        deciding.COMPARED,
        peer.COMPARED,
        collecting.COMPARED,
        proving.COMPARED,
        comparing.COMPARED,
        quiet.COMPARED,
        *(f"DIFFERENT {one}" for one in compared.differences),
    ]
    return figures, notes, not compared.differences


def _deciding(found: dict[str, float]) -> list[Figure]:
    ratio = found["deciding"] / found["floor"]
    return [
        Figure("deciding: floor, one scan of the dates", f"{found['floor']:.2f} s"),
        Figure("deciding: counts by cohort and code", f"{found['deciding']:.2f} s", ratio, "≤ 3 ×", ratio <= 3),
        Figure("deciding: weigh whole, verdicts written", f"{found['weigh']:.2f} s", found["weigh"] / found["floor"]),
    ]


def _peer(compared: peer.Compared) -> list[Figure]:
    product, written, pandas = (statistics.median(every) for every in (compared.product, compared.written, compared.pandas))
    equal = f"{len(compared.differences)} counts differ" if compared.differences else "equal"
    return [
        Figure("pandas peer: its answer", f"{equal}, {compared.records:,} rows", None, "equal", not compared.differences),
        Figure("pandas peer: seconds", f"{pandas:.2f} s against {product:.2f} s", pandas / product, "≥ 4 ×", pandas / product >= 4),
        Figure("pandas peer: against what a night writes too", f"{pandas:.2f} s against {written:.2f} s", pandas / written),
    ]


def _collecting(found: dict[str, float]) -> list[Figure]:
    ratio = found["copies"] / found["same"]
    return [
        Figure("collecting: plain copy of the policy's tables", f"{found['same']:.2f} s"),
        Figure("collecting: the same, rows left behind and fields emptied", f"{found['copies']:.2f} s", ratio, "≤ 1.1 ×", ratio <= 1.1),
        Figure("collecting: plain copy of the whole generation", f"{found['plain']:.2f} s"),
        Figure("collecting: the whole station", f"{found['collecting']:.2f} s", found["collecting"] / found["plain"]),
    ]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    parser.add_argument("--rows", type=int, nargs="*", default=arriving.SIZES, help="sizes of the extract that arrives")
    parser.add_argument("--keep-data", type=Path, metavar="FOLDER", help="write the extracts here, or reuse those that are here")
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""Whole nights, each in a process of its own: seconds by station, rows, peak memory, and what was imported."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure

POLICIES = Path("policies")
GIB = 2**30
MOST_MEMORY = 6 * GIB


@dataclass(frozen=True, slots=True)
class Measured:
    """One night, as its process measured it."""

    seconds: dict[str, float]
    told: dict[str, float]
    """Measuring, which is a part of the proof, and showing: the report in each language and the numbers for Prometheus."""
    peak_bytes: int
    imported: list[str]
    copied: list[dict[str, Any]]
    repeats: str = ""
    """The run of the night that a quiet one repeats."""

    @property
    def rows(self) -> int:
        """Rows that the night decided about."""
        return sum(one["before"] + one["arrived"] for one in self.copied)

    @property
    def total(self) -> float:
        """Seconds of all stations."""
        return sum(self.seconds.values())


def run(store: Path, extracts: Path, day: date, *more: str) -> Measured:
    """One night through the pipeline. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", "benchmarks.night", str(POLICIES), str(store), str(extracts), day.isoformat(), *more]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  our own module, our own arguments
    return Measured(**json.loads(done.stdout))


def figures(name: str, night: Measured) -> list[Figure]:
    """The night as rows of the table; a station's ratio is its share of the night."""
    peak = Figure(
        f"{name}: peak memory", f"{night.peak_bytes / GIB:.2f} GiB", None, f"< {MOST_MEMORY // GIB} GiB", night.peak_bytes < MOST_MEMORY
    )
    imported = ", ".join(night.imported) or "neither"
    decided = sum(night.seconds[station] for station in ("facts", "decisions", "plan", "generation"))
    ratio = sum(night.told.values()) / decided
    said = f"{night.told['measuring']:.2f} s and {night.told['showing']:.2f} s against {decided:.2f} s"
    return [
        Figure(f"{name}: whole", f"{night.total:.1f} s, {night.rows:,} rows", None),
        *(Figure(f"{name}: {station}", f"{seconds:.2f} s", seconds / night.total) for station, seconds in night.seconds.items()),
        Figure(f"{name}: measuring and showing, against deciding and collecting", said, ratio, "≤ 0.25 ×", ratio <= 0.25),
        peak,
        Figure(f"{name}: great_expectations or pandas imported", imported, None, "neither", not night.imported),
    ]

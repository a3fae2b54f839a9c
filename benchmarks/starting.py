"""How long it takes to begin: the command line's help, and the import of Dagster's code location."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.timing import seconds

REPETITIONS = 5


def figures() -> list[Figure]:
    """Medians of wall seconds; what is not there is skipped with its reason."""
    command = Path(sys.executable).with_name("privacy-pipelines")
    return [
        _figure("privacy-pipelines --help", [str(command), "--help"], 0.5, command),
        _figure("import of the code location", [sys.executable, "-c", "import definitions"], 1.5, Path("definitions.py")),
        Figure("of which an empty Python", f"{_median([sys.executable, '-c', '']):.2f} s"),
    ]


def _figure(name: str, command: list[str], target: float, needs: Path) -> Figure:
    if not needs.exists():
        return Figure(name, f"skipped: there is no {needs.name}")
    try:
        median = _median(command)
    except subprocess.CalledProcessError as error:
        return Figure(name, f"skipped: it ended with code {error.returncode}")
    return Figure(name, f"{median:.2f} s", None, f"< {target} s", median < target)


def _median(command: list[str]) -> float:
    return statistics.median(seconds(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(REPETITIONS))  # noqa: S603

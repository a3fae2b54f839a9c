"""RESULTS.md and LARGE.md: the figures with the machine they were measured on, and nothing that names it."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd

from benchmarks.figure import Figure, markdown

RESULTS, LARGE = (Path(__file__).with_name(name) for name in ("RESULTS.md", "LARGE.md"))


def write(file: Path, command: str, figures: Sequence[Figure], notes: Sequence[str]) -> None:
    """Replace the file with what the command measured, and what its ratios are against."""
    said = "\n".join(f"- {note}" for note in notes)
    file.write_text(
        f"# Measured on {datetime.now(UTC).date()}\n\n"
        f"`{command}` on {_machine()}.\n"
        "Seconds depend on the machine and on what else it does; the ratios are within one run.\n\n"
        f"{markdown(figures)}\n{said}\n",
        encoding="utf-8",
    )


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()}, "
        f"load average {os.getloadavg()[2]:.1f} over the last quarter of an hour, "
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, pandas {pd.__version__}"
    )

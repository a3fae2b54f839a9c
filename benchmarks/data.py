"""The demo extracts that the benchmarks run on: written once, or taken from a folder that has them."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.multiplied import multiply
from privacy_pipelines.demo import write_demo

UNTIL, SEED = date(2026, 11, 30), 1
AT_ONCE = 1_000_000
"""People of one demo company; more are several of it, and then a whole number of them."""
MANIFEST = ".demo-manifest.json"
WRITTEN = 4
"""Nights of demo data: the third has a truncated file, so that the first two, which are measured, are ordinary ones."""


def extracts(folder: Path, people: int) -> tuple[date, date]:
    """Two nights of extracts in `folder`, written if they are not there; the days of both."""
    manifest = folder / MANIFEST
    if not (manifest.is_file() and json.loads(manifest.read_text())["people"] == people):
        _write(folder, people)
    days = json.loads(manifest.read_text())["days"]
    return date.fromisoformat(days[0]), date.fromisoformat(days[1])


def _write(folder: Path, people: int) -> None:
    times, rest = divmod(people, AT_ONCE)
    if times < 2 or rest:
        write_demo(folder, people=people, nights=WRITTEN, seed=SEED, until=UNTIL)
        _drop_later(folder)
        return
    with tempfile.TemporaryDirectory(dir=folder.parent) as one:
        extracts(Path(one), AT_ONCE)
        multiply(Path(one), folder, times)
        manifest = json.loads((Path(one) / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, "people": people}))


def _drop_later(folder: Path) -> None:
    later = json.loads((folder / MANIFEST).read_text())["days"][2:]
    for day in later:
        for path in folder.rglob(f"*{day}.csv"):
            path.unlink()

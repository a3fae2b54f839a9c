"""The demo company decided a second time: by a vectorised pandas script that knows nothing of the product (benchmarks/pandas_peer.py)."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, time
from pathlib import Path

from benchmarks import peer
from benchmarks.data import extracts
from benchmarks.frozen import opened
from privacy_pipelines import pipeline

PEOPLE = 2_000


def test_a_script_of_its_own_decides_the_same_of_every_record(tmp_path: Path) -> None:
    """Of a second night, so that departed rows and what they said count too."""
    paths = pipeline.Paths(Path("policies"), tmp_path / "store", tmp_path / "extracts")
    for day in extracts(paths.extracts, PEOPLE):
        at = datetime.combine(day, time(3), UTC)
        for station, _ in pipeline.night(paths, run=f"night-{day}", as_of=day, at=at, first_load=True):
            if station == "plan":
                shutil.rmtree(tmp_path / "frozen", ignore_errors=True)
                shutil.copytree(paths.store, tmp_path / "frozen")
    with opened(tmp_path / "frozen") as still:
        compared = peer.compare(still, 1)
    assert compared.differences == ()
    assert compared.records > 5 * PEOPLE

"""The small share of `python -m tests.marks`: one real process fails over an error that quotes a record; the search finds what is there."""

import sqlite3
import subprocess
import sys
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from assets.partitions import ALL_COHORTS
from tests.marks.breaking import broken
from tests.marks.cockpit import BIN, ROOT, environment
from tests.marks.searching import found, planted
from tests.trials.company import FIRST, SECOND, build, mark

MARKS = frozenset({mark("name", 1), mark("email", 2)})


def test_a_job_that_fails_over_a_record_says_nothing_of_it(tmp_path: Path) -> None:
    company = build(tmp_path / "house", 60)
    current = company.night(FIRST).generation
    home, printed = tmp_path / "home", tmp_path / "printed"
    env, marks = environment(company.paths, home), planted(company.paths.extracts)
    printed.mkdir()
    subprocess.run([sys.executable, "-m", "schedules.home"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    tags = str({**ALL_COHORTS, "privacy/as_of": SECOND}).replace("'", '"')

    with broken(company.paths.store / current, "crm"), (printed / "job.log").open("wb") as log:
        command = [BIN / "dagster", "job", "execute", "-m", "definitions", "-j", "night", "--tags", tags]
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=log, stderr=log, timeout=timedelta(minutes=5).total_seconds(), check=False)

    said = (printed / "job.log").read_text()
    assert done.returncode != 0
    assert "RUN_FAILURE" in said
    assert len(marks) > 100
    assert found(home, marks) + found(printed, marks) == []


@pytest.mark.parametrize("kind", ["plain", "utf-16", "packed in a database", "broken over pages"])
def test_the_search_finds_a_mark_however_it_is_kept(tmp_path: Path, kind: str) -> None:
    said = f"a sentence about {mark('name', 1)}"
    if kind in ("plain", "utf-16"):
        (tmp_path / "log").write_bytes(said.encode("utf-8" if kind == "plain" else "utf-16-le"))
    else:
        with sqlite3.connect(tmp_path / "kept.db") as connection:
            connection.execute("CREATE TABLE snapshots (body)")
            cell = zlib.compress(said.encode()) if kind.startswith("packed") else "x" * 4090 + said + "x" * 9000
            connection.execute("INSERT INTO snapshots VALUES (?)", [cell])
        connection.close()

    assert {hit.rpartition(" ")[2] for hit in found(tmp_path, MARKS)} == {mark("name", 1)}

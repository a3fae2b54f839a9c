"""A share of `python -m tests.trials.canary`, and that its search can find; docs/trials.md reports all of it."""

from __future__ import annotations

import base64
import gzip
import json
import sqlite3
import subprocess
import sys
import unicodedata
import urllib.parse
import zlib
from pathlib import Path

import duckdb
import pytest

from tests.trials.canaries import PLAIN, SWEDISH, Search
from tests.trials.opened import readings

NUMBER = "19811228-9874"
SEARCH = Search(frozenset({NUMBER}))


def test_no_value_of_a_person_is_written_anywhere_by_a_night_that_goes_wrong(tmp_path: Path) -> None:
    """On the command line and in Dagster; nights in processes of their own, forked from one that has never opened a database."""
    ways = ("values of another kind", "people as columns", "proof fails")
    done = subprocess.run(
        [sys.executable, "-m", "tests.trials.canary", str(tmp_path / "canary"), "--dagster", "--ways", *ways],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    *lines, summary = done.stdout.splitlines()
    assert (lines, done.stderr) == ([], "")
    found = json.loads(summary)
    assert (found["attempts"], found.get("marks", 0), found.get("blind", 0)) == (len(ways) + 1, 0, 0)
    assert found["files"] > 100
    assert found["numbers"] > 100


@pytest.mark.parametrize("content", [
    f"dear {PLAIN.upper()}".encode(), f"dear {SWEDISH}".encode(), SWEDISH.encode("latin-1"), unicodedata.normalize("NFD", SWEDISH).encode(),
    SWEDISH.encode("utf-16"), PLAIN.encode("utf-32"), urllib.parse.quote(f"/{SWEDISH}").encode(), json.dumps(json.dumps(SWEDISH)).encode(),
    b"dear zqv&#229;nariefisk", *(base64.b64encode(b"x" * n + f"{PLAIN} and more".encode()) for n in range(3)),
    PLAIN.encode().hex().encode(),
    f"row {NUMBER} is twice".encode(),
])  # fmt: skip
def test_a_mark_is_found_however_it_is_spelled(content: bytes) -> None:
    assert SEARCH.found(content)
    assert not SEARCH.found(content[: len(content) // 4])


def test_a_mark_is_found_wherever_it_is_packed(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(zlib.compress(PLAIN.encode())))
    with sqlite3.connect(tmp_path / "runs.db") as opened:
        opened.execute("CREATE TABLE snapshots (body BLOB)")
        opened.execute("INSERT INTO snapshots VALUES (?)", [zlib.compress(f"{{'raised': '{SWEDISH}'}}".encode())])
    opened.close()
    with duckdb.connect(str(tmp_path / "b.duckdb")) as store:
        store.execute("CREATE TABLE t AS SELECT concat(?, i) AS name FROM range(5000) t(i)", [SWEDISH])
        store.execute(f"COPY t TO '{tmp_path / 'c.parquet'}' (FORMAT parquet, COMPRESSION zstd)")
    for path in tmp_path.iterdir():
        assert any(SEARCH.found(content) for _, content in readings(path)), path.name

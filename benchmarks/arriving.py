"""Arriving against its floor: a snapshot of 20 columns, of which nearly all rows are known, staged with its difference to the store; and
the same file only parsed by the engine.

python -m benchmarks.arriving ROWS FOLDER   one size, in a process of its own so that its peak memory is its own: prints JSON
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from benchmarks.figure import Figure
from benchmarks.timing import seconds
from privacy_pipelines import pipeline
from privacy_pipelines.extracts.arrive import Desk, arrive
from privacy_pipelines.extracts.drop import extracts_of
from privacy_pipelines.policy.load import load
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import ROW_HASHES_KEY
from privacy_pipelines.store.night import Pin, begin, open_night
from privacy_pipelines.store.views import stored_views
from privacy_pipelines.values import Paths

FIRST, NEXT = date(2026, 11, 1), date(2026, 11, 2)
SIZES = (1_000_000, 10_000_000)
COMPARED = (
    "arriving: inspected, parsed, typed, judged, compared with the store's row hashes and staged (0.2 % of the rows new, 0.2 % gone, 0.5 % "
    "changed); floor: the engine parses every column of the same file and takes one hash over all"
)
_DATES = ("born_on", "joined_on", "ended_on")
_WORDS = tuple(f"word_{n}" for n in range(1, 15))


def figures(folder: Path, sizes: Iterable[int]) -> list[Figure]:
    """Each number of rows in a process of its own."""
    found = []
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.arriving", str(size), str(folder / f"arriving-{size}")]
        one = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
        ratio, peak = one["arriving"] / one["floor"], one["peak_bytes"] / 2**30
        name = f"arriving {size:,} rows"
        found.append(Figure(f"{name}: floor, the file parsed", f"{one['floor']:.2f} s, {one['file_bytes'] / 2**20:,.0f} MiB"))
        found.append(Figure(f"{name}: against the store", f"{one['arriving']:.2f} s", ratio, "≤ 1.4 ×", ratio <= 1.4))
        found.append(Figure(f"{name}: peak memory", f"{peak:.2f} GiB", None, "< 4 GiB", peak < 4))
    return found


def main() -> None:
    """Write the extracts, run the first night, then arrive the second day in turns with the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repetitions", type=int, default=3)
    asked = parser.parse_args()
    paths = Paths(asked.folder / "policies", asked.folder / "store", asked.folder / "extracts")
    if not paths.policies.exists():
        _write(paths, asked.rows)
        at = datetime(FIRST.year, FIRST.month, FIRST.day, 3, tzinfo=UTC)
        for _ in pipeline.night(paths, run="first", as_of=FIRST, at=at, first_load=True):
            pass
    print(json.dumps(_measured(paths, asked.repetitions)))


def _measured(paths: Paths, repetitions: int) -> dict[str, float]:
    policy, store = load(paths.policies), Store(paths.store)
    table = policy.tables[0]
    file = next(one for one in extracts_of(policy, table, paths.extracts) if one.day == NEXT)
    current = store.current()
    assert current is not None
    begin(store, Pin("bench", NEXT, current.name, policy.version, first_load=False))
    floors, works = [], []
    with open_night(store) as night:
        stored_views(night.session, policy)
        desk = Desk(policy, night.session, store.secret(ROW_HASHES_KEY))
        for _ in range(repetitions):
            floors.append(seconds(lambda: _parsed(night.session.connection, file.path)))
            works.append(seconds(lambda: arrive(desk, table, file)))
        arrival, _ = arrive(desk, table, file)
    assert not arrival.refused, arrival.refused
    assert not arrival.quarantined
    found = {"floor": statistics.median(floors), "arriving": statistics.median(works), "rows": arrival.rows, "same": arrival.same}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {**found, "file_bytes": file.path.stat().st_size, "peak_bytes": peak}


def _parsed(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in _columns())
    source = f"read_csv('{path}', columns = {{{columns}}}, auto_detect = false, header = true, delim = ',', quote = '\"')"
    connection.execute(f"SELECT bit_xor(hash({', '.join(_columns())})) FROM {source}").fetchall()


def _columns() -> tuple[str, ...]:
    return ("person_id", *_DATES, "email", "amount", *_WORDS)


def _write(paths: Paths, rows: int) -> None:
    """Two days of one table, by the engine: the second without the first 0.2 % of the keys, with as many new ones, and 0.5 % changed."""
    (paths.policies / "purposes").mkdir(parents=True)
    (paths.policies / "sources").mkdir()
    paths.extracts.mkdir()
    for name, text in _policy().items():
        (paths.policies / name).write_text(text)
    moved = rows // 500
    for day, first, changed in ((FIRST, 0, 0), (NEXT, moved, rows // 200)):
        words = ", ".join(f"'w' || hash(n * {k} + CASE WHEN n < {first + changed} THEN 1 ELSE 0 END) % 100000 AS {name}"
                          for k, name in enumerate(_WORDS, start=1))  # fmt: skip
        select = (
            f"SELECT 'P' || lpad(n::VARCHAR, 9, '0') AS person_id, DATE '1940-01-01' + (hash(n) % 20000)::INT AS born_on, "
            f"DATE '2020-01-01' + (hash(n + 1) % 2000)::INT AS joined_on, "
            f"CASE WHEN n % 3 = 0 THEN DATE '2027-01-01' + (hash(n + 2) % 900)::INT END AS ended_on, "
            f"'person' || n || '@mail.example' AS email, (hash(n + 3) % 1000000) / 100 AS amount, {words} "
            f"FROM range({first}, {first + rows}) r(n)"
        )
        duckdb.connect().execute(f"COPY ({select}) TO '{paths.extracts}/people-{day}.csv' (HEADER, DELIMITER ',')")


def _policy() -> dict[str, str]:
    fields = {"person_id": "user.unique_id", **dict.fromkeys(_DATES, "user.demographic"), "email": "user.contact.email",
              "amount": "user.financial", **dict.fromkeys(_WORDS, "user.behavior")}  # fmt: skip
    kinds = {**dict.fromkeys(_DATES, "date"), "email": "email", "amount": "decimal"}
    lines = [f"      {name}: {{category: {of}, serves: relationship, type: {kinds.get(name, 'text')}}}" for name, of in fields.items()]
    company = """\
controller: {name: Exempel AB, contact: privacy@exempel.example, dpo: dpo@exempel.example}
zone: Europe/Stockholm
languages: [en]
fiscal_year_end: "12-31"
undetermined: {restrict: P12M, from: first_seen}
guards: {unexpected_share: 0.01, unexpected_count: 20, row_drop: 0.20, vanished_share: 0.05, clock_lead: P2D}
"""
    purpose = """\
purpose: relationship
title: {en: The relationship}
reason: {en: It is needed.}
data_use: essential.service
legal_basis: eu-gdpr:A6-1-f
nature: policy
starting_point: {event: ended, of: record}
period: P10Y
execution_window: P3M
on_missing_event: {restrict: P12M, from: first_seen}
source: a benchmark
effective_from: 2000-01-01
approved_by: dpo
"""
    source = f"""\
source: crm
owner: Sales
extract: {{path: "{{table}}-{{day}}.csv", keep: P7D, freshness: P2D}}
tables:
  people:
    key: person_id
    subject: customer
    fields:
{chr(10).join(lines)}
    events:
      ended: {{at: ended_on, open_if: "ended_on IS NULL"}}
"""
    return {"company.yaml": company, "purposes/relationship.yaml": purpose, "sources/crm.yaml": source}


if __name__ == "__main__":
    main()

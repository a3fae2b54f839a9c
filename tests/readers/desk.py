"""A desk at which a test lets one file arrive: the policy is written as YAML and loaded, the rows are those that the product stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from privacy_pipelines.extracts.arrivals import Arrival, Quarantined
from privacy_pipelines.extracts.arrive import Desk, arrive
from privacy_pipelines.extracts.drop import extracts_of
from privacy_pipelines.extracts.staged import staged_name
from privacy_pipelines.policy.load import load
from privacy_pipelines.sql import text
from privacy_pipelines.store.engine import session
from privacy_pipelines.store.layout import ARRIVED, CURRENT
from privacy_pipelines.store.views import stored_views
from tests.way.house import Company

DAY = "2026-02-01"
ELSEWHERE = """
  diary:
    key: entry
    fields: {entry: {category: user.content, serves: use}, made: {category: user.content, serves: use, type: date}}
    events: {made: made}
"""
"""What every policy needs beside the table that is tried: a purpose, and a field that serves it."""


@dataclass(frozen=True)
class Landed:
    """What became of a file. Rows are (declared column → value), those without a fault, in no order."""

    arrival: Arrival
    quarantined: tuple[Quarantined, ...]
    rows: list[dict[str, Any]]
    hashes: list[int]
    """Of those rows, sorted; equal ones say that a change of format changes nothing."""
    left: list[str]
    """What is still in the folder where the engine spills."""

    @property
    def faults(self) -> list[tuple[int, str]]:
        """(line, reason) of every quarantined row."""
        return [(fault.line, fault.reason) for fault in self.quarantined]


def land(root: Path, content: bytes, fields: str, *, key: str = "id", extract: str = "", suffix: str = ".csv") -> Landed:
    """Let one file of table `t` arrive at an empty store. `fields` are lines of the policy, `extract` more keys of its extract."""
    company = Company(root)
    lines = "\n".join(f"      {line.strip()}" for line in fields.strip().splitlines())
    more = f", {extract}" if extract else ""
    company.policy(
        f"tables:\n  t:\n    extract: {{path: 't-{{day}}{suffix}'{more}}}\n    key: {key}\n    fields:\n{lines}\n{ELSEWHERE}",
        use="starting_point: {event: made, of: record}",
    )
    path = company.paths.extracts / f"t-{DAY}{suffix}"
    path.write_bytes(content)
    policy = load(company.paths.policies)
    spill = root / "spill"
    spill.mkdir(mode=0o700, exist_ok=True)
    with session(None, spill=spill) as opened:
        opened.attach(None, CURRENT, read_only=False)
        opened.schema(ARRIVED)
        stored_views(opened, policy)
        table = policy.table("crm.t")
        (file,) = extracts_of(policy, table, company.paths.extracts)
        arrival, quarantined = arrive(Desk(policy, opened, b"k" * 32), table, file)
        names = [column.name for column in table.columns]
        rows, hashes = list[dict[str, Any]](), list[int]()
        if not arrival.refused:
            columns = ", ".join(f'"{name}"' for name in (*names, "_row_hash"))
            found = opened.rows(f"SELECT {columns} FROM {text(staged_name(table.id, date.fromisoformat(DAY)))} WHERE _fault IS NULL")
            rows = [dict(zip(names, row[:-1], strict=True)) for row in found]
            hashes = sorted(row[-1] for row in found)
        left = [one.name for one in spill.rglob("*")]
    return Landed(arrival, quarantined, rows, hashes, left)


def plain(*names: str) -> str:
    """Text fields of these names, none of them personal."""
    return "\n".join(f"{name}: {{category: system.operations}}" for name in names)

"""Two nights of one table: the first file's rows are in the store when the second arrives, by lines where that may be, or read whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from privacy_pipelines.extracts import lines
from privacy_pipelines.extracts.arrivals import Arrival, Quarantined
from privacy_pipelines.extracts.arrive import Desk, arrive
from privacy_pipelines.extracts.drop import extracts_of
from privacy_pipelines.extracts.staged import staged_name
from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.sql import text
from privacy_pipelines.store.engine import Session, session
from privacy_pipelines.store.layout import ARRIVED, CURRENT
from privacy_pipelines.store.views import columns_of, stored_views
from tests.readers.desk import ELSEWHERE
from tests.way.house import Company

FIRST, SECOND = date(2026, 2, 1), date(2026, 2, 2)
AFRESH = "'k0'"
"""The key of a stored row that has no hash: a part of it was left behind."""


@dataclass(frozen=True)
class Second:
    """What became of the second night's file. Rows are as staged, with the product's own columns, in no order."""

    arrival: Arrival
    quarantined: tuple[Quarantined, ...]
    rows: list[tuple[Any, ...]]
    by_lines: bool
    columns: frozenset[str]
    """Of what is kept of lines."""
    left: list[str]


@dataclass(frozen=True)
class Nights:
    """A policy with one table `t`, and its drop folder."""

    root: Path
    company: Company
    policy: Policy

    @classmethod
    def of(cls, root: Path, fields: str, *, key: str = "id", extract: str = "") -> Nights:
        """`fields` are lines of the policy, `extract` more keys of its extract."""
        company = Company(root)
        declared = "\n".join(f"      {line.strip()}" for line in fields.strip().splitlines())
        more = f", {extract}" if extract else ""
        company.policy(
            f"tables:\n  t:\n    extract: {{path: 't-{{day}}.csv'{more}}}\n    key: {key}\n    fields:\n{declared}\n{ELSEWHERE}",
            use="starting_point: {event: made, of: record}",
        )
        (root / "spill").mkdir(mode=0o700, exist_ok=True)
        return cls(root, company, load(company.paths.policies))

    def second(self, first: bytes, second: bytes, *, known: float, before: tuple[float, ...] = ()) -> Second:
        """`known`: the share of lines that must be known; more than 1 and every file is read whole. Before that the second file arrives
        once for each share in `before`."""
        for day, content in ((FIRST, first), (SECOND, second)):
            (self.company.paths.extracts / f"t-{day}.csv").write_bytes(content)
        with session(None, spill=self.root / "spill") as opened, pytest.MonkeyPatch.context() as patched:
            opened.attach(None, CURRENT, read_only=False)
            opened.schema(ARRIVED)
            stored_views(opened, self.policy)
            self._keep(opened, self._arrive(opened, FIRST)[0])
            for share in (*before, known):
                patched.setattr(lines, "WORTHWHILE", share)
                arrived = self._arrive(opened, SECOND)
            return self._seen(opened, *arrived)

    def _arrive(self, opened: Session, day: date) -> tuple[Arrival, tuple[Quarantined, ...]]:
        table = self.policy.table("crm.t")
        file = next(one for one in extracts_of(self.policy, table, self.company.paths.extracts) if one.day == day)
        return arrive(Desk(self.policy, opened, b"k" * 32), table, file)

    def _keep(self, opened: Session, arrival: Arrival) -> None:
        if arrival.refused:
            return
        table = self.policy.table("crm.t")
        opened.schema("crm", CURRENT)
        declared = ", ".join(f'"{column.name}"' for column in table.columns)
        first = f'"{table.key[0]}"'
        opened.run(
            f"CREATE TABLE {CURRENT}.crm.t AS SELECT {declared}, CASE WHEN {first}::VARCHAR <> {AFRESH} THEN _row_hash END AS _row_hash, "
            f"DATE '2026-02-01' AS _first_seen, NULL::DATE AS _gone_since, NULL::DATE AS _undetermined_since "
            f"FROM {text(staged_name('crm.t', FIRST))} WHERE _fault IS NULL"
        )
        assert opened.columns(CURRENT, "crm", "t") == columns_of(table)
        stored_views(opened, self.policy)

    def _seen(self, opened: Session, arrival: Arrival, quarantined: tuple[Quarantined, ...]) -> Second:
        names = [column.name for column in self.policy.table("crm.t").columns]
        columns = ", ".join(f'"{name}"' for name in (*names, "_row_hash", "_arrival", "_fault", "_masked"))
        name = staged_name("crm.t", SECOND)
        rows = [] if arrival.refused else opened.rows(f"SELECT {columns} FROM {text(name)}")
        staged = opened.rows("SELECT table_name FROM information_schema.tables WHERE table_name LIKE ?", [f"{name.name}%"])
        assert len(staged) in ((0,) if arrival.refused else (1, 3)), "parts of another arrival are left"
        views = opened.rows("SELECT 1 FROM information_schema.tables WHERE table_type = 'VIEW' AND table_name = ?", [name.name])
        kept = opened.rows("SELECT column_name FROM duckdb_columns() WHERE table_name = ?", [f"{name.name} lines"])
        left = [one.name for one in (self.root / "spill").rglob("*")]
        return Second(arrival, quarantined, sorted(rows, key=repr), bool(views), frozenset(column for (column,) in kept), left)

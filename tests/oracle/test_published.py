"""Oracle and product agree on the demo company under `policies/`, and on the published sets of `examples/` with the files themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from privacy_pipelines.demo import write_demo
from privacy_pipelines.values import Paths
from tests.examples.adventureworks import test_adventureworks as adventureworks
from tests.examples.chinook import test_chinook as chinook
from tests.examples.northwind import test_northwind as northwind
from tests.examples.npsp import test_npsp as npsp
from tests.examples.sets import DATA, ROOT, Company, needs
from tests.oracle.compare import compare
from tests.oracle.facts import Row
from tests.oracle.law import Law, key, read
from tests.oracle.product import rehearse
from tests.oracle.reach import World
from tests.oracle.records import Told
from tests.oracle.states import decisions

SETS = [
    pytest.param("chinook", chinook, DATA / "chinook", "2027-06-01", marks=needs("chinook"), id="chinook"),
    pytest.param("northwind", northwind, DATA / "northwind", "2000-04-25", marks=needs("northwind"), id="northwind"),
    pytest.param("npsp", npsp, DATA / "npsp_trailhead", "2022-01-20", marks=needs("npsp_trailhead"), id="npsp"),
    pytest.param("adventureworks", adventureworks, DATA, "2013-09-01", marks=needs("adventureworks_oltp"), id="adventureworks"),
]


def test_on_the_demo_company(tmp_path: Path) -> None:
    """Three hundred people, planted faults included; and three weeks later, when more is due."""
    write_demo(tmp_path / "extracts", people=300, nights=1, seed=1, until=date(2026, 3, 10))
    paths = Paths(ROOT / "policies", tmp_path / "store", tmp_path / "extracts")
    agree(paths, date(2026, 3, 10))
    agree(paths, date(2026, 3, 11))


@pytest.mark.parametrize(("example", "module", "data", "day"), SETS)
def test_on_a_published_set(tmp_path: Path, example: str, module: Any, data: Path, day: str) -> None:
    company = Company(tmp_path, example, module.FILES, data)
    company.extracts(day)
    agree(company.paths, date.fromisoformat(day))


def agree(paths: Paths, as_of: date) -> None:
    """Every cell is decided alike. A difference is told without a key: the sets hold people."""
    law = read(paths.policies)
    told = rehearse(paths, as_of)
    found = compare(decisions(world(law, told, as_of), as_of), told)
    assert found.cells > 0
    assert sorted({(said.split(" ")[0], said.split(") ")[-1].split(":")[0]) for said in found.differences}) == []


def world(law: Law, told: Told, as_of: date) -> World:
    """The rows that arrived, as the product read them: reading is not what is compared here."""
    return World(law, {table: [_row(table, key(said), row, as_of) for row in told.before[table]] for table, said in law.tables.items()})


def _row(table: str, columns: list[str], row: dict[str, Any], as_of: date) -> Row:
    values = {name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for name, value in row.items()}
    return Row(table, tuple(row[k] for k in columns), values, row["_first_seen"] or as_of, row["_gone_since"])

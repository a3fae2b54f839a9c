"""One table means one thing, whatever format it arrives in: equal rows, equal row hashes, and nobody erased by a change of format."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.dressed import DRESSES, FIELDS, NAMES, ROWS, policy
from tests.readers.desk import Landed, land
from tests.way.house import Company, arrival

OTHERWISE = {"zoned parquet"}
"""Its stamps say an offset, which the other dresses leave to the policy: one meaning in other letters, so the rows are read anew."""


def landed(root: Path, dress: str) -> Landed:
    """The table in that dress, at an empty store."""
    kind, ending, write = DRESSES[dress]
    root.mkdir()
    write(root / "file")
    return land(root, (root / "file").read_bytes(), FIELDS, extract=f"format: {kind}", suffix=ending)


@pytest.mark.parametrize("dress", DRESSES)
def test_a_table_gives_the_same_rows_in_every_format(tmp_path: Path, dress: str) -> None:
    plain, found = landed(tmp_path / "plain", "csv"), landed(tmp_path / "dressed", dress)
    assert (found.arrival.refused, found.arrival.undeclared, found.arrival.trusted) == ("", ("secret",), True)
    assert found.faults == []
    assert sorted(map(repr, found.rows)) == sorted(map(repr, plain.rows))
    assert [tuple(row[name] for name in NAMES[:-1]) for row in sorted(plain.rows, key=lambda row: row["id"])] == [row[:-1] for row in ROWS]
    assert (found.hashes == plain.hashes) == (dress not in OTHERWISE)
    assert found.left == []


@pytest.mark.parametrize("dress", ["csv.zst", "jsonl.gz", "parquet", "zoned parquet", "excel"])
def test_a_change_of_format_between_two_nights_neither_erases_nor_adds_anybody(company: Company, dress: str) -> None:
    for of, format_ in (("2026-02-01", "csv"), ("2026-02-02", dress), ("2026-02-03", "csv")):
        kind, ending, write = DRESSES[format_]
        policy(company, f"notes-{{day}}{ending}", kind)
        write(company.paths.extracts / f"notes-{of}{ending}")
        last = company.night(of)
        arrived = arrival(last, "notes")
        assert (arrived["rows"], arrived["quarantined"], arrived["refused"]) == (4, 0, "")
        assert of == "2026-02-01" or arrived["new"] + arrived["again"] == 0
        assert of == "2026-02-01" or arrived["changed"] == (3 if dress in OTHERWISE else 0)
        assert last.metrics["erased"] == 0
        assert [tuple(row[name] for name in NAMES[:-1]) for row in company.rows("notes")] == [row[:-1] for row in ROWS]
        assert {row["_gone_since"] for row in company.stored("notes")} == {None}

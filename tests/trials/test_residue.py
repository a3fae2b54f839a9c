"""The residue trial on a small company; docs/trials.md reports a large one. That it can find is half of it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard

from tests.trials.company import ENDS, KINDS, LEAVES, MOVES, badge, mark
from tests.trials.residue import Marks, by_way, erased, lived, residues
from tests.way.house import Company

PEOPLE = 100


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return lived(tmp_path_factory.mktemp("residue"), PEOPLE)


@pytest.fixture(scope="module")
def gone(company: Company) -> Marks:
    return erased(company)


def test_nothing_of_the_erased_is_left_in_any_file(company: Company, gone: Marks) -> None:
    assert {mark("name", n).encode() for n in range(PEOPLE) if n % KINDS in (ENDS, LEAVES, MOVES)} <= gone.texts
    assert {badge(n) for n in range(PEOPLE) if n % KINDS in (ENDS, LEAVES)} <= gone.numbers
    names = {path.name for path in company.root.rglob("*") if path.is_file()}
    assert {"evidence.jsonl", "departed.parquet", "latest.html", "CURRENT", "crm.contacts.csv", "crm.json"} <= names
    assert list(company.paths.extracts.iterdir()) == []
    assert residues([company.root], gone, old=old(company)) == {}


def test_before_its_disposal_all_of_it_is_found(company: Company, gone: Marks) -> None:
    found = residues([company.root.parent / "undisposed"], gone, old=old(company))
    assert found["gen-000001.duckdb, database"] == found["gen-000001.duckdb, grafted"] == len(gone.texts) + len(gone.numbers)
    assert found["gen-000001.duckdb, statistics"]


def test_rows_deleted_where_they_stood_are_in_no_table_and_are_found(company: Company, gone: Marks) -> None:
    found = by_way(residues([company.root.parent / "in place"], gone, old=old(company)))
    assert found["grafted"] >= 4 * len([n for n in range(PEOPLE) if n % KINDS in (ENDS, LEAVES)])
    assert found["database"] < found["grafted"], "what moved or withdrew still stands there; who left does not"


def test_packed_files_are_looked_into(tmp_path: Path, gone: Marks, company: Company) -> None:
    text = next(iter(gone.texts))
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"dear " + text))
    (tmp_path / "b.zst").write_bytes(zstandard.ZstdCompressor().compress(gzip.compress(b"dear " + text)))
    (tmp_path / "c.txt").write_bytes(text.decode().encode("utf-16"))
    (tmp_path / "d.bin").write_bytes(b"xyz" + next(iter(gone.numbers)).to_bytes(8, "little"))
    found = residues([tmp_path], gone, old=old(company))
    assert found == {"a.gz, bytes, gzip": 1, "b.zst, bytes, zstandard, gzip": 1, "c.txt, bytes": 1, "d.bin, bytes": 1}


def old(company: Company) -> Path:
    return company.root.parent / "old.duckdb"

"""The demo writes what the policy's sources declare, and always the same."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from privacy_pipelines.demo import write_demo
from privacy_pipelines.errors import InputError

SOURCES = Path(__file__).parents[2] / "policies" / "sources"
DECLARED = {
    f"{source['source']}.{name}": (source, table)
    for source in (YAML(typ="safe").load(path.read_text(encoding="utf-8")) for path in sorted(SOURCES.glob("*.yaml")))
    for name, table in source["tables"].items()
}


def _digests(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("table", DECLARED)
def test_every_declared_table_has_its_file_with_the_declared_columns_each_night(demo, table):
    source, declared = DECLARED[table]
    for day in demo.manifest.days:
        path = source["extract"]["path"].format(table=table.partition(".")[2], day=day.isoformat())
        assert (demo.folder / path).is_file()
        header = demo.lines(table, day)[0]
        extra = ["shoe_size"] if (table, day) == ("crm.contacts", demo.last) else []
        assert header == [*declared["fields"], *extra]


@pytest.mark.parametrize("table", DECLARED)
def test_an_increment_holds_only_news_after_the_first_night_and_a_snapshot_everything(demo, table):
    increment = DECLARED[table][1].get("extract", {}).get("mode") == "increment"
    rows = {file.day: file.rows for file in demo.manifest.files if file.table == table}
    assert rows[demo.first] > 10
    if increment:
        assert 0 < rows[demo.last] < 0.1 * rows[demo.first]
    else:
        assert rows[demo.last] > 0.95 * rows[demo.first]


def test_the_manifest_counts_the_rows_that_the_files_hold(demo):
    cut = {(fault.table, fault.day) for fault in demo.manifest.faults if fault.kind == "truncated_file"}
    for file in demo.manifest.files:
        assert len(demo.lines(file.table, file.day)) - 1 == file.rows + ((file.table, file.day) in cut)


def test_rows_have_as_many_cells_as_the_header_but_for_the_planted_ragged_ones(demo):
    ragged = {(fault.table, fault.day): fault.count for fault in demo.manifest.faults if fault.kind in ("ragged_row", "truncated_file")}
    for file in demo.manifest.files:
        if (file.table, file.day) != ("crm.contracts", demo.manifest.days[-2]):
            header, *rows = demo.lines(file.table, file.day)
            assert sum(len(row) != len(header) for row in rows) == ragged.get((file.table, file.day), 0)


def test_the_manifest_lies_beside_the_extracts_and_no_half_file_is_left(demo):
    written = json.loads((demo.folder / ".demo-manifest.json").read_text(encoding="utf-8"))
    assert (written["seed"], written["people"], written["until"]) == (1, 2000, "2026-03-10")
    assert len(written["faults"]) == len(demo.manifest.faults)
    expected = {file.path for file in demo.manifest.files} | {".demo-manifest.json"}
    assert {path.relative_to(demo.folder).as_posix() for path in demo.folder.rglob("*") if path.is_file()} == expected


def test_there_are_about_eight_rows_per_person(demo):
    assert 7.5 < dict(demo.manifest.counts)["total"] / demo.manifest.people < 8.5


def test_the_same_arguments_give_the_same_bytes_in_another_process(demo, tmp_path):
    code = (
        "from pathlib import Path; from datetime import date; from privacy_pipelines.demo import write_demo;"
        f"write_demo(Path({str(tmp_path)!r}), people=2000, nights=3, seed=1, until=date(2026, 3, 10))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=SOURCES.parents[1], env={"PYTHONHASHSEED": "7"})
    assert _digests(tmp_path) == _digests(demo.folder)


def test_another_seed_gives_other_people(demo, tmp_path):
    write_demo(tmp_path, people=2000, nights=1, seed=2, until=demo.first)
    assert (tmp_path / "crm" / f"contacts-{demo.first}.csv").read_bytes() != (
        demo.folder / "crm" / f"contacts-{demo.first}.csv"
    ).read_bytes()


@pytest.mark.parametrize(("people", "nights"), [(200, 1), (300, 2), (400, 12)])
def test_small_demos_of_one_or_many_nights_are_possible(tmp_path, people, nights):
    manifest = write_demo(tmp_path, people=people, nights=nights, until=date(2026, 1, 2))
    assert len(manifest.files) == nights * len(DECLARED)
    assert manifest.days == tuple(date(2026, 1, 2) - timedelta(days=back) for back in reversed(range(nights)))
    assert any(fault.kind == "truncated_file" for fault in manifest.faults) == (nights > 1)


@pytest.mark.parametrize(("people", "nights"), [(10, 1), (5_000_000, 1), (2000, 0)])
def test_what_cannot_be_drawn_is_refused(tmp_path, people, nights):
    with pytest.raises(InputError, match="people"):
        write_demo(tmp_path, people=people, nights=nights, until=date(2026, 1, 2))
    assert not list(tmp_path.iterdir())

"""The demo company through the command line: extracts, a plan, two nights, and what is told of them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.place import NIGHT, Place, place

POLICIES = Path(__file__).parents[2] / "policies"


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, dict[str, Result]]:
    """Two nights of 300 people, one of which lands two days, and each command's result."""
    folder = tmp_path_factory.mktemp("demo")
    here = Place(POLICIES, folder / "store", folder / "extracts")
    before = NIGHT - timedelta(days=2)
    results = {
        "demo": here.run("demo", "--people", 300, "--nights", 3, "--until", NIGHT),
        "first": here.night(before, "--first-load"),
        "plan": here.run("plan", "--as-of", NIGHT, "--json"),
        "second": here.night(NIGHT, "--json"),
        "status": here.run("status", "--json"),
        "verify": here.run("verify", "--as-of", NIGHT, "--json"),
    }
    return here, results


def test_the_demo_tells_what_it_wrote(nights: tuple[Place, dict[str, Result]]) -> None:
    result = nights[1]["demo"]
    assert result.exit_code == 0
    assert "60 extracts of 300 people, 2026-03-08 to 2026-03-10" in result.output


def test_the_first_night_tells_what_a_person_needs(nights: tuple[Place, dict[str, Result]]) -> None:
    here, results = nights
    result = results["first"]
    assert result.exit_code == 1  # the demo's planted faults are findings
    for said in ("inbox", "Rows staged", "Rows kept", "Rows erased", "Cells without a ground", "Findings", "rows quarantined"):
        assert said in result.stdout
    assert f"store   {here.store} (gen-000001.duckdb)" in result.stdout
    assert f"report  {here.store / 'reports'}" in result.stdout


def test_no_cell_lives_without_a_ground(nights: tuple[Place, dict[str, Result]]) -> None:
    metrics = json.loads(nights[1]["second"].stdout)["metrics"]
    assert metrics["cells_without_a_ground"] == 0
    assert metrics["overdue"] == 0
    assert metrics["erased"] > 0


def test_the_plan_is_the_one_that_the_night_carries_out(nights: tuple[Place, dict[str, Result]]) -> None:
    plan, night = (json.loads(nights[1][name].stdout) for name in ("plan", "second"))
    assert plan["digest"] == night["plan_digest"]
    assert plan["base"] == "gen-000001.duckdb"
    assert {step["action"] for step in plan["steps"]} >= {"erase_row", "refuse_row"}
    assert plan["findings"] == night["findings"]


def test_the_second_night_disposes_of_the_first_generation(nights: tuple[Place, dict[str, Result]]) -> None:
    here, results = nights
    document = json.loads(results["second"].stdout)
    assert document["generation"] == "gen-000002.duckdb"
    assert [path.name for path in here.store.glob("gen-*")] == ["gen-000002.duckdb"]
    assert set(document["seconds"]) == {"inbox", "checks", "facts", "decisions", "plan", "generation", "proof", "published"}
    assert Path(document["report"]).is_file()


def test_status_measures_against_the_night_before(nights: tuple[Place, dict[str, Result]]) -> None:
    document = json.loads(nights[1]["status"].stdout)
    night = json.loads(nights[1]["second"].stdout)
    assert {one["name"]: one["value"] for one in document["metrics"]} == night["metrics"]
    assert all(one["title"] and one["good"] and one["unit"] for one in document["metrics"])
    assert next(one["before"] for one in document["metrics"] if one["name"] == "erased") == 0
    assert (document["night"]["as_of"], document["findings"]) == (str(NIGHT), night["findings"])
    assert nights[1]["status"].exit_code == 1


def test_everything_that_was_left_behind_is_absent(nights: tuple[Place, dict[str, Result]]) -> None:
    result = nights[1]["verify"]
    checks = {one["name"]: one for one in json.loads(result.stdout)["checks"]}
    assert all(one["right"] for one in checks.values()), checks
    assert result.exit_code == 0
    assert int(checks["absence"]["what"].split()[0]) > 0


def test_a_demo_replaces_an_earlier_one_and_nothing_else(tmp_path: Path) -> None:
    here = place(tmp_path)
    for nights in (2, 1):
        assert here.run("demo", "--people", 200, "--nights", nights, "--until", NIGHT).exit_code == 0
    days = {date.fromisoformat(path.stem[-10:]) for path in here.extracts.rglob("*.csv")}
    assert days == {NIGHT}
    (here.extracts / "crm/real-2026-03-10.csv").write_text("a\n")
    result = here.run("demo", "--people", 200, "--until", NIGHT)
    assert result.exit_code == 2
    assert "holds 1 files that no demo wrote, such as crm/real-2026-03-10.csv" in result.stderr
    assert (here.extracts / "crm/real-2026-03-10.csv").read_text() == "a\n"


def test_too_few_people_or_a_file_in_the_way_are_refused(tmp_path: Path) -> None:
    here = place(tmp_path)
    assert "3 people" in here.run("demo", "--people", 3, "--until", NIGHT).stderr
    here.extracts.write_text("a file")
    result = here.run("demo", "--until", NIGHT)
    assert result.exit_code == 2
    assert "not a folder" in result.stderr

"""What stops a night, how it says so, and that the store stays as it was."""

import shutil
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from assets.partitions import ALL_COHORTS
from privacy_pipelines.retention.cohorts import COHORTS
from tests.dagster.conftest import ROOT, TODAY, Place
from tests.dagster.test_night import failure_of


def test_a_plan_over_undecided_cohorts_fails_its_check_and_nothing_is_collected(place: Place) -> None:
    assert place.run(["inbox", "facts"], {"privacy/as_of": TODAY.isoformat(), "privacy/first_load": "true"}).success
    assert place.run(["decisions"], {}, key="open").success

    result = place.run(["plan", "generation", "proof"], {})

    checks = {one.check_name: one for one in result.get_asset_check_evaluations()}
    assert not checks["plan_is_sane"].passed
    assert checks["plan_is_sane"].severity == dg.AssetCheckSeverity.ERROR
    assert f"{len(COHORTS) - 1} of {len(COHORTS)} cohorts" in (checks["plan_is_sane"].description or "")
    assert not result.is_node_success("generation")
    assert (place.paths.store / "CURRENT").read_text() == "none\n"
    assert not list(place.paths.store.glob("gen-*"))


def test_a_row_that_should_have_stayed_behind_blocks_the_flip_and_everything_after_it(place: Place) -> None:
    first = {**ALL_COHORTS, "privacy/as_of": TODAY.isoformat(), "privacy/first_load": "true"}
    begun = place.run(["inbox", "facts", "decisions", "plan", "generation"], first)
    assert begun.success
    (written,) = place.paths.store.glob("gen-*.duckdb")
    with duckdb.connect(str(written)) as connection:
        connection.execute(f"ATTACH '{place.paths.store / 'staging' / 'night.duckdb'}' AS night (READ_ONLY)")
        refused = 'SELECT candidate_id FROM night.actions."hr.candidates" WHERE row_gone LIMIT 3'
        connection.execute(f"INSERT INTO hr.candidates BY NAME {refused}")

    result = place.run(["proof", "published", "metrics"], {"privacy/night": begun.run_id})

    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed, check.severity) == ("nothing_left_behind_is_there", False, dg.AssetCheckSeverity.ERROR)
    assert "keys_of_rows_left_behind (3)" in (check.description or "")
    assert not result.is_node_success("published")
    assert (place.paths.store / "CURRENT").read_text() == "none\n"


def test_waves_of_runs_make_the_same_night(place: Place) -> None:
    first = {"privacy/as_of": TODAY.isoformat(), "privacy/first_load": "true"}
    inbox = place.run(["inbox", "facts"], first)
    assert inbox.success
    decided = {"dagster/asset_partition_range_start": COHORTS[0], "dagster/asset_partition_range_end": COHORTS[-1]}
    assert place.run(["decisions"], decided).success

    rest = place.run(["plan", "generation", "proof", "metrics"], {})

    assert rest.success
    assert place.last().run == inbox.run_id


def test_a_policy_that_does_not_compile_stops_the_night_with_every_problem(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", policies)
    company = policies / "company.yaml"
    company.write_text(company.read_text().replace("zone: Europe/Stockholm", "zon: Europe/Stockholm"))
    monkeypatch.setenv("PRIVACY_PIPELINES_POLICIES", str(policies))

    result = place.night(TODAY)

    assert not result.success
    assert "company.yaml:" in failure_of(result)
    assert "Did you mean 'zone'?" in failure_of(result)
    assert not (place.paths.store / "CURRENT").exists()


def test_expectations_that_nobody_can_test_fail_their_checks_and_not_the_night(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without room for another process the night erases all the same, and what was not looked at does not pass."""
    monkeypatch.setattr("sys.executable", str(tmp_path / "nothing"))
    result = place.night(TODAY, **{"privacy/first_load": "true"})
    assert result.success
    rows = [one for one in result.get_asset_check_evaluations() if one.check_name == "rows_as_declared"]
    assert rows
    assert not any(one.passed for one in rows)
    assert {(one.description or "").partition(":")[2].strip().partition(".")[0] for one in rows} == {"No such file or directory"}
    assert not list((place.paths.store / "spill").iterdir())

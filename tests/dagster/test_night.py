"""Real nights on a real instance: what it shows afterwards, and what it must never hold."""

from datetime import timedelta
from pathlib import Path

import dagster as dg

from privacy_pipelines.metrics.registry import METRICS
from privacy_pipelines.observing.points import Unit
from privacy_pipelines.retention.cohorts import COHORTS
from tests.dagster.conftest import BETWEEN, FIRST, TODAY, Place


def latest(place: Place, asset: str) -> dg.AssetMaterialization:
    event = place.instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event is not None
    assert event.asset_materialization is not None
    return event.asset_materialization


def numbers(place: Place, asset: str) -> dict[str, object]:
    return {name: value.value for name, value in latest(place, asset).metadata.items()}


def test_a_night_erases_and_its_numbers_plot(lived: Place) -> None:
    shown = numbers(lived, "metrics")

    assert {metric.name: shown[metric.name] for metric in METRICS} == lived.last().metrics
    assert all(isinstance(shown[metric.name], float if metric.unit is Unit.SHARE else int) for metric in METRICS)
    assert shown["erased"]
    assert shown["cells_without_a_ground"] == 0


def test_the_run_says_its_day_and_its_night(lived: Place) -> None:
    run = lived.instance.get_run_by_id(lived.last().run)

    assert run is not None
    assert run.status == dg.DagsterRunStatus.SUCCESS
    assert (run.tags["privacy/as_of"], run.tags["privacy/night"]) == (TODAY.isoformat(), run.run_id)


def test_the_days_that_landed_are_marked_and_a_missed_night_needs_no_backfill(lived: Place) -> None:
    assert lived.instance.get_materialized_partitions(dg.AssetKey("landing")) == {day.isoformat() for day in (FIRST, BETWEEN, TODAY)}


def test_every_cohort_has_its_own_numbers(lived: Place) -> None:
    records = lived.instance.fetch_materializations(dg.AssetKey("decisions"), limit=len(COHORTS)).records
    found = {
        record.partition_key: record.asset_materialization.metadata["records"].value for record in records if record.asset_materialization
    }

    assert set(found) == set(COHORTS)
    assert found["open"]
    assert len(set(found.values())) > 5, "a cohort's number is its own, not the run's"


def test_the_report_is_there_and_its_path_is_shown(lived: Place) -> None:
    page = Path(str(numbers(lived, "report")["page"]))

    assert page.is_file()
    assert page.is_relative_to(lived.paths.store)


def test_every_check_was_asked(lived: Place) -> None:
    asked = lived.instance.event_log_storage.get_latest_asset_check_execution_by_key(
        [key for key in _check_keys() if key.name in ("plan_is_sane", "nothing_withheld", "extracts_arrived", "no_cells_without_a_ground")]
    )

    said = {key.name: record.status.value for key, record in asked.items()}
    # The demo plants faults, and a night goes on with them.
    assert said.pop("extracts_arrived") == "FAILED"
    assert set(said.values()) == {"SUCCEEDED"}
    assert len(said) == 3


def test_no_personal_value_is_anywhere_in_dagsters_home(lived: Place) -> None:
    planted = {value for value in lived.column("crm/contacts-*.csv", "full_name") if " " in value}
    planted |= set(lived.column("crm/contacts-*.csv", "email")) | set(lived.column("hr/employees_*.csv", "personal_number"))
    kept = b"\0".join(path.read_bytes() for path in lived.home.rglob("*") if path.is_file())

    assert len(planted) > 200
    assert len(kept) > 100_000
    assert [value for value in planted if value.encode() in kept or value.encode("utf-16-le") in kept] == []


def test_a_day_landed_by_hand_is_tried_at_once_and_taken_by_the_next_night(lived: Place) -> None:
    landed = lived.land(TODAY)

    assert landed.success
    assert (lived.paths.store / "again.json").read_text() == f'["{TODAY.isoformat()}"]'
    assert lived.night(TODAY).success
    assert not (lived.paths.store / "again.json").exists()
    assert lived.last().metrics["staged"] > 0
    assert lived.last().metrics["erased"] == 0


def test_a_day_without_an_extract_fails_and_is_named(lived: Place) -> None:
    missing = TODAY - timedelta(days=3)

    landed = lived.land(missing)

    assert not landed.success
    assert f"no extract of {missing.isoformat()}" in failure_of(landed)
    assert missing.isoformat() not in lived.instance.get_materialized_partitions(dg.AssetKey("landing"))


def failure_of(result: dg.ExecuteInProcessResult) -> str:
    data = result.get_step_failure_events()[0].step_failure_data.user_failure_data
    assert data is not None
    return data.description or ""


def _check_keys() -> list[dg.AssetCheckKey]:
    import definitions

    return list(definitions.defs().resolve_asset_graph().asset_check_keys)

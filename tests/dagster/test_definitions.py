"""What Dagster is told, as a snapshot: a change here is a change that somebody sees in the UI."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

import definitions
from assets.partitions import ALL_COHORTS
from assets.resources import Clock, NothingStored
from assets.station import EXIT_CODE, speaking
from privacy_pipelines.errors import ClockError, StoreError
from privacy_pipelines.policy.load import load
from privacy_pipelines.retention.cohorts import COHORTS

ROOT = Path(__file__).resolve().parents[2]
DEFS = definitions.defs()

STATIONS = {
    "landing": ("arrive", [], ["csv"]),
    "inbox": ("arrive", ["landing"], ["csv", "duckdb"]),
    "facts": ("decide", ["inbox"], ["duckdb"]),
    "decisions": ("decide", ["facts"], ["duckdb", "sql"]),
    "plan": ("guard", ["decisions"], ["duckdb"]),
    "generation": ("collect", ["plan"], ["duckdb"]),
    "proof": ("prove", ["generation"], ["duckdb"]),
    "published": ("publish", ["proof"], ["parquet"]),
    "metrics": ("measure", ["proof"], ["duckdb"]),
    "report": ("show", ["metrics"], ["html"]),
}
OWN_CHECKS = {
    "inbox": {"extracts_arrived", "tables_hold_together"},
    "plan": {"plan_is_sane", "nothing_withheld"},
    "metrics": {"no_cells_without_a_ground", "nothing_overdue", "nothing_came_back", "evidence_holds"},
}


def specs() -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in DEFS.resolve_all_asset_specs()}


def checks() -> dict[str, dg.AssetCheckSpec]:
    return {spec.name: spec for definition in DEFS.asset_checks or () for spec in definition.check_specs} | {
        spec.name: spec for definition in DEFS.assets or () for spec in definition.check_specs
    }


def test_the_stations_stand_in_the_order_of_the_way() -> None:
    found = {
        name: (spec.group_name, [dep.asset_key.to_user_string() for dep in spec.deps], sorted(spec.kinds)) for name, spec in specs().items()
    }

    assert found == STATIONS


def test_every_station_says_what_it_is_and_whose() -> None:
    assert all(spec.description and spec.owners == ["team:privacy"] for spec in specs().values())


def test_every_station_runs_once_for_a_range_and_alone() -> None:
    for definition in DEFS.assets or ():
        assert definition.backfill_policy == dg.BackfillPolicy.single_run(), definition.key
        assert definition.op.pool == "store", definition.key


def test_days_and_cohorts_cut_one_asset_each() -> None:
    cut = {name: spec.partitions_def for name, spec in specs().items() if spec.partitions_def}

    assert set(cut) == {"landing", "decisions"}
    assert isinstance(cut["landing"], dg.DailyPartitionsDefinition)
    assert cut["decisions"] == dg.StaticPartitionsDefinition(list(COHORTS))
    assert len(COHORTS) < 100, "at 100 Dagster stops comparing what is out of date"


def test_only_the_plans_sanity_blocks() -> None:
    found = checks()

    assert {name for name, spec in found.items() if spec.blocking} == {"plan_is_sane"}
    for asset, names in OWN_CHECKS.items():
        assert {name for name, spec in found.items() if spec.asset_key == dg.AssetKey(asset)} >= names


def test_every_personal_table_has_an_expectation_on_its_rows() -> None:
    personal = {table.id.replace(".", "_") for table in load(ROOT / "policies").tables if table.personal}
    on_inbox = {name for name, spec in checks().items() if spec.asset_key == dg.AssetKey("inbox")} - OWN_CHECKS["inbox"]

    assert {name.removeprefix("expectations_") for name in on_inbox} == personal


def test_the_night_takes_every_station_but_the_days_by_hand() -> None:
    night = DEFS.resolve_job_def("night")

    assert {key.to_user_string() for key in night.asset_layer.executable_asset_keys} == set(STATIONS) - {"landing"}
    assert night.partitions_def == dg.StaticPartitionsDefinition(list(COHORTS))


def test_the_night_runs_at_half_past_two_in_stockholm_unless_somebody_stops_it() -> None:
    schedule = DEFS.resolve_schedule_def("nightly")
    assert isinstance(schedule, dg.ScheduleDefinition)
    struck = datetime(2026, 11, 22, 2, 30, tzinfo=ZoneInfo("Europe/Stockholm"))

    with dg.DagsterInstance.ephemeral() as instance, dg.build_schedule_context(instance, scheduled_execution_time=struck) as context:
        requests = schedule.evaluate_tick(context).run_requests or []

    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 2 * * *", "Europe/Stockholm")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert [(request.run_key, request.tags["privacy/as_of"]) for request in requests] == [("2026-11-22", "2026-11-22")]
    assert ALL_COHORTS.items() <= requests[0].tags.items()


def test_an_asset_that_returns_a_value_fails_before_anything_is_stored() -> None:
    @dg.asset
    def leaky() -> dict[str, str]:
        return {"name": "Somebody"}

    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([leaky], resources={"io_manager": NothingStored()}, instance=instance, raise_on_error=False)

    assert not result.success


def test_our_own_error_keeps_its_words_and_any_other_loses_them() -> None:
    with pytest.raises(dg.Failure, match=r"^here: what\. hint$") as ours, speaking():
        raise StoreError("here: what. hint")
    with pytest.raises(dg.Failure) as theirs, speaking():
        raise ValueError("Astrid Lindgren")

    assert ours.value.metadata[EXIT_CODE].value == 1
    assert "Astrid" not in str(theirs.value)
    assert str(theirs.value).startswith("ValueError at test_definitions.py:")
    assert theirs.value.__suppress_context__


def test_an_input_error_is_told_from_others() -> None:
    with pytest.raises(dg.Failure) as failure, speaking():
        raise ClockError("--as-of: ahead")

    assert failure.value.metadata[EXIT_CODE].value == 2


def test_the_day_is_the_tag_else_the_clocks_else_today() -> None:
    today = date(2026, 11, 22)

    assert Clock(as_of="2026-11-20").day({"privacy/as_of": "2026-11-21"}, today) == date(2026, 11, 21)
    assert Clock(as_of="2026-11-20").day({}, today) == date(2026, 11, 20)
    assert Clock().day({}, today) == today
    with pytest.raises(ClockError, match="is not a day"):
        Clock().day({"privacy/as_of": "tomorrow"}, today)
    assert Clock().now().tzinfo is UTC


def test_the_front_door_opens_in_less_than_a_second_and_a_half_of_work_and_without_heavy_libraries() -> None:
    told = "import sys, time; import definitions; definitions.defs(); print(time.process_time()); print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()

    assert {"great_expectations", "pandas", "faker", "jinja2"}.isdisjoint(out[1].split())
    assert float(out[0]) < 2.2, "under load a process works longer; alone it takes about 1.2 s"

"""What Dagster is told, as a snapshot: a change here is a change that somebody sees in the UI."""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.definitions.freshness import CronFreshnessPolicy
from dagster._core.definitions.schedule_definition import ScheduleExecutionData
from dagster._utils.schedules import schedule_execution_time_iterator

import definitions
from assets.partitions import ALL_COHORTS
from assets.resources import Clock, House, NothingStored
from assets.station import EXIT_CODE, speaking
from privacy_pipelines.errors import ClockError, StoreError
from privacy_pipelines.retention.cohorts import COHORTS

ROOT = Path(__file__).resolve().parents[2]
DEFS = definitions.defs()

STATIONS = {
    "landing": ("arrive", [], ["csv"]),
    "inbox": ("arrive", ["landing"], ["csv", "duckdb"]),
    "facts": ("decide", ["inbox"], ["duckdb"]),
    "decisions": ("decide", ["facts", "policy"], ["duckdb", "sql"]),
    "policy": ("decide", [], ["yaml"]),
    "plan": ("guard", ["decisions"], ["duckdb"]),
    "generation": ("collect", ["plan"], ["duckdb"]),
    "proof": ("prove", ["generation"], ["duckdb"]),
    "published": ("publish", ["proof"], ["parquet"]),
    "metrics": ("measure", ["proof"], ["duckdb"]),
    "report": ("show", ["metrics"], ["html"]),
}
OWN_CHECKS = {
    "decisions": {"cohorts_up_to_date"},
    "inbox": {"extracts_arrived", "tables_hold_together"},
    "plan": {"plan_is_sane", "nothing_withheld"},
    "proof": {"nothing_left_behind_is_there"},
    "metrics": {"no_cells_without_a_ground", "nothing_overdue", "nothing_came_back", "evidence_holds"},
}


def specs() -> dict[str, dg.AssetSpec]:
    """The stations; the policy's tables are in test_tables.py."""
    return {spec.key.to_user_string(): spec for spec in DEFS.resolve_all_asset_specs() if len(spec.key.path) == 1}


def stations() -> list[dg.AssetsDefinition]:
    return [one for one in DEFS.assets or () if isinstance(one, dg.AssetsDefinition)]


def checks() -> dict[str, dg.AssetCheckSpec]:
    return {spec.name: spec for definition in stations() for spec in definition.check_specs}


def test_the_stations_stand_in_the_order_of_the_way() -> None:
    found = {
        name: (spec.group_name, [dep.asset_key.to_user_string() for dep in spec.deps if len(dep.asset_key.path) == 1], sorted(spec.kinds))
        for name, spec in specs().items()
    }

    assert found == STATIONS


def test_every_station_says_what_it_is_and_whose() -> None:
    # Dagster 1.13 takes no owner of an observable source asset.
    assert all(spec.description and spec.owners == ["team:privacy"] for name, spec in specs().items() if name != "policy")
    assert specs()["policy"].description


def test_every_station_runs_once_for_a_range_and_alone() -> None:
    for definition in stations():
        assert definition.backfill_policy == dg.BackfillPolicy.single_run(), definition.key
        assert definition.op.pool == "store", definition.key


def test_days_and_cohorts_cut_one_asset_each() -> None:
    cut = {name: spec.partitions_def for name, spec in specs().items() if spec.partitions_def}

    assert set(cut) == {"landing", "policy", "decisions"}
    assert isinstance(cut["landing"], dg.DailyPartitionsDefinition)
    assert cut["policy"] == cut["decisions"] == dg.StaticPartitionsDefinition(list(COHORTS))
    assert len(COHORTS) < 100, "at 100 Dagster stops comparing what is out of date"


def test_what_would_destroy_on_a_wrong_answer_blocks() -> None:
    found = checks()

    assert {name for name, spec in found.items() if spec.blocking} == {"plan_is_sane", "nothing_left_behind_is_there"}
    for asset, names in OWN_CHECKS.items():
        assert {name for name, spec in found.items() if spec.asset_key == dg.AssetKey(asset)} == names


def test_the_proof_and_what_is_published_are_promised_for_every_morning() -> None:
    promised = {name: spec.freshness_policy for name, spec in specs().items() if spec.freshness_policy}

    assert set(promised) == {"proof", "published"}
    assert {(p.deadline_cron, p.timezone) for p in promised.values() if isinstance(p, CronFreshnessPolicy)} == {
        ("0 6 * * *", "Europe/Stockholm")
    }


def test_the_night_takes_every_station_but_the_days_by_hand() -> None:
    night = DEFS.resolve_job_def("night")

    assert {key.to_user_string() for key in night.asset_layer.executable_asset_keys} == set(STATIONS) - {"landing", "policy"}
    assert night.partitions_def == dg.StaticPartitionsDefinition(list(COHORTS))
    assert night.tags["privacy/alone"] == "night"


def test_deciding_again_takes_decisions_alone_and_can_collect_nothing() -> None:
    again = DEFS.resolve_job_def("redecide")

    assert {key.to_user_string() for key in again.asset_layer.executable_asset_keys} == {"decisions"}
    assert again.partitions_def == dg.StaticPartitionsDefinition(list(COHORTS))


def test_the_sensor_watches_the_policy_and_can_ask_for_nothing_else() -> None:
    sensor = DEFS.resolve_sensor_def("policy_watch")

    assert [target.job_name for target in sensor.targets] == ["redecide"]
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
    assert sensor.minimum_interval_seconds == 5


def test_the_night_runs_at_half_past_two_in_stockholm_unless_somebody_stops_it(tmp_path: Path) -> None:
    schedule = DEFS.resolve_schedule_def("nightly")
    assert isinstance(schedule, dg.ScheduleDefinition)
    struck = datetime(2026, 11, 22, 2, 30, tzinfo=ZoneInfo("Europe/Stockholm"))

    requests = struck_at(schedule, struck, tmp_path).run_requests or []

    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 2 * * *", "Europe/Stockholm")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert [(request.run_key, request.tags["privacy/as_of"]) for request in requests] == [("2026-11-22", "2026-11-22")]
    assert ALL_COHORTS.items() <= requests[0].tags.items()


def test_jobs_schedules_and_sensors() -> None:
    assert {job.name for job in DEFS.jobs or ()} == {"night", "redecide", "approve", "housekeeping"}
    assert {one.name: one.default_status.value for one in DEFS.schedules or () if isinstance(one, dg.ScheduleDefinition)} == {
        "nightly": "RUNNING",
        "tidy": "RUNNING",
    }
    assert {one.name: one.default_status.value for one in DEFS.sensors or ()} == {"alerts": "RUNNING", "policy_watch": "RUNNING"}


@pytest.mark.parametrize(
    ("before", "strikes"),
    [
        (date(2027, 3, 27), "2027-03-28 03:00:00+02:00"),  # 02:30 is no time of this night: the clock goes from two to three
        (date(2026, 10, 24), "2026-10-25 02:30:00+01:00"),  # 02:30 comes twice: the second one counts
    ],
)
def test_the_night_of_a_changed_clock_strikes_once(before: date, strikes: str, tmp_path: Path) -> None:
    """As the daemon computes its ticks."""
    schedule = DEFS.resolve_schedule_def("nightly")
    assert isinstance(schedule, dg.ScheduleDefinition)
    noon = datetime.combine(before, time(12), tzinfo=ZoneInfo("Europe/Stockholm"))

    ticks = schedule_execution_time_iterator(noon.timestamp(), schedule.cron_schedule, schedule.execution_timezone, ascending=True)
    first, second = islice(ticks, 2)

    assert str(first) == strikes
    assert second.date() == before + timedelta(days=2)
    requests = struck_at(schedule, first, tmp_path).run_requests or []
    assert [request.tags["privacy/as_of"] for request in requests] == [(before + timedelta(days=1)).isoformat()]


def struck_at(schedule: dg.ScheduleDefinition, at: datetime, store: Path) -> ScheduleExecutionData:
    """What a tick asks for."""
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_schedule_context(instance, scheduled_execution_time=at, resources={"house": House(store=str(store))}) as context,
    ):
        return schedule.evaluate_tick(context)


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
    def today() -> date:
        return date(2026, 11, 22)

    assert Clock(as_of="2026-11-20").day({"privacy/as_of": "2026-11-21"}, today) == date(2026, 11, 21)
    assert Clock(as_of="2026-11-20").day({}, today) == date(2026, 11, 20)
    assert Clock().day({}, today) == today()
    with pytest.raises(ClockError, match="is not a day"):
        Clock().day({"privacy/as_of": "tomorrow"}, today)
    assert Clock().now().tzinfo is UTC


def test_the_front_door_opens_without_heavy_libraries() -> None:
    told = "import sys; import definitions; definitions.defs(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()

    assert "definitions" in loaded
    assert {"great_expectations", "pandas", "faker", "jinja2"}.isdisjoint(loaded)

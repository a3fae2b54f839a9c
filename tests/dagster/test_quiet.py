"""A quiet night goes through the same job, and says that it was one."""

from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest

import definitions
from assets.partitions import ALL_COHORTS
from privacy_pipelines.pipeline import last_night
from schedules.home import prepare
from schedules.shell import QUIET
from tests.dagster.watching import out_of_sync
from tests.trials.company import FIRST, HEADERS, build, rows_of


def test_a_quiet_night_takes_every_station_of_the_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = build(tmp_path / "company", 30)
    days = [(date.fromisoformat(FIRST) + timedelta(days=number)).isoformat() for number in range(4)]
    for day in days:
        for table, rows in rows_of(30, FIRST).items():
            company.extract(table, day, "\n".join((HEADERS[table], *rows)))
        if day != days[-1]:
            company.night(day)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    for name in ("policies", "store", "extracts"):
        monkeypatch.setenv(f"PRIVACY_PIPELINES_{name.upper()}", str(company.root / name))
    prepare()
    defs, checked = definitions.defs(), dg.AssetCheckKey(dg.AssetKey("decisions"), "cohorts_up_to_date")
    with dg.DagsterInstance.get() as instance:
        job = defs.resolve_job_def("night")
        ran = job.execute_in_process(run_config=QUIET, instance=instance, tags={**ALL_COHORTS, "privacy/as_of": days[-1]})
        unsynced = out_of_sync(instance, defs)
        said = instance.event_log_storage.get_latest_asset_check_execution_by_key([checked])[checked].evaluation
        proved = instance.get_latest_materialization_event(dg.AssetKey("proof"))
    last = last_night(company.paths)
    assert ran.success
    assert last is not None
    assert (last.as_of.isoformat(), last.run, last.record["repeats"]) == (days[-1], ran.run_id, "night-3")
    assert unsynced == []
    assert said is not None
    assert (said.passed, said.metadata["cohorts_out_of_date"].value) == (True, 0)
    assert proved is not None
    assert proved.asset_materialization is not None
    assert proved.asset_materialization.metadata["quiet"].value is True

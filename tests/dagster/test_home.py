"""The home that one command makes, what it says about one that is not right, and what is forgotten in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.run_coordinator import QueuedRunCoordinator

import definitions
from schedules import home, housekeeping
from schedules.shell import QUIET


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_home_is_right_from_the_start_and_dagster_reads_it(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert home.main([]) == 0
    assert capsys.readouterr() == (f"{made}\n", "" if home.deletes_securely() else capsys.readouterr().err)

    with dg.DagsterInstance.get() as instance:
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        assert instance.run_monitoring_enabled
        assert isinstance(instance.run_coordinator, QueuedRunCoordinator)
        assert instance.run_coordinator.dequeue_interval_seconds == 1
        assert type(instance.compute_log_manager).__name__ == "NoOpComputeLogManager"
        assert instance.get_settings("retention")["sensor"]["purge_after_days"]["skipped"] == 1
    assert made.stat().st_mode & 0o777 == 0o700


def test_a_home_of_somebodys_own_stays_and_what_is_wrong_with_it_is_said(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made.mkdir()
    (made / "dagster.yaml").write_text("telemetry: {enabled: true}\nconcurrency: {pools: {default_limit: 1}}\n")

    assert home.main([]) == 0

    said = capsys.readouterr().err
    assert "telemetry.enabled is not false" in said
    assert "nux.enabled is not false" in said
    assert "compute_logs.class is not NoOpComputeLogManager" in said
    assert "default_limit" not in said
    assert (made / "dagster.yaml").read_text().startswith("telemetry: {enabled: true}")


def test_a_home_on_postgresql_keeps_its_address_out_of_the_file(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.main(["--postgresql"]) == 0

    text = (made / "dagster.yaml").read_text()
    assert "postgres_url: {env: DAGSTER_POSTGRESQL_URL}" in text
    assert "://" not in text
    monkeypatch.setenv("DAGSTER_POSTGRESQL_URL", "postgresql://me:s3cret@db.example/dagster")
    (finding,) = home.not_right(made)
    assert "does not begin with postgresql+psycopg2://" in finding
    assert "s3cret" not in finding
    assert home.main(["--postgres"]) == 2


def test_old_runs_and_refused_approvals_are_forgotten_and_the_others_stay(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.prepare()
    with dg.DagsterInstance.get() as instance:
        runs = {name: _run(instance, job, failed=failed) for name, job, failed in RUNS}
        monkeypatch.setattr(housekeeping, "datetime", _in_two_days())
        assert definitions.defs().resolve_job_def("housekeeping").execute_in_process(QUIET, instance=instance).success

        left = {name for name, run in runs.items() if instance.has_run(run)}
        assert left == {"a night", "a failed night", "an approval"}
        monkeypatch.setenv("PRIVACY_PIPELINES_KEEP_RUNS_DAYS", "1")
        assert definitions.defs().resolve_job_def("housekeeping").execute_in_process(QUIET, instance=instance).success
        assert not any(instance.has_run(run) for run in runs.values())
        assert all(not instance.all_logs(run) for run in runs.values())
        monkeypatch.setenv("PRIVACY_PIPELINES_KEEP_RUNS_DAYS", "-1")
        assert (
            not definitions.defs()
            .resolve_job_def("housekeeping")
            .execute_in_process(QUIET, instance=instance, raise_on_error=False)
            .success
        )
    if home.deletes_securely():
        kept = b"".join(path.read_bytes() for path in made.rglob("*") if path.is_file())
        assert MARK.encode() not in kept, "what was deleted is not in the files either"


MARK = "a-mark-that-nothing-else-says"
RUNS = (("a night", "night", False), ("a failed night", "night", True), ("an approval", "approve", False), ("a refusal", "approve", True))


def _run(instance: dg.DagsterInstance, job: str, *, failed: bool) -> str:
    @dg.op
    def step() -> None:
        if failed:
            raise dg.Failure(MARK)

    return dg.GraphDefinition(job, node_defs=[step]).to_job().execute_in_process(QUIET, instance=instance, raise_on_error=False).run_id


def _in_two_days() -> type[datetime]:
    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "Later":
            assert tz is UTC
            return cls.fromtimestamp((datetime.now(UTC) + timedelta(days=2)).timestamp(), UTC)

    return Later

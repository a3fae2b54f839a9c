"""Dagster's event log with its files kept open: what it writes Dagster's own reads, and the other way round."""

from __future__ import annotations

import sys
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from schedules.history import FOLDER, KEPT, OpenEventLog, open_instance
from schedules.home import prepare
from schedules.shell import QUIET


@dg.asset
def counted() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"rows": 3})


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    return prepare()


def _run(instance: dg.DagsterInstance) -> str:
    return dg.materialize([counted], instance=instance, run_config=QUIET).run_id


def _delete_and_fail(connection: Connection) -> None:
    for table in ("event_logs", "nowhere"):
        connection.execute(text(f"DELETE FROM {table}"))


def _open_files(folder: Path) -> set[str]:
    if not sys.platform.startswith("linux"):
        pytest.skip("which files are open is read from /proc")
    links = (Path(f"/proc/self/fd/{fd.name}") for fd in Path("/proc/self/fd").iterdir())
    return {name for link in links if link.exists() and (name := link.resolve().name).endswith(".db") and link.resolve().parent == folder}


def test_what_it_writes_dagsters_own_reads_and_what_that_writes_it_reads(made: Path) -> None:
    with open_instance(made) as instance:
        assert isinstance(instance.event_log_storage, OpenEventLog)
        run = _run(instance)
        theirs = SqliteEventLogStorage(str(made / FOLDER))
        events = [entry.dagster_event_type for entry in theirs.get_logs_for_run(run)]
        assert events == [entry.dagster_event_type for entry in instance.event_log_storage.get_logs_for_run(run)]
        assert dg.DagsterEventType.ASSET_MATERIALIZATION in events
        assert dg.DagsterEventType.RUN_SUCCESS in events
    with dg.DagsterInstance.get() as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
        other = _run(instance)
        ours = OpenEventLog(str(made / FOLDER))
        for one in (run, other):
            assert len(ours.get_logs_for_run(one)) == len(events)
        record = ours.get_latest_materialization_events([counted.key])[counted.key]
        assert record is not None
        assert record.run_id == other
        ours.dispose()


def test_only_the_files_of_the_last_run_stay_open_and_none_when_it_is_over(made: Path) -> None:
    folder = (made / FOLDER).resolve()
    with open_instance(made) as instance:
        runs = [_run(instance) for _ in range(3)]
        assert _open_files(folder) == {"index.db", f"{runs[-1]}.db"}
        assert len(_open_files(folder)) == KEPT
        assert len(instance.event_log_storage.get_logs_for_run(runs[0])) > 0
        instance.delete_run(runs[-1])
        assert not instance.all_logs(runs[-1])
    assert _open_files(folder) == set()
    assert not list(folder.glob("*-wal"))


def test_a_transaction_that_fails_leaves_nothing_and_the_file_is_usable(made: Path) -> None:
    with open_instance(made) as instance:
        run, log = _run(instance), instance.event_log_storage
        assert isinstance(log, OpenEventLog)
        before = len(log.get_logs_for_run(run))
        with pytest.raises(OperationalError), log.run_connection(run) as connection:
            _delete_and_fail(connection)
        assert len(log.get_logs_for_run(run)) == before


def test_a_home_that_keeps_its_history_elsewhere_keeps_it_there(made: Path, tmp_path: Path) -> None:
    with (made / "dagster.yaml").open("a") as settings:
        settings.write(f"storage: {{sqlite: {{base_dir: {tmp_path / 'elsewhere'}}}}}\n")
    with open_instance(made) as instance:
        run = _run(instance)
        assert not isinstance(instance.event_log_storage, OpenEventLog)
    assert (tmp_path / "elsewhere" / FOLDER / f"{run}.db").exists()

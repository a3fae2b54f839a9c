"""Dagster's event log on SQLite, with the two files that a run writes kept open.

Dagster's own opens a file, and makes an engine for it, for each event: a third of what its bookkeeping of a night costs. The files and
tables are the same, so either reads what the other wrote. `dagster.yaml` does not name it, for it is read by who does not know this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from dagster import DagsterInstance, StringSource
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._serdes import ConfigurableClassData
from ruamel.yaml import YAML
from sqlalchemy import Connection, Engine, QueuePool, create_engine

FOLDER = Path("history", "runs")
"""Where Dagster keeps it in its home."""
ELSEWHERE = {"storage", "event_log_storage", "instance_class"}
"""What in `dagster.yaml` says that it is kept otherwise."""
PATIENCE_S = 60
"""For another process that writes the same file; Dagster's own."""
KEPT = 2
"""The run's own file, and the one of all runs."""


def open_instance(home: Path) -> DagsterInstance:
    """The instance of a home; its event log is kept open unless `dagster.yaml` says where else it is."""
    said = YAML(typ="safe").load((home / "dagster.yaml").read_text(encoding="utf-8")) or {}
    ours = {"event_log_storage": {"module": __name__, "class": OpenEventLog.__name__, "config": {"base_dir": str(home / FOLDER)}}}
    return DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides={} if said.keys() & ELSEWHERE else ours))


class OpenEventLog(SqliteEventLogStorage):
    """The event log in `base_dir`."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._open: dict[str, Engine] = {}
        self._one_at_a_time = Lock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """As Dagster's own has it."""
        return {"base_dir": StringSource}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> OpenEventLog:
        """As Dagster makes it."""
        return cls(config_value["base_dir"], inst_data)

    def run_connection(self, run_id: str | None = None) -> AbstractContextManager[Connection]:
        """A transaction on a run's own file."""
        return self._transaction(str(run_id))

    def index_connection(self) -> AbstractContextManager[Connection]:
        """A transaction on the file of all runs together."""
        return self._transaction(INDEX_SHARD_NAME)

    def dispose(self) -> None:
        """Close what is open."""
        with self._one_at_a_time:
            while self._open:
                self._open.popitem()[1].dispose()
        super().dispose()

    @contextmanager
    def _transaction(self, shard: str) -> Iterator[Connection]:
        with self._one_at_a_time, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        """Open, or opened in the place of the one that was not asked for longest."""
        engine = self._open.pop(shard, None)
        if engine is None:
            with super().run_connection(shard):
                pass  # the file and its tables are there now
            while len(self._open) >= KEPT:
                self._open.pop(next(iter(self._open))).dispose()
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                max_overflow=0,
                connect_args={"timeout": PATIENCE_S, "check_same_thread": False},
            )
        self._open[shard] = engine
        return engine

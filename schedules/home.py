"""Dagster's home, made right before anything looks at it: no telemetry, no sign-up page, one writer, no captured output, an end of history.

python -m schedules.home                  makes it, says what is not right about one that is there, and prints where it is
python -m schedules.home --postgresql     the same with Dagster's history on the PostgreSQL server that DAGSTER_POSTGRESQL_URL names
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = """\
# Written once by `python -m schedules.home`; yours to change from here on.
telemetry: {enabled: false}
nux: {enabled: false}

# One station at a time writes the store, whichever run it belongs to; and one night at a time runs, the next one waits.
concurrency:
  pools: {granularity: op, default_limit: 1}
  runs: {tag_concurrency_limits: [{key: privacy/alone, value: night, limit: 1}]}

# Seconds until a queued run is taken: at Dagster's five, an edit of the policy with two blocks of cohorts waits ten.
run_queue: {dequeue_interval_seconds: 1}

# A run whose process was killed counts as running, and as the store's writer, until it is ended: after six hours, before the next night.
run_monitoring: {enabled: true, max_runtime_seconds: 21600, free_slots_after_run_end_seconds: 300}

# What a station prints is not kept: an error of a library may quote a record.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager

# Days. Runs and their events are forgotten by the job `housekeeping`.
retention:
  schedule: {purge_after_days: {skipped: 7, success: 90, failure: 90}}
  sensor: {purge_after_days: {skipped: 1, success: 30, failure: 90}}
  auto_materialize: {purge_after_days: {skipped: 7, success: 30, failure: 90}}
"""
POSTGRESQL = """
# Dagster's history: runs, events, schedules. The address holds a password, so it is not in this file.
storage:
  postgres: {postgres_url: {env: DAGSTER_POSTGRESQL_URL}}
"""
ADDRESS, DRIVER = "DAGSTER_POSTGRESQL_URL", "postgresql+psycopg2://"
REQUIRED: tuple[tuple[tuple[str, ...], object, str], ...] = (
    (("telemetry", "enabled"), False, "Dagster's pages would ask a server outside"),
    (("nux", "enabled"), False, "the first visitor would be asked for an e-mail address"),
    (("concurrency", "pools", "default_limit"), 1, "two stations could wait for each other's store"),
    (("compute_logs", "class"), "NoOpComputeLogManager", "what a library prints would be kept, and it may quote a record"),
)


def prepare(*, postgresql: bool = False) -> Path:
    """DAGSTER_HOME, or var/dagster of this checkout, with a `dagster.yaml`; one that is there stays as it is."""
    home = Path(os.environ.get("DAGSTER_HOME") or ROOT / "var" / "dagster").resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        unfinished = settings.with_suffix(".tmp")
        unfinished.write_text(SETTINGS + (POSTGRESQL if postgresql else ""))
        unfinished.rename(settings)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def not_right(home: Path) -> Iterator[str]:
    """What a person should mend in this home, each as where · what · hint."""
    settings = home / "dagster.yaml"
    try:
        said = YAML(typ="safe").load(settings.read_text()) or {}
    except YAMLError:
        yield f"{settings}: is no YAML. Move it away and have it written anew: python -m schedules.home"
        return
    for path, wanted, otherwise in REQUIRED:
        if _at(said, path) != wanted:
            yield f"{settings}: {'.'.join(path)} is not {str(wanted).lower() if wanted is False else wanted}, so {otherwise}"
    postgresql = "postgres" in (said.get("storage") or {})
    if postgresql and not os.environ.get(ADDRESS, DRIVER).startswith(DRIVER):
        yield f"{ADDRESS}: does not begin with {DRIVER}, so SQLAlchemy would look for another driver"
    if not postgresql and not deletes_securely():
        yield f"{home}: this Python's SQLite leaves deleted rows in its files. Take one built with SECURE_DELETE, or use --postgresql"


def deletes_securely() -> bool:
    """Whether SQLite overwrites what Dagster deletes of its own history. It is a matter of how the library was built."""
    connection = sqlite3.connect(":memory:")
    try:
        return bool(connection.execute("PRAGMA secure_delete").fetchone()[0])
    finally:
        connection.close()


def _at(said: Any, path: tuple[str, ...]) -> object:
    for name in path:
        said = said.get(name) if isinstance(said, dict) else None
    return said


def main(arguments: list[str]) -> int:
    """Make it, and say what is not right. 0, or 2 for an argument that nobody knows."""
    if set(arguments) - {"--postgresql"}:
        print("python -m schedules.home [--postgresql]", file=sys.stderr)
        return 2
    home = prepare(postgresql="--postgresql" in arguments)
    for finding in not_right(home):
        print(finding, file=sys.stderr)
    print(home)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

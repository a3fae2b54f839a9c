"""What `make nightly` runs: the Dagster night, in this process, on the real instance, so that `make ui` shows it.

    python -m schedules.shell       0 the night ended, 1 it failed or withheld something, 2 input that cannot be used

A new house with an empty drop folder gets demo extracts first, and one night for each of their days, so that there is something to see.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import dagster as dg

from assets.partitions import ALL_COHORTS
from assets.resources import Clock, House
from assets.station import EXIT_CODE, speaking
from assets.tags import AS_OF, FIRST_LOAD, WHY
from definitions import defs
from privacy_pipelines.pipeline import LastNight, last_night
from privacy_pipelines.policy.load import load
from privacy_pipelines.store.lock import write_lock
from privacy_pipelines.values import Paths
from schedules.history import open_instance
from schedules.home import prepare
from schedules.leftovers import SHELL, end_leftovers
from schedules.summary import Summary

PEOPLE, NIGHTS, SEED = 2000, 3, 1
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def main() -> int:
    """Tonight, or the demo's nights. The exit code."""
    summary = Summary()
    try:
        with speaking():
            return _nights(summary)
    except dg.Failure as failure:
        return summary.failed(failure.description or "", int(str(failure.metadata[EXIT_CODE].value)))


def _nights(summary: Summary) -> int:
    home, paths, ended = prepare(), House.from_environment().paths, list[LastNight]()
    with write_lock(home / "nightly.lock", 0), open_instance(home) as instance:
        end_leftovers(instance)
        for day in _days(paths, summary):
            with summary.running(day):
                ended.append(_night(instance, paths, day))
    return 1 if summary.ended(ended, paths, home) else 0


def _days(paths: Paths, summary: Summary) -> Iterator[date]:
    """Tonight; in a new house without extracts the demo's days, the last of which is tonight."""
    today = Clock().today(load(paths.policies).company.zone)
    if not _is_new(paths):
        yield today
        return
    from privacy_pipelines.demo import write_demo

    with summary.writing(PEOPLE):
        manifest = write_demo(paths.extracts, people=PEOPLE, nights=NIGHTS, seed=SEED, until=today)
    yield from manifest.days


def _is_new(paths: Paths) -> bool:
    """No night has ended, nothing was dropped, no database is asked. A folder that somebody named and that is not there is a mistake."""
    if last_night(paths) is not None or (not paths.extracts.exists() and os.environ.get("PRIVACY_PIPELINES_EXTRACTS")):
        return False
    if any(table.extract.format == "database" for table in load(paths.policies).tables):
        return False
    return not any(path.is_file() for path in paths.extracts.rglob("*"))


def _night(instance: dg.DagsterInstance, paths: Paths, day: date) -> LastNight:
    """One run of the job. Raises dagster.Failure."""
    first = {FIRST_LOAD: "true"} if last_night(paths) is None else {}
    tags = {**ALL_COHORTS, AS_OF: day.isoformat(), WHY: SHELL, **first}
    # What these loggers say is said better by the summary; the run itself keeps every event for the UI.
    logging.getLogger("dagster.redacted_errors").setLevel(logging.CRITICAL)
    job = defs().resolve_job_def("night")
    with _passed_over():
        result = job.execute_in_process(run_config=QUIET, instance=instance, tags=tags, raise_on_error=False)
    ended = last_night(paths)
    if not result.success or ended is None:
        raise _why(result)
    return ended


@contextmanager
def _passed_over() -> Iterator[None]:
    """Half a million objects of Dagster and its libraries stay to the end, and more are imported on the way: the collector of garbage need
    not go through all of them again and again. What lives shortly is collected as always."""
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()


def _why(result: dg.ExecuteInProcessResult) -> dg.Failure:
    """The first failure's own words, with the station before them."""
    for event in result.get_step_failure_events():
        data = event.step_failure_data
        if data.user_failure_data is not None:
            code = data.user_failure_data.metadata.get(EXIT_CODE, dg.MetadataValue.int(1))
            return dg.Failure(f"{event.step_key}: {data.user_failure_data.description}", metadata={EXIT_CODE: code})
        return dg.Failure(f"{event.step_key}: {data.error.message if data.error else 'failed'}", metadata={EXIT_CODE: 1})
    return dg.Failure(f"run {result.run_id} ended before its first station. See it with 'make ui'", metadata={EXIT_CODE: 1})


if __name__ == "__main__":
    sys.exit(main())

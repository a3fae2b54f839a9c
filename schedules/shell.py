"""What `make nightly` runs: the Dagster night, in this process, on the real instance, so that `make ui` shows it.

    python -m schedules.shell       0 the night ended, 1 it failed or withheld something, 2 input that cannot be used

A new house with an empty drop folder gets demo extracts first, and one night for each of their days, so that there is something to see.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from datetime import date

import dagster as dg

from assets.partitions import ALL_COHORTS
from assets.resources import Clock, House
from assets.station import EXIT_CODE
from assets.tags import AS_OF, FIRST_LOAD, WHY
from definitions import defs
from privacy_pipelines.errors import InputError, PrivacyPipelinesError
from privacy_pipelines.pipeline import LastNight, Paths, last_night
from privacy_pipelines.policy.load import load
from schedules.home import prepare
from schedules.summary import Summary

PEOPLE, NIGHTS, SEED = 2000, 3, 1
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class Failed(Exception):
    """A night that did not end: its station, what it said, and the exit code."""

    def __init__(self, station: str, said: str, code: int) -> None:
        super().__init__(said)
        self.station, self.said, self.code = station, said, code


def main() -> int:
    """Tonight, or the demo's nights. The exit code."""
    summary = Summary()
    try:
        paths, ended = House.from_environment().paths, list[LastNight]()
        home = prepare()
        for day in _days(paths, summary):
            with summary.running(day):
                ended.append(_night(paths, day))
        return 1 if summary.ended(ended, paths, home) else 0
    except Failed as failed:
        return summary.failed(failed.said, failed.code, station=failed.station)
    except PrivacyPipelinesError as error:
        return summary.failed(str(error), 2 if isinstance(error, InputError) else 1)


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
    """No night has ended and nothing was dropped. A folder that somebody named and that is not there is a mistake, not a new house."""
    if last_night(paths) is not None or (not paths.extracts.exists() and os.environ.get("PRIVACY_PIPELINES_EXTRACTS")):
        return False
    return not any(path.is_file() for path in paths.extracts.rglob("*"))


def _night(paths: Paths, day: date) -> LastNight:
    """One run of the job. Raises Failed."""
    first = {FIRST_LOAD: "true"} if last_night(paths) is None else {}
    tags = {**ALL_COHORTS, AS_OF: day.isoformat(), WHY: "make nightly", **first}
    # What these loggers say is said better by the summary; the run itself keeps every event for the UI.
    logging.getLogger("dagster.redacted_errors").setLevel(logging.CRITICAL)
    with dg.DagsterInstance.get() as instance:
        job = defs().resolve_job_def("night")
        result = job.execute_in_process(run_config=QUIET, instance=instance, tags=tags, raise_on_error=False)
    ended = last_night(paths)
    if not result.success or ended is None:
        raise _why(result)
    return ended


def _why(result: dg.ExecuteInProcessResult) -> Failed:
    for event in result.get_step_failure_events():
        data = event.step_failure_data
        if data.user_failure_data is not None:
            code = data.user_failure_data.metadata.get(EXIT_CODE)
            return Failed(event.step_key or "", data.user_failure_data.description or "", int(str(code.value)) if code else 1)
        return Failed(event.step_key or "", data.error.message if data.error else "failed without a word", 1)
    return Failed("", f"run {result.run_id} ended before its first station. See it in the UI", 1)


if __name__ == "__main__":
    sys.exit(main())

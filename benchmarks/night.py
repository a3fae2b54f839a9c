"""One night in a process of its own, so that its peak memory is its own: prints what it measured as JSON.

python -m benchmarks.night POLICIES STORE EXTRACTS DAY [--first-load] [--freeze FOLDER]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from privacy_pipelines import pipeline
from privacy_pipelines.metrics.openmetrics import write_openmetrics
from privacy_pipelines.observing.seen import Seen
from privacy_pipelines.report.write import write_report
from privacy_pipelines.stations import collecting
from privacy_pipelines.values import Paths

FREEZE_AFTER = "plan"


def main() -> None:
    """Run the night station by station; with `--freeze`, copy the store as it stands after the plan."""
    asked = _asked()
    at = datetime(asked.day.year, asked.day.month, asked.day.day, 3, tzinfo=UTC)
    paths = Paths(asked.policies, asked.store, asked.extracts)
    seconds: dict[str, float] = {}
    told = {"measuring": 0.0, "showing": 0.0}
    observe = collecting.observe

    def observed(*arguments: Any) -> Seen:
        """Measuring is a part of the proof's station, so it is timed where that asks for it."""
        asked_at = time.perf_counter()
        seen = observe(*arguments)
        told["measuring"] = time.perf_counter() - asked_at
        return seen

    collecting.observe = observed
    began = time.perf_counter()
    for station, _ in (_apart if asked.freeze else pipeline.night)(
        paths, run=f"bench-{asked.day}", as_of=asked.day, at=at, first_load=asked.first_load
    ):
        seconds[station] = time.perf_counter() - began
        if asked.freeze and station == FREEZE_AFTER:
            shutil.copytree(asked.store, asked.freeze)
        began = time.perf_counter()
    write_openmetrics(paths.store)
    write_report(paths.store, reports=paths.reports)
    told["showing"] = time.perf_counter() - began
    last = pipeline.last_night(paths)
    assert last is not None
    print(json.dumps({
        "seconds": seconds,
        "told": told,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "imported": sorted({"pandas", "great_expectations"} & sys.modules.keys()),
        "copied": last.record["copied"],
        "repeats": last.record["repeats"],
    }))  # fmt: skip


def _apart(paths: Paths, *, run: str, as_of: date, at: datetime, first_load: bool) -> Iterator[tuple[str, object]]:
    """The same stations, each opening the night anew: between them its file is closed, and whole."""
    yield "inbox", pipeline.inbox(paths, run=run, as_of=as_of, at=at, first_load=first_load)
    yield "checks", pipeline.check(paths, run)
    yield "facts", pipeline.gather(paths, run)
    yield "decisions", pipeline.decide(paths, run)
    yield "plan", pipeline.make_plan(paths, run)
    yield "generation", pipeline.collect(paths, run)
    yield "proof", pipeline.finish(paths, run, at=at)
    yield "published", pipeline.publish(paths, at=at)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("policies", "store", "extracts"):
        parser.add_argument(name, type=Path)
    parser.add_argument("day", type=date.fromisoformat)
    parser.add_argument("--first-load", action="store_true")
    parser.add_argument("--freeze", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""The sensor and its runs as the daemon takes them: a tick's events are stored, then its runs go, then its cursor counts."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

import definitions
from assets.resources import House
from privacy_pipelines.retention.cohorts import COHORTS
from privacy_pipelines.values import Paths
from schedules.redeciding import policy_watch
from schedules.shell import QUIET
from tests.dagster.conftest import ROOT, Place

SHORTER = ("purposes/prospecting.yaml", "period: P12M", "period: P1M")
"""An edit that concerns some cohorts."""


@dataclass(frozen=True)
class Looked:
    """What came of a look."""

    run_requests: list[dg.RunRequest]
    said: str


@dataclass
class Watched:
    """A house with a policy folder of its own, and the sensor over it."""

    place: Place
    policies: Path
    cursor: str | None = None
    keys: list[str] = field(default_factory=list)
    defs: dg.Definitions = field(default_factory=definitions.defs)

    @property
    def paths(self) -> Paths:
        return Paths(self.policies, self.place.paths.store, self.place.paths.extracts)

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.policies / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def restore(self) -> None:
        shutil.rmtree(self.policies)
        shutil.copytree(ROOT / "policies", self.policies)

    def tick(self) -> Looked:
        """One look of the sensor; its observations and its cursor count, its runs are the caller's."""
        context = dg.build_sensor_context(self.place.instance, cursor=self.cursor, resources={"house": House.from_environment()})
        found = policy_watch.evaluate_tick(context)
        for event in found.asset_events:
            self.place.instance.report_runless_asset_event(event)
        self.cursor = found.cursor or self.cursor
        return Looked(list(found.run_requests or []), found.skip_message or "")

    def again(self) -> list[str]:
        """Look, and let all runs go that are asked for; the cohorts that were out of date for Dagster in between."""
        requests = self.tick().run_requests
        between = self.unsynced()
        for request in requests:
            assert self.go(request).success
        return between

    def go(self, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
        """A requested run."""
        assert request.run_key
        assert request.run_key not in self.keys, "the daemon would take it for the run that there was"
        self.keys.append(request.run_key)
        job = self.defs.resolve_job_def("redecide")
        return job.execute_in_process(run_config=QUIET, instance=self.place.instance, tags=dict(request.tags), raise_on_error=False)

    def unsynced(self) -> list[str]:
        """The cohorts that the UI shows as out of date on account of the policy."""
        return out_of_sync(self.place.instance, self.defs)


def out_of_sync(instance: dg.DagsterInstance, defs: dg.Definitions) -> list[str]:
    """The cohorts of `decisions` that are *Unsynced* in this instance."""
    resolver = CachingStaleStatusResolver(instance, defs.resolve_asset_graph(), LoadingContextForTest(instance))
    return [name for name in COHORTS if resolver.get_status(dg.AssetKey("decisions"), name) == StaleStatus.STALE]

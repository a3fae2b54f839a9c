"""Three real nights of a small demo company; the second night's contracts are truncated, the third has an undeclared column."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from privacy_pipelines import pipeline
from privacy_pipelines.demo import write_demo
from privacy_pipelines.nights.record import Record
from privacy_pipelines.observing.points import read_points
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.report.page import Page, page
from privacy_pipelines.report.told import read_record
from privacy_pipelines.report.trail import Trail, follow
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.lock import write_lock
from privacy_pipelines.store.reading import reader

POLICIES = Path(__file__).parents[2] / "policies"
DAYS = (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22))


@dataclass(frozen=True)
class Told:
    """A night as its store tells it."""

    store: Path
    record: Record
    policy: Policy
    trail: Trail

    @property
    def page(self) -> Page:
        return page(self.record, self.policy, self.trail)


def run_nights(root: Path, policies: Path, after: Callable[[date], None]) -> None:
    paths = pipeline.Paths(policies, root / "store", root / "extracts")
    write_demo(paths.extracts, people=300, nights=len(DAYS), seed=1, until=DAYS[-1])
    for day in DAYS:
        at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        for _ in pipeline.night(paths, run=f"night-{day}", as_of=day, at=at, first_load=day == DAYS[0]):
            pass
        after(day)


def tell(store: Path) -> Told:
    opened = Store(store)
    with reader(opened) as current:
        assert current is not None
        record, policy = read_record(current.record()), current.intent.rules_document()
        measured = read_points(current.session)
        assert record.to_json() == current.session.one("SELECT body FROM cur._night.record")[0]
    return Told(store, record, policy, follow(opened.evidence, record.pin.run, measured=measured))


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, ...]:
    """The store after each of the three nights, which one worker runs for all of them."""
    base = tmp_path_factory.getbasetemp()
    kept = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "report-nights"
    with write_lock(kept.with_suffix(".lock"), 600):
        if not kept.exists():
            root, unfinished = tmp_path_factory.mktemp("nights"), tmp_path_factory.mktemp("kept")
            run_nights(root, POLICIES, lambda day: shutil.copytree(root / "store", unfinished / str(day)) and None)
            unfinished.rename(kept)
    return tuple(tell(kept / str(day)) for day in DAYS)

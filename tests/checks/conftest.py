"""One demo night, arrived once for all tests of this room; and a company for each test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from privacy_pipelines.checks.found import TableCheck
from privacy_pipelines.demo import Manifest, write_demo
from privacy_pipelines.demo.manifest import Fault
from privacy_pipelines.pipeline import check, inbox
from privacy_pipelines.values import Paths
from tests.checks.fixed import RUN, UNTIL
from tests.way.house import Company

POLICIES = Path(__file__).parents[2] / "policies"


@dataclass(frozen=True)
class Arrived:
    """The first night of the demo, staged and checked."""

    paths: Paths
    manifest: Manifest
    checks: dict[str, TableCheck]

    def planted(self, *kinds: str) -> list[Fault]:
        """That night's faults of these kinds."""
        return [fault for fault in self.manifest.faults if fault.kind in kinds and fault.day == self.manifest.days[0]]


@pytest.fixture(scope="session")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Arrived:
    folder = tmp_path_factory.mktemp("checks")
    manifest = write_demo(folder / "extracts", people=2000, nights=3, seed=1, until=UNTIL)
    paths, day = Paths(POLICIES, folder / "store", folder / "extracts"), manifest.days[0]
    inbox(paths, run=RUN, as_of=day, at=datetime.combine(day, time(2), UTC), first_load=True)
    return Arrived(paths, manifest, {one.table: one for one in check(paths, RUN)})


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """An empty company."""
    return Company(tmp_path)

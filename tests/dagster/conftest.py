"""A house of its own for a night: demo extracts of 300 people, an empty store, a Dagster home as `make` makes it."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

import definitions
from assets.landing import landing
from assets.partitions import ALL_COHORTS, ZONE
from assets.resources import House, NothingStored
from privacy_pipelines.demo import write_demo
from privacy_pipelines.pipeline import LastNight, last_night
from privacy_pipelines.values import Paths
from schedules.home import prepare
from schedules.shell import QUIET

ROOT = Path(__file__).resolve().parents[2]
TODAY = datetime.now(ZoneInfo(ZONE)).date()
FIRST, BETWEEN = TODAY - timedelta(days=2), TODAY - timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """Where everything of one test stands, and how a run is started in it."""

    root: Path
    home: Path
    instance: dg.DagsterInstance

    @property
    def paths(self) -> Paths:
        return Paths(ROOT / "policies", self.root / "store", self.root / "extracts")

    def night(self, day: date, **tags: str) -> dg.ExecuteInProcessResult:
        """The whole job, as the shell starts it."""
        return self.run((), {**ALL_COHORTS, "privacy/as_of": day.isoformat(), **tags})

    def run(self, assets: Sequence[str], tags: dict[str, str], *, key: str | None = None) -> dg.ExecuteInProcessResult:
        """Some stations of the night, or all of them."""
        return definitions.defs().resolve_job_def("night").execute_in_process(
            run_config=QUIET, instance=self.instance, tags=tags, raise_on_error=False, partition_key=key,
            asset_selection=[dg.AssetKey(name) for name in assets] or None,
        )  # fmt: skip

    def land(self, day: date) -> dg.ExecuteInProcessResult:
        """A day materialized by hand, as the UI does it."""
        return dg.materialize(
            [landing], partition_key=day.isoformat(), instance=self.instance, run_config=QUIET, raise_on_error=False,
            resources={"house": House.from_environment(), "io_manager": NothingStored()},
        )  # fmt: skip

    def last(self) -> LastNight:
        found = last_night(self.paths)
        assert found is not None
        return found

    def column(self, pattern: str, name: str) -> list[str]:
        """A column of some extracts, as it stands in the files."""
        values = []
        for path in sorted(self.paths.extracts.glob(pattern)):
            hr = path.parent.name == "hr"
            with path.open(encoding="latin-1" if hr else "utf-8", newline="") as file:
                values += [row[name] or "" for row in csv.DictReader(file, delimiter=";" if hr else ",")]
        return [value for value in values if value]


def made(root: Path, monkeypatch: pytest.MonkeyPatch, nights: int) -> Iterator[Place]:
    monkeypatch.setenv("DAGSTER_HOME", str(root / "home"))
    for name in ("store", "extracts"):
        monkeypatch.setenv(f"PRIVACY_PIPELINES_{name.upper()}", str(root / name))
    write_demo(root / "extracts", people=300, nights=nights, seed=1, until=TODAY)
    home = prepare()
    with dg.DagsterInstance.get() as instance:
        yield Place(root, home, instance)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A house in which nothing has happened yet."""
    yield from made(tmp_path, monkeypatch, 1)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A house after the demo's first and third night; the second was missed."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for place in made(tmp_path_factory.mktemp("lived"), monkeypatch, 3):
            assert place.night(FIRST, **{"privacy/first_load": "true"}).success
            assert place.night(TODAY).success
            yield place

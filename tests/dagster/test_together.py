"""A night that is not alone: a reader beside it, a lock before it, an edit of the policy meanwhile, a second night that comes too soon."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

import definitions
from assets.partitions import ALL_COHORTS, ZONE
from assets.resources import House
from privacy_pipelines.errors import StoreBusy
from privacy_pipelines.pipeline import night
from privacy_pipelines.redeciding.outlook import outlook
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader
from tests.dagster.conftest import BETWEEN, FIRST, ROOT, TODAY, made
from tests.dagster.test_night import failure_of
from tests.dagster.watching import SHORTER, Watched


@dataclass
class Seen:
    """What a reader saw of the store while a night ran."""

    generations: set[str] = field(default_factory=set)
    looks: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class Crowded:
    """A house after that night."""

    watched: Watched
    version: str
    """Of the policy that the night began with."""
    before: str
    """The generation that it began over."""
    seen: Seen


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowded]:
    root = tmp_path_factory.mktemp("crowded")
    with pytest.MonkeyPatch.context() as monkeypatch:
        policies = root / "policies"
        shutil.copytree(ROOT / "policies", policies)
        monkeypatch.setenv("PRIVACY_PIPELINES_POLICIES", str(policies))
        for place in made(root, monkeypatch, 3):
            watched = Watched(place, policies)
            assert place.night(FIRST, **{"privacy/first_load": "true"}).success
            version, before = outlook(watched.paths).policy, place.last().generation
            with _read(Store(watched.paths.store)) as seen, _locked(Store(watched.paths.store), 1.0):
                begun = place.run(["inbox", "facts"], {"privacy/as_of": TODAY.isoformat()})
                assert begun.success, failure_of(begun)
                watched.edit(*SHORTER)
                ended = place.run(
                    ["decisions", "plan", "generation", "proof", "published", "metrics"], {**ALL_COHORTS, "privacy/night": begun.run_id}
                )
                assert ended.success, failure_of(ended)
            yield Crowded(watched, version, before, seen)


@contextmanager
def _read(store: Store) -> Iterator[Seen]:
    seen, over = Seen(), threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            try:
                with reader(store) as current:
                    assert current is not None
                    seen.generations.add(current.generation.name)
            except Exception as error:
                seen.faults.append(str(error))
            seen.looks += 1

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


@contextmanager
def _locked(store: Store, seconds: float) -> Iterator[None]:
    """Somebody else writes the store for so long."""
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with store.writing(0.0):
            held.set()
            over.wait(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_readers_are_never_blocked_and_see_one_generation_or_the_next(crowded: Crowded) -> None:
    assert crowded.seen.faults == []
    assert crowded.seen.looks > 5
    assert crowded.seen.generations <= {crowded.before, crowded.watched.place.last().generation}


def test_a_night_ends_under_the_policy_that_it_began_with_and_the_edit_is_found_afterwards(crowded: Crowded) -> None:
    now_out_of_date = outlook(crowded.watched.paths)

    assert crowded.watched.place.last().record["plan"]["policy_version"] == crowded.version == now_out_of_date.written_under
    assert crowded.watched.again() == list(now_out_of_date.affected)
    assert now_out_of_date.affected
    assert crowded.watched.unsynced() == []


def test_the_days_of_a_missed_night_have_landed(crowded: Crowded) -> None:
    landed = crowded.watched.place.instance.get_materialized_partitions(dg.AssetKey("landing"))

    assert landed == {day.isoformat() for day in (FIRST, BETWEEN, TODAY)}


def test_a_second_night_is_refused_in_dagster_and_in_the_shell_and_the_first_one_goes_on(crowded: Crowded, tmp_path: Path) -> None:
    store, place = Store(crowded.watched.paths.store), crowded.watched.place
    left = store.staging / "night.duckdb"

    with store.alone(0.0):
        left.touch()
        refused = place.night(TODAY)
        with pytest.raises(StoreBusy, match="a night is in progress"):
            _alone_at_once(store)
        assert left.exists(), "the night in progress has its staging file"
    left.unlink()

    assert not refused.success
    assert "a night is in progress, and a second one would take its place" in failure_of(refused)


def test_a_tick_for_a_day_that_is_over_is_skipped(crowded: Crowded) -> None:
    schedule = definitions.defs().resolve_schedule_def("nightly")
    assert isinstance(schedule, dg.ScheduleDefinition)
    struck = datetime.combine(BETWEEN, time(2, 30), tzinfo=ZoneInfo(ZONE))

    with dg.build_schedule_context(
        crowded.watched.place.instance, scheduled_execution_time=struck, resources={"house": House.from_environment()}
    ) as context:
        told = schedule.evaluate_tick(context)

    assert not told.run_requests
    assert "decisions never go back" in (told.skip_message or "")


def _alone_at_once(store: Store) -> None:
    with store.alone(0.0):
        pass


def test_a_night_of_the_command_line_holds_the_lock_until_it_is_over_or_given_up(crowded: Crowded) -> None:
    paths, store = crowded.watched.paths, Store(crowded.watched.paths.store)

    with closing(night(paths, run="by-hand", as_of=TODAY, at=datetime.now(UTC))) as stations:
        assert next(stations)[0] == "inbox"
        with pytest.raises(StoreBusy):
            _alone_at_once(store)
    _alone_at_once(store)

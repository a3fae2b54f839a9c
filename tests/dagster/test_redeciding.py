"""From a changed policy folder to cohorts that are decided again, on a real instance, after real nights."""

import json
import shutil
from collections.abc import Iterator

import dagster as dg
import pytest

from privacy_pipelines.redeciding.outlook import outlook
from privacy_pipelines.redeciding.redecide import redecide
from privacy_pipelines.retention.cohorts import COHORTS
from tests.dagster.conftest import ROOT, TODAY, made
from tests.dagster.watching import SHORTER, Watched


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """After one night, with a policy folder that may be edited."""
    root = tmp_path_factory.mktemp("watched")
    with pytest.MonkeyPatch.context() as monkeypatch:
        policies = root / "policies"
        shutil.copytree(ROOT / "policies", policies)
        monkeypatch.setenv("PRIVACY_PIPELINES_POLICIES", str(policies))
        for place in made(root, monkeypatch, 1):
            assert place.night(TODAY, **{"privacy/first_load": "true"}).success
            yield Watched(place, policies)


@pytest.fixture
def watched(house: Watched) -> Iterator[Watched]:
    """The same; the example policy is in force again when the test is over, and everything decided as it says."""
    yield house
    house.restore()
    house.again()


def check(watched: Watched) -> dict[str, object]:
    """What the check with the number says."""
    key = dg.AssetCheckKey(dg.AssetKey("decisions"), "cohorts_up_to_date")
    record = watched.place.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert record.evaluation is not None
    return {name: value.value for name, value in record.evaluation.metadata.items()}


def test_a_night_leaves_no_cohort_out_of_date(house: Watched) -> None:
    assert house.unsynced() == []
    assert outlook(house.paths).out_of_date == ()
    assert check(house) == {"cohorts_out_of_date": 0}
    assert not house.tick().run_requests


def test_exactly_the_cohorts_of_an_edit_are_marked_and_decided_and_so_again_when_it_is_taken_back(watched: Watched) -> None:
    """A → B → A in one night: each time under keys of its own."""
    generation = watched.place.last().generation
    watched.edit(*SHORTER)

    marked = watched.again()

    affected = list(outlook(watched.paths).affected)
    assert 1 < len(affected) < len(COHORTS)
    assert marked == affected
    assert (watched.unsynced(), check(watched)) == ([], {"cohorts_out_of_date": 0})

    watched.restore()
    assert watched.again() == affected
    watched.edit(*SHORTER)
    assert watched.again() == affected
    assert watched.unsynced() == []
    assert watched.place.last().generation == generation, "nothing was collected"


def test_an_edit_that_changes_nobodys_fate_marks_nothing(watched: Watched) -> None:
    watched.edit("purposes/prospecting.yaml", "approved_by: dpo", "approved_by: board")

    assert not watched.tick().run_requests
    assert watched.unsynced() == []


def test_a_policy_that_does_not_compile_is_said_with_its_line_and_asks_for_nothing(watched: Watched) -> None:
    watched.edit("company.yaml", "zone: Europe/Stockholm", "zon: Europe/Stockholm")

    found = watched.tick()

    assert not found.run_requests
    assert "company.yaml:7: unknown key 'zon'. Did you mean 'zone'?" in found.said
    assert watched.unsynced() == []


def test_an_interrupted_backfill_resumes_and_equals_a_fresh_replay_and_what_keeps_failing_is_a_persons(watched: Watched) -> None:
    watched.edit(*SHORTER)
    affected = outlook(watched.paths).affected
    asked = [watched.tick() for _ in range(4)]
    half = affected[: len(affected) // 2]

    redecide(watched.paths, half)
    resumed = watched.tick()

    assert [bool(one.run_requests) for one in asked] == [True, True, True, False]
    assert "failed 3 times" in asked[3].said
    assert outlook(watched.paths).out_of_date == affected[len(half) :]
    assert resumed.run_requests[0].tags["dagster/asset_partition_range_start"] == affected[len(half)]
    redecide(watched.paths)
    backfilled = {name: outlook(watched.paths).seals[name] for name in affected}
    redecide(watched.paths, COHORTS)
    assert backfilled == {name: outlook(watched.paths).seals[name] for name in affected}


def test_the_impact_is_shown_in_counts_that_single_nobody_out(watched: Watched) -> None:
    watched.edit(*SHORTER)
    watched.tick()

    shown = check(watched)

    assert shown["cohorts_out_of_date"] == len(outlook(watched.paths).affected)
    assert str(shown["cohorts"]).split(", ") == list(outlook(watched.paths).affected)
    assert "purpose prospecting: period P1Y → P1M" in str(shown["impact"])
    assert "newly erasable" in str(shown["impact"])
    kept = watched.paths.store / "redecided.json"
    assert set(json.loads(kept.read_text())["changes"]) <= set(json.loads(kept.read_text())["marks"])
    assert kept.stat().st_mode & 0o077 == 0

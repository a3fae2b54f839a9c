"""`plan` shows what a night would do, and does nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time

from privacy_pipelines import pipeline
from privacy_pipelines.store.generations import Store
from tests.cli.place import NIGHT, Place, write_extracts


def _paths(here: Place) -> pipeline.Paths:
    return pipeline.Paths(here.policies, here.store, here.extracts)


def test_the_store_stays_as_it_is(company: Place, tomorrow: date) -> None:
    write_extracts(company.extracts, tomorrow, ended_on="2020-01-01")
    before, highest = company.digest(), (company.store / "HIGHEST").read_text()
    result = company.run("plan", "--as-of", tomorrow)
    assert result.exit_code == 1
    assert "What was not foreseen" in result.stdout
    assert "withheld" in result.stdout
    assert "Nothing was done" in result.stdout
    assert company.digest() == before
    assert (company.store / "HIGHEST").read_text() == highest


def test_a_night_in_progress_goes_on_undisturbed(company: Place, tomorrow: date) -> None:
    write_extracts(company.extracts, tomorrow)
    paths = _paths(company)
    pipeline.inbox(paths, run="night-1", as_of=tomorrow, at=datetime.combine(tomorrow, time(2), UTC))
    before = company.digest()
    planned = json.loads(company.run("plan", "--as-of", tomorrow, "--json").stdout)
    assert company.digest() == before
    pipeline.check(paths, "night-1")
    pipeline.gather(paths, "night-1")
    pipeline.decide(paths, "night-1")
    assert pipeline.make_plan(paths, "night-1").digest == planned["digest"]


def test_a_plan_needs_no_store(unstarted: Place) -> None:
    result = unstarted.run("plan", "--as-of", NIGHT, "--first-load")
    assert result.exit_code == 0
    assert "over an empty store" in result.stdout
    assert "What would stay" in result.stdout
    assert not unstarted.store.exists()
    assert sorted(path.name for path in unstarted.extracts.parent.iterdir()) == ["extracts", "policies"]


def test_a_first_plan_without_leave_is_the_first_night(unstarted: Place) -> None:
    planned = json.loads(unstarted.run("plan", "--as-of", NIGHT, "--json").stdout)
    night = json.loads(unstarted.night(NIGHT, "--json").stdout)
    assert planned["digest"] == night["plan_digest"]
    assert [part["digest"] for part in planned["withheld"]] == [part["digest"] for part in night["withheld"]]


def test_preview_returns_the_plan(company: Place) -> None:
    plan = pipeline.preview(_paths(company), as_of=NIGHT, today=NIGHT)
    current = Store(company.store).current()
    assert current is not None
    assert (plan.base, plan.as_of, plan.steps) == (current.name, NIGHT, ())

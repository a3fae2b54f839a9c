"""Tests of expectations in a process beside the night: that the answer is the same, that nothing is left of it, and that it can fail."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from privacy_pipelines.checks.beside import Beside, begin
from privacy_pipelines.checks.expectations import expect as expect_here
from privacy_pipelines.errors import StoreError
from privacy_pipelines.pipeline import begin_expecting, end_expecting, expect, inbox
from privacy_pipelines.policy.load import load
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.night import Night, open_night
from tests.checks.conftest import Arrived
from tests.checks.fixed import RUN, UNTIL
from tests.checks.test_expectations import CANARY, PEOPLE, PURPOSE, SOURCE
from tests.way.house import Company


@pytest.fixture
def arrived_people(company: Company) -> Company:
    """A night that has read five persons."""
    company.policy(SOURCE, rule=PURPOSE).extract("people", "2026-03-10", PEOPLE)
    inbox(company.paths, run=RUN, as_of=UNTIL, at=datetime.combine(UNTIL, time(2), UTC), first_load=True)
    return company


def spilled(company: Company) -> list[Path]:
    """What lies where the engine spills."""
    return sorted(Store(company.paths.store).spill.rglob("*"))


@contextmanager
def begun(company: Company) -> Iterator[tuple[Night, Beside]]:
    policy = load(company.paths.policies)
    with open_night(Store(company.paths.store)) as night:
        yield night, begin(night.session, policy, policy.tables, UNTIL, night.store.spill)


def instead(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Another program than this Python is begun beside the night."""
    program = folder / "instead"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))


def test_beside_the_night_the_answer_is_that_of_the_night_itself(arrived: Arrived) -> None:
    policy, day = load(arrived.paths.policies), arrived.manifest.days[0]
    tables = [policy.table(name) for name in ("crm.contacts", "hr.candidates", "hr.absences", "crm.activities")]
    with open_night(Store(arrived.paths.store)) as night:
        here = tuple(expect_here(night.session, policy, table, day) for table in tables)
        beside = begin(night.session, policy, tables, day, night.store.spill).answer()
    assert sorted(beside, key=lambda one: one.table) == sorted(here, key=lambda one: one.table)
    assert any(result.evaluated for one in here for result in one.results)


def test_it_is_begun_early_and_asked_late_and_leaves_no_row_behind(arrived_people: Company) -> None:
    begin_expecting(arrived_people.paths, RUN)
    (folder,) = [path for path in spilled(arrived_people) if path.name.startswith("expected-")]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (found,) = expect(arrived_people.paths, RUN, ["crm.people", "crm.undeclared"])
    assert (found.table, found.rows, spilled(arrived_people)) == ("crm.people", 5, [])
    assert CANARY not in repr(found)


def test_what_nobody_asks_for_is_ended_with_the_run(arrived_people: Company) -> None:
    begin_expecting(arrived_people.paths, RUN)
    end_expecting(RUN)
    assert spilled(arrived_people) == []


def test_another_night_of_the_same_run_takes_the_place_of_the_first(arrived_people: Company) -> None:
    begin_expecting(arrived_people.paths, RUN)
    begin_expecting(arrived_people.paths, RUN)
    assert len([path for path in spilled(arrived_people) if path.is_dir()]) == 1
    assert [one.rows for one in expect(arrived_people.paths, RUN, ["crm.people"])] == [5]


ENDS = {
    "killed": ("kill -9 $$", r"ended with -9 before it answered"),
    "failed": ("exit 3", r"ended with 3 before it answered"),
    "silent": ("sleep 60", r"has not answered in 1 seconds, and was ended"),
    "answered for none": ("echo '[]'", r"has not answered for crm\.people"),
    "cannot read": ("""echo '"rows cannot be read"'""", r"rows cannot be read"),
}


@pytest.mark.parametrize(("script", "says"), ENDS.values(), ids=ENDS)
def test_where_it_does_not_answer_it_says_why_and_leaves_nothing(
    arrived_people: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, says: str
) -> None:
    instead(monkeypatch, tmp_path, script)
    with begun(arrived_people) as (_, beside), pytest.raises(StoreError, match=says):
        beside.answer(patience_s=1)
    assert spilled(arrived_people) == []


def test_what_cannot_be_begun_is_an_error_of_the_store_and_leaves_nothing(arrived_people: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    with pytest.raises(StoreError, match="No such file"):
        begin_expecting(arrived_people.paths, RUN)
    assert spilled(arrived_people) == []


def test_rows_that_cannot_be_copied_are_not_begun_with(arrived_people: Company) -> None:
    policy = load(arrived_people.paths.policies)
    with open_night(Store(arrived_people.paths.store)) as night:
        night.session.run('DROP VIEW IF EXISTS tonight."crm.people"')
        night.session.run('DROP TABLE changes."crm.people"')
        with pytest.raises(StoreError):
            begin(night.session, policy, policy.tables, UNTIL, night.store.spill)
    assert spilled(arrived_people) == []

"""What must never be is planted, and everything that is read by people turns red and says what to do."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from assets.metrics import metrics
from assets.report import report
from assets.resources import Clock, House, NothingStored
from privacy_pipelines import pipeline
from privacy_pipelines.metrics.counting import faults
from privacy_pipelines.report.promises import promises
from privacy_pipelines.report.told import read_record
from privacy_pipelines.report.tongue import ENGLISH
from privacy_pipelines.report.write import write_report
from privacy_pipelines.store.engine import session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.hashes import short_hash_of
from privacy_pipelines.store.layout import DEPARTED_KEY
from tests.metrics.conftest import Lived
from tests.way.house import Company


def test_an_overdue_record_turns_the_report_red_and_it_says_what_to_do(lived: Lived, tmp_path: Path) -> None:
    (page,) = write_report(lived.company.paths.store, reports=tmp_path)
    text = re.sub(r"\s+", " ", page.read_text())
    late, oldest = (int(lived.expected.numbers[name]) for name in ("overdue", "overdue_oldest"))
    assert f"Needs a person: {late} rows past their deadline and 1 part withheld" in text
    assert 'class="verdict needs"' in text
    assert f"the oldest by {oldest} days; see what keeps them: approve the parts that are right" in text
    assert text.index('id="withheld"') < text.index('id="erased"')
    broken = re.findall(r'<li class="broken">.*?</li>', text)
    assert len(broken) == 3
    assert all("What to do:" in one for one in broken)
    assert len(page.read_bytes()) < 1_000_000


def test_the_broken_promises_are_those_and_no_others(lived: Lived) -> None:
    told = promises(read_record(lived.night.record), ENGLISH)
    assert [one.title for one in told if not one.kept] == [
        "We keep it no longer than we said", "Nobody loses what must be kept", "The sources delete it too",
    ]  # fmt: skip
    assert all(bool(one.advice) is not one.kept for one in told)


def test_an_overdue_record_turns_dagsters_check_red_with_numbers_pictures_and_advice(lived: Lived, tmp_path: Path) -> None:
    paths = lived.company.paths
    house = House(policies=str(paths.policies), store=str(paths.store), extracts=str(paths.extracts), textfiles=str(tmp_path))
    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize(
            [metrics, report], instance=instance, resources={"house": house, "clock": Clock(), "io_manager": NothingStored()}
        )
    checks = {one.check_name: one for one in done.get_asset_check_evaluations()}
    assert {name for name, one in checks.items() if not one.passed} == {"nothing_overdue"}
    assert "privacy-pipelines approve" in (checks["nothing_overdue"].description or "")
    (made,) = done.asset_materializations_for_node("metrics")
    assert made.metadata["overdue"].value == lived.expected.numbers["overdue"]
    assert made.metadata["purpose_coverage"].value == pytest.approx(lived.expected.numbers["purpose_coverage"])
    assert made.metadata["over_retention"].value == lived.expected.numbers["over_retention"]
    for name in ("due_chart", "over_retention_chart"):
        assert "(data:image/png;base64," in str(made.metadata[name].value)
    assert "days" in str(made.metadata["worklists_chart"].value)
    assert (tmp_path / "privacy_pipelines.prom").is_file()
    (shown,) = done.asset_materializations_for_node("report")
    assert "(data:image/png;base64," in str(shown.metadata["due_chart"].value)


PEOPLE = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: rule}
      name: {category: user.name, serves: rule}
      left_on: {category: user.workplace, serves: rule, type: date}
    events: {left: left_on}
"""
RULE = "starting_point: {event: left, of: record}"


def test_who_comes_back_on_a_ground_of_their_own_is_counted_and_is_no_resurrection(company: Company) -> None:
    company.policy(PEOPLE, rule=RULE)
    company.extract("people", "2026-03-01", "id,name,left_on\nP1,Anna,2026-03-02\nP2,Bo,2027-01-01")
    company.night("2026-03-01")
    company.extract("people", "2026-03-03", "id,name,left_on\nP1,Anna,2026-03-02\nP2,Bo,2027-01-01")
    gone = company.night("2026-03-03").metrics
    company.extract("people", "2026-03-04", "id,name,left_on\nP1,Anna,2027-03-02\nP2,Bo,2027-01-01")
    back = company.night("2026-03-04").metrics
    assert (gone["erased"], gone["erased_after_max"], gone["returned"]) == (1, 1, 0)
    assert (back["kept"], back["returned"], back["resurrections"]) == (2, 1, 0)


def test_a_row_that_the_index_still_calls_departed_is_a_resurrection(company: Company) -> None:
    company.policy(PEOPLE, rule=RULE)
    company.extract("people", "2026-03-01", "id,name,left_on\nP2,Bo,2027-01-01")
    company.night("2026-03-01")
    company.extract("people", "2026-03-02", "id,name,left_on\nP1,Anna,2027-03-02\nP2,Bo,2027-01-01")
    at, day = datetime(2026, 3, 2, 2, tzinfo=UTC), date(2026, 3, 2)
    for station, _ in pipeline.night(company.paths, run="planted", as_of=day, at=at):
        if station == "generation":
            _plant(company)
    last = pipeline.last_night(company.paths)
    assert last is not None
    assert last.metrics["resurrections"] == 1
    (page,) = write_report(company.paths.store, reports=company.paths.reports)
    assert "Needs a person: 1 erased row is back" in page.read_text()


def _plant(company: Company) -> None:
    """As if the index had not let go of who just entered."""
    store = Store(company.paths.store)
    hashed = short_hash_of(store.secret(DEPARTED_KEY), "crm.people", ("P1",))
    with session(store.root / "gen-000002.duckdb") as opened:
        opened.run(
            'INSERT INTO _night.departed (key_hash, "table", cluster, fields, left_on, was_stored, asked, expires_on, policy_version) '
            "VALUES (CAST(? AS UUID), 'crm.people', '', '', DATE '2026-02-01', true, 0, DATE '2026-12-01', '')",
            [hashed],
        )


UNKNOWN = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: rule}
  contracts:
    key: id
    links: {person_id: people}
    fields:
      id: {category: user.unique_id, serves: rule}
      person_id: {category: user.unique_id, serves: rule}
      ended_on: {category: user.workplace, serves: rule, type: date}
    events: {ended: ended_on}
"""


def test_what_is_undetermined_since_tonight_falls_due_when_its_ceiling_is_reached(company: Company) -> None:
    ceiling = "undetermined: {restrict: P3M, from: first_seen}"
    company.policy(UNKNOWN, company=ceiling, rule="starting_point: {event: ended, of: subject}")
    company.extract("people", "2026-03-10", "id\nP1\nP2")
    company.extract("contracts", "2026-03-10", "id,person_id,ended_on\nC1,P2,2026-07-31")
    night = company.night("2026-03-10")
    assert night.metrics["undetermined"] == 1
    assert night.metrics["undetermined_share"] == pytest.approx(1 / 3, abs=1e-6)
    due = [(one["month"], one["table"], one["records"]) for one in night.record["seen"]["due"]]
    assert due == [("2026-06", "crm.people", 1), ("2026-08", "crm.contracts", 1), ("2026-08", "crm.people", 1)]


def test_a_wrong_log_is_a_fault_of_the_verification(lived: Lived) -> None:
    from dataclasses import replace

    record = read_record(lived.night.record)
    assert faults(record) == 0
    assert faults(replace(record, seen=replace(record.seen, log_faults=1))) == 1

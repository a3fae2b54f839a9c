"""Great Expectations on new and changed rows, through the real way: exactly what was planted, in counts, and never a value."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path

import pandas as pd
import pytest

from privacy_pipelines.checks.expectations import TableExpectations, expect
from privacy_pipelines.checks.great import count
from privacy_pipelines.checks.specs import Kind, Spec
from privacy_pipelines.pipeline import expect as expect_tonight, inbox
from privacy_pipelines.policy.load import load
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.night import open_night
from tests.checks.conftest import Arrived
from tests.checks.fixed import RUN, UNTIL
from tests.way.house import Company

PLANTED = {"malformed_email": "format", "double_encoded": "encoded_once", "sentinel_date": "known_date", "not_accepted": "accepted"}
CANARY = "Kanariefågel"
SOURCE = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: rule}
      number: {category: user.government_id.national_identification_number, serves: rule, type: personal_number}
      title: {category: user.workplace, serves: rule}
      seen_at: {category: user.behavior, serves: rule, type: timestamp}
      cv: {category: user.content, serves: rule, free_text: true, contains: [user.contact.email]}
      notes: {category: user.content, serves: rule, free_text: true}
    events: {seen: seen_at}
"""
PURPOSE = """
starting_point: {event: seen, of: record}
on_missing_event: {restrict: P10Y, from: first_seen}
justification: needed by a test
"""
PEOPLE = f"""
id,number,title,seen_at,cv,notes
P1,19811228-9874,{CANARY},2026-01-01 10:00,write to me: x@y.example,call
P2,19811228-9875,chef,2026-01-01 10:00,,{CANARY} x@y.example 19811228-9874
P3,,{CANARY} 811228-9874,1900-01-01 00:00,,
P4,soon,boss@y.example,1929-12-31 23:59,,
P5,811228-9874,chef,2090-01-01 00:00,,
"""


@pytest.fixture(scope="session")
def expected(arrived: Arrived) -> dict[str, TableExpectations]:
    tables = [table.id for table in load(arrived.paths.policies).tables]
    return {one.table: one for one in expect_tonight(arrived.paths, RUN, tables)}


def unexpected(found: TableExpectations) -> dict[tuple[str, str], int]:
    return {(result.column, result.kind.value): result.unexpected for result in found.results if not result.passed}


def test_exactly_the_planted_faults_are_found(arrived: Arrived, expected: dict[str, TableExpectations]) -> None:
    planted = {(fault.table, fault.column, PLANTED[fault.kind]): fault.count for fault in arrived.planted(*PLANTED)}
    assert {kind for *_, kind in planted} == set(PLANTED.values())
    found = {(table, *what): count for table, one in expected.items() for what, count in unexpected(one).items()}
    assert found == planted
    assert not any(one.raised for one in expected.values())


def test_row_by_row_and_whole_table_agree_on_what_is_not_accepted(arrived: Arrived, expected: dict[str, TableExpectations]) -> None:
    by_row = {(t, r.column): r.unexpected for t, one in expected.items() for r in one.results if r.kind is Kind.ACCEPTED}
    assert by_row == {(t, one.column): one.arrived for t, check in arrived.checks.items() for one in check.outside}


def test_no_value_of_a_record_is_in_a_result(expected: dict[str, TableExpectations]) -> None:
    said = repr(expected) + json.dumps([asdict(one) for one in expected.values()], default=str)
    for value in ("saknas", "kanske", "Ã", "9999", "postlada"):
        assert value not in said


def test_in_batches_the_counts_are_those_of_a_single_batch(arrived: Arrived, expected: dict[str, TableExpectations]) -> None:
    policy = load(arrived.paths.policies)
    with open_night(Store(arrived.paths.store)) as night:
        day = arrived.manifest.days[0]
        assert expect(night.session, policy, policy.table("crm.activities"), day, rows=2048) == expected["crm.activities"]


def test_each_kind_of_fault_is_counted_once_and_what_is_declared_is_let_through(
    company: Company, capfd: pytest.CaptureFixture[str]
) -> None:
    company.policy(SOURCE, rule=PURPOSE).extract("people", "2026-03-10", PEOPLE)
    inbox(company.paths, run=RUN, as_of=UNTIL, at=datetime.combine(UNTIL, time(2), UTC), first_load=True)
    (found,) = expect_tonight(company.paths, RUN, ["crm.people", "crm.undeclared"])
    assert unexpected(found) == {
        ("number", "format"): 1,
        ("number", "check_digit"): 1,
        ("seen_at", "known_date"): 1,
        ("seen_at", "plausible_date"): 2,
    }
    assert found.rows == 5
    assert {result.evaluated for result in found.results if result.column == "number"} == {4, 3}
    output = "".join(capfd.readouterr()) + repr(found)
    assert CANARY not in output
    assert "boss@" not in output


def test_an_expectation_that_raises_has_not_passed_and_says_only_of_what_type(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    frame = pd.DataFrame({"name": [CANARY, None]})
    broken = Spec("name", Kind.FORMAT, "error", "has a pattern that is none", pattern="((")
    missing = Spec(f"{CANARY}", Kind.REQUIRED, "error", "is a column that is not there")
    sound = Spec("name", Kind.ENCODED_ONCE, "warn", "was encoded once", pattern="@")
    found = count(frame, (broken, missing, sound))
    assert [(one.evaluated, one.unexpected) for one in found] == [(0, 0), (0, 0), (1, 0)]
    assert found[0].exception in ("error", "PatternError", "MetricResolutionError", "Exception")
    assert found[1].exception
    assert not found[2].exception
    assert CANARY not in repr(found) + "".join(capfd.readouterr()) + caplog.text


def test_the_night_without_dagster_imports_neither_pandas_nor_great_expectations(tmp_path: Path) -> None:
    script = """
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
import privacy_pipelines.cli
from privacy_pipelines.demo import write_demo
from privacy_pipelines.pipeline import night
from privacy_pipelines.values import Paths
day, root = date(2026, 3, 10), Path(sys.argv[1])
write_demo(root / "extracts", people=200, nights=1, seed=1, until=day)
paths = Paths(Path("policies"), root / "store", root / "extracts")
stations = dict(night(paths, run="r", as_of=day, at=datetime(2026, 3, 10, 2, tzinfo=UTC), first_load=True))
assert len(stations["checks"]) > 10, stations["checks"]
print(sorted({"pandas", "great_expectations", "dagster"} & set(sys.modules)))
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=root, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr[-2000:]

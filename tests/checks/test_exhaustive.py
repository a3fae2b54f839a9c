"""Whole tables, as they would stand tonight: counts and sentences, through the real way."""

from __future__ import annotations

import json
from dataclasses import asdict

from privacy_pipelines.checks.found import Orphans, Outside, TableCheck, as_note, from_note, sentences
from tests.checks.conftest import Arrived
from tests.way.house import Company

SOURCE = """
tables:
  firms:
    key: id
    fields:
      id: {category: system.operations}
      size: {category: system.operations, accepted: [small, large]}
  people:
    key: id
    subject: customer
    links: {firm_id: firms}
    fields:
      id: {category: user.unique_id, serves: rule}
      firm_id: {category: user.unique_id, serves: rule}
      left_on: {category: user.workplace, serves: rule, type: date}
    events: {left: left_on}
"""
RULE = "starting_point: {event: left, of: record}\non_missing_event: {restrict: P10Y, from: first_seen}"


def arrive(company: Company, day: str, firms: str, people: str) -> dict[str, TableCheck]:
    company.extract("firms", day, f"id,size\n{firms}")
    company.extract("people", day, f"id,firm_id,left_on\n{people}")
    company.night(day)
    return {one.table: one for one in company.stations["checks"]}


def test_a_clean_company_has_nothing_to_say(company: Company) -> None:
    company.policy(SOURCE, rule=RULE)
    found = arrive(company, "2026-03-01", "F1,small\nF2,", "P1,F1,\nP2,,\nP3,F2,")
    assert [(one.rows, one.faults, one.stored, one.before, one.volume, one.findings) for one in found.values()] == [
        (2, 0, 0, 0, None, ()),
        (3, 0, 0, 0, None, ()),
    ]


def test_a_link_into_nothing_is_an_orphan_and_told_on_the_night_it_arrives(company: Company) -> None:
    company.policy(SOURCE, rule=RULE)
    people = "P1,F1,\nP2,F9,\nP3,F8,"
    found = arrive(company, "2026-03-01", "F1,small", people)["crm.people"]
    assert found.orphans == (Orphans("firm_id", "crm.firms", rows=2, arrived=2),)
    assert found.findings == (
        "crm.people.firm_id: 2 new or changed rows name no row of crm.firms. Have the reference corrected at the source",
    )

    found = arrive(company, "2026-03-02", "F1,small", f"{people}\nP4,F7,")["crm.people"]
    assert found.orphans == (Orphans("firm_id", "crm.firms", rows=3, arrived=1),)
    assert (found.stored, found.before) == (3, 3)


def test_a_value_outside_is_told_every_night_until_it_is_corrected(company: Company) -> None:
    company.policy(SOURCE, rule=RULE)
    found = arrive(company, "2026-03-01", "F1,huge\nF2,small\nF3,", "P1,F1,")["crm.firms"]
    assert found.outside == (Outside("size", rows=1, arrived=1),)
    found = arrive(company, "2026-03-02", "F1,huge\nF2,small\nF3,", "P1,F1,")["crm.firms"]
    assert found.outside == (Outside("size", rows=1, arrived=0),)
    assert [finding.split(".")[0:2] for finding in found.findings] == [["crm", "firms"]]
    assert not arrive(company, "2026-03-03", "F1,large\nF2,small\nF3,", "P1,F1,")["crm.firms"].findings


def test_a_snapshot_that_grows_beyond_the_guard_is_told(company: Company) -> None:
    company.policy(SOURCE, rule=RULE)
    arrive(company, "2026-03-01", "F1,small", "\n".join(f"P{n},F1," for n in range(10)))
    found = arrive(company, "2026-03-02", "F1,small", "\n".join(f"P{n},F1," for n in range(12)))["crm.people"]
    assert (found.volume, found.findings) == (1.2, ())
    found = arrive(company, "2026-03-03", "F1,small", "\n".join(f"P{n},F1," for n in range(20)))["crm.people"]
    assert found.findings == ("crm.people: 20 rows where 12 were last night. Ask the table's owner whether that is right",)


def test_what_is_found_joins_the_findings_of_the_plan(company: Company) -> None:
    company.policy(SOURCE, rule=RULE)
    found = arrive(company, "2026-03-01", "F1,huge", "P1,F9,")
    assert {said for one in found.values() for said in one.findings} <= set(company.stations["plan"].findings)


def test_every_planted_orphan_and_unaccepted_value_is_counted(arrived: Arrived) -> None:
    planted = arrived.planted("orphan", "not_accepted")
    assert {fault.kind for fault in planted} == {"orphan", "not_accepted"}
    for fault in planted:
        check = arrived.checks[fault.table]
        if fault.kind == "not_accepted":
            assert {one.column: one.rows for one in check.outside}[fault.column] == fault.count
        else:  # rows in quarantine leave orphans too
            assert {one.column: one.rows for one in check.orphans}[fault.column] >= fault.count
    assert sum(one.rows for check in arrived.checks.values() for one in check.outside) == len(arrived.planted("not_accepted"))


def test_keys_are_whole_because_arrival_saw_to_it(arrived: Arrived) -> None:
    assert {(check.null_keys, check.duplicate_keys) for check in arrived.checks.values()} == {(0, 0)}
    assert all(check.rows for table, check in arrived.checks.items() if table != "crm.contracts")


def test_a_damaged_store_is_named() -> None:
    check = TableCheck("crm.people", 5, 1, 2, 0, 0, (), ())
    assert [said.split(". ")[0] for said in sentences(check, None)] == [
        "crm.people: 1 rows have no key",
        "crm.people: 2 rows repeat another row's key",
    ]


def test_the_note_of_the_night_gives_the_same_values_back(arrived: Arrived) -> None:
    checks = tuple(arrived.checks.values())
    assert from_note(json.loads(json.dumps(as_note(checks)))) == checks
    assert from_note(None) == ()


def test_no_value_of_a_record_is_in_what_was_found(arrived: Arrived) -> None:
    said = json.dumps([asdict(check) for check in arrived.checks.values()])
    for value in ("A9999999", "C9999999", "paused", "kanske", "saknas", "@"):
        assert value not in said

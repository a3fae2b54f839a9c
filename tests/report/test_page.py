"""The page as a value: what a real night's report says, before any markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from privacy_pipelines.collector.guard import FIRST_LOAD
from privacy_pipelines.collector.prove import Check
from privacy_pipelines.collector.undeclared import UNDECLARED
from privacy_pipelines.evidence.verification import Verification
from privacy_pipelines.extracts.arrivals import Quarantined
from privacy_pipelines.extracts.merge import Vanished
from privacy_pipelines.metrics.registry import measure
from privacy_pipelines.policy.model import Hold
from privacy_pipelines.report.arrived import LINES_SHOWN
from privacy_pipelines.report.page import page
from privacy_pipelines.retention.plan import Action, Part
from tests.report.conftest import Told

UNFORESEEN = Part("crm.contacts", "customer_relationship", 1630, 212, 642, 20, "a" * 64, True, "unexpected_erasure")
NEW_TABLE = Part("crm.contacts", FIRST_LOAD, 0, 0, 0, 0, "d" * 64, True, FIRST_LOAD)
DROPPED = Part("crm.contacts", UNDECLARED, 40, 40, 40, 0, "e" * 64, True, UNDECLARED)
HELD = Part("crm.contracts", "lawsuit", 44, 12, 12, 0, "c" * 64, True, "held")
LAWSUIT = Hold("lawsuit", "litigation", "general_counsel", date(2027, 1, 1), ("crm.contracts",), date(2026, 1, 1))


def withheld(told: Told, *parts: Part) -> Told:
    return replace(told, record=replace(told.record, plan=replace(told.record.plan, parts=parts)))


def logged(told: Told) -> Told:
    """The same night with a log that holds its (changed) plan."""
    own = replace(told.trail.nights[0], plan_digest=told.record.plan.digest)
    return replace(told, trail=replace(told.trail, nights=(own, *told.trail.nights[1:])))


def test_a_night_without_needs_is_a_good_night(nights: tuple[Told, ...]) -> None:
    verdict = nights[2].page.verdict
    assert (verdict.good, verdict.headline, verdict.needs) == (True, "Good night", ())


def test_a_refused_extract_needs_a_person_and_says_which_file(nights: tuple[Told, ...]) -> None:
    verdict = nights[1].page.verdict
    assert verdict.headline == "Needs a person: 1 extract refused"
    assert verdict.needs[0].advice == "have crm/contracts-2026-11-21.csv sent again"


def test_a_refused_extract_is_made_good_by_a_newer_one(nights: tuple[Told, ...]) -> None:
    found = [one for one in nights[2].page.extracts if one.arrival.refused]
    assert [(one.arrival.day, one.superseded, one.refused) for one in found] == [(date(2026, 11, 21), True, False)]


def test_what_is_worth_a_look_is_said_without_spoiling_the_night(nights: tuple[Told, ...]) -> None:
    texts = " ".join(note.text for note in nights[2].page.verdict.notes)
    assert "1 undeclared column kept out" in texts
    assert "in quarantine" in texts


def test_the_sums_of_the_erased_are_the_plans(nights: tuple[Told, ...]) -> None:
    told = nights[2]
    lines = [line for table in told.page.erased for loss in table.losses for line in loss.lines]
    assert sum(line.cells for line in lines) == told.record.plan.total((Action.ERASE_ROW, Action.ERASE_FIELD), "cells") > 0
    assert sum(table.rows for table in told.page.erased) == measure(told.record)["erased"]
    assert all(table.rows <= table.of for table in (*told.page.erased, *told.page.refused))


def test_every_erased_cluster_says_its_purposes_period_basis_and_source(nights: tuple[Told, ...]) -> None:
    clusters = [loss.cluster for table in (*nights[2].page.erased, *nights[2].page.refused) for loss in table.losses]
    assert clusters
    for cluster in clusters:
        assert cluster.fields or cluster.key
        assert cluster.clauses
        assert all(one.title and one.rule and one.basis and one.source for one in cluster.clauses)


def test_what_stays_adds_up_to_the_tallies(nights: tuple[Told, ...]) -> None:
    told = nights[2]
    shares = [share for table in told.page.stays for share in table.shares]
    assert sum(share.rows for share in shares) == sum(tally.rows for tally in told.record.plan.tallies) > 0
    assert {table.table for table in told.page.stays} == {table.id for table in told.policy.tables}


def test_the_cohorts_are_folded_into_years_and_lose_nothing(nights: tuple[Told, ...]) -> None:
    told = nights[2]
    assert sum(year.records for year in told.page.years) == sum(cohort.records for cohort in told.record.cohorts)
    assert {"open", "2026"} <= {year.name for year in told.page.years}


def test_a_withheld_part_says_how_much_why_and_what_to_type(nights: tuple[Told, ...]) -> None:
    shown = logged(withheld(nights[2], UNFORESEEN)).page
    (part,) = shown.waiting
    assert shown.verdict.headline == "Needs a person: 1 part withheld"
    assert (part.table, part.rows, part.cells, part.limit, part.owner) == ("crm.contacts", 212, 1630, 20, "Sales operations")
    assert part.clause is not None
    assert part.clause.title == "Administer the customer relationship"
    assert part.command.startswith(f"privacy-pipelines approve {'a' * 64} --by ")
    assert "--reason" in part.command


def test_the_guards_own_name_for_no_purpose_is_put_into_words(nights: tuple[Told, ...]) -> None:
    (part,) = withheld(nights[2], replace(UNFORESEEN, purpose="undetermined")).page.waiting
    assert part.clause is not None
    assert part.clause.title == "No purpose known"


def test_what_the_policy_no_longer_names_says_what_it_is_and_what_to_do(nights: tuple[Told, ...]) -> None:
    (part,) = withheld(nights[2], DROPPED).page.waiting
    assert part.clause is not None
    assert (part.clause.title, part.advice[:31]) == ("What the policy no longer names", "Name it again in the policy. If")


def test_a_table_that_arrives_for_the_first_time_is_told_apart_from_a_refused_extract(nights: tuple[Told, ...]) -> None:
    told = nights[2]
    arrivals = tuple(replace(one, refused="first load") if one.table == NEW_TABLE.table else one for one in told.record.inbox.arrivals)
    told = withheld(replace(told, record=replace(told.record, inbox=replace(told.record.inbox, arrivals=arrivals))), NEW_TABLE)
    verdict = logged(told).page.verdict
    assert verdict.headline == "Needs a person: 1 new table waiting for leave"


def test_a_hold_is_shown_and_needs_nobody_until_its_review_is_past(nights: tuple[Told, ...]) -> None:
    told = logged(withheld(nights[2], HELD))
    shown = page(told.record, replace(told.policy, holds=(LAWSUIT,)), told.trail)
    assert (shown.waiting, shown.verdict.good) == ((), True)
    assert [(hold.rows, hold.cells, hold.in_force) for hold in shown.holds] == [(12, 44, True)]
    late = page(told.record, replace(told.policy, holds=(replace(LAWSUIT, review_by=date(2026, 11, 21)),)), told.trail)
    assert late.verdict.headline == "Needs a person: 1 hold past its review"


def test_who_let_a_part_through_is_said(nights: tuple[Told, ...]) -> None:
    approved = replace(UNFORESEEN, withheld=False, approved_by="the officer")
    assert [(one.table, one.approved_by) for one in withheld(nights[2], approved).page.passed] == [("crm.contacts", "the officer")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"overdue_rows": 31}, "31 rows past their deadline"),
        ({"checks": (Check("cells_without_a_ground", 3),)}, "the proof found something"),
    ],
)
def test_a_finding_of_the_proof_needs_a_person(nights: tuple[Told, ...], change: dict[str, object], said: str) -> None:
    told = nights[2]
    record = replace(told.record, proof=replace(told.record.proof, **change))  # type: ignore[arg-type]
    assert page(record, told.policy, told.trail).verdict.headline == f"Needs a person: {said}"


def test_too_many_vanished_keys_need_a_person(nights: tuple[Told, ...]) -> None:
    told = nights[2]
    inbox = replace(told.record.inbox, vanished=(Vanished("crm.prospects", 99, 200, applied=False),))
    verdict = page(replace(told.record, inbox=inbox), told.policy, told.trail).verdict
    assert verdict.needs[0].advice == "have the extract of crm.prospects checked"


def test_a_damaged_log_needs_a_person_and_says_where(nights: tuple[Told, ...]) -> None:
    told = nights[2]
    trail = replace(told.trail, verification=Verification(1, told.trail.verification.head, 2, "it was changed"))
    shown = page(told.record, told.policy, trail)
    assert shown.verdict.headline == "Needs a person: the evidence log is damaged"
    assert shown.proof.whole == "Entry 2 is wrong: it was changed"


def test_a_night_that_the_log_holds_with_another_plan_is_not_in_the_log(nights: tuple[Told, ...]) -> None:
    told = nights[2]
    trail = replace(told.trail, nights=(replace(told.trail.nights[0], plan_digest="0" * 64),))
    shown = page(told.record, told.policy, trail)
    assert shown.proof.logged is None
    assert "does not hold this night" in shown.verdict.headline


def test_the_proof_ties_the_page_to_the_log(nights: tuple[Told, ...]) -> None:
    proof = nights[2].page.proof
    assert all(check.found == 0 for check in proof.checks)
    assert len(proof.checks) == 10
    assert proof.intact
    assert proof.logged is not None
    assert proof.logged.plan_digest == proof.plan_digest
    assert proof.base_disposed is not None
    assert proof.base_disposed.name == nights[2].record.pin.base
    assert [night.as_of for night in nights[2].page.nights] == ["2026-11-22", "2026-11-21", "2026-11-20"]


def test_the_first_night_has_no_store_before_it(nights: tuple[Told, ...]) -> None:
    first = nights[0].page
    assert (first.base, first.erased, first.proof.base_disposed) == ("", (), None)
    assert first.refused


def test_a_flood_of_unreadable_rows_is_one_line(nights: tuple[Told, ...]) -> None:
    told = nights[2]
    many = tuple(Quarantined("crm.contacts", date(2026, 11, 22), line, "duplicate key", "") for line in range(2, 5002))
    (one,) = page(replace(told.record, inbox=replace(told.record.inbox, quarantined=many)), told.policy, told.trail).unread
    assert (one.rows, len(one.lines), one.more) == (5000, LINES_SHOWN, 5000 - LINES_SHOWN)

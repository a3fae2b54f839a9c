"""A plan as a value: its digest, its sums, what waits; and the cohorts by which people look at it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.retention.cohorts import COHORTS, cohort_expression, name_of, number_of
from privacy_pipelines.retention.plan import Action, Part, Plan, Step, Tally, part_digest
from privacy_pipelines.store.engine import session
from privacy_pipelines.values import OPEN

STEPS = (
    Step("crm.a", "row", Action.ERASE_ROW, 2, 8, 1, "d1"),
    Step("crm.a", "mail", Action.ERASE_FIELD, 3, 5, 0, "d2"),
    Step("crm.b", "row", Action.REFUSE_ROW, 4, 9, 0, "d3"),
    Step("crm.b", "mail", Action.REFUSE_FIELD, 6, 7, 0, "d4"),
)
WAITS = Part("crm.a", "rule", 5, 5, 10, 1, "p1", True, "too many")
PARTS = (WAITS, Part("crm.b", "rule", 1, 0, 10, 1, "p2", False, ""))
PLAN = Plan("night", "v1", "f1", date(2026, 1, 10), "g1", STEPS, (Tally("crm.a", "row", "keep", 7),), PARTS, ("a finding",))


def test_a_plans_digest_is_of_what_it_would_do_in_any_order_and_of_nothing_else() -> None:
    same = replace(PLAN, author="diff", base="g2", facts_digest="f2", findings=(), steps=STEPS[::-1], parts=PARTS[::-1], tallies=())
    assert same.digest == PLAN.digest
    others = [
        replace(PLAN, policy_version="v2"),
        replace(PLAN, as_of=date(2026, 1, 11)),
        replace(PLAN, steps=STEPS[1:]),
        replace(PLAN, parts=(replace(WAITS, withheld=False), PARTS[1])),
    ]
    assert len({plan.digest for plan in (PLAN, *others)}) == 5


def test_a_plan_adds_up_what_is_done_with_rows_or_cells_and_names_what_waits() -> None:
    assert [action for action in Action if action.erases] == [Action.ERASE_ROW, Action.ERASE_FIELD]
    assert (PLAN.total([Action.ERASE_ROW, Action.REFUSE_ROW]), PLAN.total([Action.ERASE_FIELD, Action.REFUSE_FIELD], "cells")) == (6, 12)
    assert PLAN.withheld == (WAITS,)


def test_a_plan_is_the_same_once_it_was_written_and_read() -> None:
    assert Plan.from_json(PLAN.to_json()) == PLAN
    assert PLAN.to_json()["digest"] == PLAN.digest


def test_a_part_is_approved_for_one_policy_table_purpose_reason_and_set_of_rows() -> None:
    said = ["v1", "crm.a", "rule", "too many", "rows"]
    digests = {part_digest(*(f"{one}?" if n == other else one for n, one in enumerate(said))) for other in range(-1, len(said))}
    assert len(digests) == 6


DAYS = {
    None: "undetermined",
    OPEN: "open",
    date(2020, 12, 31): "before-2021",
    date(2021, 1, 1): "2021-01",
    date(2024, 2, 29): "2024-02",
    date(2027, 12, 31): "2027-12",
    date(2028, 1, 1): "after-2027",
    date(2099, 1, 1): "after-2027",
    date(1900, 1, 1): "before-2021",
}


def test_a_record_is_of_the_month_of_its_latest_start() -> None:
    """Of the first and the third column; the second starts nothing."""
    code = cohort_expression([0, 2])
    rows = [[n, None, date(2099, 1, 1), day] for n, day in enumerate(DAYS)] + [[99, date(2024, 5, 1), None, date(2023, 5, 1)]]
    with session(None) as opened:
        opened.run("CREATE TABLE frame (id INTEGER, d0 DATE, d1 DATE, d2 DATE)")
        opened.insert(exp.to_table("frame"), rows)
        numbers = dict(opened.rows(sql.select(sql.col("id"), code).from_(exp.to_table("frame"))))
    assert [name_of(numbers[n]) for n in range(len(DAYS))] == list(DAYS.values())
    assert name_of(numbers[99]) == "2024-05"


def test_cohorts_are_fewer_than_a_hundred_and_each_has_a_number() -> None:
    assert (len(COHORTS), COHORTS[:3], COHORTS[-1]) == (88, ("undetermined", "open", "before-2021"), "after-2027")
    assert [name_of(number_of(name)) for name in COHORTS] == list(COHORTS)
    assert (number_of("2027-12") - number_of("2021-01"), number_of("2021-01") - number_of("before-2021")) == (83, 1)
    with pytest.raises(KeyError):
        number_of("2020-12")

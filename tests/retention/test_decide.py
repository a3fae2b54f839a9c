"""What a code means for each data cluster: which cells live, for whom nothing is known, what is late, and for whom nobody has a ground."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from privacy_pipelines.retention.calendar import Level, Rule
from privacy_pipelines.retention.decide import Verdict, judge
from privacy_pipelines.retention.rules import Cluster, PurposeRule, Standing, TableRule
from privacy_pipelines.values import Period
from tests.retention.policies import in_folder

POLICY = in_folder(Path(__file__).parents[1] / "policy" / "small")
CEILING = Rule(Period(12), Period(1))
RELATIONSHIP, BOOKS, LETTER = (
    PurposeRule(POLICY.purpose(name), (), CEILING, None, (), (), None) for name in ("relationship", "bookkeeping", "newsletter")
)
"""A policy purpose, a duty and a consent's."""
RULE = TableRule(
    POLICY.table("crm.people"),
    (RELATIONSHIP, BOOKS, LETTER),
    (
        Cluster("own", ("left_on",), (0,), False, True),
        Cluster("both", ("notes",), (0, 1), False, True),
        Cluster("letter", ("email",), (2,), True, False),
        Cluster("row", (), (0, 1, 2), False, False),
    ),
    CEILING,
    CEILING,
)
NONE, OVERDUE, ERASABLE, SETTLING, UNCLEAR, RUNS = Level


def verdict(*levels: Level, ceiling: Level = UNCLEAR, empty: str = "", stored: bool = True, was: bool = False, missing: bool = False,
            standing: Standing = Standing.PERSON) -> Verdict:  # fmt: skip
    """The verdict on a record with these levels of the relationship, the books and the letter; `empty` names clusters without cells."""
    filled = ("own" not in empty) | ("both" not in empty) << 1
    code = stored | was << 1 | missing << 2 | ceiling << 3 | levels[0] << 6 | levels[1] << 9 | levels[2] << 12 | filled << 15
    rule = RULE if standing is Standing.PERSON else replace(RULE, standing=((),))
    return judge(rule, code | standing << 17)


@pytest.mark.parametrize(
    ("levels", "states"),
    [
        ((RUNS, NONE, NONE), "keep keep ended keep"),
        ((RUNS, RUNS, RUNS), "keep keep keep keep"),
        ((NONE, RUNS, NONE), "undetermined restrict ended restrict"),  # a duty keeps what it needs, restricted
        ((ERASABLE, RUNS, ERASABLE), "ended restrict ended restrict"),
        ((ERASABLE, SETTLING, RUNS), "ended restrict keep keep"),
        ((SETTLING, NONE, ERASABLE), "restrict restrict ended restrict"),
        ((UNCLEAR, NONE, NONE), "undetermined undetermined ended undetermined"),
        ((UNCLEAR, RUNS, NONE), "undetermined restrict ended restrict"),
        ((UNCLEAR, SETTLING, NONE), "undetermined undetermined ended undetermined"),
        ((OVERDUE, ERASABLE, OVERDUE), "ended ended ended ended"),
        ((NONE, NONE, NONE), "undetermined undetermined ended undetermined"),
    ],
)
def test_a_cell_lives_while_any_of_its_own_purposes_does(levels: tuple[Level, ...], states: str) -> None:
    assert " ".join(verdict(*levels).states) == states


def test_what_nothing_applies_to_ends_with_the_companys_ceiling_and_is_no_question_where_it_is_empty() -> None:
    assert " ".join(verdict(NONE, NONE, NONE, ceiling=ERASABLE).states) == "ended ended ended ended"
    assert " ".join(verdict(NONE, NONE, NONE, empty="own").states) == "empty undetermined ended undetermined"
    assert " ".join(verdict(NONE, NONE, NONE, ceiling=ERASABLE, empty="own both").states) == "empty empty ended ended"
    assert " ".join(verdict(RUNS, NONE, NONE, empty="own both").states) == "keep keep ended keep"


def test_only_a_duty_or_a_claim_keeps_what_is_about_nobody_and_everything_of_a_legal_person_stays() -> None:
    nobody = verdict(RUNS, RUNS, RUNS, standing=Standing.NOBODY)
    assert " ".join(nobody.states) == "ended restrict ended restrict"
    assert (nobody.alive, nobody.in_force, nobody.overdue, nobody.undetermined) == (0b010, 0b010, 0, False)
    ended = verdict(RUNS, ERASABLE, RUNS, standing=Standing.NOBODY, missing=True)
    assert (" ".join(ended.states), ended.row_ended, ended.undetermined) == ("ended ended ended ended", True, False)
    firm = verdict(NONE, OVERDUE, NONE, standing=Standing.LEGAL_PERSON)
    assert (" ".join(firm.states), firm.ended, firm.overdue) == ("keep keep keep keep", 0, 0)


def test_a_cluster_is_late_when_it_is_past_the_last_day_of_every_purpose_that_it_ever_had() -> None:
    assert verdict(OVERDUE, OVERDUE, OVERDUE).overdue == 0b1111
    assert verdict(OVERDUE, ERASABLE, NONE).overdue == 0b0001
    assert verdict(OVERDUE, NONE, NONE).overdue == 0b1011  # the letter never had a ground: refused, not late
    assert verdict(OVERDUE, RUNS, OVERDUE).overdue == 0b0101
    assert verdict(NONE, NONE, NONE, ceiling=OVERDUE).overdue == 0b1011
    assert verdict(NONE, NONE, NONE, ceiling=ERASABLE).overdue == 0


def test_the_masks_say_what_has_ended_what_is_unknown_and_what_lives() -> None:
    found = verdict(SETTLING, RUNS, UNCLEAR)
    assert (found.ended, found.unknown, found.alive, found.in_force) == (0, 0b0100, 0b111, 0b010)
    found = verdict(ERASABLE, NONE, NONE)
    assert (found.ended, found.unknown, found.alive, found.in_force) == (0b1111, 0, 0, 0)
    found = verdict(NONE, RUNS, NONE)
    assert (found.ended, found.unknown, found.alive) == (0b0100, 0b0001, 0b010)
    assert [verdict(*levels).over for levels in ((ERASABLE, RUNS, OVERDUE), (SETTLING, OVERDUE, UNCLEAR), (NONE, ERASABLE, NONE))] == [
        0b101,
        0b010,
        0b010,
    ]
    assert verdict(ERASABLE, OVERDUE, RUNS, standing=Standing.NOBODY).over == 0b010


def test_a_row_has_ended_with_its_last_cluster_and_without_its_unknown_ones_where_nothing_else_is_left() -> None:
    assert [verdict(*levels).row_ended for levels in ((ERASABLE, ERASABLE, NONE), (ERASABLE, RUNS, NONE), (NONE, NONE, NONE))] == [
        True,
        False,
        False,
    ]
    assert verdict(NONE, NONE, NONE, ceiling=ERASABLE, empty="own both").row_ended
    assert verdict(NONE, NONE, NONE).row_without_unknown
    assert not verdict(NONE, RUNS, NONE).row_without_unknown


def test_a_record_is_undetermined_where_a_date_is_missing_or_no_purpose_of_some_cells_applies() -> None:
    assert not verdict(RUNS, RUNS, NONE).undetermined
    assert verdict(RUNS, RUNS, NONE, missing=True).undetermined
    assert verdict(NONE, RUNS, NONE).undetermined
    assert not verdict(NONE, RUNS, NONE, empty="own").undetermined


@pytest.mark.parametrize(
    ("found", "eventful"),
    [
        (verdict(RUNS, RUNS, RUNS), False),
        (verdict(RUNS, RUNS, NONE), True),  # the letter's cells have no ground
        (verdict(RUNS, RUNS, RUNS, missing=True), True),  # undetermined from tonight
        (verdict(RUNS, RUNS, RUNS, missing=True, was=True), False),
        (verdict(RUNS, RUNS, RUNS, was=True), True),  # and no longer
        (verdict(NONE, RUNS, RUNS, was=True), False),
        (verdict(NONE, RUNS, RUNS, was=True, stored=False), True),  # nothing is known of a new one: was it sent away before?
        (verdict(RUNS, RUNS, RUNS, stored=False), False),
    ],
)
def test_a_row_is_eventful_where_more_is_to_be_done_than_copying_it(found: Verdict, eventful: bool) -> None:
    assert found.eventful is eventful

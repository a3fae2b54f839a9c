"""An edit of any rule marks every cohort that holds a record it concerns, and no other. Forty of them: `python -m tests.redeciding`."""

from pathlib import Path

from tests.redeciding.trial import company, tried


def test_drawn_edits_mark_exactly_the_cohorts_that_they_concern(tmp_path: Path) -> None:
    made = company(tmp_path, people=200)
    before = made.plan(None)

    trials = [tried(made, edit, before) for edit in made.edits(4, seed=3)]

    assert {one.edit: set(one.missed) for one in trials if one.missed} == {}
    assert {one.edit: set(one.unexplained) for one in trials if one.unexplained} == {}
    assert any(one.marked for one in trials)

"""A difference of two policies is what two whole plans, made apart and compared cell by cell, say; whatever was shared on the way."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.comparing.apart import between, difference_of, mirrored, told
from tests.comparing.conftest import LATER, Compared
from tests.comparing.edits import EDITS

# What ends with another's row may not be a duty's or a claim's: these two together are refused before they are compared.
LAWS = st.frozensets(st.sampled_from(sorted(EDITS)), max_size=3).filter(lambda edits: not edits >= {"ending", "nature"})
SLOWLY = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


TOGETHER = 8
"""So many policies, each with every eighth edit: two whole plans for each edit alone would be made for minutes."""


@pytest.mark.parametrize("number", range(TOGETHER))
def test_some_edits_come_to_what_two_plans_come_to(company: Compared, number: int) -> None:
    before, after = frozenset[str](), frozenset(sorted(EDITS)[number::TOGETHER])
    found = between(company.store, company.policy(before), company.policy(after), LATER)
    assert told(found) == difference_of(company.plan(before), company.plan(after))
    assert not found.undecided
    assert found.changes


@SLOWLY
@given(before=LAWS, after=LAWS)
def test_any_two_policies_come_to_what_two_plans_come_to(company: Compared, before: frozenset[str], after: frozenset[str]) -> None:
    found = between(company.store, company.policy(before), company.policy(after), LATER)
    assert told(found) == difference_of(company.plan(before), company.plan(after))


@SLOWLY
@given(law=LAWS)
def test_a_policy_differs_from_itself_in_nothing(company: Compared, law: frozenset[str]) -> None:
    found = between(company.store, company.policy(law), company.policy(law), LATER)
    assert not found.found
    assert found.changes == ()


@SLOWLY
@given(before=LAWS, after=LAWS)
def test_the_other_way_round_newly_is_no_longer(company: Compared, before: frozenset[str], after: frozenset[str]) -> None:
    there = between(company.store, company.policy(before), company.policy(after), LATER)
    back = between(company.store, company.policy(after), company.policy(before), LATER)
    for name in type(there.counts).__slots__:
        assert set(getattr(mirrored(there).counts, name)) == set(getattr(back.counts, name))
    assert {(one.name, one.what, one.before, one.after) for one in there.changes} == {
        (one.name, one.what, one.after, one.before) for one in back.changes
    }

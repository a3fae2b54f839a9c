"""Whatever is wrong with a policy, the answer is a list of problems, never a traceback."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from hypothesis import given, strategies as st

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.policy.load import load, load_document

SMALL = Path(__file__).parent / "small"
WRONG = st.sampled_from(
    [None, True, 0, -1.5, float("nan"), "", "x", "P1D", "2026-01-01", "crm.people", [], [1], ["x"], [[]], {}, {"x": {}}]
)


@cache
def document() -> str:
    return load(SMALL).document


def places(value: object, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a document."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(deeper for key, inner in entries for deeper in places(inner, (*place, key)))]


def changed(value: object, place: tuple[str | int, ...], new: object) -> object:
    """The document with `new` at a place."""
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = changed(value[place[0]], place[1:], new)
    return copy


def assert_policy_or_problems(text: str) -> None:
    try:
        policy = load_document(text)
    except PolicyErrors as error:
        if not error.problems:
            raise
        return
    assert load_document(policy.document) == policy


@given(st.data())
def test_a_wrong_value_anywhere_is_a_problem_and_no_traceback(data: st.DataObject):
    whole = json.loads(document())
    for _ in range(data.draw(st.integers(1, 3))):
        whole = changed(whole, data.draw(st.sampled_from(places(whole)[1:])), data.draw(WRONG))
    assert_policy_or_problems(json.dumps(whole))


@given(st.data())
def test_a_missing_key_anywhere_is_a_problem_and_no_traceback(data: st.DataObject):
    whole = json.loads(document())
    *around, last = data.draw(st.sampled_from(places(whole)[1:]))
    holder = whole
    for step in around:
        holder = holder[step]
    del holder[last]
    assert_policy_or_problems(json.dumps(whole))

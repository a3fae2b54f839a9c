"""What two policies say differently is said in words, each thing once, and nothing where they are the same law."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privacy_pipelines.policy.diff import Change, changes_between
from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy
from tests.comparing.edits import EDITS, POLICIES

SAID = {
    "shorter": ["purpose prospecting: period P1Y → P3M"],
    "window": ["purpose recruitment: execution_window", "purpose recruitment: on_missing_event.execution_window"],
    "offset": ["purpose prospecting: starting_point.offset none → end_of_calendar_year"],
    "scope": ["table crm.contracts: scopes customer_relationship: record → customer_relationship: subject"],
    "nature": ["purpose customer_relationship: nature policy → claims"],
    "unserved": ["field crm.contacts.phone: serves customer_relationship → newsletter"],
    "dropped": ["field crm.prospects.origin removed (category user.content, type text, serves prospecting)"],
    "ending": ["link crm.opportunities.prospect_id: when_target_ends none → end_too"],
    "zone": ["company: zone Europe/Stockholm → America/New_York"],
    "plausible": ["company: earliest_date 1930-01-01 → 2024-06-01"],
    "ceiling": ["company: undetermined.restrict P1Y → P1M"],
    "hold": ["hold dispute added (tables crm.prospects, hr.candidates, ground a claim in court)"],
    "longer": ["purpose customer_relationship: period P0D → P3Y"],
}


@pytest.fixture(scope="module")
def law() -> Policy:
    return load(POLICIES)


def edited(folder: Path, *names: str) -> Policy:
    shutil.copytree(POLICIES, folder)
    for file, old, new in (EDITS[name] for name in names):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return load(folder)


@pytest.mark.parametrize("name", sorted(EDITS))
def test_an_edit_is_said_in_one_sentence(law: Policy, tmp_path: Path, name: str) -> None:
    said = [str(change) for change in changes_between(law, edited(tmp_path / "new", name))]
    assert len(said) == len(SAID[name])
    assert all(found.startswith(wanted) for found, wanted in zip(said, SAID[name], strict=True)), said


def test_the_same_law_differs_in_nothing_however_it_is_written(law: Policy, tmp_path: Path) -> None:
    folder = tmp_path / "same"
    shutil.copytree(POLICIES, folder)
    file = folder / "purposes/newsletter.yaml"
    file.write_text("# a comment\n" + file.read_text(encoding="utf-8").replace("period: P0D", "period: P0M"), encoding="utf-8")
    file.rename(folder / "purposes/letters.yaml")
    assert changes_between(law, load(folder)) == ()


def test_the_other_way_round_added_is_removed(law: Policy, tmp_path: Path) -> None:
    new = edited(tmp_path / "new", "dropped", "hold", "zone", "shorter")
    there, back = changes_between(law, new), changes_between(new, law)
    assert len(there) == 4
    assert {Change(one.kind, one.name, one.what, one.after, one.before) for one in there} == set(back)


def test_a_purpose_or_table_that_is_new_is_one_sentence(law: Policy, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    shutil.copytree(POLICIES, folder)
    source = folder / "sources/crm.yaml"
    text = source.read_text(encoding="utf-8")
    table = "\n  visits:\n    key: id\n    fields: {id: {category: system.operations}, on: {category: system.operations}}\n"
    source.write_text(text.replace("\ntables:\n", "\ntables:" + table, 1), encoding="utf-8")
    (change,) = changes_between(law, load(folder))
    assert str(change) == "table crm.visits added (fields id, on)"

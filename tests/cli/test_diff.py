"""`diff` on the command line: exit codes, three forms, and nothing of a person in any of them."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

from jsonschema import Draft202012Validator

from privacy_pipelines.cli.answers import schema_text
from privacy_pipelines.comparing.difference import Difference
from tests.cli.place import NIGHT, PEOPLE, Place, edit

DAY = NIGHT + timedelta(days=1)


def other(here: Place, to: Path, file: str = "", old: str = "", new: str = "") -> Path:
    """A copy of the policy, with one edit."""
    shutil.copytree(here.policies, to)
    if file:
        edit(to / file, old, new)
    return to


def claims(here: Place, tmp_path: Path) -> Path:
    """A policy under which the customers' data is kept for claims only."""
    return other(here, tmp_path / "new", "purposes/relationship.yaml", "nature: policy", "nature: claims")


def test_the_same_policy_is_fine_and_says_so(small: Place, tmp_path: Path) -> None:
    result = small.run("diff", small.policies, other(small, tmp_path / "new"), "--as-of", DAY)
    assert result.exit_code == 0
    assert "Nothing in the store fares otherwise." in result.stdout


def test_what_fares_otherwise_is_a_finding_in_three_forms(small: Place, tmp_path: Path) -> None:
    new = claims(small, tmp_path)
    before = small.digest()
    people = small.run("diff", small.policies, new, "--as-of", DAY)
    program = small.run("diff", small.policies, new, "--as-of", DAY, "--json")
    review = small.run("diff", small.policies, new, "--as-of", DAY, "--markdown")
    assert {people.exit_code, program.exit_code, review.exit_code} == {1}
    assert "purpose relationship: nature policy → claims" in people.stdout
    assert "newly restricted" in people.stdout
    document = json.loads(program.stdout)
    assert list(Draft202012Validator(json.loads(schema_text(Difference))).iter_errors(document)) == []
    assert {(one["change"], one["kind"]) for one in document["counts"]["totals"]} == {("newly", "restricted")}
    assert "| newly restricted | relationship |" in review.stdout
    assert review.stdout.startswith("## What this policy change does")
    assert small.digest() == before


def test_few_are_told_as_few_where_others_may_read_it(small: Place, tmp_path: Path) -> None:
    hold = "holds:\n  - {hold: h, ground: g, owner: o, review_by: 2030-01-01, effective_from: 2026-01-01, tables: [crm.people]}\n"
    new = other(small, tmp_path / "new", "holds.yaml", "holds: []\n", hold)
    edit(new / "purposes/relationship.yaml", "nature: policy", "nature: claims")
    document = json.loads(small.run("diff", small.policies, new, "--as-of", DAY, "--json", "--shareable").stdout)
    assert list(Draft202012Validator(json.loads(schema_text(Difference))).iter_errors(document)) == []
    numbers = [one[name] for counts in document["counts"].values() for one in counts for name in ("records", "cells")]
    assert numbers
    assert all(number == "<5" or number % 5 == 0 for number in numbers)


def test_no_key_and_no_value_is_in_any_form(small: Place, tmp_path: Path) -> None:
    new = claims(small, tmp_path)
    for form in ((), ("--json",), ("--markdown",)):
        said = small.run("diff", small.policies, new, "--as-of", DAY, *form).output
        assert not [n for n in range(1, PEOPLE + 1) if f"p{n}@" in said or f"note {n}" in said or f'"P{n}"' in said]


def test_what_cannot_be_used_is_said_and_ends_with_two(small: Place, tmp_path: Path) -> None:
    broken = other(small, tmp_path / "broken", "purposes/relationship.yaml", "nature: policy", "nature: whim")
    nowhere = small.run("diff", small.policies, tmp_path / "nowhere")
    assert nowhere.exit_code == 2
    assert small.run("diff", small.policies, broken).exit_code == 2
    past = small.run("diff", small.policies, small.policies, "--as-of", NIGHT - timedelta(days=1))
    assert past.exit_code == 2
    assert "before the last night" in past.stderr
    empty = Place(small.policies, tmp_path / "no-store", small.extracts).run("diff", small.policies, small.policies)
    assert empty.exit_code == 2
    assert "there is no store" in empty.stderr


def test_without_a_day_the_first_on_which_both_are_in_force_is_decided(small: Place, tmp_path: Path) -> None:
    new = claims(small, tmp_path)
    file = new / "purposes/relationship.yaml"
    line = next(line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("effective_from"))
    edit(file, line, "effective_from: 2031-05-01")
    assert json.loads(small.run("diff", small.policies, new, "--json").stdout)["as_of"] == "2031-05-01"

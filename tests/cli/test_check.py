"""`check`: every error at once, each with its file and line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.cli.place import SMALL, Place, edit, place


def test_a_policy_without_problems_is_fine(small: Place) -> None:
    result = small.run("check")
    assert result.exit_code == 0
    assert "no problems. 3 purposes, 5 tables" in result.output


def test_every_problem_comes_at_once_with_its_line_and_a_hint(unstarted: Place) -> None:
    source = unstarted.policies / "sources/crm.yaml"
    edit(source, "serves: relationship, type: date, format", "serves: relationshp, type: date, format")
    edit(source, "notes: {category: user.content, serves: relationship,", "notes: {category: user.content,")
    edit(unstarted.policies / "company.yaml", "zone:", "zon:")
    result = unstarted.run("check")
    assert result.exit_code == 2
    assert f"{source.as_posix()}:17: unknown purpose 'relationshp'. Did you mean 'relationship'?" in result.output
    assert "serves no purpose" in result.output
    assert "company.yaml:2: unknown key 'zon'" in result.output


def test_yaml_that_cannot_be_read_is_a_problem_with_a_line(unstarted: Place) -> None:
    edit(unstarted.policies / "company.yaml", "languages: [sv, en]", "languages: [sv, en")
    result = unstarted.run("check", "--json")
    assert result.exit_code == 2
    document = json.loads(result.output)
    assert document["ok"] is False
    assert any("not readable as YAML" in problem["what"] and problem["line"] for problem in document["problems"])


def test_a_purpose_that_no_table_can_decide_is_a_problem_at_that_table(tmp_path: Path) -> None:
    here = place(tmp_path)
    shutil.copytree(SMALL, here.policies)
    result = here.run("check")
    assert result.exit_code == 2
    assert "sources/crm.yaml:9: crm.people: purpose 'bookkeeping' cannot be decided" in result.output


def test_no_policy_folder_is_a_clear_message(tmp_path: Path) -> None:
    result = place(tmp_path).run("check")
    assert result.exit_code == 2
    assert "there is no such policy folder" in result.output


def test_json_names_the_version(small: Place) -> None:
    document = json.loads(small.run("check", "--json").output)
    assert document["ok"] is True
    assert len(document["version"]) == 64

"""Files that are no policy files: each is a problem with its place, never a traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.reading import read_text

NEWSLETTER = "purposes/newsletter.yaml"


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PolicyErrors) as raised:
        load(Path("policies"))
    assert str(raised.value) == "policies: there is no such policy folder. It holds company.yaml, purposes/ and sources/"


def test_a_file_where_the_folder_should_be_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("policies").write_text("x")
    with pytest.raises(PolicyErrors, match=r"^policies: a file stands where the policy folder should be"):
        load(Path("policies"))


def test_an_empty_folder_lacks_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("policies").mkdir()
    with pytest.raises(PolicyErrors) as raised:
        load(Path("policies"))
    assert str(raised.value).splitlines() == [
        "policies/company.yaml: there is no such file",
        "policies/purposes: there are no purposes. Write at least one purposes/*.yaml",
        "policies/sources: there are no sources. Write at least one sources/*.yaml",
    ]


def test_a_folder_without_a_company_says_so(folder):
    (folder.path / "company.yaml").unlink()
    assert folder.problems() == ["company.yaml: there is no such file"]


def test_a_folder_where_a_file_should_be_says_so(folder):
    (folder.path / NEWSLETTER).unlink()
    (folder.path / NEWSLETTER).mkdir()
    assert folder.problems() == [f"{NEWSLETTER}: a folder stands where a file should be"]


def test_a_file_where_a_folder_should_be_says_so(folder):
    shutil.rmtree(folder.path / "sources")
    folder.write("sources", "x")
    assert "sources: there are no sources. Write at least one sources/*.yaml" in folder.problems()


def test_bytes_that_are_not_utf_8_have_their_line(folder):
    (folder.path / NEWSLETTER).write_bytes("purpose: newsletter\ntitle: {sv: Avtalsförhållande}\n".encode("latin-1"))
    assert folder.problems() == [f"{NEWSLETTER}:2: the file is not UTF-8. Save it as UTF-8"]


def test_a_byte_order_mark_means_nothing(folder):
    before = load(folder.path)
    text = (folder.path / NEWSLETTER).read_text(encoding="utf-8")
    (folder.path / NEWSLETTER).write_text(text, encoding="utf-8-sig")
    assert load(folder.path) == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ": the file is empty"),
        ("# nothing\n", ": the file is empty"),
        ("- purpose: newsletter\n", ":1: a policy file holds keys and values. Start with a line such as `key: value`"),
        ("newsletter\n", ":1: a policy file holds keys and values. Start with a line such as `key: value`"),
        (
            "purpose: newsletter\ntitle:\n\tsv: x\n",
            ":3: not readable as YAML: found character '\\t' that cannot start any token. Indent with spaces, not tabs",
        ),
        ("purpose: newsletter\ntitle: {sv: x\n", ":3: not readable as YAML: expected ',' or '}', but got '<stream end>'"),
        ("purpose: a\n---\npurpose: b\n", ":2: not readable as YAML: but found another document"),
        ("purpose: a\x07\n", ":1: not readable as YAML: a character that text cannot hold"),
        ("purpose: " + "[" * 1200, ": not readable as YAML"),
    ],
)
def test_what_is_no_yaml_mapping_is_a_problem(folder, text: str, expected: str):
    folder.write(NEWSLETTER, text)
    assert folder.problems() == [NEWSLETTER + expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("nature: policy", "nature: policy\nnature: duty", ":7: key 'nature' stands twice. It is already in line 6"),
        ("approved_by: dpo", "approved_by: dpo\n17: x", ":13: a key that is not text. Put it in quotes"),
        ("approved_by: dpo", "approved_by: " + "[" * 200 + "]" * 200, ":12: this is nested too deeply"),
        ("approved_by: dpo", "approved_by: !secret dpo", ":12: the tag '!secret' has no meaning here. Leave it out"),
        (
            "approved_by: dpo",
            "approved_by: !!python/object:os.system dpo",
            ":12: the tag 'tag:yaml.org,2002:python/object:os.system' has no meaning here. Leave it out",
        ),
    ],
)
def test_the_traps_of_yaml_are_problems(folder, old: str, new: str, expected: str):
    folder.change(NEWSLETTER, old, new)
    assert NEWSLETTER + expected in folder.problems()


def test_an_alias_is_a_problem(folder):
    folder.change(NEWSLETTER, "{sv: Nyhetsbrev, en: Newsletter}", "&title {sv: Nyhetsbrev, en: Newsletter}")
    folder.change(NEWSLETTER, "{sv: Du bad om det., en: You asked for it.}", "*title")
    assert f"{NEWSLETTER}:3: an alias hides what this line says. Write it out" in folder.problems()


def test_yaml_1_2_has_no_country_problem():
    assert read_text("a.yaml", "country: NO\nday: 2026-01-01\ntime: 12:30\n").data == {
        "country": "NO",
        "day": "2026-01-01",
        "time": "12:30",
    }


@pytest.mark.parametrize("name", ["purposes/late.yml", "sources/crm.yaml~", "purpose", "companny.yaml"])
def test_what_would_not_be_read_is_a_problem(folder, name: str):
    folder.write(name, "x")
    assert [problem.split(". ")[0] for problem in folder.problems()] == [f"{name}: this is not read"]


def test_notes_and_hidden_files_may_lie_beside(folder):
    folder.write("README.md", "x")
    folder.write("purposes/.keep", "")
    assert folder.problems() == []


@given(st.text())
def test_no_text_makes_the_reader_fail(text: str):
    found = read_text("a.yaml", text)
    assert isinstance(found.data, dict) or found.problems


@given(
    st.recursive(st.none() | st.text(max_size=3), lambda inner: st.dictionaries(st.text("ab:-#'\"{}[]&*!", max_size=3), inner, max_size=3))
)
def test_no_structure_makes_the_reader_fail(value: object):
    found = read_text("a.yaml", f"x: {value}")
    assert isinstance(found.data, dict) or found.problems

"""The company's own policy loads, and what a policy means does not depend on how its files are written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.policy.load import load, load_document
from privacy_pipelines.policy.model import Ceiling, Column, EndedBy, Event, Link, StartingPoint, Step, Subject
from privacy_pipelines.values import Period

POLICIES = Path(__file__).parents[2] / "policies"


def test_the_companys_policy_has_no_problems():
    policy = load(POLICIES)
    assert policy.company.zone == "Europe/Stockholm"
    assert policy.purpose("bookkeeping").period == Period(months=84)
    assert policy.table("crm.contacts").subjects == (Subject("customer"),)


def test_a_kept_document_gives_the_same_policy():
    policy = load(POLICIES)
    assert load_document(policy.document) == policy


def test_everything_in_a_policy_is_in_one_order(folder):
    policy = load(folder.path)
    assert [purpose.name for purpose in policy.purposes] == ["bookkeeping", "newsletter", "relationship"]
    assert [table.id for table in policy.tables] == ["crm.accounts", "crm.consents", "crm.contracts", "crm.invoices", "crm.people"]
    columns = [column.name for column in policy.table("crm.people").columns]
    assert columns == sorted(columns)


def test_shorthand_is_written_out(folder):
    table = load(folder.path).table("crm.people")
    assert table.key == ("person_id",)
    assert table.links == (Link("account_id", ("account_id",), "crm.accounts", ("account_id",)),)
    assert table.events == (Event("person_left", ("left_on",), None, None),)
    assert table.events_via == (("contract_end", (Step("crm.accounts"), Step("crm.contracts"))),)
    assert table.column("notes") == Column(
        name="notes",
        category="user.content",
        serves=("relationship",),
        header=None,
        type="text",
        formats=(),
        true_values=(),
        false_values=(),
        zone=None,
        required=False,
        free_text=True,
        contains=("user.name",),
        accepted=(),
    )


def test_what_a_purpose_leaves_out_has_its_documented_default(folder):
    policy = load(folder.path)
    purpose = policy.purpose("relationship")
    assert purpose.starting_point == StartingPoint("contract_end", (), "subject", ("end_of_month",), "offset_then_period")
    assert purpose.ended_by == (EndedBy("person_left", Period(), Period(days=30)),)
    assert purpose.on_missing_event == Ceiling(Period(months=12), Period(months=3))
    assert (purpose.roll, purpose.review, purpose.requires_consent) == ("none", False, None)
    assert policy.purpose("newsletter").settle == Period()
    assert policy.company.undetermined == Ceiling(Period(months=12), Period(days=30))
    assert policy.company.earliest_date == date(1930, 1, 1)


def test_a_table_says_otherwise_than_its_source_only_what_it_says(folder):
    policy = load(folder.path)
    source, own = policy.table("crm.people").extract, policy.table("crm.invoices").extract
    assert (source.mode, own.mode) == ("snapshot", "increment")
    assert replace(own, mode="snapshot") == source
    assert source.delimiter == ","


def test_the_consent_names_what_finds_it(folder):
    consent = load(folder.path).consent("newsletter")
    assert (consent.table, consent.column, consent.matches) == ("crm.consents", "email", (("crm.people", "email"),))


def test_the_version_does_not_depend_on_how_the_files_are_written(folder):
    before = load(folder.path)
    text = (folder.path / "purposes/newsletter.yaml").read_text()
    folder.write("purposes/newsletter.yaml", "# a comment\n" + "".join(reversed(text.splitlines(keepends=True))))
    (folder.path / "purposes/newsletter.yaml").rename(folder.path / "purposes/a.yaml")
    folder.change("sources/crm.yaml", "key: person_id", "key: [person_id]")
    folder.change("sources/crm.yaml", "serves: [newsletter, relationship]}", "serves: [relationship, newsletter]}")
    folder.change("sources/crm.yaml", "{to: crm.accounts, column: account_id}", "{column: account_id, to: crm.accounts}")
    folder.change("company.yaml", "restrict: P12M", "restrict: P1Y")
    folder.change("company.yaml", "zone: Europe/Stockholm", "zone: 'Europe/Stockholm'\nvacation_year_end: '03-31'")
    after = load(folder.path)
    assert after == before
    assert after.version == before.version


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("purposes/newsletter.yaml", "P30D", "P31D"),
        ("company.yaml", "unexpected_count: 20", "unexpected_count: 21"),
        ("sources/crm.yaml", "at: [ended_on]", "at: [ended_on, withdrawn_on]"),
        ("holds.yaml", "Pending dispute", "Audit"),
    ],
)
def test_every_change_of_meaning_changes_the_version(folder, file: str, old: str, new: str):
    before = load(folder.path).version
    if "withdrawn_on" in new:
        line = "ended_on: {category: user.content, serves: relationship, type: date}"
        folder.change("sources/crm.yaml", line, f"{line}\n      withdrawn_on: {{category: user.content, serves: relationship, type: date}}")
    folder.change(file, old, new)
    assert load(folder.path).version != before


def test_the_order_of_event_columns_is_meaning(folder):
    line = "ended_on: {category: user.content, serves: relationship, type: date}"
    folder.change("sources/crm.yaml", line, f"{line}\n      cancelled_on: {{category: user.content, serves: relationship, type: date}}")
    folder.change("sources/crm.yaml", "at: [ended_on]", "at: [ended_on, cancelled_on]")
    one = load(folder.path)
    folder.change("sources/crm.yaml", "at: [ended_on, cancelled_on]", "at: [cancelled_on, ended_on]")
    assert load(folder.path).version != one.version


def test_a_purpose_that_is_not_enabled_is_kept_in_the_document_only(folder):
    text = (folder.path / "purposes/bookkeeping.yaml").read_text()
    folder.write("purposes/kyc.yaml", text.replace("purpose: bookkeeping", "purpose: kyc\nenabled: false"))
    policy = load(folder.path)
    assert "kyc" not in [purpose.name for purpose in policy.purposes]
    assert "kyc" in json.loads(policy.document)["purposes"]
    assert load_document(policy.document) == policy


def test_a_policy_without_holds_needs_no_file_for_them(folder):
    folder.write("holds.yaml", "holds: []\n")
    empty = load(folder.path)
    (folder.path / "holds.yaml").unlink()
    assert load(folder.path) == empty


def test_a_document_that_is_none_is_a_problem_and_no_traceback():
    for text in ("", "{}", "[]", "null", '{"company": 1}', "[" * 5000):
        with pytest.raises(PolicyErrors, match=r"^policy document: not the document of a policy$"):
            load_document(text)


def test_a_kept_document_is_checked_like_a_folder(folder):
    kept = json.loads(load(folder.path).document)
    kept["purposes"]["newsletter"]["period"] = "soon"
    kept["sources"]["crm"]["tables"]["people"]["fields"]["email"]["serves"] = ["newsleter"]
    with pytest.raises(PolicyErrors) as raised:
        load_document(json.dumps(kept))
    assert [str(problem) for problem in raised.value.problems] == [
        "policy document: purposes.newsletter: 'period': not an ISO 8601 period: 'soon', expected for example P7Y, P12M or P14D",
        "policy document: sources.crm: unknown purpose 'newsleter'. Did you mean 'newsletter'?",
    ]


def test_loading_reads_nothing_but_the_folder(folder, tmp_path: Path):
    before = load(folder.path)
    shutil.copytree(folder.path, tmp_path / "elsewhere" / "law")
    assert load(tmp_path / "elsewhere" / "law") == before


def test_nothing_in_a_kept_document_is_stood_in_for(folder):
    kept = json.loads(load(folder.path).document)
    for part in ("company", "holds"):
        with pytest.raises(PolicyErrors, match=f"^policy document: {part}: holds no keys and values$"):
            load_document(json.dumps({**kept, part: None}))


def test_the_room_needs_no_engine_and_no_orchestrator():
    code = "import sys, privacy_pipelines.policy.load; print(sorted({'duckdb', 'dagster', 'pandas'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=POLICIES.parent)
    assert found.stdout.strip() == "[]"


def test_the_forms_of_the_format_are_read(folder):
    """Each form that the format's description shows, where the small policy writes it otherwise."""
    folder.change("sources/crm.yaml", "key: person_id", "key: [person_id]")
    folder.change("sources/crm.yaml", "{to: crm.accounts, column: account_id}", "accounts")
    folder.change("sources/crm.yaml", "{at: dated_on, when:", "{at: [dated_on], when:")
    folder.change("sources/crm.yaml", "{email: [people.email]}", "{email: people.email}")
    folder.change("sources/crm.yaml", "from: given_at", "from: [given_at]\n    valid_for: P24M")
    folder.change("purposes/newsletter.yaml", "{consent: newsletter}", "{consent: [newsletter]}")
    folder.change("purposes/newsletter.yaml", "period: P0D", "period: P0D\nroll: none\nrestrict_from: null")
    folder.change("purposes/relationship.yaml", "offset: end_of_month}", "offset: [end_of_month], order: period_then_offset}\nreview: true")
    policy = load(folder.path)
    assert policy.purpose("relationship").review
    assert policy.consent("newsletter").valid_for == Period(months=24)
    assert policy.purpose("relationship").starting_point.order == "period_then_offset"


def test_a_stored_law_is_read_though_a_later_vocabulary_would_refuse_it(folder):
    """Its words were words when it was approved; the night after an upgrade must still know by which law yesterday was decided."""
    kept = json.loads(load(folder.path).document)
    kept["sources"]["crm"]["tables"]["people"]["fields"]["union"]["category"] = "user.of_an_older_list"
    assert load_document(json.dumps(kept)).table("crm.people").column("union").category == "user.of_an_older_list"

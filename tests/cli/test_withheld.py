"""From a plan that is not sane to an approval that lets exactly one part through: extract in, generation out."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from click.testing import Result

from tests.cli.place import HOLDS, NIGHT, PEOPLE, Place, write_extracts

LONG_AGO = "2020-01-01"


@pytest.fixture
def suspicious(company: Place, tomorrow: date) -> Place:
    """Overnight every contract has ended, years ago."""
    write_extracts(company.extracts, tomorrow, ended_on=LONG_AGO)
    return company


def test_what_nobody_foresaw_waits_for_an_approval_of_exactly_that(suspicious: Place, tomorrow: date) -> None:
    planned = _json(suspicious.run("plan", "--as-of", tomorrow, "--json"), 1)
    night = _json(suspicious.night(tomorrow, "--json"), 1)
    assert planned["digest"] == night["plan_digest"]
    assert (night["metrics"]["erased"], night["metrics"]["kept"]) == (0, 250)
    waiting = {part["table"]: part for part in night["withheld"]}
    assert {(table, part["unexpected"]) for table, part in waiting.items()} == {("crm.contracts", PEOPLE), ("crm.people", PEOPLE)}
    assert waiting["crm.contracts"]["digest"] in suspicious.run("status").stdout

    digest = waiting["crm.contracts"]["digest"]
    approved = suspicious.run("approve", digest, "--by", "dpo", "--reason", "The company has closed")
    assert approved.exit_code == 0
    assert "crm.contracts, relationship: approved by dpo" in approved.stdout
    assert "approved already, by dpo" in suspicious.run("approve", digest, "--by", "x", "--reason", "y").stdout

    after = _json(suspicious.night(tomorrow, "--json"), 1)
    assert after["metrics"]["erased"] == PEOPLE
    assert [(part["table"], part["digest"]) for part in after["withheld"]] == [("crm.people", waiting["crm.people"]["digest"])]
    said = suspicious.run("explain", "crm.contracts", "C1")
    assert f"left behind on {tomorrow}" in said.stdout
    assert _json(suspicious.run("verify", "--as-of", tomorrow, "--json"), 0)["right"]


def test_with_four_eyes_the_first_approval_says_that_another_person_is_wanted(suspicious: Place, tomorrow: date) -> None:
    company = suspicious.policies / "company.yaml"
    company.write_text(company.read_text().replace("clock_lead:", "approvers: 2, clock_lead:"))
    digest = _json(suspicious.night(tomorrow, "--json"), 1)["withheld"][0]["digest"]
    for by, said in (
        ("dpo", "That is 1 of 2"),
        ("DPO", "approved already, by dpo. That is 1 of 2"),
        ("ceo", "The next night lets exactly this"),
    ):
        assert said in suspicious.run("approve", digest, "--by", by, "--reason", "Looked at").stdout
    assert len(_json(suspicious.night(tomorrow, "--json"), 1)["withheld"]) == 1


def test_the_start_of_a_digest_is_enough(suspicious: Place, tomorrow: date) -> None:
    digest = _json(suspicious.night(tomorrow, "--json"), 1)["withheld"][0]["digest"]
    assert suspicious.run("approve", digest[:12], "--by", "dpo", "--reason", "Looked at").exit_code == 0
    assert digest in (suspicious.store / "evidence.jsonl").read_text()


def test_a_first_load_waits_for_leave_and_may_be_approved(unstarted: Place) -> None:
    night = _json(unstarted.night(NIGHT, "--json"), 1)
    assert (night["metrics"]["kept"], len(night["withheld"])) == (0, 5)
    part = next(part for part in night["withheld"] if part["table"] == "crm.accounts")
    assert "--first-load" in part["what_to_do"]
    assert unstarted.run("approve", part["digest"], "--by", "dpo", "--reason", "New source").exit_code == 0
    after = _json(unstarted.night(NIGHT, "--json"), 1)
    assert (after["metrics"]["kept"], len(after["withheld"])) == (PEOPLE, 4)


def test_a_digest_that_was_not_withheld_is_refused(company: Place) -> None:
    before = company.digest()
    plan = _json(company.run("plan", "--as-of", NIGHT, "--json"), 0)["digest"]
    for digest in ("0" * 64, plan, "", "abc", "ÅÄÖ"):
        result = company.run("approve", digest, "--by", "dpo", "--reason", "Because")
        assert result.exit_code == 2
        assert "withheld nothing under this digest; it withheld 0 parts" in result.stderr
    assert company.digest() == before


def test_an_approval_has_a_person_and_a_reason_without_personal_data(suspicious: Place, tomorrow: date) -> None:
    digest = _json(suspicious.night(tomorrow, "--json"), 1)["withheld"][0]["digest"]
    before = suspicious.digest()
    for by, reason in ((" ", "Because"), ("dpo", ""), ("dpo", "Anna 19900101-2384 asked"), ("dpo", "anna@x.example asked")):
        result = suspicious.run("approve", digest, "--by", by, "--reason", reason)
        assert result.exit_code == 2
        assert "2384" not in result.output
        assert "anna@" not in result.output
    assert suspicious.run("approve", digest, "--reason", "Because").exit_code == 2
    assert suspicious.digest() == before


def test_a_hold_is_released_and_not_approved(suspicious: Place, tomorrow: date) -> None:
    (suspicious.policies / "holds.yaml").write_text(HOLDS, encoding="utf-8")
    night = _json(suspicious.night(tomorrow, "--json"), 1)
    held = next(part for part in night["withheld"] if part["reason"] == "held")
    result = suspicious.run("approve", held["digest"], "--by", "dpo", "--reason", "Because")
    assert result.exit_code == 2
    assert "crm.contracts is held by 'dispute'. Release the hold" in result.stderr


def _json(result: Result, code: int) -> dict[str, Any]:
    assert result.exit_code == code, result.output
    return dict(json.loads(result.stdout))

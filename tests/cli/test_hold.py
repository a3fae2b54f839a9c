"""A person is held, listed, explained and released on the command line; nothing that it prints names the person."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.cli.place import NIGHT, Place, write_extracts

SAID = ("--ground", "Pending dispute", "--owner", "Legal", "--by", "dpo")
REVIEW = NIGHT + timedelta(days=90)
ENDED = "2026-03-11"
LATER = date(2026, 4, 20)


def added(company: Place, key: str = "P1") -> str:
    result = company.run("hold", "add", "crm.people", key, *SAID, "--review", REVIEW, "--as-of", NIGHT, "--json")
    assert result.exit_code == 0, result.output
    return str(json.loads(result.stdout)["hold"])


def test_a_person_is_held_listed_explained_and_released(company: Place, tomorrow: date) -> None:
    name = added(company)
    write_extracts(company.extracts, tomorrow, ended_on=ENDED)
    company.night(tomorrow)
    company.night(LATER)
    kept = [part for part in json.loads(company.run("plan", "--as-of", LATER, "--json").stdout)["withheld"] if part["reason"] == "held"]
    assert [(part["table"], part["purpose"], part["unexpected"]) for part in kept] == [("crm.people", name, 1)]
    explained = company.run("explain", "crm.people", "P1").stdout
    assert f"Deletion suspended by {name} since" in explained
    assert f"Pending dispute (Legal; review by {REVIEW})" in explained
    assert "left behind" in company.run("explain", "crm.people", "P2").stdout

    listed = company.run("hold", "list", "--as-of", LATER)
    assert (listed.exit_code, name in listed.stdout, "PAST REVIEW" in listed.stdout) == (0, True, False)
    late = json.loads(company.run("hold", "list", "--as-of", REVIEW + timedelta(days=1), "--json").stdout)
    assert (late["past_review"], late["holds"][0]["rows_kept"]) == (1, 1)

    released = company.run("hold", "release", name, "--by", "dpo", "--reason", "Settled")
    assert (released.exit_code, "The next night erases" in released.stdout) == (0, True)
    company.night(LATER + timedelta(days=1))
    assert "left behind" in company.run("explain", "crm.people", "P1").stdout
    assert "No hold stands" in company.run("hold", "list").stdout
    assert json.loads(company.run("verify", "--as-of", LATER + timedelta(days=1), "--json").stdout)["right"]


def test_a_hold_past_its_review_needs_a_person(company: Place) -> None:
    added(company)
    assert company.run("hold", "list", "--as-of", REVIEW + timedelta(days=1)).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("P1", "--ground", "Dispute", "--owner", "Legal", "--by", "dpo"), "--review is missing"),
        (("P1", "--owner", "Legal", "--by", "dpo", "--review", REVIEW), "--ground is missing"),
        (("P1", *SAID, "--review", NIGHT), "not in the future"),
        (("P999", *SAID, "--review", REVIEW), "no such record in crm.people"),
        (("P1", "--ground", "p1@x.example sues", "--owner", "Legal", "--by", "dpo", "--review", REVIEW), "names the person"),
    ],
)
def test_what_says_too_little_or_too_much_is_refused_and_nothing_changes(company: Place, arguments: tuple[object, ...], said: str) -> None:
    before = company.digest()
    result = company.run("hold", "add", "crm.people", *arguments, "--as-of", NIGHT)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "@" not in result.output
    assert company.digest() == before


def test_a_release_names_a_hold_that_stands(company: Place) -> None:
    name = added(company)
    result = company.run("hold", "release", name[:-1] + "x", "--by", "dpo", "--reason", "Settled")
    assert (result.exit_code, f"Did you mean '{name}'?" in result.stderr) == (2, True)

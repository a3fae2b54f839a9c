"""Every state that a cell can be in, living or gone, as `explain` tells it: in the law's words, with its dates, in both languages and as
JSON that meets its published schema.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from privacy_pipelines.cli.answers import ANSWERS, schema_text
from privacy_pipelines.explaining.answer import ClusterAnswer, Explanation
from tests.way.house import Company, day

ROOT = Path(__file__).parents[2]
TABLE = """
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: [care, claim]}
      name: {category: user.name, serves: [care]}
      phone: {category: user.contact.phone_number, serves: [care, claim]}
      status: {category: user.content, serves: [care, claim]}
      left_on: {category: user.content, serves: [care, claim], type: date}
    events: {left: {at: left_on, open_if: "status = 'active'"}}
"""
SOURCE = f"""
tables:
  people: {TABLE}
  cases: {TABLE}
  visitors:
    key: id
    subject: visitor
    fields:
      id: {{category: user.unique_id, serves: [visit]}}
      left_on: {{category: user.content, serves: [visit], type: date}}
    events: {{visited: left_on}}
"""
CARE = """
title: {sv: Ta hand om kunden, en: Look after the customer}
reason: {sv: Det behövs., en: It is needed.}
starting_point: {event: left, of: record}
period: P1M
execution_window: P3M
on_missing_event: {restrict: P12M, from: first_seen}
source: "a promise, page 3"
"""
CLAIM = CARE.replace("P1M", "P12M").replace("Ta hand om kunden, en: Look after", "Svara på krav, en: Answer claims of") + "nature: claims\n"
VISIT = "title: {sv: Besök, en: Visit}\nreason: {sv: Det behövs., en: It is needed.}\nstarting_point: {event: visited, of: record}\n"
SAID = "hold: dispute, ground: a claim in court, owner: legal, review_by: 2027-01-01, effective_from: 2026-01-01"
HOLD = f"holds:\n  - {{{SAID}, tables: [crm.cases]}}"
PEOPLE = "id,name,phone,status,left_on\nP1,Ada,1,active,\nP2,Bo,2,ended,2026-02-15\nP3,Cy,3,ended,\nP4,Di,4,ended,2025-12-20\n"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Two nights. On the second P4's name was left behind, and a visitor."""
    one = Company(tmp_path_factory.mktemp("states"))
    one.policy(SOURCE, company="languages: [sv, en]", holds=HOLD, care=CARE, claim=CLAIM, visit=VISIT)
    for night in ("2026-01-10", "2026-01-31"):
        one.extract("people", night, PEOPLE)
        one.extract("cases", night, PEOPLE.replace("P", "K"))
        one.extract("visitors", night, "id,left_on\nV1,2026-01-20\nV2,2025-01-20")
        one.night(night)
    return one


def cell(company: Company, table: str, key: str, field: str, as_of: str | None = None) -> tuple[ClusterAnswer, str, str]:
    """The cell's data cluster, and the two texts about it."""
    answer = told(company.explain(table, key, field, as_of))
    (cluster,) = answer.clusters
    return cluster, "\n".join(answer.lines("en")), "\n".join(answer.lines("sv"))


def told(answer: Explanation) -> Explanation:
    """The answer, whose JSON meets its schema."""
    schema = json.loads(schema_text(Explanation))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(answer.to_json())] == []
    return answer


@pytest.mark.parametrize(("name", "model"), ANSWERS)
def test_the_committed_schema_is_the_answers(name: str, model: type) -> None:
    committed = (ROOT / f"docs/schema/{name}.json").read_text(encoding="utf-8")
    assert committed == schema_text(model), "run python -m privacy_pipelines.cli.answers"


def test_open(company: Company) -> None:
    found, english, swedish = cell(company, "people", "P1", "name")
    assert (found.status, found.clauses[0].level) == ("active", "in_force")
    assert company.explain("people", "P1", "name").to_json()["clusters"][0]["retain_until"] is None
    assert "name: kept, until open" in english
    assert "name: bevaras, till och med öppen" in swedish


def test_active_says_event_source_rule_clause_and_version(company: Company) -> None:
    found, english, swedish = cell(company, "people", "P2", "name")
    (clause,) = found.clauses
    assert (found.status, found.retain_until, found.erasable_from, found.erase_by) == (
        *("active", day("2026-03-15"), day("2026-03-16"), day("2026-06-15")),
    )  # fmt: skip
    assert (clause.starting_point, clause.found_in, clause.date, clause.period) == ("left", "crm.people", day("2026-02-15"), "P1M")
    assert (clause.legal_basis, clause.source, clause.approved_by) == ("eu-gdpr:A6-1-f", "a promise, page 3", "dpo")
    assert clause.effective_from == day("1990-01-01")
    assert "Look after the customer: left in crm.people on 2026-02-15, then P1M ⇒ until 2026-03-15" in english
    assert "a promise, page 3; in force from 1990-01-01, approved by dpo" in english
    assert "Ta hand om kunden: left i crm.people 2026-02-15, därefter P1M ⇒ till och med 2026-03-15" in swedish
    version = company.explain("people", "P2").policy_version
    assert len(version) == 64
    assert f"policy {version[:12]}" in english


def test_restricted(company: Company) -> None:
    found, english, swedish = cell(company, "people", "P2", "phone", "2026-04-01")
    assert (found.status, found.retain_until) == ("restricted", day("2027-02-15"))
    assert "restricted (only for the duty or claim below), until 2027-02-15" in english
    assert "begränsad (endast för plikten eller anspråket nedan), till och med 2027-02-15" in swedish


def test_erasable_from_the_day_after_the_last(company: Company) -> None:
    assert cell(company, "people", "P2", "name", "2026-03-15")[0].status == "active"
    found, english, swedish = cell(company, "people", "P2", "name", "2026-03-16")
    assert found.status == "erasable"
    assert "ended on 2026-03-15, erasable from 2026-03-16, to be gone by 2026-06-15" in english
    assert "upphörde 2026-03-15, får raderas från 2026-03-16, ska vara borta senast 2026-06-15" in swedish


def test_overdue_from_the_day_after_the_window(company: Company) -> None:
    assert cell(company, "people", "P2", "name", "2026-06-15")[0].status == "erasable"
    found, english, swedish = cell(company, "people", "P2", "name", "2026-06-16")
    assert found.status == "overdue"
    assert "overdue: it was to be gone by 2026-06-15" in english
    assert "försenad: skulle ha varit borta senast 2026-06-15" in swedish


def test_suspended_by_a_hold_says_whose_and_why(company: Company) -> None:
    found, english, swedish = cell(company, "cases", "K2", "name", "2026-06-16")
    assert (found.status, found.holds) == ("suspended", ("dispute",))
    assert "deletion is suspended (dispute)" in english
    assert "Deletion suspended by dispute: a claim in court (legal; review by 2027-01-01)." in english
    assert "Radering uppskjuten genom dispute: a claim in court (legal; omprövas senast 2027-01-01)." in swedish
    (suspension,) = company.explain("cases", "K2").suspensions
    assert (suspension.ground, suspension.review_by) == ("a claim in court", day("2027-01-01"))


def test_undetermined(company: Company) -> None:
    found, english, swedish = cell(company, "people", "P3", "name")
    assert (found.status, found.retain_until) == ("undetermined", day("2027-01-10"))
    assert found.clauses[0].missing_since == day("2026-01-10")
    assert "restricted because it is undetermined, at the longest until 2027-01-10" in english
    assert "begränsad eftersom tiden inte kan bestämmas, längst till och med 2027-01-10" in swedish


def test_a_field_that_is_gone_of_a_record_that_lives(company: Company) -> None:
    found, english, swedish = cell(company, "people", "P4", "name")
    assert (found.status, found.filled, found.left_on) == ("gone", 0, day("2026-01-31"))
    assert "ended on 2026-01-20, to be gone by 2026-04-20; nothing of it is stored" in english
    assert "left behind on 2026-01-31" in english
    assert "raderad 2026-01-31" in swedish


def test_a_record_that_is_gone_says_when_and_under_which_policy(company: Company) -> None:
    left, away = told(company.explain("visitors", "V1")), told(company.explain("visitors", "V2"))
    version = company.explain("people", "P1").policy_version
    assert (left.found, left.left_on, left.left_under) == ("left_behind", day("2026-01-31"), version)
    assert (away.found, away.left_on, away.left_under) == ("turned_away", day("2026-01-10"), version)
    assert f"was left behind on 2026-01-31, under policy {version[:12]}" in left.lines("en")[0]
    assert "avvisades 2026-01-10" in away.lines("sv")[0]


def test_a_record_that_was_never_known(company: Company) -> None:
    answer = told(company.explain("people", "P9"))
    assert (answer.found, answer.clusters, answer.left_under) == ("no_trace", (), "")
    assert answer.lines("en") == ("crm.people: no trace of this record.",)
    assert answer.lines("sv") == ("crm.people: inget spår av posten.",)

"""Every problem of every file is told at once: nobody mends a policy one message at a time."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.policy.load import load

PLANTED = (
    ("company.yaml", "fiscal_year_end:", "fiscal_year_ends:", 4),
    ("company.yaml", "row_drop: 0.20", "row_drop: most", 6),
    ("company.yaml", "country: SE", "country: Sweden", 8),
    ("holds.yaml", "ground: Pending dispute", "grounds: Pending dispute", 3),
    ("holds.yaml", "[crm.contracts]", "[crm.contrakts]", 6),
    ("purposes/newsletter.yaml", "en: Newsletter", "em: Newsletter", 2),
    ("purposes/newsletter.yaml", "eu-gdpr:A6-1-a", "eu-gdpr:A6-1-x", 5),
    ("purposes/newsletter.yaml", "{consent: newsletter}", "{consent: newsleter}", 7),
    ("purposes/newsletter.yaml", "period: P0D", "period: P0", 8),
    ("purposes/newsletter.yaml", "P30D", "P0D", 9),
    ("purposes/newsletter.yaml", "2026-01-01", "2026-13-01", 11),
    ("purposes/relationship.yaml", "end_of_month", "end_of_mont", 7),
    ("purposes/relationship.yaml", "event: person_left", "event: person_lft", 8),
    ("purposes/relationship.yaml", "settle: P14D", "settle: P2Y", 11),
    ("purposes/relationship.yaml", "[mailer]", "[mailor]", 13),
    ("purposes/bookkeeping.yaml", "event: voucher", "event: vouchers", 7),
    ("purposes/bookkeeping.yaml", "P10Y", "P1Y", 10),
    ("sources/crm.yaml", "{table}-{day}.csv", "{table}.csv", 3),
    ("sources/crm.yaml", "key: person_id", "key: person", 10),
    ("sources/crm.yaml", "serves: [newsletter, relationship]}", "serves: [newsletter, relationships]}", 14),
    ("sources/crm.yaml", "type: email}\n      left_on", "type: emial}\n      left_on", 16),
    ("sources/crm.yaml", "%d.%m.%Y", "dd.mm.yyyy", 17),
    ("sources/crm.yaml", "free_text: true", "freetext: true", 18),
    ("sources/crm.yaml", "person_left: left_on", "person_left: left", 22),
    ("sources/crm.yaml", "contract_end: [accounts, contracts]", "contract_end: [account, contracts]", 24),
    ("sources/crm.yaml", "scopes: {relationship: record}", "scopes: {relationship: row}", 29),
    ("sources/crm.yaml", "status = 'active'", "statuss = 'active'", 36),
    ("sources/crm.yaml", "deletes: none", "deletes: some", 38),
    ("sources/crm.yaml", "match: {email:", "match: {mail:", 58),
    ("sources/crm.yaml", "until: withdrawn_at", "until: withdrawn_on", 62),
)


def test_thirty_mistakes_in_one_folder_are_told_at_once(folder):
    for file, old, new, _ in PLANTED:
        folder.change(file, old, new)
    places = {problem.split(" ")[0].rstrip(":") for problem in folder.problems()}
    assert places >= {f"{file}:{line}" for file, _, _, line in PLANTED}


def test_what_is_told_is_only_what_was_planted(folder):
    """One mistake is one message, also where other lines name what it stands in."""
    for file, old, new, _ in PLANTED:
        folder.change(file, old, new)
    places = {problem.split(" ")[0].rstrip(":") for problem in folder.problems()}
    consequences = {"purposes/relationship.yaml:8"}
    assert places - {f"{file}:{line}" for file, _, _, line in PLANTED} <= consequences
    assert len(folder.problems()) <= len(PLANTED) + 3


def test_problems_come_in_the_order_of_files_and_lines(folder):
    for file, old, new, _ in reversed(PLANTED):
        folder.change(file, old, new)
    with pytest.raises(PolicyErrors) as raised:
        load(folder.path)
    assert list(raised.value.problems) == sorted(raised.value.problems)


def test_a_misspelt_rule_does_not_make_its_name_unknown(folder):
    folder.change("purposes/bookkeeping.yaml", "period: P7Y", "period: seven years")
    assert len(folder.problems()) == 1


def test_a_file_that_cannot_be_read_does_not_make_its_names_unknown(folder):
    folder.write("sources/crm.yaml", "source: [")
    problems = folder.problems()
    assert [problem.split(":")[0] for problem in problems] == ["sources/crm.yaml"]


def test_faults_within_other_files_are_told_beside_a_file_that_cannot_be_read(folder):
    folder.write("sources/crm.yaml", "source: [")
    folder.change("purposes/newsletter.yaml", "P30D", "P0D")
    assert [problem.split(":")[0] for problem in folder.problems()] == ["purposes/newsletter.yaml", "sources/crm.yaml"]


def test_a_purpose_declared_twice_names_both_files(folder):
    text = (folder.path / "purposes/newsletter.yaml").read_text()
    folder.write("purposes/other.yaml", text)
    assert folder.problems() == [
        "purposes/other.yaml:1: purpose 'newsletter' is declared twice. It is already in policies/purposes/newsletter.yaml"
    ]


def test_a_source_declared_twice_names_both_files(folder):
    folder.write("sources/other.yaml", (folder.path / "sources/crm.yaml").read_text())
    problems = folder.problems()
    assert "sources/other.yaml:1: source 'crm' is declared twice. It is already in policies/sources/crm.yaml" in problems
    assert "sources/other.yaml:57: consent 'newsletter' is declared twice. It is already in policies/sources/crm.yaml" not in problems


def test_a_consent_declared_in_two_sources_is_a_problem(folder):
    text = (folder.path / "sources/crm.yaml").read_text()
    folder.write(
        "sources/other.yaml", text.replace("source: crm", "source: shop").replace("crm.accounts", "shop.accounts").replace("crm/", "shop/")
    )
    assert folder.problems() == [
        "sources/other.yaml:56: consent 'newsletter' is declared twice. It is already in policies/sources/crm.yaml"
    ]


def test_a_hold_declared_twice_is_a_problem(folder):
    text = (folder.path / "holds.yaml").read_text()
    folder.write("holds.yaml", text + text.removeprefix("holds:\n"))
    assert folder.problems() == ["holds.yaml:8: hold 'dispute' is declared twice"]


def test_a_purpose_that_no_field_serves_is_a_problem(folder):
    text = (folder.path / "purposes/newsletter.yaml").read_text()
    folder.write("purposes/other.yaml", text.replace("purpose: newsletter", "purpose: other"))
    assert folder.problems() == [
        "purposes/other.yaml:1: no field serves purpose 'other'. Name it in a field's `serves`, or set `enabled: false`"
    ]

"""What a difference says in words and numbers: each of its kinds over a company small enough to count by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privacy_pipelines.comparing.compare import compare, first_day
from privacy_pipelines.comparing.difference import Difference
from privacy_pipelines.errors import ClockError, PolicyErrors, StoreError
from privacy_pipelines.policy.load import load
from privacy_pipelines.store.generations import Store
from tests.way.house import Company, day

SOURCE = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: [care, club]}
      name: {category: user.name, serves: [care, club]}
      email: {category: user.contact.email, serves: [club], type: email}
      left_on: {category: user.workplace, serves: [care], type: date}
    events: {left: left_on}
  orders:
    key: id
    links: {person_id: people}
    fields:
      id: {category: user.unique_id, serves: [care]}
      person_id: {category: user.unique_id, serves: [care]}
      what: {category: user.content, serves: [care]}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: [club]}
      email: {category: user.contact.email, serves: [club], type: email}
      status: {category: user.privacy_preferences, serves: [club], accepted: [Given, Withdrawn]}
      given_on: {category: user.privacy_preferences, serves: [club], type: date}
consents:
  club: {table: consents, match: {email: people.email}, status: status, valid: [Given], from: given_on}
"""
CARE = "starting_point: {event: left, of: subject}\nperiod: P12M\non_missing_event: {restrict: P12M, from: first_seen}\n"
CLUB = "starting_point: {consent: club}\nlegal_basis: eu-gdpr:A6-1-a\n"
ON = "2026-03-01"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Four people who left a customer at different times, one of them in the club."""
    one = Company(tmp_path / "one").policy(SOURCE, care=CARE, club=CLUB)
    one.extract("people", ON, "id,name,email,left_on\nP1,Ada,a@x.se,2025-04-01\nP2,Bo,b@x.se,2025-10-01\nP3,Cy,c@x.se,2026-02-01\nP4,Di,,")
    one.extract("orders", ON, "id,person_id,what\nO1,P1,tea\nO2,P2,milk\nO3,P2,honey")
    one.extract("consents", ON, "id,email,status,given_on\nK1,a@x.se,Given,2026-01-01")
    one.night(ON)
    return one


def changed(
    company: Company, source: str = SOURCE, *, holds: str = "holds: []", care: str = CARE, club: str = CLUB, on: str = ON
) -> Difference:
    """The difference from the policy that the store was written under to one that says something otherwise."""
    return compare(Store(company.paths.store), load(company.paths.policies), load(other(company, source, holds, care, club)), day(on))


def other(company: Company, source: str = SOURCE, holds: str = "holds: []", care: str = CARE, club: str = CLUB) -> Path:
    folder = company.root / "other"
    shutil.rmtree(folder, ignore_errors=True)
    return Company(folder).policy(source, holds=holds, care=care, club=club).paths.policies


def totals(found: Difference) -> dict[str, tuple[int, int]]:
    return {one.what: (one.records, one.cells) for one in found.counts.totals}


def test_a_shorter_period_makes_erasable_what_no_other_purpose_keeps(company: Company) -> None:
    found = changed(company, care=CARE.replace("P12M\non", "P3M\non"))
    assert [str(one) for one in found.changes] == ["purpose care: period P1Y → P3M"]
    # P2: key, name, left_on; its e-mail never had a consent. O1 to O3: 3 cells each. P1 stays for the club.
    assert totals(found)["newly erasable"] == (4, 12)
    purposes = {(one.what, one.name): (one.records, one.cells) for one in found.counts.by_purpose}
    assert purposes["newly erasable", "care"] == (4, 12)
    clusters = {
        (one.table, one.name): (one.records, one.cells, one.fields) for one in found.counts.by_cluster if one.what == "newly erasable"
    }
    assert clusters["crm.orders", "care"] == (3, 9, ("id", "person_id", "what"))
    assert {one.name for one in found.counts.by_cohort} == {"2025-04", "2025-10"}


def test_a_longer_period_takes_back_what_was_erasable(company: Company) -> None:
    found = changed(company, care=CARE.replace("P12M\non", "P36M\non"), on="2026-06-01")
    assert totals(found) == {"no longer erasable": (1, 3)}  # O1; P1 itself lives for the club


def test_a_consent_that_is_newly_needed_refuses_whom_it_was_never_given_by(company: Company) -> None:
    found = changed(company, care=CARE + "requires_consent: club\nlegal_basis: eu-gdpr:A6-1-a\n", source=SOURCE)
    assert found.counts.totals
    assert totals(found)["newly refused"] == totals(found)["newly erasable"]
    assert any("requires_consent none → club" in str(one) for one in found.changes)


def test_a_field_that_is_dropped_is_refused_with_its_cells(company: Company) -> None:
    dropped = SOURCE.replace("      what: {category: user.content, serves: [care]}\n", "")
    found = changed(company, dropped)
    assert [str(one) for one in found.changes] == ["field crm.orders.what removed (category user.content, type text, serves care)"]
    assert totals(found) == {"newly erasable": (3, 3), "newly refused": (3, 3)}
    assert {(one.table, one.name, one.fields) for one in found.counts.by_cluster} == {("crm.orders", "not declared", ("what",))}
    assert {one.name for one in found.counts.by_purpose} == {"care"}


def test_a_table_that_is_dropped_is_refused_whole(company: Company) -> None:
    start, end = SOURCE.index("  orders:"), SOURCE.index("  consents:\n    key")
    found = changed(company, SOURCE[:start] + SOURCE[end:])
    assert totals(found) == {"newly erasable": (3, 9), "newly refused": (3, 9)}
    assert [one.kind for one in found.changes] == ["table"]


def test_a_new_field_concerns_nothing_in_the_store(company: Company) -> None:
    found = changed(company, SOURCE.replace("      what:", "      gift: {category: user.content, serves: [care]}\n      what:"))
    assert [str(one) for one in found.changes] == ["field crm.orders.gift added (category user.content, type text, serves care)"]
    assert not found.found


def test_what_counts_from_a_column_that_never_entered_is_not_decided(company: Company) -> None:
    """Undeclared columns never entered, so nobody can say what they would have said."""
    source = SOURCE.replace("      email: {category: user.contact.email, serves: [club], type: email}\n      left_on", (
        "      email: {category: user.contact.email, serves: [club], type: email}\n"
        "      asked_on: {category: user.workplace, serves: [care], type: date}\n      left_on"
    )).replace("events: {left: left_on}", "events: {left: left_on, asked: asked_on}")  # fmt: skip
    found = changed(company, source, care=CARE.replace("event: left", "event: asked"))
    assert {(one.policy, one.table, one.purpose, one.columns) for one in found.undecided} == {
        ("new", table, "care", ("crm.people.asked_on",)) for table in ("crm.people", "crm.orders")
    }
    assert {field for one in found.undecided for field in one.fields} >= {"name", "what"}
    assert "email" not in {field for one in found.undecided for field in one.fields}
    assert found.found
    assert not [one for one in found.counts.by_cluster if set(one.fields) & {"name", "what"}]


def test_a_hold_suspends_what_had_ended(company: Company) -> None:
    said = "hold: dispute, ground: a claim, owner: legal, review_by: 2027-01-01, effective_from: 2026-01-01"
    hold = f"holds:\n  - {{{said}, tables: [crm.orders]}}"
    found = changed(company, holds=hold, on="2026-06-01")
    assert totals(found)["newly suspended"] == totals(found)["no longer erasable"] == (1, 3)
    assert [one.kind for one in found.changes] == ["hold"]


def test_a_claim_instead_of_a_policy_restricts(company: Company) -> None:
    found = changed(company, care=CARE + "nature: claims\n")
    assert set(totals(found)) == {"newly restricted"}
    assert [str(one) for one in found.changes] == ["purpose care: nature policy → claims"]


def test_the_store_stays_as_it_is(company: Company) -> None:
    before = contents(company.paths.store)
    changed(company, care=CARE.replace("P12M\non", "P3M\non"))
    assert contents(company.paths.store) == before


def test_a_day_before_the_last_night_or_before_a_purpose_is_refused(company: Company) -> None:
    with pytest.raises(ClockError, match="before the last night, 2026-03-01"):
        changed(company, on="2026-02-28")
    later = CARE + "effective_from: 2027-01-01\n"
    with pytest.raises(PolicyErrors, match="not in force before 2027-01-01"):
        changed(company, care=later)
    policies = load(company.paths.policies), load(other(company, care=later))
    assert first_day(Store(company.paths.store), policies, day("2026-05-05")) == day("2027-01-01")
    assert first_day(Store(company.paths.store), policies[:1], day("2025-05-05")) == day(ON)


def test_a_store_without_a_night_says_so(tmp_path: Path, company: Company) -> None:
    store = Store(tmp_path / "empty")
    store.create()
    policy = load(company.paths.policies)
    with pytest.raises(StoreError, match="no night has been completed yet"):
        compare(store, policy, policy, day(ON))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

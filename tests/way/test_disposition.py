"""A purpose with `review: true`: what ends of it waits until a person has looked (LAW §1, `disposition_review`)."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.explaining.review import Listed, Reviewed, listed, review
from tests.way.house import Company, day, steps, withheld

FILES = """
tables:
  files:
    key: id
    fields:
      id: {category: user.unique_id, serves: [dispute, use]}
      note: {category: user.content, serves: [dispute]}
      phone: {category: user.contact.phone_number, serves: [use]}
      made_on: {category: user.content, serves: [dispute, use], type: date}
      closed_on: {category: user.content, serves: [dispute], type: date}
    events: {made: made_on, closed: closed_on}
"""
DISPUTE = "nature: claims\nreview: true\nstarting_point: {event: closed, of: record}\nperiod: P1M\nexecution_window: P1M"
USE = "starting_point: {event: made, of: record}\nperiod: P1M"
ROWS = """id,note,phone,made_on,closed_on
X1,one,1,2026-01-10,2026-01-10
X2,two,2,2026-01-10,2026-01-11
X3,three,3,2026-01-10,2026-12-31
"""


@pytest.fixture
def filed(company: Company) -> Company:
    """X1's dispute is kept to 2026-02-10, X2's to 2026-02-11; their use to 2026-02-10."""
    company.policy(FILES, dispute=DISPUTE, use=USE)
    company.extract("files", "2026-01-20", ROWS)
    company.night("2026-01-20")
    return company


def reviewed(company: Company, day: str) -> list[tuple[str, str, str, int, int]]:
    return sorted(
        (part["purpose"], part["reason"], part["since"], part["unexpected"], part["cells"]) for part in withheld(company.night(day))
    )


def test_what_ends_waits_and_what_no_review_concerns_goes(filed: Company) -> None:
    assert reviewed(filed, "2026-02-11") == [("dispute", "disposition_review", "2026-02-11", 1, 4)]
    assert filed.row("files", "X1") | {"phone": None} == filed.row("files", "X1")
    assert filed.row("files", "X1")["note"] == "one"


def test_the_stewards_list_names_what_is_to_be_looked_at(filed: Company) -> None:
    filed.night("2026-02-11")
    filed.night("2026-02-12")
    root = filed.paths.store
    assert review(root) == (Reviewed("crm.files", 0, 0, 2, day("2026-02-11")),)
    assert listed(root, "crm.files") == (
        Listed(("X1",), "disposition_review", day("2026-02-11"), "dispute"),
        Listed(("X2",), "disposition_review", day("2026-02-12"), "dispute"),
    )


def test_each_night_is_a_part_of_its_own_and_an_approval_lets_exactly_one_through(filed: Company) -> None:
    (first,) = withheld(filed.night("2026-02-11"))
    assert reviewed(filed, "2026-02-12") == [
        ("dispute", "disposition_review", "2026-02-11", 1, 4), ("dispute", "disposition_review", "2026-02-12", 1, 4),
    ]  # fmt: skip
    filed.approve(first["digest"], at="2026-02-12")
    last = filed.night("2026-02-13")
    assert [part["since"] for part in withheld(last)] == ["2026-02-12"]
    assert {action for _, _, action, _, _ in steps(last)} == {"erase_row"}
    assert filed.keys("files") == ["X2", "X3"]


def test_waiting_suspends_nothing(filed: Company) -> None:
    filed.night("2026-02-11")
    assert filed.night("2026-03-10").metrics["overdue"] == 0
    assert filed.night("2026-03-11").metrics["overdue"] == 1


def test_a_purpose_that_lives_again_waits_for_nobody(filed: Company) -> None:
    filed.night("2026-02-11")
    filed.extract("files", "2026-02-12", ROWS.replace("2026-01-10,2026-01-10", "2026-01-10,2026-12-31").replace("2026-01-11", "2026-12-31"))
    assert reviewed(filed, "2026-02-12") == []
    assert filed.keys("files") == ["X1", "X2", "X3"]


def test_what_the_purpose_never_had_needs_no_review(company: Company) -> None:
    """A file without a dispute: its purpose never applied, so nobody needs to look at what is left of its use."""
    disputes = """
  disputes:
    key: id
    links: {file_id: files}
    fields:
      id: {category: user.unique_id, serves: [dispute]}
      file_id: {category: user.unique_id, serves: [dispute]}
      closed_on: {category: user.content, serves: [dispute], type: date}
    events: {closed: closed_on}
"""
    tables = FILES.replace("      closed_on: {category: user.content, serves: [dispute], type: date}\n", "")
    tables = tables.replace("key: id\n", "key: id\n    subject: customer\n", 1).replace(", closed: closed_on", "") + disputes.lstrip("\n")
    company.policy(tables, dispute=DISPUTE.replace("of: record", "of: subject"), use=USE.replace("of: record", "of: subject"))
    company.extract("files", "2026-01-20", "id,note,phone,made_on\nX1,one,1,2026-01-10\nX2,,2,2026-01-10")
    company.extract("disputes", "2026-01-20", "id,file_id,closed_on\nD1,X1,2026-01-10")
    company.night("2026-01-20")
    assert {one[:3] for one in reviewed(company, "2026-02-11")} == {("dispute", "disposition_review", "2026-02-11")}
    assert (company.keys("files"), company.keys("disputes")) == (["X1"], ["D1"])


def test_a_policy_without_the_review_lets_go_what_waited(filed: Company) -> None:
    filed.night("2026-02-11")
    filed.policy(FILES, dispute=DISPUTE.replace("review: true\n", ""), use=USE)
    filed.night("2026-02-12")
    assert filed.keys("files") == ["X3"]


def test_a_persons_word_waits_for_no_review(company: Company) -> None:
    consents = "consents:\n  letters: {table: files, match: {id: files.id}, status: note, valid: [Given], from: made_on}\n"
    asks = "review: true\nlegal_basis: eu-gdpr:A6-1-a\nstarting_point: {consent: letters}\nperiod: P0D"
    company.policy(FILES + consents, dispute=DISPUTE, use=USE + "\nreview: true", letters=asks)
    with pytest.raises(PolicyErrors, match=r"letters\.yaml:\d+: purpose 'letters' ends when a person says so, which waits for no review"):
        company.night("2026-01-20")

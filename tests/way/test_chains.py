"""Contracts that others continue (LAW §5, 26 to 28): chains without a gap, gaps, circles, and both ways of saying it."""

from __future__ import annotations

import pytest

from tests.way.customers import ANY_DROP, RELATIONSHIP
from tests.way.house import Company, day

NAMED = "links: {renewed_by: {to: contracts, optional: true}}"
NAMES = "continued_by: {link: renewed_by, begins: starts_on}"
CONTRACTS = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: relationship}
      name: {category: user.name, serves: relationship}
  contracts:
    key: id
    links: {person_id: people, LINK: {to: contracts, optional: true}}
    scopes: {relationship: record}
    fields:
      id: {category: user.unique_id, serves: relationship}
      person_id: {category: user.unique_id, serves: relationship}
      status: {category: user.content, serves: relationship}
      starts_on: {category: user.content, serves: relationship, type: date}
      ends_on: {category: user.content, serves: relationship, type: date}
      LINK: {category: user.unique_id, serves: relationship}
    events:
      contract_end: {at: ends_on, open_if: "status = 'active'", SAID}
"""
ENDED = RELATIONSHIP.replace("ended_by: [{event: contact_left, period: P0D, execution_window: P30D}]\n", "")


def forward(company: Company, said: str = "continued_by: {link: renewed_by, begins: starts_on}") -> Company:
    """A company whose contracts name their successors, unless something else is said."""
    return company.policy(CONTRACTS.replace("LINK", "renewed_by").replace("SAID", said), company=ANY_DROP, relationship=ENDED)


def backward(company: Company) -> Company:
    """A company whose contracts name what they continue."""
    said = "continues: {link: previous, begins: starts_on}"
    return company.policy(CONTRACTS.replace("LINK", "previous").replace("SAID", said), company=ANY_DROP, relationship=ENDED)


def arrive(company: Company, on: str, *rows: str, link: str = "renewed_by") -> None:
    """Contracts of one person: `K1,ended,2025-01-01,2025-12-31,K2`."""
    company.extract("people", on, "id,name\nP1,Ada")
    lines = [f"{key},P1,{rest}" for key, _, rest in (row.partition(",") for row in rows)]
    company.extract("contracts", on, "\n".join([f"id,person_id,status,starts_on,ends_on,{link}", *lines]))


def until(company: Company, key: str) -> object:
    return company.clause("contracts", key, "relationship").retain_until


CHAIN = ("K1,ended,2024-01-01,2024-12-31,K2", "K2,ended,2025-01-01,2025-12-31,K3", "K3,ended,2026-01-01,2026-06-30,")


def test_a_contract_that_others_continue_without_a_gap_ends_with_the_last_of_them(company: Company) -> None:
    """Scenario 26: K1 ended in 2024 and K2 in 2025; both are kept to K3's last day, 2026-06-30, and go with it two settling weeks later."""
    forward(company)
    arrive(company, "2026-01-10", *CHAIN)
    company.night("2026-01-10")
    assert [until(company, key) for key in ("K1", "K2", "K3")] == [day("2026-06-30")] * 3
    said = [any("the last that continues it" in line for line in company.explain("contracts", key).lines()) for key in ("K1", "K2", "K3")]
    assert said == [True, True, False]
    company.night("2026-07-14")
    assert company.keys("contracts") == ["K1", "K2", "K3"]
    company.night("2026-07-15")
    assert company.keys("contracts") == []


def test_it_is_the_same_where_the_successor_names_what_it_continues(company: Company) -> None:
    """Scenario 26, the other way round; and a contract that two others continue lives as long as the last of them."""
    backward(company)
    rows = ("K1,ended,2024-01-01,2024-12-31,", "K2,ended,2025-01-01,2025-12-31,K1", "K3,ended,2026-01-01,2026-06-30,K2")
    arrive(company, "2026-01-10", *rows, "K4,ended,2025-01-01,2026-12-31,K1", link="previous")
    company.night("2026-01-10")
    assert [until(company, key) for key in ("K1", "K2", "K3", "K4")] == list(
        map(day, ["2026-12-31", "2026-06-30", "2026-06-30", "2026-12-31"])
    )


def test_a_contract_that_an_open_one_continues_has_no_end_yet(company: Company) -> None:
    from privacy_pipelines.values import OPEN

    forward(company)
    arrive(company, "2026-01-10", "K1,ended,2024-01-01,2024-12-31,K2", "K2,active,2025-01-01,,")
    company.night("2026-01-10")
    assert (until(company, "K1"), company.keys("contracts")) == (OPEN, ["K1", "K2"])


def test_a_contract_that_still_runs_by_its_own_row_is_continued_by_nothing(company: Company) -> None:
    """K1's successor is cancelled already, and K1 goes on; what K1 continues goes on with it."""
    from privacy_pipelines.values import OPEN

    forward(company)
    arrive(company, "2026-01-10", "K0,ended,2023-01-01,2023-12-31,K1", "K1,active,2024-01-01,,K2", "K2,ended,2025-01-01,2026-01-05,")
    company.night("2026-01-10")
    assert [until(company, key) for key in ("K0", "K1", "K2")] == [OPEN, OPEN, day("2026-01-05")]


def test_after_a_gap_the_old_contract_has_ended_and_the_new_one_is_an_episode_of_its_own(company: Company) -> None:
    """Scenarios 27 and 28: K2 begins on 2026-01-02, a day too late. K1 was to be gone by 2026-03-31, so it is late, and goes."""
    forward(company)
    arrive(
        company,
        "2026-04-10",
        "K1,ended,2025-01-01,2025-12-31,K2",
        "K2,active,2026-01-02,,",
        "K3,ended,2025-01-01,2025-12-31,K4",
        "K4,active,2026-01-01,,",
    )
    last = company.night("2026-04-10")
    assert (company.keys("contracts"), company.keys("people")) == (["K2", "K3", "K4"], ["P1"])
    assert last.metrics["refused"] == 1


def test_without_the_first_days_the_link_alone_says_that_there_is_no_gap(company: Company) -> None:
    forward(company, "continued_by: renewed_by")
    arrive(company, "2026-04-10", "K1,ended,2025-01-01,2025-12-31,K2", "K2,ended,2026-02-01,2026-06-30,")
    company.night("2026-04-10")
    assert until(company, "K1") == day("2026-06-30")


def test_a_successor_that_is_not_there_continues_nothing(company: Company) -> None:
    forward(company)
    arrive(company, "2026-01-10", "K1,ended,2025-01-01,2026-03-31,K9")
    company.night("2026-01-10")
    assert until(company, "K1") == day("2026-03-31")


def test_contracts_that_continue_each_other_in_a_circle_are_undetermined_and_a_finding(company: Company) -> None:
    """K1 → K2 → K3 → K2; K4 names itself; K5 is none of them."""
    forward(company, "continued_by: renewed_by")
    rows = (
        "K1,ended,,2025-12-31,K2",
        "K2,ended,,2025-12-31,K3",
        "K3,ended,,2025-12-31,K2",
        "K4,ended,,2025-12-31,K4",
        "K5,ended,,2026-12-31,",
    )
    arrive(company, "2026-01-10", *rows)
    last = company.night("2026-01-10")
    states = {key: company.cluster("contracts", key, "status").state for key in ("K1", "K2", "K3", "K4", "K5")}
    assert states == {"K1": "undetermined", "K2": "undetermined", "K3": "undetermined", "K4": "undetermined", "K5": "keep"}
    (found,) = [one for one in last.record["plan"]["findings"] if "circle" in one]
    assert found.startswith("crm.contracts.contract_end: 4 rows")


def test_a_chain_may_be_long(company: Company) -> None:
    forward(company, "continued_by: renewed_by")
    arrive(company, "2026-01-10", *(f"K{n},ended,,2025-12-31,K{n + 1}" for n in range(400)), "K400,ended,,2026-06-30,")
    company.night("2026-01-10")
    assert until(company, "K0") == day("2026-06-30")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("continued_by: renewd_by", "unknown link 'renewd_by' of crm.contracts"),
        ("continued_by: person_id", "link 'person_id' does not lead from crm.contracts to its own key"),
        ("continued_by: {link: renewed_by, begins: started}", "unknown column 'started'"),
        ("continued_by: {link: renewed_by, begins: status}", "`begins` needs a date, but 'status' is text"),
        ("continued_by: renewed_by, continues: renewed_by", "either a row names its successor"),
    ],
)
def test_what_cannot_continue_a_row_is_named_with_its_line(company: Company, said: str, problem: str) -> None:
    from privacy_pipelines.errors import PolicyErrors
    from privacy_pipelines.policy.load import load

    forward(company, said)
    with pytest.raises(PolicyErrors) as found:
        load(company.paths.policies)
    assert [one for one in map(str, found.value.problems) if problem in one and "sources/crm.yaml:" in one], found.value

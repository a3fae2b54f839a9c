"""Tables without a key: a row is what it holds, and of rows that are alike the first, the second and so on."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from tests.way.customers import ANY_DROP
from tests.way.house import Company, arrival, day

LOG = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: relationship}
      signed_on: {category: user.content, serves: relationship, type: date}
    events: {order: signed_on}
  visits:
    key: []
    EXTRACT: {}
    links: {person_id: people}
    fields:
      seen_on: {category: user.behavior, serves: security, type: date}
      ip: {category: user.device.device_id, serves: security}
      person_id: {category: user.unique_id, serves: security}
      said: {category: user.content, serves: security, free_text: true}
    events: {visit: seen_on}
"""
RELATIONSHIP = "starting_point: {event: order, of: subject}\nperiod: P5Y\non_missing_event: {restrict: P12M, from: first_seen}"
SECURITY = "starting_point: {event: visit, of: record}\nperiod: P30D\non_missing_event: {restrict: P30D, from: first_seen}"
HEAD = "seen_on,ip,person_id,said"


def visited(company: Company, source: str = LOG, *, extract: str = "", company_file: str = ANY_DROP) -> Company:
    said = source.replace("    EXTRACT: {}\n", f"    extract: {{{extract}}}\n" if extract else "")
    return company.policy(said, company=company_file, relationship=RELATIONSHIP, security=SECURITY)


def arrive(company: Company, on: str, *lines: str) -> None:
    company.extract("people", on, "id,signed_on\nP1,2026-01-01")
    company.extract("visits", on, "\n".join((HEAD, *lines)))


def visits(company: Company) -> list[tuple[str, str]]:
    """(date, ip) of every stored row."""
    return sorted((str(row["seen_on"]), row["ip"]) for row in company.rows("visits"))


def keys(company: Company) -> set[str]:
    return {row["_row"] for row in company.stored("visits")}


def test_a_snapshot_says_the_same_rows_again_in_any_order(company: Company) -> None:
    """Two rows that are alike to the letter are two rows; empty and absent values tell rows apart from filled ones."""
    visited(company)
    rows = ("2026-01-05,1.1.1.1,P1,", "2026-01-05,1.1.1.1,P1,", "2026-01-06,1.1.1.1,,P1", "2026-01-06,1.1.1.1,P1,")
    arrive(company, "2026-01-10", *rows)
    last = company.night("2026-01-10")
    assert (arrival(last, "visits")["new"], len(keys(company))) == (4, 4)
    before = sorted(company.stored("visits"), key=repr)
    arrive(company, "2026-01-11", *reversed(rows))
    last = company.night("2026-01-11")
    assert [arrival(last, "visits")[kind] for kind in ("new", "changed", "same")] == [0, 0, 4]
    assert sorted(company.stored("visits"), key=repr) == before


def test_of_rows_that_are_alike_as_many_vanish_as_are_sent_less(company: Company) -> None:
    """Of three alike, the third ends its policy purpose as any row does that was deleted at the source; sent again, it is there again."""
    visited(company)
    arrive(company, "2026-01-10", *["2026-01-05,1.1.1.1,P1,"] * 3, "2026-01-06,2.2.2.2,P1,")
    company.night("2026-01-10")
    arrive(company, "2026-01-11", *["2026-01-05,1.1.1.1,P1,"] * 2, "2026-01-06,2.2.2.2,P1,")
    company.night("2026-01-11")
    assert sorted(str(row["_gone_since"]) for row in company.stored("visits")) == ["2026-01-11", "None", "None", "None"]
    company.night("2026-01-12")
    assert visits(company) == [("2026-01-05", "1.1.1.1"), ("2026-01-05", "1.1.1.1"), ("2026-01-06", "2.2.2.2")]
    arrive(company, "2026-01-13", *["2026-01-05,1.1.1.1,P1,"] * 3, "2026-01-06,2.2.2.2,P1,")
    company.night("2026-01-13")
    assert len(visits(company)) == 4


def test_a_row_ends_by_its_own_date_and_is_turned_away_when_it_is_sent_again(company: Company) -> None:
    visited(company)
    arrive(company, "2026-01-10", "2025-12-20,1.1.1.1,P1,", "2026-01-06,2.2.2.2,P1,write to a@b.example")
    company.night("2026-01-10")
    (old,) = (row["_row"] for row in company.stored("visits") if row["ip"] == "1.1.1.1")
    assert company.cluster("visits", old, "ip").retain_until == day("2026-01-19")
    last = company.night("2026-01-20")
    assert visits(company) == [("2026-01-06", "2.2.2.2")]
    assert company.explain("visits", old).found == "left_behind"
    assert last.metrics["overdue"] == 0
    arrive(company, "2026-01-21", "2025-12-20,1.1.1.1,P1,", "2026-01-06,2.2.2.2,P1,write to a@b.example")
    last = company.night("2026-01-21")
    assert (visits(company), arrival(last, "visits")["same"]) == ([("2026-01-06", "2.2.2.2")], 1)
    assert company.explain("visits", old).found == "left_behind"


def test_a_row_that_cannot_be_read_is_no_known_row_so_nothing_vanishes_that_night(company: Company) -> None:
    visited(company)
    arrive(company, "2026-01-10", "2026-01-05,1.1.1.1,P1,", "2026-01-06,2.2.2.2,P1,")
    company.night("2026-01-10")
    arrive(company, "2026-01-11", "2026-01-05,1.1.1.1,P1,", "06/01,2.2.2.2,P1,")
    last = company.night("2026-01-11")
    assert (arrival(last, "visits")["quarantined"], arrival(last, "visits")["trusted"]) == (1, False)
    assert len(visits(company)) == 2


def test_what_an_increment_holds_is_new_unless_its_day_lands_again(company: Company) -> None:
    """The same words on another day are another row; a day that lands twice is one day."""
    visited(company, extract="mode: increment, deletes: none")
    arrive(company, "2026-01-10", "2026-01-05,1.1.1.1,P1,", "2026-01-05,1.1.1.1,P1,")
    company.night("2026-01-10")
    arrive(company, "2026-01-11", "2026-01-05,1.1.1.1,P1,", "2026-01-07,3.3.3.3,P1,")
    company.night("2026-01-11")
    assert visits(company) == [*[("2026-01-05", "1.1.1.1")] * 3, ("2026-01-07", "3.3.3.3")]
    company.night("2026-01-12", again=["2026-01-10"])
    assert len(visits(company)) == 4


def test_a_change_of_how_a_row_is_read_leaves_it_the_same_row(company: Company) -> None:
    """A field that is masked from today on is another reading of a known row: nothing vanishes, nothing is new."""
    visited(company, LOG.replace(", free_text: true", ""))
    arrive(company, "2026-01-10", "2026-01-05,1.1.1.1,P1,write to a@b.example")
    company.night("2026-01-10")
    before = keys(company)
    visited(company)
    arrive(company, "2026-01-11", "2026-01-05,1.1.1.1,P1,write to a@b.example")
    last = company.night("2026-01-11")
    assert [arrival(last, "visits")[kind] for kind in ("new", "changed")] == [0, 1]
    assert keys(company) == before
    assert "a@b.example" not in str(company.stored("visits"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "      said: {category: user.content, serves: security, free_text: true}\n",
            "",
            "it has no key, so its fields tell its rows apart, and these are new or gone: said",
        ),
        ("key: []", "key: ip", "it has a key now, and the store knows its rows without one"),
        ("    key: id\n    subject", "    key: []\n    subject", "its key is now nothing, but the store has no _row"),
    ],
)
def test_other_fields_would_make_strangers_of_all_rows(company: Company, old: str, new: str, said: str) -> None:
    visited(company)
    arrive(company, "2026-01-10", "2026-01-05,1.1.1.1,P1,")
    company.night("2026-01-10")
    source = LOG.replace(old, new)
    visited(
        company, source if "key: []\n    subject" not in new else source.replace("person_id: people", "person_id: {to: people, column: id}")
    )
    with pytest.raises(PolicyErrors) as caught:
        company.night("2026-01-11")
    assert [problem.what for problem in caught.value.problems] == [said]
    assert "another table" in caught.value.problems[0].hint


FAULTS = (
    pytest.param("person_id: people", "person_id: visits", "crm.visits has no key. Say which column with `{to: …, column: …}`", id="link"),
    pytest.param(
        "EXTRACT: {}",
        "extract: {mode: increment, deletes: {column: op, values: [D]}}",
        "crm.visits has no key, so a marker cannot say which row was deleted. Legal value: none",
        id="marker",
    ),
    pytest.param(
        "ip: {category: user.device.device_id,",
        "ip: {category: user.device.device_id, renamed_from: address,",
        "crm.visits has no key: its fields tell its rows apart, and none is renamed. Say with `header` what the extract calls it",
        id="renamed",
    ),
)


@pytest.mark.parametrize(("old", "new", "said"), FAULTS)
def test_what_a_table_without_a_key_cannot_say_is_told(company: Company, old: str, new: str, said: str) -> None:
    visited(company, LOG.replace(old, new))
    with pytest.raises(PolicyErrors) as caught:
        company.night("2026-01-10")
    assert [str(problem).split(": ", 1)[1] for problem in caught.value.problems] == [said]


def test_a_log_that_tells_of_nobody_is_copied_whole(company: Company) -> None:
    source = "tables:\n  beats:\n    key: []\n    fields:\n      at: {category: system.operations}\n"
    people = LOG[: LOG.index("  visits:")].replace("tables:\n", source, 1)
    company.policy(people, company=ANY_DROP, relationship=RELATIONSHIP)
    company.extract("people", "2026-01-10", "id,signed_on\nP1,2026-01-01")
    company.extract("beats", "2026-01-10", "at\nnine\nten\nnine")
    company.night("2026-01-10")
    assert sorted(row["at"] for row in company.rows("beats")) == ["nine", "nine", "ten"]

"""A source deletes who had left the store; another still sends what names them, every night: nothing that was erased comes back."""

from __future__ import annotations

import pytest

from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader
from tests.way.house import Company, withheld

COMPANY = (
    "guards: {unexpected_share: 0.0, unexpected_count: 20, row_drop: 1.0, vanished_share: 1.0, clock_lead: P2D}\ndeparted_expiry: P60D"
)
FIRMS = """
tables:
  firms:
    key: [country, number]
    subject: customer
    fields:
      country: {category: user.unique_id, serves: b}
      number: {category: user.unique_id, serves: b}
      on: {category: user.content, serves: b, type: date}
    events: {shut: on}
"""
CALLS = """
  calls:
    key: id
    scopes: {a: record}
    links: {firm: {to: firms, columns: {firm_country: country, firm_no: number}}}
    fields:
      id: {category: user.unique_id, serves: a}
      firm_country: {category: user.unique_id, serves: a}
      firm_no: {category: user.unique_id, serves: a}
      said: {category: user.content, serves: a, type: date}
    events: {call: said}
"""
ENDING = CALLS.replace("number}}", "number}, when_target_ends: end_too}")
INCREMENT = CALLS.replace("    key: id\n", "    key: id\n    extract: {mode: increment, deletes: none}\n")
TWO = """
  calls:
    key: id
    scopes: {a: record}
    links:
      firm: {to: firms, columns: {firm_country: country, firm_no: number}}
      second: {to: firms, columns: {second_country: country, second_no: number}, about: false}
    fields:
      id: {category: user.unique_id, serves: a}
      firm_country: {category: user.unique_id, serves: a}
      firm_no: {category: user.unique_id, serves: a}
      second_country: {category: user.unique_id, serves: a}
      second_no: {category: user.unique_id, serves: a}
      said: {category: user.content, serves: a, type: date}
    events: {call: said}
"""
HELD = """
holds:
  - {hold: dispute, tables: [crm.calls], ground: claim, owner: legal, review_by: 2040-01-01, effective_from: 2020-01-01}
"""
RULES = {
    "a": "starting_point: {event: call, of: record}\nperiod: P10Y",
    "b": "starting_point: {event: shut, of: record}\nperiod: P0D\non_missing_event: {restrict: P12M, from: first_seen}",
}
FIRST, ENDED = "2026-01-20", "2026-02-11"
SENT = "id,firm_country,firm_no,said\nK1,SE,F1,2026-01-02\nK2,SE,F2,2026-01-02"


def calls(company: Company) -> list[tuple[str, str | None, str | None]]:
    return sorted((row["id"], row["firm_country"], row["firm_no"]) for row in company.rows("calls"))


def firm_left(company: Company, linked: str = CALLS) -> Company:
    """F1 has left the store and its source; F2 is there."""
    company.policy(FIRMS.rstrip() + linked, company=COMPANY, **RULES)
    company.extract("firms", FIRST, "country,number,on\nSE,F1,2026-02-10\nSE,F2,2040-01-01")
    company.extract("calls", FIRST, SENT)
    company.night(FIRST)
    assert calls(company) == [("K1", "SE", "F1"), ("K2", "SE", "F2")]
    company.night(ENDED)
    purged(company, "2026-02-12")
    return company


def purged(company: Company, on: str, sent: str = SENT) -> list[dict[str, object]]:
    company.extract("firms", on, "country,number,on\nSE,F2,2040-01-01")
    company.extract("calls", on, sent)
    return withheld(company.night(on))


def test_a_link_that_was_emptied_stays_empty_when_who_it_named_is_sent_no_more(company: Company) -> None:
    """However long: while it is named it is remembered."""
    firm_left(company)
    for on in ("2026-02-12", "2026-02-13", "2026-04-01", "2026-05-20", "2026-07-10"):
        assert purged(company, on) == []
        assert calls(company) == [("K1", None, None), ("K2", "SE", "F2")]


@pytest.mark.parametrize("spelled", ["f1", " F1 "])
def test_what_comes_for_the_first_time_and_names_them_comes_without_their_name_in_any_spelling(company: Company, spelled: str) -> None:
    firm_left(company)
    purged(company, "2026-02-13", f"{SENT}\nK3,SE,{spelled},2026-02-12\nK4,DK,F1,2026-02-12")
    assert calls(company) == [("K1", None, None), ("K2", "SE", "F2"), ("K3", None, None), ("K4", "DK", "F1")]


def test_a_row_that_ends_with_who_it_names_stays_away_when_they_are_sent_no_more(company: Company) -> None:
    firm_left(company, ENDING)
    for on in ("2026-02-13", "2026-04-01", "2026-05-20", "2026-07-10"):
        assert purged(company, on) == []
        assert calls(company) == [("K2", "SE", "F2")]


def test_a_stored_row_that_its_source_now_lets_name_them_ends_with_them_if_the_guard_lets_it(company: Company) -> None:
    """One is under the limit; of twenty-one nobody foresaw it."""
    firm_left(company, ENDING)
    many = [f"M{number}" for number in range(21)]
    company_sent = "\n".join([SENT, *(f"{one},SE,F2,2026-01-02" for one in many)])
    assert purged(company, "2026-02-13", company_sent) == []
    (part,) = purged(company, "2026-02-14", company_sent.replace("F2", "F1"))
    assert (part["table"], part["cells"]) == ("crm.calls", 88)
    assert len(calls(company)) == 22
    company.approve(part["digest"], at="2026-02-14")
    purged(company, "2026-02-15", company_sent.replace("F2", "F1"))
    assert calls(company) == []


def test_who_lawfully_returns_is_named_again(company: Company) -> None:
    firm_left(company)
    company.extract("firms", "2026-02-13", "country,number,on\nSE,F1,2040-01-01\nSE,F2,2040-01-01")
    company.extract("calls", "2026-02-13", SENT)
    company.night("2026-02-13")
    assert calls(company) == [("K1", "SE", "F1"), ("K2", "SE", "F2")]


def test_who_is_still_named_does_not_keep_nights_from_being_quiet_and_is_remembered_by_them(company: Company) -> None:
    firm_left(company)
    repeats = []
    for on in ("2026-02-13", "2026-02-14", "2026-02-15", "2026-02-16"):
        company.extract("firms", on, "country,number,on\nSE,F2,2040-01-01")
        company.extract("calls", on, SENT)
        repeats.append(bool(company.night(on).record["repeats"]))
        assert calls(company) == [("K1", None, None), ("K2", "SE", "F2")]
    assert repeats == [False, True, True, True]
    with reader(Store(company.paths.store)) as current:
        assert current is not None
        assert [str(day) for (day,) in current.session.rows("SELECT expires_on FROM cur._night.departed")] == ["2026-04-17"]


def test_a_bare_key_that_a_hold_keeps_is_emptied_when_the_hold_is_over(company: Company) -> None:
    """It was kept when the firm left; by now the policy empties such links, but the row is held."""
    keeping = CALLS.replace("number}}", "number}, when_target_ends: keep_key}")
    firm_left(company, keeping)
    assert calls(company) == [("K1", "SE", "F1"), ("K2", "SE", "F2")]
    company.policy(FIRMS.rstrip() + CALLS, company=COMPANY, holds=HELD, **RULES)
    for on in ("2026-02-13", "2026-02-14"):
        assert purged(company, on, SENT.replace("2026-01-02", on)) == []
        assert calls(company) == [("K1", "SE", "F1"), ("K2", "SE", "F2")]
    company.policy(FIRMS.rstrip() + CALLS, company=COMPANY, **RULES)
    assert purged(company, "2026-02-15") == []
    assert calls(company) == [("K1", None, None), ("K2", "SE", "F2")]


def test_an_entry_that_expires_the_night_on_which_it_is_named_stays(company: Company) -> None:
    """No night for longer than the index remembers."""
    firm_left(company)
    for on in ("2026-02-13", "2026-05-01", "2026-05-02", "2026-08-15", "2026-08-16"):
        purged(company, on)
        assert calls(company) == [("K1", None, None), ("K2", "SE", "F2")]


def test_a_hold_that_is_longer_than_the_index_remembers_lets_nobody_back_in(company: Company) -> None:
    company.policy(FIRMS.rstrip() + CALLS, company=COMPANY, holds=HELD, **RULES)
    company.extract("firms", FIRST, "country,number,on\nSE,F1,2026-02-10\nSE,F2,2040-01-01")
    company.extract("calls", FIRST, SENT)
    company.night(FIRST)
    for on in (ENDED, "2026-04-01", "2026-05-20", "2026-07-18"):
        purged(company, on)
        assert calls(company) == [("K1", "SE", "F1"), ("K2", "SE", "F2")]
    company.policy(FIRMS.rstrip() + CALLS, company=COMPANY, **RULES)
    for on in ("2026-07-19", "2026-07-20", "2026-07-21"):
        purged(company, on)
        assert calls(company) == [("K1", None, None), ("K2", "SE", "F2")]


def test_who_waits_for_longer_than_the_index_remembers_does_not_come_back_when_they_are_let_go(company: Company) -> None:
    company.policy(FIRMS.rstrip() + ENDING, company=COMPANY.replace("unexpected_count: 20", "unexpected_count: 0"), **RULES)
    company.extract("firms", FIRST, "country,number,on\nSE,F1,2026-02-10\nSE,F2,2040-01-01")
    company.extract("calls", FIRST, SENT)
    company.night(FIRST)
    company.night(ENDED)
    sent = SENT.replace("F2", "F1")
    for on in ("2026-02-14", "2026-04-01", "2026-05-20"):
        (part,) = purged(company, on, sent)
        assert calls(company) == [("K2", "SE", "F1")]
    company.approve(part["digest"], at="2026-05-20")  # type: ignore[arg-type]
    for on in ("2026-05-21", "2026-05-22", "2026-05-23"):
        purged(company, on, sent)
        assert calls(company) == []


def test_a_held_row_may_be_corrected_to_name_a_firm_that_is_not_known_yet(company: Company) -> None:
    """The hold keeps its other link as it is."""
    company.policy(FIRMS.rstrip() + TWO, company=COMPANY, holds=HELD, **RULES)
    company.extract("firms", FIRST, "country,number,on\nSE,F1,2026-02-10\nSE,F2,2040-01-01")
    company.extract("calls", FIRST, "id,firm_country,firm_no,second_country,second_no,said\nK1,SE,F1,SE,F2,2026-01-02")
    company.night(FIRST)
    company.night(ENDED)
    for on in ("2026-02-12", "2026-02-13"):
        purged(company, on, "id,firm_country,firm_no,second_country,second_no,said\nK1,SE,F1,SE,F9,2026-01-02")
        (row,) = company.rows("calls")
        assert (row["firm_no"], row["second_no"]) == ("F1", "F9")


@pytest.mark.parametrize("linked", [INCREMENT, INCREMENT.replace("number}}", "number}, when_target_ends: end_too}")])
def test_a_night_without_the_file_of_the_named_says_nothing_of_them(company: Company, linked: str) -> None:
    """F1 is living again on the next night, and a source that sends each row once names it in between."""
    company.policy(FIRMS.rstrip() + linked, company=COMPANY, **RULES)
    company.extract("firms", FIRST, "country,number,on\nSE,F1,2026-02-10\nSE,F2,2040-01-01")
    company.extract("calls", FIRST, SENT)
    company.night(FIRST)
    company.night(ENDED)
    company.extract("calls", "2026-02-12", "id,firm_country,firm_no,said\nK9,SE,F1,2026-02-12\nK2,SE,F1,2026-01-02")
    company.night("2026-02-12")
    company.extract("firms", "2026-02-13", "country,number,on\nSE,F1,2040-01-01\nSE,F2,2040-01-01")
    company.night("2026-02-13")
    assert [(key, number) for key, _, number in calls(company) if key != "K1"] == [("K2", "F1"), ("K9", "F1")]


def test_when_it_is_known_that_the_named_are_sent_no_more_their_key_goes_from_what_was_sent_once(company: Company) -> None:
    company.policy(FIRMS.rstrip() + INCREMENT, company=COMPANY, **RULES)
    company.extract("firms", FIRST, "country,number,on\nSE,F1,2026-02-10\nSE,F2,2040-01-01")
    company.extract("calls", FIRST, SENT)
    company.night(FIRST)
    company.night(ENDED)
    company.extract("calls", "2026-02-12", "id,firm_country,firm_no,said\nK9,SE,F1,2026-02-12")
    company.night("2026-02-12")
    assert calls(company) == [("K1", None, None), ("K2", "SE", "F2"), ("K9", "SE", "F1")]
    company.extract("firms", "2026-02-13", "country,number,on\nSE,F2,2040-01-01")
    for on in ("2026-02-13", "2026-02-14"):
        company.night(on)
        assert calls(company) == [("K1", None, None), ("K2", "SE", "F2"), ("K9", None, None)]


def test_a_policy_that_empties_links_from_now_on_empties_what_was_kept_while_the_index_knows(company: Company) -> None:
    firm_left(company, CALLS.replace("number}}", "number}, when_target_ends: keep_key}"))
    assert calls(company) == [("K1", "SE", "F1"), ("K2", "SE", "F2")]
    company.policy(FIRMS.rstrip() + CALLS, company=COMPANY, **RULES)
    for on in ("2026-02-13", "2026-02-14"):
        purged(company, on)
        assert calls(company) == [("K1", None, None), ("K2", "SE", "F2")]

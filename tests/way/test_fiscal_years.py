"""Fiscal years that changed, and those of several legal entities (LAW §2.3 C8, scenarios 1 to 5); and the latest of several dates."""

from __future__ import annotations

import pytest

from tests.way.customers import ANY_DROP
from tests.way.house import Company, day

BOOKKEEPING = """
nature: duty
legal_basis: eu-gdpr:A6-1-c
starting_point: {event: voucher, of: record, offset: [end_of_fiscal_year, end_of_calendar_year]}
period: P7Y
execution_window: P3M
on_missing_event: {restrict: P10Y, from: first_seen}
"""
VOUCHERS = """
tables:
  vouchers:
    key: id
    fields:
      id: {category: user.unique_id, serves: bookkeeping}
      dated_on: {category: user.financial, serves: bookkeeping, type: date}
    events: {voucher: dated_on}
"""
CHANGED = 'fiscal_year_end: ["06-30", {from: 2018-07-01, to: 2019-12-31}, "12-31", {from: 2022-01-01, to: 2022-04-30}, "04-30"]'


@pytest.mark.parametrize(
    ("voucher", "last"),
    [
        ("2018-06-30", "2025-12-31"),  # the last day of the last regular year
        ("2018-07-01", "2026-12-31"),  # the first of the extended one
        ("2018-08-15", "2026-12-31"),  # scenario 5: eighteen months, to 2019-12-31
        ("2019-12-31", "2026-12-31"),
        ("2020-01-01", "2027-12-31"),  # calendar years
        ("2021-12-31", "2028-12-31"),
        ("2022-01-01", "2029-12-31"),  # a shortened one, to 2022-04-30
        ("2022-05-01", "2030-12-31"),  # and years that end on 30 April
    ],
)
def test_a_voucher_counts_from_the_fiscal_year_it_lies_in_however_long_that_was(company: Company, voucher: str, last: str) -> None:
    company.policy(VOUCHERS, company=CHANGED, bookkeeping=BOOKKEEPING)
    company.extract("vouchers", "2024-01-01", f"id,dated_on\nV1,{voucher}")
    company.night("2024-01-01")
    assert company.clause("vouchers", "V1", "bookkeeping").retain_until == day(last)


def test_the_night_and_the_explanation_agree_on_a_changed_year(company: Company) -> None:
    company.policy(VOUCHERS, company=CHANGED, bookkeeping=BOOKKEEPING)
    company.extract("vouchers", "2024-01-01", "id,dated_on\nV1,2018-06-30\nV2,2018-07-01\nV3,2019-12-31\nV4,2020-01-01")
    company.night("2024-01-01")
    for on, kept in (("2026-01-01", ["V2", "V3", "V4"]), ("2026-12-31", ["V2", "V3", "V4"]), ("2027-01-01", ["V4"]), ("2028-01-01", [])):
        company.night(on)
        assert company.keys("vouchers") == kept


ENTITIES = """
fiscal_year_end: "12-31"
entities:
  acme: {fiscal_year_end: "04-30", values: ["1000", "1001"]}
  beta: {fiscal_year_end: ["12-31", {from: 2019-01-01, to: 2020-06-30}, "06-30"]}
"""
OF_ENTITIES = """
tables:
  vouchers:
    key: id
    entity: company_code
    fields:
      id: {category: user.unique_id, serves: bookkeeping}
      company_code: {category: system.operations}
      dated_on: {category: user.financial, serves: bookkeeping, type: date}
    events: {voucher: dated_on}
  lines:
    key: id
    links: {voucher_id: vouchers}
    fields:
      id: {category: user.unique_id, serves: bookkeeping}
      voucher_id: {category: user.unique_id, serves: bookkeeping}
      what: {category: user.financial, serves: bookkeeping}
"""


def test_each_legal_entity_has_its_own_fiscal_year_and_an_unknown_one_has_none(company: Company) -> None:
    company.policy(OF_ENTITIES, company=ENTITIES, bookkeeping=BOOKKEEPING)
    rows = "V1,1000,2019-05-15\nV2,1001,2019-04-15\nV3,beta,2019-05-15\nV4,beta,2020-07-15\nV5,gamma,2019-05-15\nV6,,2019-05-15"
    company.extract("vouchers", "2024-01-01", f"id,company_code,dated_on\n{rows}")
    company.extract("lines", "2024-01-01", "\n".join(["id,voucher_id,what", *(f"L{n},V{n},x" for n in range(1, 7))]))
    company.night("2024-01-01")
    expected = {"V1": "2027-12-31", "V2": "2026-12-31", "V3": "2027-12-31", "V4": "2028-12-31", "V5": "2034-01-01", "V6": "2034-01-01"}
    for key, last in expected.items():
        for table, row in (("vouchers", key), ("lines", key.replace("V", "L"))):
            found = company.cluster(table, row, "id")
            assert (found.retain_until, found.state) == (day(last), "undetermined" if last == "2034-01-01" else "restrict")
    company.night("2027-01-01")
    assert company.keys("vouchers") == ["V1", "V3", "V4", "V5", "V6"]
    company.night("2028-01-01")
    assert (company.keys("vouchers"), company.keys("lines")) == (["V4", "V5", "V6"], ["L4", "L5", "L6"])


OF_PEOPLE = """
tables:
  payees:
    key: id
    subject: payee
    fields:
      id: {category: user.unique_id, serves: bookkeeping}
      name: {category: user.name, serves: bookkeeping}
  payments:
    key: id
    entity: company_code
    links: {payee_id: payees}
    scopes: {bookkeeping: record}
    fields:
      id: {category: user.unique_id, serves: bookkeeping}
      payee_id: {category: user.unique_id, serves: bookkeeping}
      company_code: {category: system.operations}
      paid_on: {category: user.financial, serves: bookkeeping, type: date}
    events: {voucher: paid_on}
"""


def test_the_last_to_end_keeps_a_person_not_the_last_to_happen(company: Company) -> None:
    """P1: of 2019-05-15 at acme, whose year ends on 2020-04-30; and of 2019-12-15 in a calendar year. The earlier one ends a year later."""
    with_cal = ENTITIES + '  cal: {fiscal_year_end: "12-31"}'
    company.policy(OF_PEOPLE, company=with_cal, bookkeeping=BOOKKEEPING.replace("of: record", "of: subject"))
    company.extract("payees", "2024-01-01", "id,name\nP1,Ada\nP2,Bo")
    company.extract(
        "payments", "2024-01-01", "id,payee_id,company_code,paid_on\nY1,P1,1000,2019-05-15\nY2,P1,cal,2019-12-15\nY3,P2,cal,2019-12-15"
    )
    company.night("2024-01-01")
    clause = company.clause("payees", "P1", "bookkeeping")
    assert (clause.date, clause.retain_until) == (day("2019-05-15"), day("2027-12-31"))
    assert company.clause("payees", "P2", "bookkeeping").retain_until == day("2026-12-31")
    company.night("2027-01-01")
    assert (company.keys("payees"), company.keys("payments")) == (["P1"], ["Y1"])
    company.night("2028-01-01")
    assert (company.keys("payees"), company.keys("payments")) == ([], [])


def test_one_entity_for_a_whole_table(company: Company) -> None:
    source = VOUCHERS.replace("    key: id\n", "    key: id\n    entity: {always: acme}\n")
    company.policy(source, company=ENTITIES, bookkeeping=BOOKKEEPING)
    company.extract("vouchers", "2024-01-01", "id,dated_on\nV1,2019-05-15")
    company.night("2024-01-01")
    assert company.clause("vouchers", "V1", "bookkeeping").retain_until == day("2027-12-31")


LATEST = """
tables:
  members:
    key: id
    fields:
      id: {category: user.unique_id, serves: membership}
      bought_on: {category: user.behavior.purchase_history, serves: membership, type: date}
      called_at: {category: user.behavior, serves: membership, type: timestamp}
    events: {active: {at: {latest: [bought_on, called_at]}}}
"""
MEMBERSHIP = "starting_point: {event: active, of: record}\nperiod: P12M\non_missing_event: {restrict: P6M, from: first_seen}"


@pytest.mark.parametrize(
    ("bought", "called", "state", "until"),
    [
        ("2025-05-01", "2025-06-30T23:30:00Z", "keep", "2026-07-01"),  # the later of the two, on its day in Stockholm
        ("2025-08-01", "2025-06-30T23:30:00Z", "keep", "2026-08-01"),
        ("2025-05-01", "", "keep", "2026-05-01"),  # an empty one is none
        ("", "2025-06-30T12:00:00Z", "keep", "2026-06-30"),
        ("", "", "undetermined", "2026-07-10"),
        ("2025-05-01", "9999-12-31T00:00:00Z", "undetermined", "2026-07-10"),  # one that is unknown may be later than the known one
        ("1900-01-01", "2025-06-30T12:00:00Z", "undetermined", "2026-07-10"),
    ],
)
def test_the_latest_of_several_dates_starts_the_clock(company: Company, bought: str, called: str, state: str, until: str) -> None:
    company.policy(LATEST, company=ANY_DROP, membership=MEMBERSHIP)
    company.extract("members", "2026-01-10", f"id,bought_on,called_at\nM1,{bought},{called}")
    company.night("2026-01-10")
    found = company.cluster("members", "M1", "id")
    assert (found.state, found.retain_until) == (state, day(until))

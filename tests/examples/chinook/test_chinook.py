"""Chinook, read from its published CSV files under `examples/chinook`: what one night keeps is what law and plain SQL say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.sets import DATA, Company, Expected, assert_equal, counted, filled, needs, states

pytestmark = needs("chinook")

FILES = {"customer": "Customer.csv", "employee": "Employee.csv", "invoice": "Invoice.csv"}
SQL = "chinook/expected.sql"

# Stated from the law and the data, before any night: 412 purchases of 2021-01-01 to 2025-12-22 by 59 customers, every one of whom bought.
DAYS = {
    "2026-01-15": {"customers": 59, "invoices": 412, "in force": 59, "addresses": 59, "e-mail addresses": 59},
    # Two years without a purchase close 24 accounts; one of them is in its fourteen days of grace. 58 can still claim.
    "2027-06-01": {"customers": 59, "invoices": 412, "in force": 35, "addresses": 36, "e-mail addresses": 58},
    # The three years of a purchase of 18 March 2025 end on a Saturday, and so on Monday the 20th: 41 can claim, and 40 on the day after.
    "2028-03-20": {"customers": 59, "invoices": 412, "in force": 0, "addresses": 0, "e-mail addresses": 41},
    # The vouchers of 2021 ended last night: 83 of them. Every customer has a later one, and stays with a name for it.
    "2029-01-01": {"customers": 59, "invoices": 329, "in force": 0, "addresses": 0, "e-mail addresses": 0},
    # Seven years after the year of the last purchase nothing is left of any customer.
    "2033-01-01": {"customers": 0, "invoices": 0, "in force": 0, "addresses": 0, "e-mail addresses": 0},
}


@pytest.mark.parametrize("day", DAYS)
def test_a_first_load_keeps_what_law_and_plain_sql_say(tmp_path: Path, day: str) -> None:
    stated, expected = DAYS[day], Expected(SQL, DATA / "chinook", day)
    assert (expected.count("customer"), expected.count("invoice")) == (stated["customers"], stated["invoices"])
    company = Company(tmp_path, "chinook", FILES, DATA / "chinook")
    company.extracts(day)
    last = company.night(day)
    assert {name: (kept, refused) for name, (kept, _, refused) in counted(last).items()} == {
        "customer": (stated["customers"], 59 - stated["customers"]),
        "invoice": (stated["invoices"], 412 - stated["invoices"]),
        "employee": (8, 0),
    }
    found = states(last)
    assert found.get(("customer", "customer_account", "keep"), 0) == stated["in force"]
    assert filled(company, "customer", "Address") == stated["addresses"]
    assert filled(company, "customer", "Email") == stated["e-mail addresses"]
    assert found == expected.states()
    assert_equal(company, expected, FILES)

"""Northwind, read from its published CSV files under `examples/northwind`: what one night keeps is what law and plain SQL say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.sets import DATA, Company, Expected, assert_equal, counted, filled, needs, states

pytestmark = needs("northwind")

FILES = {name: f"{name}.csv" for name in ("customers", "employees", "orders", "shippers", "suppliers")}
SQL = "northwind/expected.sql"

# Stated from the law and the data, before any night: 830 orders of 1996-07-04 to 1998-05-06, 21 of them never shipped and so in force;
# 91 customers, two of whom never ordered.
DAYS = {
    "1999-03-31": {
        # Every voucher lives. Two years of claims: the 596 orders that were shipped on or after 1997-03-31, or are not shipped.
        "orders": (830, 0),
        "customers": (91, 0),
        "restricted vouchers": 809,
        "orders with a delivery address": 596,
        "contact persons": 71,  # 64 with an order in the last twelve months, 5 in the fourteen days of grace, 2 who never ordered
        "employees named in orders": 21,
    },
    "2000-04-25": {
        # The Tuesday after Easter: the claims of the orders shipped on 21 to 24 April 1998 last until today, and not until Good Friday.
        "orders": (830, 0),
        "customers": (91, 0),
        "restricted vouchers": 809,
        "orders with a delivery address": 61,
        "contact persons": 20,  # 18 with an order that is not shipped, 2 who never ordered
        "employees named in orders": 21,
    },
    "2004-01-01": {
        # The vouchers of 1996 ended last night: 152 orders, and the one customer who bought only then.
        "orders": (678, 152),
        "customers": (90, 1),
        "restricted vouchers": 657,
        "orders with a delivery address": 21,
        "contact persons": 20,
        "employees named in orders": 21,
    },
}


@pytest.mark.parametrize("day", DAYS)
def test_a_first_load_keeps_what_law_and_plain_sql_say(tmp_path: Path, day: str) -> None:
    stated, expected = DAYS[day], Expected(SQL, DATA / "northwind", day)
    assert (expected.count("orders"), 830 - expected.count("orders")) == stated["orders"]
    assert (expected.count("customers"), 91 - expected.count("customers")) == stated["customers"]
    company = Company(tmp_path, "northwind", FILES, DATA / "northwind")
    company.extracts(day)
    last = company.night(day)
    told = counted(last)
    assert {name: (kept, refused) for name, (kept, _, refused) in told.items()} == {
        "orders": stated["orders"], "customers": stated["customers"], "employees": (9, 0), "suppliers": (29, 0), "shippers": (6, 0),
    }  # fmt: skip
    found = states(last)
    assert found["orders", "bookkeeping+delivery_claims+order_delivery", "restrict"] == stated["restricted vouchers"]
    assert filled(company, "orders", "ship_address") == stated["orders with a delivery address"]
    assert filled(company, "orders", "employee_id") == stated["employees named in orders"]
    assert filled(company, "customers", "contact_name") == stated["contact persons"]
    assert found == expected.states()
    assert_equal(company, expected, FILES)

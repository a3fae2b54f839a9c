"""Three nights of Chinook: a customer and a colleague leave, a file ends too early, a column is renamed and another one is new."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.chinook.test_chinook import FILES, SQL
from tests.examples.sets import DATA, Company, Expected, arrival, assert_equal, counted, filled, needs, states, without

pytestmark = needs("chinook")

FIRST, SECOND, THIRD, FOURTH = "2026-01-15", "2026-01-16", "2026-01-31", "2026-02-01"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company(tmp_path_factory.mktemp("chinook"), "chinook", FILES, DATA / "chinook")


def test_the_first_night_takes_everything_in(company: Company) -> None:
    company.extracts(FIRST)
    assert counted(company.night(FIRST)) == {"customer": (59, 0, 0), "employee": (8, 0, 0), "invoice": (412, 0, 0)}
    assert_equal(company, Expected(SQL, DATA / "chinook", FIRST), FILES)


def test_on_the_second_night_a_customer_and_a_colleague_leave_and_a_file_that_ends_too_early_is_refused(company: Company) -> None:
    """Customer 59 and employee 5 are in no file any more; the invoices stop after 275 whole lines.

    Stated: today is the last day of both, so nothing is lost. A third of the invoices cannot have been deleted in one night: the file
    is refused, and yesterday's 412 stand.
    """
    invoices = company.published("invoice").splitlines(keepends=True)
    company.extracts(SECOND, {**_left(company), "invoice": b"".join(invoices[:276])})
    last = company.night(SECOND)
    assert arrival(last, "invoice")["refused"] == f"truncated: 275 rows where the extract of {FIRST} had 412"
    assert counted(last) == {"customer": (59, 0, 0), "employee": (8, 0, 0), "invoice": (412, 0, 0)}
    assert states(last)["employee", "employment_administration", "keep"] == 8
    assert_equal(company, Expected(SQL, DATA / "chinook", SECOND), FILES)


def test_on_the_third_night_their_own_data_goes_and_what_the_law_asks_for_stays(company: Company, tmp_path: Path) -> None:
    """`Total` is called `Amount` now, and customers have a new column `Birthday`.

    Stated: the fourteen days are over. Employee 5 is erased, and the eighteen customers whom they helped name nobody. Of customer 59 the
    account goes (address, phone, who helped them); name and e-mail address stay, restricted, for claims and vouchers. The invoices' file
    is refused by name of the column that is missing, the birthdays stay outside.
    """
    customers = _left(company)["customer"].splitlines()
    birthdays = b"\r\n".join([customers[0] + b",Birthday", *(line + b",1970-01-01" for line in customers[1:])]) + b"\r\n"
    invoices = company.published("invoice").replace(b"Total", b"Amount", 1)
    company.extracts(THIRD, {**_left(company), "customer": birthdays, "invoice": invoices})
    last = company.night(THIRD)
    assert arrival(last, "invoice")["refused"] == "declared columns are missing: Total"
    assert arrival(last, "customer")["undeclared"] == ["Birthday"]
    assert counted(last) == {"customer": (59, 0, 0), "employee": (7, 1, 0), "invoice": (412, 0, 0)}
    assert (5,) not in company.rows("employee", ["EmployeeId"])
    assert filled(company, "customer", "SupportRepId") == 59 - 18 - 1
    (left,) = [
        row for row in company.rows("customer", ["CustomerId", "Address", "Phone", "SupportRepId", "Email", "LastName"]) if row[0] == 59
    ]
    assert left[1:4] == (None, None, None)
    assert None not in left[4:]
    found = states(last)
    assert found["customer", "customer_account+purchase_claims", "restrict"] == 1
    assert_equal(company, Expected(SQL, DATA / "chinook", THIRD), ["invoice"])


def test_when_the_policy_says_the_new_name_the_invoices_arrive_again_and_lose_no_cell(company: Company) -> None:
    """A night later `Total` is declared as `Amount`, which it was renamed to. Stated: every amount is there, under the new name only."""
    totals = company.rows("invoice", ["InvoiceId", "Total"])
    company.edit_policy("sources/chinook.yaml", "      Total: {", "      Amount: {renamed_from: Total, ")
    invoices = company.published("invoice").replace(b"Total", b"Amount", 1)
    company.extracts(FOURTH, {**_left(company), "invoice": invoices})
    last = company.night(FOURTH)
    landed = [(one["file"], one["refused"]) for one in last.record["inbox"]["arrivals"] if one["table"] == "chinook.invoice"]
    assert landed == [(f"invoice-{THIRD}.csv", ""), (f"invoice-{FOURTH}.csv", "")]  # yesterday's refused file can be read now
    assert counted(last)["invoice"] == (412, 0, 0)
    assert company.rows("invoice", ["InvoiceId", "Amount"]) == totals
    assert "Total" not in company.columns("invoice")
    assert [part for part in last.record["plan"]["parts"] if part["withheld"]] == []


def _left(company: Company) -> dict[str, bytes]:
    return {
        "customer": without(company.published("customer"), b"59,"),
        "employee": without(company.published("employee"), b"5,"),
    }

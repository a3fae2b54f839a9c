"""Three nights of AdventureWorks: a card is withdrawn, an assignment ends, a vendor is given up; a column is renamed, a file is cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.adventureworks.test_adventureworks import FILES, SQL
from tests.examples.sets import (
    DATA,
    Company,
    Expected,
    arrival,
    assert_equal,
    changed_files,
    counted,
    edited,
    filled,
    needs,
    states,
    without,
)

pytestmark = needs("adventureworks_oltp")

FIRST, SECOND, THIRD = "2012-12-10", "2012-12-11", "2012-12-26"
CARD = "10732"
"""Charged once, on 2011-12-21: it could be disputed until 2013-01-21."""
EMPLOYEE, VENDOR = "3", "1492"
CARDS = {"credit_card", "person_card", "sales_order"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company(tmp_path_factory.mktemp("adventureworks"), "adventureworks", FILES, DATA)


def test_the_first_night_is_as_stated(company: Company) -> None:
    company.extracts(FIRST)
    company.night(FIRST)
    assert_equal(company, Expected(SQL, DATA, FIRST), FILES)


def test_on_the_second_night_ends_appear_and_a_card_is_gone(company: Company, tmp_path: Path) -> None:
    """One assignment ended on 2010-11-30, one vendor is no longer active, one card is in no file; `EmailAddress` is called `Email` now.

    Stated: the assignment is two years past and in its grace. When the supply ended nobody says, so its three contacts are undetermined.
    It is the card's last day, and six others go, whose thirteen months and grace are over. The e-mail addresses' file is refused, and
    yesterday's stand.
    """
    emails = company.published("email").replace(b",EmailAddress,", b",Email,", 1)
    company.extracts(SECOND, {**_changes(company), "email": emails})
    last = company.night(SECOND)
    assert arrival(last, "email")["refused"] == "declared columns are missing: EmailAddress"
    found = states(last)
    assert found["department_history", "assignment_history", "restrict"] == 1
    expected = Expected(SQL, changed_files(tmp_path, company, _with_card(company)), SECOND)
    assert counted(last)["credit_card"][:2] == (489, 6)
    assert found == expected.states()
    assert_equal(company, expected, FILES)


def test_on_the_third_night_only_what_has_ended_goes(company: Company, tmp_path: Path) -> None:
    """The telephones' file ends in the middle of a line.

    Stated: the assignment is erased. The card is erased, with who held it, and the order that it paid no longer names it; orders, vouchers
    and persons stay as they are. The cut file is refused, and no telephone ends by it.
    """
    phones = company.published("phone")
    company.extracts(THIRD, {**_changes(company), "phone": phones[: len(phones) // 3]})
    last = company.night(THIRD)
    assert arrival(last, "phone")["refused"].startswith("truncated")
    assert [part for part in last.record["plan"]["parts"] if part["withheld"]] == []
    expected = Expected(SQL, changed_files(tmp_path, company, _with_card(company)), THIRD)
    told = counted(last)
    assert told["department_history"][:2] == (293, 1)
    assert told["credit_card"][0] == expected.count("credit_card") - 1
    assert told["person_card"][0] == expected.count("person_card") - 1
    assert filled(company, "credit_card", "CardNumber") == told["credit_card"][0]
    assert (int(CARD),) not in company.rows("credit_card", ["CreditCardID"])
    assert (int(CARD),) not in company.rows("person_card", ["CreditCardID"])
    columns = expected.columns("sales_order")
    number = columns.index("creditcardid")
    wanted = [
        tuple(None if n == number and cell == int(CARD) else cell for n, cell in enumerate(row)) for row in expected.rows("sales_order")
    ]
    assert sorted(map(str, company.rows("sales_order", columns))) == sorted(map(str, wanted))
    assert_equal(company, expected, [table for table in FILES if table not in CARDS])


def _changes(company: Company) -> dict[str, bytes]:
    return {
        **_with_card(company),
        "credit_card": without(company.published("credit_card"), f"{CARD},".encode()),
        "person_card": _without_card(company.published("person_card")),
    }


def _with_card(company: Company) -> dict[str, bytes]:
    """What the source has ever said, for plain SQL: the card was there."""
    return {
        "department_history": edited(company.published("department_history"), EMPLOYEE, EndDate="2010-11-30"),
        "vendor": edited(company.published("vendor"), VENDOR, ActiveFlag="0"),
    }


def _without_card(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    left = [line for line in lines if line.split(b",")[1] != CARD.encode()]
    assert len(left) == len(lines) - 1
    return b"".join(left)

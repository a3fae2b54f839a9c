"""Three nights of NPSP: a role ends, a pledge is paid, a donor leaves the CRM; a column is renamed, a file is cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.npsp.test_npsp import FILES, SQL
from tests.examples.sets import (
    DATA,
    Company,
    Expected,
    arrival,
    assert_equal,
    changed_files,
    counted,
    edited,
    needs,
    states,
    without,
)

pytestmark = needs("npsp_trailhead")

FIRST, SECOND, THIRD = "2020-07-01", "2020-07-02", "2020-07-17"
DONOR = "0036g000006JceeAAC"
"""Gave once, in 2019; has a role that goes on."""
PLEDGE, ROLE = "0066g00000mEBiDAAW", "a0H6g000001kvnhEAA"
"""A pledge that nobody has paid, and the only role of another contact."""
OBJECTOR = "0036g000006JcerAAC"
"""Gives, and takes part in one campaign that is not long over."""
PERSON = "affiliation+bookkeeping+campaign_participation+donor_stewardship"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company(tmp_path_factory.mktemp("npsp"), "npsp", FILES, DATA / "npsp_trailhead")


def test_the_first_night_is_as_stated(company: Company) -> None:
    company.extracts(FIRST)
    company.night(FIRST)
    assert_equal(company, Expected(SQL, DATA / "npsp_trailhead", FIRST), FILES)


def test_on_the_second_night_ends_appear_and_a_donor_is_gone(company: Company, tmp_path: Path) -> None:
    """A role ended on 30 June, a pledge was posted on 1 July, one donor is no longer in the CRM, another wants no more mail; the members'
    `Status` has a new name.

    Stated: the part that the objector took in a campaign goes the same night, and what stewardship needs of them stays. The role is in its
    fourteen days of grace, the gift is a voucher from now on, for the donor who left it is the last day. The members' file is refused, and
    yesterday's 153 others stand.
    """
    members = company.published("campaign_member").replace(b"Status", b"MemberStatus", 1)
    company.extracts(SECOND, {**_changes(company), "campaign_member": members})
    last = company.night(SECOND)
    assert arrival(last, "campaign_member")["refused"] == "declared columns are missing: Status"
    kept = {table: rows for table, (rows, _, _) in counted(last).items()}
    assert (kept["campaign_member"], kept["contact"], kept["affiliation"]) == (153, 166, 82)
    assert states(last)["affiliation", "affiliation", "restrict"] == 1
    expected = Expected(SQL, changed_files(tmp_path, company, _with_donor(company)), SECOND)
    assert states(last) == expected.states()
    assert_equal(company, expected, FILES)


def test_on_the_third_night_only_what_has_ended_goes(company: Company, tmp_path: Path) -> None:
    """The payments' file ends in the middle of a line.

    Stated: the role and the 46 members of the campaign of 20 June 2019 are past their grace and erased. Of the donor who left, name and
    voucher stay, restricted; the address, the giving level and the work place go. The cut file is refused, and no payment ends by it.
    """
    payments = company.published("payment")
    company.extracts(THIRD, {**_changes(company), "payment": payments[: len(payments) * 2 // 3]})
    last = company.night(THIRD)
    assert arrival(last, "payment")["refused"].startswith("truncated")
    told = counted(last)
    assert told["affiliation"] == (81, 1, 3)  # the three that ended in 2019 are sent each night, and refused each night
    assert told["campaign_member"] == (107, 46, 75)
    assert told["payment"] == (104, 0, 0)
    assert [part for part in last.record["plan"]["parts"] if part["withheld"]] == []
    expected = Expected(SQL, changed_files(tmp_path, company, _with_donor(company)), THIRD)
    columns = expected.columns("contact")
    (left,) = [dict(zip(columns, row, strict=True)) for row in company.rows("contact", columns) if row[columns.index("sf_id")] == DONOR]
    assert [name for name, value in left.items() if value is not None] == ["sf_id", "FirstName", "LastName"]
    others = [row for row in company.rows("contact", columns) if row[columns.index("sf_id")] != DONOR]
    assert others == [row for row in expected.rows("contact") if row[columns.index("sf_id")] != DONOR]
    assert states(last)["contact", PERSON, "restrict"] == expected.states()["contact", PERSON, "restrict"] + 1
    assert_equal(company, expected, [table for table in FILES if table != "contact"])


def _changes(company: Company) -> dict[str, bytes]:
    said = _with_donor(company)
    return {**said, "contact": without(said["contact"], DONOR.encode())}


def _with_donor(company: Company) -> dict[str, bytes]:
    """What the source has ever said of them, for plain SQL: the donor who left was there."""
    return {
        "affiliation": edited(company.published("affiliation"), ROLE, npe5__Status__c="Former", npe5__EndDate__c="2020-06-30"),
        "contact": edited(company.published("contact"), OBJECTOR, HasOptedOutOfEmail="true"),
        "opportunity": edited(company.published("opportunity"), PLEDGE, StageName="Posted", CloseDate="2020-07-01"),
    }

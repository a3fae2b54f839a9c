"""Fiscal years that do not follow on one another, and legal entities that nobody declared."""

from __future__ import annotations

import pytest

YEARS = 'fiscal_year_end: "12-31"'
CASES = (
    pytest.param('["06-30", "12-31"]', "say with {from: …, to: …} which year lies between 06-30 and 12-31", id="a_change_without_its_year"),
    pytest.param(
        '["06-30", {from: 2018-07-01, to: 2020-01-31}, "01-31"]',
        "the year from 2018-07-01 to 2020-01-31 is longer than 18 months",
        id="nineteen_months",
    ),
    pytest.param(
        '["06-30", {from: 2018-08-01, to: 2019-12-31}, "12-31"]',
        "the year from 2018-08-01 does not begin on the day after a year end",
        id="a_gap",
    ),
    pytest.param(
        '["06-30", {from: 2018-07-01, to: 2019-11-30}, "12-31"]',
        "after 2019-11-30 years end on 12-31, so the first of them is irregular too: list it",
        id="a_short_year_after_it",
    ),
    pytest.param(
        '["06-30", {from: 2018-07-01, to: 2018-06-01}, "12-31"]', "the year from 2018-07-01 ends before it begins", id="backwards"
    ),
    pytest.param(
        '[{from: 2018-07-01, to: 2018-12-31}, "12-31"]', 'the list begins and ends with a regular year end, "MM-DD"', id="no_beginning"
    ),
    pytest.param(
        '["06-30", {from: 2018-07-01}, "12-31"]', "{from: YYYY-MM-DD, to: YYYY-MM-DD} for each year that is not", id="half_a_year"
    ),
)


@pytest.mark.parametrize(("years", "expected"), CASES)
def test_fiscal_years_that_leave_a_gap_are_an_error(folder, years: str, expected: str) -> None:
    folder.change("company.yaml", YEARS, f"fiscal_year_end: {years}")
    (said,) = folder.problems()
    assert said.startswith("company.yaml:4: 'fiscal_year_end': ")
    assert expected in said


def test_two_irregular_years_may_follow_on_one_another(folder) -> None:
    folder.change(
        "company.yaml", YEARS, 'fiscal_year_end: ["06-30", {from: 2018-07-01, to: 2018-10-31}, {from: 2018-11-01, to: 2019-12-31}, "12-31"]'
    )
    assert folder.problems() == []


def test_an_entity_must_be_declared_and_have_a_name_of_its_own(folder) -> None:
    folder.change("sources/crm.yaml", "    key: [invoice_id, line_no]", "    key: [invoice_id, line_no]\n    entity: {always: acmee}")
    assert folder.problems() == [
        "sources/crm.yaml:40: crm.invoices names a legal entity, and the company has none. List them in company.yaml"
    ]
    folder.change(
        "company.yaml",
        YEARS,
        f'{YEARS}\nentities:\n  acme: {{fiscal_year_end: "04-30"}}\n  beta: {{fiscal_year_end: "04-30", values: acme}}',
    )
    assert folder.problems() == [
        "company.yaml:7: 'acme' is entity 'beta', and entity 'acme' too",
        "sources/crm.yaml:40: unknown entity 'acmee'. Did you mean 'acme'?",
    ]


def test_the_column_that_names_an_entity_is_a_field(folder) -> None:
    folder.change("company.yaml", YEARS, f'{YEARS}\nentities: {{acme: {{fiscal_year_end: "04-30"}}}}')
    folder.change("sources/crm.yaml", "    key: [invoice_id, line_no]", "    key: [invoice_id, line_no]\n    entity: invoice")
    assert folder.problems() == ["sources/crm.yaml:40: unknown column 'invoice'. Did you mean 'invoice_id'?"]

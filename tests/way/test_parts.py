"""A date whose year, month and day stand in columns of their own."""

from __future__ import annotations

import pytest

from privacy_pipelines.errors import PolicyErrors
from tests.way.customers import ANY_DROP
from tests.way.house import Company, day

CARDS = """
tables:
  cards:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: card}
      name: {category: user.name, serves: card}
      exp_year: {category: user.financial, serves: card, type: integer}
      exp_month: {category: user.financial, serves: card, type: integer}
      exp_day: {category: user.financial, serves: card, type: integer}
    events: {card_expired: {at: AT}}
"""
CARD = "starting_point: {event: card_expired, of: SCOPE}\nperiod: P1M\nsettle: P0D\non_missing_event: {restrict: P6M, from: first_seen}"
LAST = "{year: exp_year, month: exp_month, day: last}"


def cards(company: Company, at: str, *rows: str, scope: str = "record", on: str = "2026-01-10") -> Company:
    company.policy(CARDS.replace("AT", at), company=ANY_DROP, card=CARD.replace("SCOPE", scope))
    company.extract("cards", on, "\n".join(("id,name,exp_year,exp_month,exp_day", *rows)))
    return company


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (LAST, {"C1": "2026-03-28", "C2": "2028-03-29", "C3": "2026-07-10"}),
        ("{year: exp_year, month: exp_month, day: first}", {"C1": "2026-03-01", "C2": "2028-03-01", "C3": "2026-07-10"}),
        ("{year: exp_year, month: exp_month, day: exp_day}", {"C1": "2026-03-05", "C2": "2028-03-29", "C3": "2026-07-10"}),
        ("{year: exp_year, month: last, day: last}", {"C1": "2027-01-31", "C2": "2029-01-31", "C3": "2027-01-31"}),
        ("{year: exp_year, month: first, day: first}", {"C1": "2026-02-01", "C2": "2028-02-01", "C3": "2026-02-01"}),
    ],
)
def test_the_parts_make_one_day_and_what_is_not_said_is_the_first_or_the_last(company: Company, at: str, until: dict[str, str]) -> None:
    """C2 has 29 February; C3 has no month, which only matters where a month is asked for: then its date is missing."""
    cards(company, at, "C1,Ada,2026,2,5", "C2,Bo,2028,02,29", "C3,Cy,2026,,31")
    company.night("2026-01-10")
    assert {key: str(company.cluster("cards", key, "name").retain_until) for key in until} == until


@pytest.mark.parametrize(
    "row", ["C1,Ada,,2,5", "C1,Ada,2026,13,1", "C1,Ada,2026,2,30", "C1,Ada,26,2,5", "C1,Ada,2026,0,1", "C1,Ada,1800,2,5"]
)
def test_what_together_is_no_plausible_day_is_a_missing_date(company: Company, row: str) -> None:
    """Thirteen months, 30 February, two digits, a year before any plausible one: the ceiling counts, from the night it was first seen."""
    cards(company, "{year: exp_year, month: exp_month, day: exp_day}", row)
    company.night("2026-01-10")
    found = company.cluster("cards", "C1", "name")
    assert (found.state, found.retain_until) == ("undetermined", day("2026-07-10"))


def test_a_persons_card_goes_when_it_has_expired_and_its_parts_live_as_long_as_the_row(company: Company) -> None:
    cards(company, LAST, "C1,Ada,2026,2,", "C2,Bo,2027,2,", scope="subject")
    company.night("2026-01-10")
    clause = company.clause("cards", "C1", "card")
    assert (clause.starting_point, clause.date, clause.retain_until) == ("card_expired", day("2026-02-28"), day("2026-03-28"))
    company.night("2026-03-28")
    assert company.keys("cards") == ["C1", "C2"]
    company.night("2026-03-29")
    assert company.rows("cards") == [{"id": "C2", "name": "Bo", "exp_year": 2027, "exp_month": 2, "exp_day": None}]


FAULTS = (
    ("{year: exp_year, month: exp_mont, day: last}", "unknown column 'exp_mont'. Did you mean 'exp_month'?"),
    (
        "{year: exp_year, month: name, day: last}",
        "event 'card_expired' makes its date of whole numbers, but 'name' is text. Declare type: integer",
    ),
    (
        "{year: exp_year, month: exp_month}",
        "'at': says year, month and day; a part without a column is first or last, as in {year: a, month: b, day: last}",
    ),
    ("{year: exp_year, month: last, day: exp_day}", "'at': a year is a column; where the month is first or last, so is the day"),
    ("{latest: [exp_day], month: last}", "'at': is a column, a list of them, {latest: [a, b]}, or {year: a, month: b, day: c}"),
)


@pytest.mark.parametrize(("at", "said"), FAULTS)
def test_parts_that_make_no_date_are_told(company: Company, at: str, said: str) -> None:
    cards(company, at)
    with pytest.raises(PolicyErrors) as caught:
        company.night("2026-01-10")
    assert [str(problem).split(": ", 1)[1] for problem in caught.value.problems] == [said]


def test_a_field_that_is_called_as_a_word_for_a_part_must_be_called_otherwise(company: Company) -> None:
    source = CARDS.replace("exp_day", "last").replace("AT", LAST)
    company.policy(source, card=CARD.replace("SCOPE", "record"))
    with pytest.raises(PolicyErrors) as caught:
        company.night("2026-01-10")
    assert [problem.what for problem in caught.value.problems] == [
        "'last' is a field of crm.cards, and in the parts of a date it means the last month or day"
    ]

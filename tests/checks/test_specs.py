"""What the policy leads one to expect: pure, no engine."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest
from stdnum import luhn

from privacy_pipelines.checks.checkdigits import right_check_digits
from privacy_pipelines.checks.specs import DOUBLE_ENCODED, EMAIL, PERSONAL_NUMBER, Kind, specs_of
from privacy_pipelines.demo.swedish import identity_numbers
from privacy_pipelines.policy.load import load
from tests.checks.conftest import POLICIES
from tests.checks.fixed import UNTIL


def kinds(table: str, column: str) -> set[str]:
    policy = load(POLICIES)
    return {spec.kind.value for spec in specs_of(policy, policy.table(table), UNTIL) if spec.column == column}


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("crm.contacts", "full_name", {"required", "encoded_once"}),
        ("crm.contacts", "email", {"format"}),
        ("crm.contacts", "phone", {"encoded_once"}),
        ("crm.contacts", "left_on", {"known_date", "plausible_date"}),
        ("crm.contacts", "notes", {"encoded_once"}),
        ("crm.contracts", "status", {"accepted"}),
        ("crm.contracts", "value_sek", set()),
        ("hr.employees", "personal_number", {"format", "check_digit"}),
        ("hr.payroll", "paid_to_account", {"encoded_once"}),
    ],
)
def test_each_declaration_becomes_its_expectations(table: str, column: str, expected: set[str]) -> None:
    assert kinds(table, column) == expected


def test_a_date_is_plausible_as_the_company_says() -> None:
    policy = load(POLICIES)
    (spec,) = (s for s in specs_of(policy, policy.table("crm.contacts"), UNTIL) if s.kind is Kind.PLAUSIBLE_DATE and s.column == "left_on")
    assert (spec.earliest, spec.latest, spec.dates) == (date(1930, 1, 1), date(2046, 3, 10), policy.company.unknown_dates)
    assert spec.sentence == "lies between 1930-01-01 and 2046-03-10"


@pytest.mark.parametrize("name", ["Åsa Öberg", "Éva Ängström", "André", "Zoë", "Jürgen", "Søren Ærø", "İpek", "ŽIŽEK"])
@pytest.mark.parametrize("codepage", ["cp1252", "latin-1"])
def test_a_name_encoded_twice_is_told_from_one_encoded_once(name: str, codepage: str) -> None:
    assert not re.search(DOUBLE_ENCODED, name)
    try:
        twice = name.encode().decode(codepage)
    except UnicodeDecodeError:  # bytes that the code page does not have
        return
    assert bool(re.search(DOUBLE_ENCODED, twice)) is any(letter in "ÅÖÄåäöÉéëüøÆæàÀ" for letter in name)


@pytest.mark.parametrize("text", ["JOÃO", "São Paulo", "Ârhus", "5 §", "20 °C", "naïve", "Ã", "Â"])
def test_rare_but_right_letters_are_let_through(text: str) -> None:
    assert not re.search(DOUBLE_ENCODED, text)


@pytest.mark.parametrize("text", ["it â€“ or not", "caf�", "5 Â§"])
def test_other_traces_of_a_wrong_encoding_are_seen(text: str) -> None:
    assert re.search(DOUBLE_ENCODED, text)


@pytest.mark.parametrize(
    ("text", "good"),
    [("a@b.se", True), (" anna.ek@sub.bolag.example ", True), ("saknas", False), ("a@b", False), ("a b@c.se", False), ("a@b..se", False),
     ("a@b.se;c@d.se", False), ("Anna <a@b.se>", False), ("@b.se", False)],
)  # fmt: skip
def test_an_e_mail_address_has_a_name_and_a_domain(text: str, good: bool) -> None:
    assert bool(re.search(EMAIL, text)) is good


def test_check_digits_of_a_column_are_those_of_the_library_one_by_one() -> None:
    numbers = identity_numbers(5, 300)[0].tolist()
    numbers += [number[:-1] + str((int(number[-1]) + 1) % 10) for number in numbers] + ["811228-9874", "19811288-9873", "nobody", "", None]
    answers = right_check_digits(pd.Series(numbers, dtype=object), PERSONAL_NUMBER).tolist()
    for number, answer in zip(numbers, answers, strict=True):
        shaped = bool(number and re.search(PERSONAL_NUMBER, number))
        assert answer == (luhn.is_valid(re.sub(r"\D", "", number or "")[-10:]) if shaped else None)
    assert answers.count(True) >= 300
    assert answers.count(False) >= 300

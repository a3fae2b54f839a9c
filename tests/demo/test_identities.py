"""Nobody in the demo exists: numbers of the test series, telephones of fiction, addresses that lead nowhere."""

from __future__ import annotations

import re

import numpy as np
import pytest
from stdnum import luhn
from stdnum.se import orgnr, personnummer

from privacy_pipelines.demo import swedish

_IDENTITY = re.compile(r"\b(?:19|20)?\d{6}[-+]?\d{4}\b")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
_FICTION = re.compile(r"(070-17406(0[5-9]|[1-9]\d)|08-465004\d\d|031-39006\d\d|040-62804\d\d|0980-3192\d\d)")


def _is_test_number(number: str) -> bool:
    return personnummer.is_valid(number) and 980 <= int(number[-4:-1]) <= 999


def test_identity_numbers_are_valid_different_and_of_the_test_series(demo):
    numbers = [row["personal_number"] for row in demo.rows("hr.employees", demo.last)]
    assert all(_is_test_number(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("start", [1, 100_000, 250_000])
def test_identity_numbers_stay_valid_far_along_the_series(start):
    numbers, women = swedish.identity_numbers(start, 500)
    assert all(_is_test_number(number) for number in numbers)
    assert [personnummer.get_gender(number) == "F" for number in numbers] == women.tolist()


def test_identity_numbers_in_free_text_are_of_the_test_series(demo):
    found = [number for fault in demo.manifest.faults if fault.kind == "personal_data_in_text" for number in _numbers_of(demo, fault)]
    assert len(found) >= 4
    assert all(_is_test_number(number) for number in found)


def test_organisation_numbers_are_valid_and_different(demo):
    numbers = [row["org_number"] for row in demo.rows("crm.accounts", demo.last)]
    assert all(orgnr.is_valid(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_bankgiro_numbers_carry_their_check_digit(demo):
    numbers = {row["bankgiro"] for row in demo.rows("crm.invoices", demo.first)}
    assert len(numbers) > 50
    assert all(re.fullmatch(r"\d{3,4}-\d{4}", number) and luhn.is_valid(number.replace("-", "")) for number in numbers)


def test_bank_accounts_carry_their_check_digit():
    for account in swedish.bank_accounts(np.random.default_rng(3), 500).tolist():
        clearing, number = account.split("-")
        assert 5000 <= int(clearing) <= 5999
        digits = [int(digit) for digit in reversed(clearing[1:] + number)]
        assert sum(digit * weight for weight, digit in enumerate(digits, start=1)) % 11 == 0


def test_every_address_ends_in_example(demo):
    for path in demo.folder.rglob("*.csv"):
        text = path.read_text(encoding="utf-8" if path.parent.name == "crm" else "latin-1")
        for address in _ADDRESS.findall(text):
            assert address.lower().endswith((".example", ".example.")) or path.name.endswith(f"contracts-{demo.manifest.days[-2]}.csv")


def test_every_telephone_number_is_reserved_for_fiction(demo):
    columns = {"crm.contacts": "phone", "crm.prospects": "phone", "hr.employees": "private_phone", "hr.next_of_kin": "phone"}
    for table, column in columns.items():
        numbers = {row.get(column, "") for row in demo.rows(table, demo.last)} - {""}
        assert len(numbers) > 10
        assert all(_FICTION.fullmatch(number) for number in numbers)


def test_most_addresses_belong_to_one_person(demo):
    addresses = [row["email"] for row in demo.rows("crm.contacts", demo.first)]
    assert len(set(addresses)) > 0.99 * len(addresses)


def _numbers_of(demo, fault) -> list[str]:
    rows = demo.by_key(fault.table, fault.day)
    return [number for key in fault.keys for number in _IDENTITY.findall(rows[key][fault.column])]

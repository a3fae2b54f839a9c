"""Swedish numbers that are valid in form and belong to nobody, or to nobody in particular.

- Identity numbers: in the test series that Skatteverket publishes, the birth numbers 980 to 999 are set aside for tests; the last
  digit is the Luhn check digit. The rule is written here, the list is not copied.
- Telephone numbers: the ranges that PTS (the Swedish Post and Telecom Authority) reserves for books, films and television.
- Organisation numbers, bankgiro numbers and bank accounts are valid in form (check digits) only.
"""

from __future__ import annotations

import numpy as np

from privacy_pipelines.demo.frames import Flags, Ints, Texts, texts

FICTION_PHONES = (("070-17406", 5, 99), ("08-465004", 0, 99), ("031-39006", 0, 99), ("040-62804", 0, 99), ("0980-3192", 0, 99))
"""(leading digits, first, last) of the numbers for fiction: 070-1740605 to -1740699, 08-46500400 to -46500499, and so on."""

_FIRST_BIRTHDAY, _LAST_BIRTHDAY = np.datetime64("1955-01-01"), np.datetime64("1994-12-31")
_BIRTH_DAYS = int((_LAST_BIRTHDAY - _FIRST_BIRTHDAY).astype(np.int64)) + 1
_TEST_BIRTH_NUMBERS = 20  # 980 to 999
_STRIDE = 104_729  # a prime that divides none of the ranges below: stepping by it visits every number once


def luhn_digit(numbers: Ints) -> Ints:
    """The check digit to append to each number, by Luhn's rule.

    >>> luhn_digit(np.array([811218987, 556016068])).tolist()
    [6, 0]
    """
    rest, total, factor = numbers.copy(), np.zeros_like(numbers), 2
    while rest.any():
        product = rest % 10 * factor
        total += product // 10 + product % 10
        rest, factor = rest // 10, 3 - factor
    return -total % 10


def identity_numbers(start: int, count: int) -> tuple[Texts, Flags]:
    """Different identity numbers of the test series, and which of them are women's (an even birth number)."""
    slot = np.arange(start, start + count, dtype=np.int64) * _STRIDE % (_BIRTH_DAYS * _TEST_BIRTH_NUMBERS)
    birth_number = 980 + slot % _TEST_BIRTH_NUMBERS
    days = _FIRST_BIRTHDAY + slot // _TEST_BIRTH_NUMBERS
    born = np.char.replace(days.astype(str), "-", "").astype(np.int64)
    check = luhn_digit(born % 1_000_000 * 1000 + birth_number)
    parts = zip(born.tolist(), birth_number.tolist(), check.tolist(), strict=True)
    return texts([f"{day}-{birth}{digit}" for day, birth, digit in parts]), birth_number % 2 == 0


def organisation_numbers(start: int, count: int) -> Texts:
    """Different organisation numbers of limited companies, such as 556016-0680."""
    base = 556_000_000 + np.arange(start, start + count, dtype=np.int64) * _STRIDE % 4_000_000
    whole = base * 10 + luhn_digit(base)
    return texts([f"{value // 10_000}-{value % 10_000:04d}" for value in whole.tolist()])


def bankgiro_numbers(rng: np.random.Generator, count: int) -> Texts:
    """Bankgiro numbers of seven or eight digits, such as 640-5070."""
    base = rng.integers(100_000, 9_999_999, size=count)
    whole = base * 10 + luhn_digit(base)
    return texts([f"{value // 10_000}-{value % 10_000:04d}" for value in whole.tolist()])


def bank_accounts(rng: np.random.Generator, count: int) -> Texts:
    """Account numbers of bank type 1: clearing 5000 to 5999, seven digits, modulus 11 over all but the first clearing digit."""
    clearing, serial = rng.integers(5000, 6000, size=count), rng.integers(100_000, 999_000, size=count)
    check = _modulus_11(clearing, serial)
    while (check == 10).any():  # no digit stands for ten: the next serial number is taken
        serial = np.where(check == 10, serial + 1, serial)
        check = _modulus_11(clearing, serial)
    parts = zip(clearing.tolist(), serial.tolist(), check.tolist(), strict=True)
    return texts([f"{bank}-{number:06d}{digit}" for bank, number, digit in parts])


def phone_numbers() -> Texts:
    """Every number that is reserved for fiction, as a pool to draw from."""
    return texts([f"{lead}{last:02d}" for lead, low, high in FICTION_PHONES for last in range(low, high + 1)])


def _modulus_11(clearing: Ints, serial: Ints) -> Ints:
    rest, total = clearing % 1000 * 1_000_000 + serial, np.zeros_like(serial)
    for weight in range(2, 11):
        total += rest % 10 * weight
        rest = rest // 10
    return -total % 11

"""What values look like: e-mail addresses, telephone and identity numbers, bank accounts, cards. By well-kept libraries where the world
has too many forms for us. Pure; no value leaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import import_module

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_IP = re.compile(r"(\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){3,7}")
_DAY_LIKE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*")
_GUID_LIKE = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-.*")
_PHONE_SHAPE = re.compile(r"[+(]?[\d\s()./-]{5,24}(\s?(x|ext\.?)\s?\d{1,6})?")
_PHONE_NAME = re.compile(r"phone|fon|mobil|cell|(^|_)tel|fax", re.IGNORECASE)
_REGIONS = ("SE", "NO", "DK", "FI", "DE", "GB", "US", "FR", "NL")
"""Where a number without a country code may come from."""
_IDENTITY = (
    "no.fodselsnummer",
    "fi.hetu",
    "dk.cpr",
    "pl.pesel",
    "it.codicefiscale",
    "es.dni",
    "es.nie",
    "fr.nir",
    "be.nn",
    "nl.bsn",
    "us.ssn",
)
"""python-stdnum's national identity numbers whose check digits, or signs, a random number seldom has."""
_LEAST = 3
"""Fewer values than this show no identity number: check digits fit one in ten by chance."""


def kind_of(filled: Sequence[str], name: str, nearly_all: float) -> tuple[str, int]:
    """What nearly all values look like ('' where nothing), and how many do not."""
    for kind, test in _tests(name):
        if filled and any(map(test, filled[:50])):
            unread = sum(not test(value) for value in filled)
            if unread <= len(filled) * (1 - nearly_all):
                return kind, unread
    return _foreign_identity(filled, nearly_all)


def _tests(name: str) -> tuple[tuple[str, Callable[[str], bool]], ...]:
    from stdnum import iban, luhn
    from stdnum.se import orgnr, personnummer

    def swedish(value: str) -> bool:
        plain = value.replace("-", "").replace("+", "")
        if len(plain) not in (10, 12) or not plain.isdecimal():
            return False
        return bool(personnummer.is_valid(f"{value[:-4]}-{value[-4:]}" if value[-5] not in "-+" else value)) or _coordination(
            plain, luhn.is_valid
        )

    return (
        ("email", lambda value: _EMAIL.fullmatch(value) is not None),
        ("personal_number", swedish),
        ("organisation_number", lambda value: bool(orgnr.is_valid(value))),
        ("iban", lambda value: bool(iban.is_valid(value))),
        ("ip_address", lambda value: _IP.fullmatch(value) is not None),
        (
            "card",
            lambda value: 13 <= len(value.replace(" ", "")) <= 19 and value[0] in "3456" and bool(luhn.is_valid(value.replace(" ", ""))),
        ),
        ("phone", _phone(bare=_PHONE_NAME.search(name) is not None)),
    )


def _coordination(plain: str, luhn: Callable[[str], bool]) -> bool:
    """A Swedish coordination number: the day is sixty too high (folkbokföringslagen 18 a §)."""
    return 61 <= int(plain[-6:-4]) <= 91 and 1 <= int(plain[-8:-6]) <= 12 and bool(luhn(plain[-10:]))


def _phone(*, bare: bool) -> Callable[[str], bool]:
    """By the library, for what is written like a telephone number; digits alone only in a column that is named for it."""
    import phonenumbers

    def valid(value: str) -> bool:
        if _PHONE_SHAPE.fullmatch(value) is None or _DAY_LIKE.fullmatch(value) or _GUID_LIKE.fullmatch(value):
            return False
        if not bare and not (value[0] in "+(" or (value.startswith("0") and re.search(r"[\s()/-]", value))):
            return False
        try:
            if value[0] == "+":
                return bool(phonenumbers.is_possible_number(phonenumbers.parse(value)))
            asked = phonenumbers.is_possible_number if bare else phonenumbers.is_valid_number
            return any(asked(phonenumbers.parse(value, region)) for region in _REGIONS)
        except phonenumbers.NumberParseException:
            return False

    return valid


def _foreign_identity(filled: Sequence[str], nearly_all: float) -> tuple[str, int]:
    if len(set(filled)) < _LEAST:
        return "", 0
    for module in _IDENTITY:
        valid = import_module(f"stdnum.{module}").is_valid
        strict = (lambda value, valid=valid: "-" in value and bool(valid(value))) if module in ("us.ssn", "dk.cpr") else valid
        if all(map(strict, filled[:5])):
            unread = sum(not strict(value) for value in filled)
            if unread <= len(filled) * (1 - nearly_all):
                return "identity_number", unread
    return "", 0

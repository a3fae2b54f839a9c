"""Telephone numbers among runs of digits: by the numbering plans of phonenumbers, and by how people write them. Pure.

A number with a country code is one where that country's plan knows it. Without, it is one where the company's own country's plan knows
it with its leading zero, or where it is written in groups as numbers are, or follows a word for telephone, and some country's plan knows
it. Dates, amounts, and numbers with check digits of another kind are none.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from privacy_pipelines.scanning.numbers import card, identity_number

if TYPE_CHECKING:
    from phonenumbers import PhoneNumberDesc

_WORDS = r"(?:phone|telephone|mobile|cell|fax|tel|telefon|tfn|mobil|mobilnr|ring|call)"
_NUMBER = r"(?:\+|\(\+?)?\d{1,5}(?:(?:[ ./ –-]|\)[ -]?| ?\()?\d{1,8}){1,8}"
RUN = rf"(?i)(?:\b{_WORDS}[.:]? ?|^|[^\w.-]){_NUMBER}(?: ?(?:x|ext\.?) ?\d{{1,6}})?(?:$|[.-]?[^\w.-]|[.-]$)"
"""A run of digits as a telephone number may be written, with the word before it, if there is one, its extension, and the sign
on either side: within a longer name or number it is none."""

_NO_DIGIT = re.compile(r"\D+")
_EDGES = re.compile(r"^[^\w(+]+|[^\w)]+$")
_LABELLED = re.compile(rf"(?i)^{_WORDS}[.:]? ?")
_EXTENSION = re.compile(r"(?i) ?(?:x|ext\.?) ?\d{1,6}$")
_DATE = (
    r"(?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])(?: \d{1,2})?"
    r"|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:19|20)?\d\d(?: \d{1,2})?"
    r"|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d"
)
"""A day in any order, perhaps with the hour, and a span of years."""
_AMOUNT = r"\d{1,2}(?:[ .\u00a0]\d{3})+|\d+\.\d+|\d{1,3}(?:\.\d{1,3}){3}"
"""An amount in groups of three digits, a decimal, an IP address."""
_POSTAL = r"\d{4}[- ]\d{3}|\d{5}-\d{3}"
"""Postal codes, alone or with a house number."""
_OTHER = re.compile(f"{_DATE}|{_AMOUNT}|{_POSTAL}")
_GROUPED = re.compile(r"(?:0\d{1,4}|\d{1,4}|\(\+?\d{1,5}\))(?:(?:[ / –-]|(?<=\)))(?:\d{2,8}|\(\d{2,5}\)))+")
"""In groups as telephone numbers are written: five digits come first after a zero or in brackets; else they are a postal code."""
_DOTTED = re.compile(r"0\d{1,3}(?:\.\d{2,4})+|(?:1\.)?\d{3}\.\d{3}\.\d{4}")
"""With dots, only after a zero or as in North America: else it is a version."""
_FEWEST, _MOST, _FEWEST_AT_HOME = 7, 15, 8


def phone(text: str, country: str = "") -> str:
    """The telephone number that a run is, or ''.

    >>> phone("+46 70 174 06 05"), phone("070-174 06 05", "SE"), phone("2026-03-10"), phone("1 250 000"), phone("tel 0701740605")
    ('+46 70 174 06 05', '070-174 06 05', '', '', '0701740605')
    """
    run = _EDGES.sub("", text)
    number = _LABELLED.sub("", run)
    plain = _EXTENSION.sub("", number)
    if not _is_phone(plain, country, labelled=number != run) or card(number) or identity_number(number):
        return ""
    return number


def _is_phone(text: str, country: str, *, labelled: bool) -> bool:
    """Cheapest questions first: most candidates are dates, amounts and numbers of something else."""
    digits = _NO_DIGIT.sub("", text)
    if not _FEWEST <= len(digits) <= _MOST or _OTHER.fullmatch(text):
        return False
    if text.startswith(("+", "(+", "00")):
        return _international(text)
    if country and len(digits) >= _FEWEST_AT_HOME and digits.startswith("0") and _known(digits, country):
        return True
    written = labelled or _GROUPED.fullmatch(text) or _DOTTED.fullmatch(text)
    return bool(written) and bool(_anywhere().fullmatch(digits))


def _international(text: str) -> bool:
    """Who writes a country's code means a telephone: its length is asked for alone."""
    digits = _NO_DIGIT.sub("", text.replace("(0)", ""))
    return _known("+" + digits.removeprefix("00"), None, valid=False)


def _known(text: str, region: str | None, *, valid: bool = True) -> bool:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number) if valid else phonenumbers.is_possible_number(number))


@cache
def _anywhere() -> re.Pattern[str]:
    """Every country's plan as one expression, with its national prefix or without."""
    import phonenumbers

    found = (phonenumbers.PhoneMetadata.metadata_for_region(region) for region in sorted(phonenumbers.SUPPORTED_REGIONS))
    plans = {_plan(one.national_prefix, one.general_desc) for one in found if one}
    return re.compile("|".join(sorted(plans - {""})))


def _plan(prefix: str | None, numbers: PhoneNumberDesc | None) -> str:
    pattern = numbers.national_number_pattern if numbers else None
    return f"{f'(?:{prefix})?' if prefix else ''}(?:{pattern})" if pattern else ""

"""Whether a candidate is what it looks like, by its check digits: python-stdnum's rules, and the card issuers' ranges. Pure.

Each check gets a candidate and the company's country, and answers with the part that is one, or ''.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

_ISSUERS = re.compile(
    r"(?:4\d{12}(?:\d{3})?(?:\d{3})?"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|095|[689]\d)\d{11,16}"  # Diners Club
    r"|(?:2131|1800)\d{11}|35(?:2[89]|[3-8]\d)\d{12,15}"  # JCB
    r"|220[0-4]\d{12,15}"  # Mir
    r"|(?:6011|62\d\d|64[4-9]\d|65\d\d)\d{12,15}"  # Discover, UnionPay
    r"|(?:50|5[6-8]|6[0-9])\d{10,17})"  # Maestro
)
"""ISO/IEC 7812: issuers' ranges and the lengths of their numbers."""
_NO_DIGIT = re.compile(r"\D+")
_FEWEST_OF_A_CARD = 12
_IDENTITY_DIGITS = (10, 12)
_COORDINATION = 60


def email(text: str, country: str = "") -> str:
    """The expression says all there is to check.

    >>> email("anna@exempel.example")
    'anna@exempel.example'
    """
    return text


def identity_number(text: str, country: str = "") -> str:
    """A Swedish identity or coordination number with its check digit.

    >>> identity_number("811228-9874"), identity_number("811228-9875"), identity_number("701063-2391")
    ('811228-9874', '', '701063-2391')
    """
    from stdnum import luhn

    digits = _NO_DIGIT.sub("", text)
    shaped = len(digits) in _IDENTITY_DIGITS and digits[-4:-1] != "000"  # no serial number is 000
    return text if shaped and luhn.is_valid(digits[-10:]) and _birth(digits[:-4], old="+" in text) else ""


def _birth(born: str, *, old: bool) -> bool:
    """Whether the day is in the calendar. SKV 707: a coordination number has 60 added to it, and may say neither month nor day."""
    from stdnum.exceptions import ValidationError
    from stdnum.se import personnummer

    month, day = int(born[-4:-2]), int(born[-2:])
    if day >= _COORDINATION:
        month, day = month or 1, day - _COORDINATION or 1
    try:
        personnummer.get_birth_date(f"{born[:-4]}{month:02d}{day:02d}{'+' if old else '-'}0000")
    except ValidationError:
        return False
    return True


def card(text: str, country: str = "") -> str:
    """A payment card's number: in an issuer's range, with its Luhn digit.

    >>> card("4111 1111 1111 1111"), card("4111 1111 1111 1112"), card("4111111111111111 2029")
    ('4111 1111 1111 1111', '', '4111111111111111')
    """
    from stdnum import luhn

    if len(_NO_DIGIT.sub("", text)) < _FEWEST_OF_A_CARD:
        return ""
    for part in parts(text, " -"):
        digits = _NO_DIGIT.sub("", part)
        if _ISSUERS.fullmatch(digits) and luhn.is_valid(digits):
            return part
    return ""


def iban(text: str, country: str = "") -> str:
    """An international bank account number whose check digits and country's length are right (ISO 13616).

    >>> iban("GB82 WEST 1234 5698 7654 32"), iban("GB82 WEST 1234 5698 7654 33"), iban("SE4550000000058398257466 and")
    ('GB82 WEST 1234 5698 7654 32', '', 'SE4550000000058398257466')
    """
    from stdnum import iban as international

    return next((part for part in parts(text, " ") if international.is_valid(part, check_country=False)), "")


def ip_address(text: str, country: str = "") -> str:
    """An address that may be somebody's: neither this machine's own nor everybody's.

    >>> ip_address("198.51.100.7"), ip_address("300.1.1.1"), ip_address("127.0.0.1"), ip_address("2001:db8::7"), ip_address("12:30:45")
    ('198.51.100.7', '', '', '2001:db8::7', '')
    """
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return ""
    return "" if found.is_loopback or found.is_unspecified or found.is_multicast else text


def parts(text: str, between: str) -> Iterator[str]:
    """The text, then what is left of it without its last groups, then without its first ones: a number may have neighbours.

    >>> list(parts("1 22 333", " "))
    ['1 22 333', '1 22', '1', '22 333', '333']
    """
    groups = [found.span() for found in re.finditer(f"[^{between}]+", text)]
    for last in range(len(groups), 0, -1):
        yield text[groups[0][0] : groups[last - 1][1]]
    for first in range(1, len(groups)):
        yield text[groups[first][0] : groups[-1][1]]

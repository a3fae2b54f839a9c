"""What a column holds, in counts: its type, how much of it is filled, whether it could be a key. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

NEARLY_ALL = 0.9
"""Real extracts hold a few values that do not read; they are quarantined later, and must not hide a column's type."""
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%m/%d/%Y", "%d-%m-%Y")
_STAMPS = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(\+|00|0)[\d\s()/-]{6,18}")
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = {".": re.compile(r"-?\d+(\.\d+)?"), ",": re.compile(r"-?\d+(,\d+)?")}
_IP = re.compile(r"(\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){3,7}")


@dataclass(frozen=True, slots=True)
class Profile:
    """A column in counts. `type` is the policy's; `kind` says what the values look like, and is empty where they look like nothing."""

    name: str
    rows: int
    filled: int
    distinct: int
    type: str
    format: str
    kind: str
    unread: int
    long: bool

    @property
    def could_be_key(self) -> bool:
        """Filled and different in every row of the sample."""
        return self.rows > 0 and self.filled == self.rows == self.distinct

    @property
    def nearly_a_key(self) -> bool:
        """The same but for a few rows: extracts hold faults."""
        return self.rows > 0 and self.distinct >= NEARLY_ALL * self.rows


def profile(name: str, values: tuple[str, ...]) -> Profile:
    """The profile of a column's values.

    >>> found = profile("left_on", ("2026-01-31", "", "2026-02-28"))
    >>> found.type, found.filled, found.could_be_key
    ('date', 2, False)
    """
    filled = [value.strip() for value in values if value.strip()]
    kind, kind_unread = _kind(filled)
    declared, pattern, unread = _type(filled) if kind not in _TYPE_OF_KIND else (_TYPE_OF_KIND[kind], "", kind_unread)
    average = sum(map(len, filled)) / len(filled) if filled else 0
    wordy = average > 25 and sum(" " in value for value in filled) > len(filled) / 2
    return Profile(name, len(values), len(filled), len(set(filled)), declared, pattern, kind, unread, long=declared == "text" and wordy)


def decimal_sign(values: tuple[str, ...]) -> str | None:
    """ "," or "." where the values are numbers that show it; None otherwise."""
    filled = [value.strip() for value in values if value.strip()]
    for sign, pattern in _DECIMAL.items():
        if any(sign in value for value in filled) and _share(filled, _matches(pattern))[0]:
            return sign
    return None


_TYPE_OF_KIND = {"email": "email", "personal_number": "personal_number", "phone": "text", "iban": "text", "organisation_number": "text"}


def _kind(filled: list[str]) -> tuple[str, int]:
    for kind, test in _kinds():
        fits, unread = _share(filled, test)
        if fits:
            return kind, unread
    return "", 0


def _kinds() -> tuple[tuple[str, Callable[[str], bool]], ...]:
    from stdnum import iban
    from stdnum.se import orgnr, personnummer

    return (
        ("email", _matches(_EMAIL)),
        ("personal_number", lambda value: len(value) >= 10 and bool(personnummer.is_valid(_with_dash(value)))),
        ("organisation_number", lambda value: bool(orgnr.is_valid(value))),
        ("iban", lambda value: bool(iban.is_valid(value))),
        ("ip_address", _matches(_IP)),
        ("phone", _matches(_PHONE)),
    )


def _with_dash(value: str) -> str:
    return value if value[-5] in "-+" else f"{value[:-4]}-{value[-4:]}"


def _type(filled: list[str]) -> tuple[str, str, int]:
    """(type, format, how many values do not read as it)."""
    for declared, pattern, test in _types():
        fits, unread = _share(filled, test)
        if fits:
            return declared, pattern, unread
    return "text", "", 0


def _types() -> list[tuple[str, str, Callable[[str], bool]]]:
    dates = [("date", "" if pattern == _DATES[0] else pattern, _reads_as(pattern)) for pattern in _DATES]
    return [
        *dates,
        ("timestamp", "", _matches(_STAMPS)),
        ("boolean", "", lambda value: value.lower() in ("true", "false")),
        ("integer", "", _matches(_INTEGER)),
        ("decimal", "", lambda value: any(pattern.fullmatch(value) for pattern in _DECIMAL.values())),
    ]


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


def _reads_as(pattern: str) -> Callable[[str], bool]:
    def reads(value: str) -> bool:
        try:
            return datetime.strptime(value, pattern).strftime(pattern) == value
        except ValueError:
            return False

    return reads


def _share(filled: list[str], test: Callable[[str], bool]) -> tuple[bool, int]:
    """Whether nearly all values pass, and how many do not."""
    if not filled or not any(test(value) for value in filled[:50]):
        return False, 0
    unread = sum(not test(value) for value in filled)
    return unread <= len(filled) * (1 - NEARLY_ALL), unread

"""What a column holds, in counts: its type, how much of it is filled, whether it could be a key. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from privacy_pipelines.drafting.kinds import kind_of

NEARLY_ALL = 0.9
"""Real extracts hold a few values that do not read; they are quarantined later, and must not hide a column's type."""
EMPTY_WORDS = frozenset(
    {"-", "--", "?", "NULL", "null", "Null", "(null)", "N/A", "n/a", "#N/A", "NA", "None", "none", "nil", r"\N", "nan", "NaN"}
)
"""Texts by which systems say that a field is empty."""
STORED_PLACES = 4
"""Digits after the decimal sign that need no `scale`."""
_DATES = (
    "%Y-%m-%d", "%Y-%m-%d 00:00:00", "%Y-%m-%d 00:00:00.000", "%Y-%m-%dT00:00:00", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y",
    "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%y%m%d",
)  # fmt: skip
_PACKED = ("%Y%m%d", "%y%m%d")
"""Eight or six digits are days only where every single one is."""
_STAMPS = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = {".": re.compile(r"-?\d*\.?\d+"), ",": re.compile(r"-?\d*,?\d+")}
_TRUTHS = ({"true", "false"}, {"t", "f"}, {"yes", "no"}, {"y", "n"})
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


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
    scale: int
    """The most digits after the decimal sign."""
    empty_words: tuple[str, ...]
    """Texts in a column of numbers or days that can only mean that the field is empty."""
    also: str
    """Another order of day and month that fits every value."""

    @property
    def could_be_key(self) -> bool:
        """Filled and different in every row of the sample."""
        return self.rows > 0 and self.filled == self.rows == self.distinct

    @property
    def nearly_a_key(self) -> bool:
        """The same but for a fault: extracts hold some, a history holds many."""
        return self.rows > 0 and self.rows - self.distinct <= max(1, self.rows // 200)


def profile(name: str, values: Sequence[str]) -> Profile:
    """The profile of a column's values.

    >>> found = profile("left_on", ("2026-01-31", "", "2026-02-28"))
    >>> found.type, found.filled, found.could_be_key
    ('date', 2, False)
    >>> profile("freight", ("-", "32.3800011")).empty_words
    ('-',)
    """
    every = [value.strip() for value in values if value.strip()]
    filled = [value for value in every if value not in EMPTY_WORDS]
    kind, kind_unread = kind_of(filled, name, NEARLY_ALL)
    declared, pattern, unread = (kind, "", kind_unread) if kind in ("email", "personal_number") else ("text", "", kind_unread)
    if not kind:
        declared, pattern, unread = _type(filled)
    if declared == "text" and kind != "guid":
        kind = kind or ("guid" if filled and _share(filled, _matches(_GUID))[0] else "")
        filled = every
    words = tuple(sorted(set(every) - set(filled))) if declared != "text" else ()
    average = sum(map(len, filled)) / len(filled) if filled else 0
    wordy = average > 25 and sum(" " in value for value in filled) > len(filled) / 2
    return Profile(
        name, len(values), len(filled), len(set(filled)), declared, pattern, kind, unread, declared == "text" and wordy,
        _scale(filled) if declared == "decimal" else 0, words, _turned(filled, pattern),
    )  # fmt: skip


def decimal_sign(values: Sequence[str]) -> str | None:
    """ "," or "." where the values are numbers that show it; None otherwise."""
    filled = [value.strip() for value in values if value.strip() and value.strip() not in EMPTY_WORDS]
    for sign, pattern in _DECIMAL.items():
        if any(sign in value for value in filled) and _share(filled, _matches(pattern))[0]:
            return sign
    return None


def _type(filled: list[str]) -> tuple[str, str, int]:
    """(type, format, how many values do not read as it)."""
    for declared, pattern, test in _types():
        fits, unread = _share(filled, test)
        if fits and not (pattern in _PACKED and (unread or len(set(filled)) < 5)):
            return declared, pattern, unread
    if {value.lower() for value in filled} in _TRUTHS:
        return "boolean", "", 0
    return "text", "", 0


def _types() -> list[tuple[str, str, Callable[[str], bool]]]:
    dates = [("date", "" if pattern == _DATES[0] else pattern, _reads_as(pattern)) for pattern in _DATES]
    return [
        *dates,
        ("timestamp", "", _matches(_STAMPS)),
        ("boolean", "", lambda value: value.lower() in ("true", "false")),
        ("integer", "", _matches(_INTEGER)),
        ("decimal", "", _is_decimal),
    ]


def _is_decimal(value: str) -> bool:
    """Digits with a sign among them; zeros in front belong to a code."""
    return re.match(r"-?0\d", value) is None and any(pattern.fullmatch(value) for pattern in _DECIMAL.values())


def _scale(filled: list[str]) -> int:
    return max((len(re.split(r"[.,]", value)[-1].rstrip("0")) for value in filled if re.search(r"[.,]", value)), default=0)


def _turned(filled: list[str], pattern: str) -> str:
    """The same format with day and month the other way round, where every value fits that too.

    >>> _turned(["01/02/2026"], "%d/%m/%Y"), _turned(["31/01/2026"], "%d/%m/%Y")
    ('%m/%d/%Y', '')
    """
    other = pattern.replace("%d", "%~").replace("%m", "%d").replace("%~", "%m")
    return other if other != pattern and other in _DATES and all(map(_reads_as(other), filled)) else ""


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


def _reads_as(pattern: str) -> Callable[[str], bool]:
    packed = {"%Y%m%d": 8, "%y%m%d": 6}.get(pattern)

    def reads(value: str) -> bool:
        if packed and (len(value) != packed or not value.isdecimal()):
            return False
        try:
            return 1850 <= datetime.strptime(value, pattern).year <= 2150 or value[:4] in ("0001", "9999")
        except ValueError:
            return False

    return reads


def _share(filled: list[str], test: Callable[[str], bool]) -> tuple[bool, int]:
    """Whether nearly all values pass, and how many do not."""
    if not filled or not any(test(value) for value in filled[:50]):
        return False, 0
    unread = sum(not test(value) for value in filled)
    return unread <= len(filled) * (1 - NEARLY_ALL), unread

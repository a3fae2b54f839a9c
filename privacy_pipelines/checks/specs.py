"""What the policy's declarations lead one to expect of each row of a table: neutral values that no engine has touched. Pure.

A new expectation is one rule: a function from a column to its specs, and one line in `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from privacy_pipelines.policy.model import Column, Company, Policy, Table
from privacy_pipelines.retention.calendar import add

Severity = Literal["error", "warn"]


class Kind(StrEnum):
    """What is expected of a column's filled cells (of every cell: `REQUIRED`)."""

    REQUIRED = "required"
    ACCEPTED = "accepted"
    FORMAT = "format"
    CHECK_DIGIT = "check_digit"
    PLAUSIBLE_DATE = "plausible_date"
    KNOWN_DATE = "known_date"
    ENCODED_ONCE = "encoded_once"


@dataclass(frozen=True, slots=True)
class Spec:
    """One expectation of one column. Of the parameters only those of its kind are set."""

    column: str
    kind: Kind
    severity: Severity
    sentence: str
    values: tuple[str, ...] = ()
    pattern: str = ""
    earliest: date | None = None
    latest: date | None = None
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """What one expectation counted in one batch or in several. `exception` is a type's name, and empty where nothing was raised."""

    evaluated: int = 0
    unexpected: int = 0
    exception: str = ""

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.evaluated + other.evaluated, self.unexpected + other.unexpected, self.exception or other.exception)


EMAIL = r"^\s*[^@\s,;<>\"]+@(?:[^@\s.,;<>\"]+\.)+[^@\s.,;<>\"]{2,}\s*$"
"""Blanks around it are no fault: whoever compares e-mail addresses trims them."""
PERSONAL_NUMBER = r"^(?:1[89]|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])[-+ ]?\d{4}$"
"""Identity numbers and coordination numbers (day + 60), with or without century: Skatteverket, SKV 704 and SKV 707."""

_AGAIN = "".join(
    sorted({chr(byte) for byte in range(0x80, 0xC0)} | {bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xC0)})
)
DOUBLE_ENCODED = f"Ã[{_AGAIN}]|Â[\u00a0-\u00bf]|â€|ï¿½|\ufffd"
"""UTF-8 that was read as Latin-1 or as Windows-1252, and letters that were lost on the way."""


def specs_of(policy: Policy, table: Table, as_of: date) -> tuple[Spec, ...]:
    """Every expectation of the table, column by column in declared order."""
    return tuple(spec for column in table.read for rule in RULES for spec in rule(column, policy.company, as_of))


def _required(column: Column, company: Company, as_of: date) -> Iterator[Spec]:
    if column.required:
        yield Spec(column.name, Kind.REQUIRED, "error", "is filled")


def _accepted(column: Column, company: Company, as_of: date) -> Iterator[Spec]:
    if column.accepted:
        yield Spec(column.name, Kind.ACCEPTED, "error", "holds only values that the policy accepts", values=column.accepted)


def _format(column: Column, company: Company, as_of: date) -> Iterator[Spec]:
    if column.type == "email":
        yield Spec(column.name, Kind.FORMAT, "error", "looks like an e-mail address", pattern=EMAIL)
    if column.type == "personal_number":
        yield Spec(column.name, Kind.FORMAT, "error", "looks like an identity number", pattern=PERSONAL_NUMBER)
        yield Spec(column.name, Kind.CHECK_DIGIT, "error", "ends with the right check digit", pattern=PERSONAL_NUMBER)


def _dates(column: Column, company: Company, as_of: date) -> Iterator[Spec]:
    if column.type not in ("date", "timestamp"):
        return
    earliest, latest, unknown = company.earliest_date, add(as_of, company.dates_ahead), company.unknown_dates
    if unknown:
        yield Spec(column.name, Kind.KNOWN_DATE, "warn", "is no date that stands for “unknown”", dates=unknown)
    plausible = f"lies between {earliest} and {latest}"
    yield Spec(column.name, Kind.PLAUSIBLE_DATE, "warn", plausible, earliest=earliest, latest=latest, dates=unknown)


def _encoding(column: Column, company: Company, as_of: date) -> Iterator[Spec]:
    if _is_prose(column):
        yield Spec(column.name, Kind.ENCODED_ONCE, "warn", "was encoded once, not twice", pattern=DOUBLE_ENCODED)


Rule = Callable[[Column, Company, date], Iterator[Spec]]
RULES: tuple[Rule, ...] = (_required, _accepted, _format, _dates, _encoding)


def _is_prose(column: Column) -> bool:
    """Text whose values nothing else limits."""
    return column.type == "text" and not column.accepted

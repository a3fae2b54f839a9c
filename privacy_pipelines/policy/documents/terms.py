"""The words and small values that policy files are written in, with their one spelling each."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, PlainValidator, StringConstraints

from privacy_pipelines.values import Period

LONGEST_MONTHS = 1200
"""A hundred years. What is kept longer is kept without end, which is not a period (DPV: EndlessDuration is forbidden, LAW §1)."""

NAME_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"
COLUMN_PATTERN = r"^[A-Za-zÀ-ÖØ-öø-ÿ][A-Za-zÀ-ÖØ-öø-ÿ0-9_]{0,62}$"
TABLE_PATTERN = r"^([a-z][a-z0-9_]{0,62}\.)?[a-z][a-z0-9_]{0,62}$"
CATEGORY_PATTERN = r"^(system\.operations|user(\.[a-z][a-z0-9_]*)*)$"
DATA_USE_PATTERN = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
LANGUAGE_PATTERN = r"^[a-z]{2,3}$"
COUNTRY_PATTERN = r"^[A-Z]{2}$"
COLUMN_PATH_PATTERN = r"^([a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*\.[^.\s]+$"
ART9_PATTERN = r"^eu-gdpr:A9-2-[a-j]$"
PERIOD_PATTERN = r"^P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$"
DAY_PATTERN = r"^\d{4}-\d{2}-\d{2}$"
YEAR_END_PATTERN = r"^\d{2}-\d{2}$"
VARIABLE_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*$"
RELATION_PATTERN = r'^[^."\x00-\x1f]+(\.[^."\x00-\x1f]+)?$'


PATTERN_HINTS = {
    NAME_PATTERN: "Lower case letters, digits and underscores, for example contract_end",
    COLUMN_PATTERN: "A column is a letter, then letters, digits and underscores",
    TABLE_PATTERN: "A table is for example contacts, or crm.contacts from another source",
    CATEGORY_PATTERN: "system.operations, or user and what it is about, for example user.contact.email",
    DATA_USE_PATTERN: "A fideslang key, for example essential.service",
    LANGUAGE_PATTERN: "An ISO 639 code, for example sv",
    COUNTRY_PATTERN: "An ISO 3166 code, for example SE",
    COLUMN_PATH_PATTERN: "table.column, for example contacts.email",
    RELATION_PATTERN: "A table or view, for example contacts or crm.contacts, without quotes",
    ART9_PATTERN: "A DPV key from eu-gdpr:A9-2-a to eu-gdpr:A9-2-j",
}
"""What a value that does not match should look like."""


class Document(BaseModel):
    """A mapping in a policy file: a key that is not known is an error, and no value is quietly turned into another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def listed(value: object) -> object:
    """One name may be written without its list.

    >>> listed("contact_id"), listed(["invoice_id", "line_no"])
    (('contact_id',), ('invoice_id', 'line_no'))
    """
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def parse_period(value: object) -> Period:
    """An ISO 8601 period of at most a hundred years. Raises ValueError.

    >>> parse_period("P7Y")
    Period(months=84, days=0)
    """
    if not isinstance(value, str):
        raise ValueError("not an ISO 8601 period, expected for example P7Y, P12M or P14D")
    period = Period.parse(value)
    if period.months + period.days / 30 > LONGEST_MONTHS:
        raise ValueError(f"{value} is longer than a hundred years, which is no period but for ever")
    return period


def parse_day(value: object) -> date:
    """A civil date written YYYY-MM-DD. Raises ValueError.

    >>> parse_day("2026-01-31")
    datetime.date(2026, 1, 31)
    """
    if not isinstance(value, str) or not re.fullmatch(DAY_PATTERN, value):
        raise ValueError("not a date, expected YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"there is no day {value}") from None


def parse_year_end(value: object) -> tuple[int, int]:
    """The (month, day) on which a year ends, written "MM-DD". Raises ValueError.

    >>> parse_year_end("03-31")
    (3, 31)
    """
    if not isinstance(value, str) or not re.fullmatch(YEAR_END_PATTERN, value):
        raise ValueError('not a day of the year, expected "MM-DD"')
    month, day = int(value[:2]), int(value[3:])
    try:
        date(2024, month, day)  # a leap year: a year may end on 29 February
    except ValueError:
        raise ValueError(f"there is no day {value} in any year") from None
    return month, day


def parse_variable(value: object) -> str:
    """The name of an environment variable. Raises ValueError, which does not repeat the value: people write addresses here.

    >>> parse_variable("CRM_DATABASE")
    'CRM_DATABASE'
    """
    if not isinstance(value, str) or not re.fullmatch(VARIABLE_PATTERN, value):
        raise ValueError("not the name of an environment variable, expected for example CRM_DATABASE. An address has no place in a policy")
    return value


def without_repeats(values: tuple[str, ...]) -> tuple[str, ...]:
    """Raises ValueError for a name that stands twice in one list."""
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{value!r} stands twice in the list")
    return values


def in_order(values: tuple[str, ...]) -> tuple[str, ...]:
    """A list whose order means nothing is kept in one order, so that two spellings of one policy have one version."""
    return tuple(sorted(without_repeats(values)))


def _not_empty(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("the list is empty")
    return values


def day_text(day: tuple[int, int]) -> str:
    """The other way round: `(3, 31)` is written "03-31"."""
    return f"{day[0]:02}-{day[1]:02}"


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
ColumnName = Annotated[str, StringConstraints(pattern=COLUMN_PATTERN)]
TableName = Annotated[str, StringConstraints(pattern=TABLE_PATTERN)]
"""A table of the same source, or `source.table`."""
Category = Annotated[str, StringConstraints(pattern=CATEGORY_PATTERN)]
DataUse = Annotated[str, StringConstraints(pattern=DATA_USE_PATTERN)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
Country = Annotated[str, StringConstraints(pattern=COUNTRY_PATTERN)]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""A small SQL condition (`policy.conditions` says what may stand in it)."""
Translations = dict[Language, Words]

Names = Annotated[tuple[Name, ...], BeforeValidator(listed, json_schema_input_type=Name | list[Name]), AfterValidator(in_order)]
"""One or more names; their order means nothing."""
OrderedNames = Annotated[
    tuple[Name, ...], BeforeValidator(listed, json_schema_input_type=Name | list[Name]), AfterValidator(without_repeats)
]
ColumnNames = Annotated[
    tuple[ColumnName, ...],
    BeforeValidator(listed, json_schema_input_type=ColumnName | list[ColumnName]),
    AfterValidator(without_repeats),
    AfterValidator(_not_empty),
]
"""One or more columns, first things first."""
KeyNames = Annotated[
    tuple[ColumnName, ...],
    BeforeValidator(listed, json_schema_input_type=ColumnName | list[ColumnName]),
    AfterValidator(without_repeats),
]
"""The columns of a key; none where no column tells rows apart."""
TableNames = Annotated[
    tuple[TableName, ...],
    BeforeValidator(listed, json_schema_input_type=TableName | list[TableName]),
    AfterValidator(without_repeats),
    AfterValidator(_not_empty),
]
Categories = Annotated[
    tuple[Category, ...], BeforeValidator(listed, json_schema_input_type=Category | list[Category]), AfterValidator(in_order)
]
Values = Annotated[tuple[Words, ...], BeforeValidator(listed, json_schema_input_type=Words | list[Words]), AfterValidator(in_order)]
"""One or more values; their order means nothing."""

PeriodText = Annotated[
    Period,
    PlainValidator(parse_period, json_schema_input_type=Annotated[str, StringConstraints(pattern=PERIOD_PATTERN)]),
    PlainSerializer(str, return_type=str),
]
Variable = Annotated[
    str, PlainValidator(parse_variable, json_schema_input_type=Annotated[str, StringConstraints(pattern=VARIABLE_PATTERN)])
]
Day = Annotated[
    date,
    PlainValidator(parse_day, json_schema_input_type=Annotated[str, StringConstraints(pattern=DAY_PATTERN)]),
    PlainSerializer(date.isoformat, return_type=str),
]
YearEnd = Annotated[
    tuple[int, int],
    PlainValidator(parse_year_end, json_schema_input_type=Annotated[str, StringConstraints(pattern=YEAR_END_PATTERN)]),
    PlainSerializer(day_text, return_type=str),
]

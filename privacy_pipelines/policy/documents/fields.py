"""A declared field, and the events whose dates fields hold."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from privacy_pipelines.policy.documents.company import Zone
from privacy_pipelines.policy.documents.extract import InTheExtract, Tokens
from privacy_pipelines.policy.documents.fiscal import EntityOfBlock
from privacy_pipelines.policy.documents.terms import (
    Categories,
    Category,
    ColumnName,
    ColumnNames,
    Condition,
    Document,
    Names,
    Values,
    Words,
    listed,
    without_repeats,
)
from privacy_pipelines.policy.model import FIRST, LAST, ColumnType


def _said_formats(formats: tuple[str, ...]) -> str | list[str]:
    """One format stays one text, so that a policy that names one keeps its version."""
    return formats[0] if len(formats) == 1 else list(formats)


Formats = Annotated[
    tuple[Words, ...],
    BeforeValidator(listed, json_schema_input_type=Words | list[Words]),
    AfterValidator(without_repeats),
    Field(min_length=1),
    PlainSerializer(_said_formats),
]


class FieldBlock(Document):
    """A declared field. What is not declared never enters."""

    category: Category = Field(description="fideslang data category; system.operations is not personal data.", examples=["user.content"])
    serves: Names = Field(default=(), description="The purposes that need this field.", examples=[["customer_relationship", "newsletter"]])
    type: ColumnType = Field(default="text", description="What the values are. Default text.", examples=["date"])
    header: InTheExtract | None = Field(
        default=None,
        description="The column's name in the extract where it is not the field's own; or its position, from 1, where the name is empty or "
        "stands twice.",
        examples=["First Name"],
    )
    format: Formats | None = Field(
        default=None,
        description="strptime format of a date or timestamp that is not ISO 8601; of several, the first that fits. A year of two "
        "digits (%y) is never later than the extract.",
        examples=["%d.%m.%Y"],
    )
    true_values: Tokens | None = Field(
        default=None, description="The words for true of a boolean; needs `false_values`.", examples=[["ja"]]
    )
    false_values: Tokens | None = Field(
        default=None, description="The words for false of a boolean; needs `true_values`.", examples=[["nej"]]
    )
    renamed_from: ColumnName | None = Field(
        default=None,
        description="What this field was called before: its stored cells move to the new name, and an extract may still use the old one.",
        examples=["e_mail"],
    )
    zone: Zone | None = Field(
        default=None, description="IANA zone of a timestamp without offset. Default the company's.", examples=["Europe/Stockholm"]
    )
    required: bool = Field(default=False, description="A row without this field is quarantined on arrival.", examples=[True])
    free_text: bool = Field(default=False, description="People write here: identifiers found in it are masked on arrival.", examples=[True])
    contains: Categories = Field(
        default=(), description="Categories that this free text may hold, and which are not masked.", examples=[["user.contact.email"]]
    )
    accepted: Values = Field(default=(), description="The only values there may be.", examples=[["active", "ended"]])
    identifies: bool | None = Field(
        default=None,
        description="Whether a value tells one person from all others, so that once that person is erased it is looked for everywhere. "
        "Left out: what e-mail addresses, telephone, identity, account, card and device numbers, and keys of persons do.",
        examples=[False],
    )
    scale: Annotated[int, Field(ge=1, le=18)] | None = Field(
        default=None, description="Digits after the decimal sign of a decimal; a number with more is quarantined. Default 4.", examples=[9]
    )


class Latest(tuple[str, ...]):
    """Columns of which the latest date counts."""


class LatestBlock(Document):
    """Several columns of which the latest date counts. One of them that stands for an unknown date makes it unknown."""

    latest: ColumnNames = Field(description="The columns.", examples=[["last_order_on", "last_login_on"]])


class Parts(tuple[str, ...]):
    """Year, month and day of one date, each a column or a word for it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that are columns."""
        return tuple(part for part in self if part not in (FIRST, LAST))


class PartsBlock(Document):
    """A date whose parts stand in columns of their own. What together is no day is no date."""

    year: ColumnName = Field(description="The column with the year, of four digits.", examples=["exp_year"])
    month: ColumnName = Field(description="The column with the month, 1 to 12; or first or last.", examples=["exp_month", "last"])
    day: ColumnName = Field(description="The column with the day of the month; or first or last.", examples=["last"])


def _dates(value: object, columns: ValidatorFunctionWrapHandler) -> tuple[str, ...]:
    if isinstance(value, dict) and "year" in value:
        return _parts(value, columns)
    if isinstance(value, dict) and set(value) != {"latest"}:
        raise ValueError("is a column, a list of them, {latest: [a, b]}, or {year: a, month: b, day: c}")
    found: tuple[str, ...] = columns(listed(value["latest"] if isinstance(value, dict) else value))
    return Latest(found) if isinstance(value, dict) else found


def _parts(value: dict[str, object], columns: ValidatorFunctionWrapHandler) -> Parts:
    if set(value) != {"year", "month", "day"}:
        raise ValueError("says year, month and day; a part without a column is first or last, as in {year: a, month: b, day: last}")
    found = Parts(str(value[part]) for part in ("year", "month", "day"))
    if found[0] in (FIRST, LAST) or (found[1] in (FIRST, LAST) and found[2] not in (FIRST, LAST)):
        raise ValueError("a year is a column; where the month is first or last, so is the day")
    columns(found.columns)
    return found


def _said_dates(columns: tuple[str, ...]) -> object:
    if isinstance(columns, Parts):
        return dict(zip(("year", "month", "day"), columns, strict=True))
    return {"latest": list(columns)} if isinstance(columns, Latest) else list(columns)


Dates = Annotated[
    tuple[ColumnName, ...],
    AfterValidator(without_repeats),
    WrapValidator(_dates, json_schema_input_type=ColumnName | list[ColumnName] | LatestBlock | PartsBlock),
    PlainSerializer(_said_dates),
]


class ContinuedBlock(Document):
    """Which other row of the table goes on where this one ends, or began where it ended."""

    link: ColumnName = Field(description="The link of this table to itself that names the other row.", examples=["renewed_by"])
    begins: ColumnName | None = Field(
        default=None,
        description="The column with a row's first day: one that begins later than the day after the other's end continues nothing. Left "
        "out: the link alone says it.",
        examples=["start_date"],
    )


def _short_continued(value: object) -> object:
    return {"link": value} if isinstance(value, str) else value


Continued = Annotated[ContinuedBlock, BeforeValidator(_short_continued, json_schema_input_type=ColumnName | ContinuedBlock)]


class EventBlock(Document):
    """Where a table holds a reference event."""

    at: Dates = Field(
        default=(),
        description="The column with the date; of several, the first that is filled, or with `{latest: […]}` the latest. A date whose "
        "parts stand in columns of their own is `{year: …, month: …, day: …}`. "
        "Left out where the table has none: then `open_if` "
        "says which rows are in force, and a row that leaves the source ends what it held open.",
        examples=["ended_on", {"latest": ["last_order_on", "last_login_on"]}, {"year": "exp_year", "month": "exp_month", "day": "last"}],
    )
    open_if: Condition | None = Field(
        default=None, description="SQL condition, asked first: the clock has not started.", examples=["status = 'active'"]
    )
    when: Condition | None = Field(
        default=None, description="SQL condition: whether the row carries the event at all.", examples=["kind = 'sick'"]
    )

    fallback: ColumnNames | None = Field(
        default=None,
        description="The column with the day on which the row ended for all one knows, such as its last change of status: where the date "
        "is missing, the ceiling is counted from it and not from the night that first saw so. It stays undetermined.",
        examples=["status_changed_on"],
    )
    continued_by: Continued | None = Field(
        default=None,
        description="The link by which a row names its successor. What is continued without a gap ends when the last of its chain does.",
        examples=[{"link": "renewed_by", "begins": "start_date"}],
    )
    continues: Continued | None = Field(
        default=None,
        description="The same, where the successor names the row that it continues.",
        examples=[{"link": "previous_id", "begins": "start_date"}],
    )

    @model_validator(mode="after")
    def _continued_one_way(self) -> Self:
        if self.continued_by and self.continues:
            raise ValueError("either a row names its successor (`continued_by`), or the successor the row (`continues`)")
        if self.fallback and (self.continued_by or self.continues):
            raise ValueError("what another row continues ends with that, and has no `fallback` of its own")
        return self

    @model_validator(mode="after")
    def _dated_or_open(self) -> Self:
        if not self.at and not self.open_if:
            raise ValueError("an event says where its date stands (`at`), or which rows are in force (`open_if`)")
        return self


def _short_event(value: object) -> object:
    return {"at": value} if isinstance(value, str | list) else value


def _short_entity(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


EntityOf = Annotated[EntityOfBlock, BeforeValidator(_short_entity, json_schema_input_type=ColumnName | EntityOfBlock)]
Event = Annotated[EventBlock, BeforeValidator(_short_event, json_schema_input_type=ColumnName | list[ColumnName] | EventBlock)]

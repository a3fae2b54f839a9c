"""Where consents and objections are recorded, and how a person's records find them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import (
    BeforeValidator,
    Field,
    StringConstraints,
    model_validator,
)

from privacy_pipelines.policy.documents.terms import (
    COLUMN_PATH_PATTERN,
    ColumnName,
    ColumnNames,
    Condition,
    Document,
    PeriodText,
    TableName,
    Values,
    listed,
)

ColumnPath = Annotated[str, StringConstraints(pattern=COLUMN_PATH_PATTERN)]
"""`table.column` of the same source, or `source.table.column`."""
ColumnPaths = Annotated[tuple[ColumnPath, ...], BeforeValidator(listed, json_schema_input_type=ColumnPath | list[ColumnPath])]


class ConsentBlock(Document):
    """Where a consent is recorded, and how a person's records find it."""

    table: TableName = Field(description="The table that records it.", examples=["consents"])
    match: dict[ColumnName, ColumnPaths] = Field(
        description="One column of that table → the `table.column` that holds the same value.",
        min_length=1,
        max_length=1,
        json_schema_extra={"examples": [{"email": ["contacts.email"]}]},
    )
    status: ColumnName = Field(description="The column with the consent's status.", examples=["status"])
    valid: Values = Field(description="The statuses that are a valid consent (DPV).", examples=[["Given"]], min_length=1)
    from_: ColumnNames = Field(alias="from", description="When it was given; of several columns, the first filled.", examples=["given_at"])
    until: ColumnName | None = Field(default=None, description="When it was withdrawn or ended.", examples=["withdrawn_at"])
    valid_for: PeriodText | None = Field(default=None, description="A consent not renewed for this long has ended.", examples=["P24M"])
    when: Condition | None = Field(
        default=None, description="SQL condition: which rows of the table are this consent.", examples=["purpose = 'newsletter'"]
    )


class ObjectionBlock(Document):
    """Where an objection is recorded, and how a person's records find it."""

    table: TableName = Field(description="The table that records it.", examples=["objections"])
    match: dict[ColumnName, ColumnPaths] = Field(
        description="One column of that table → the `table.column` that holds the same value.",
        examples=[{"email": ["contacts.email"]}],
        min_length=1,
        max_length=1,
    )
    status: ColumnName | None = Field(
        default=None, description="The column with its status. Left out: every row is an objection.", examples=["status"]
    )
    valid: Values | None = Field(default=None, description="The statuses in which it stands.", examples=[["Objected"]], min_length=1)
    from_: ColumnNames | None = Field(
        default=None,
        alias="from",
        description="When it was made; of several columns, the first filled. Left out, empty or yet to come: the night it was first seen.",
        examples=["objected_on"],
    )
    until: ColumnName | None = Field(default=None, description="When the person took it back.", examples=["lifted_on"])
    when: Condition | None = Field(
        default=None, description="SQL condition: which rows of the table are this objection.", examples=["channel = 'marketing'"]
    )

    @model_validator(mode="after")
    def _status_and_its_values(self) -> Self:
        if (self.status is None) != (self.valid is None):
            raise ValueError("`status` and `valid` belong together")
        return self

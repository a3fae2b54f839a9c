"""Whom a table's rows are about, and which rows of other tables they name."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from privacy_pipelines.policy.documents.terms import ColumnName, Condition, Document, Name, TableName, Words
from privacy_pipelines.policy.model import WhenTargetEnds

ONLY = ""
"""The value of a link's kind where it points to one table: none."""


class SubjectBlock(Document):
    """A kind of person that the rows of a table are."""

    kind: Name = Field(description="The kind of person, as purposes and reports name it.", examples=["customer"])
    when: Condition | None = Field(
        default=None,
        description="SQL condition: which rows are such a person. Left out: every row.",
        examples=["contact_type = 'Individual'"],
    )
    otherwise: Literal["legal_person"] | None = Field(
        default=None,
        description="What a row is that meets no `when`: about a legal person, so that nothing in it is personal. Left out: it has no "
        "ground to be stored, and is refused.",
        examples=["legal_person"],
    )


def _subjects(value: object) -> object:
    return tuple({"kind": one} if isinstance(one, str) else one for one in (value if isinstance(value, list) else [value]))


def _short_subjects(subjects: tuple[SubjectBlock, ...]) -> object:
    if len(subjects) == 1 and subjects[0] == SubjectBlock(kind=subjects[0].kind):
        return subjects[0].kind
    return [one.model_dump(mode="json", exclude_none=True) for one in subjects]


Subjects = Annotated[
    tuple[SubjectBlock, ...],
    BeforeValidator(_subjects, json_schema_input_type=Name | SubjectBlock | list[SubjectBlock]),
    Field(min_length=1),
    PlainSerializer(_short_subjects),
]
"""One kind of person, or several."""


def _targets(value: object) -> object:
    return value if isinstance(value, dict) else {ONLY: value}


def _short_targets(targets: dict[str, str]) -> object:
    return targets[ONLY] if set(targets) == {ONLY} else targets


Targets = Annotated[
    dict[str, TableName],
    BeforeValidator(_targets, json_schema_input_type=TableName | dict[Words, TableName]),
    Field(min_length=1),
    PlainSerializer(_short_targets),
]
"""One table, or a table for each value of the column that says which."""


class LinkBlock(Document):
    """Columns that name a row of another table."""

    to: Targets = Field(
        description="The table it points to, with its source if that is another one; with `kind`, a table for each of its values.",
        examples=["accounts", {"Account": "accounts", "Contact": "contacts"}],
    )
    column: ColumnName | None = Field(
        default=None, description="The column it points to. Default that table's key.", examples=["account_number"]
    )
    columns: dict[ColumnName, ColumnName] | None = Field(
        default=None,
        description="Column here → column there, where several together name the row; the link then has a name of its own.",
        examples=[{"order_id": "order_id", "line_no": "line_no"}],
        min_length=1,
    )
    kind: ColumnName | None = Field(default=None, description="The column that says which table is meant.", examples=["parent_type"])
    optional: bool | None = Field(
        default=None, description="true: a row that names none is no finding; there need not be one.", examples=[True]
    )
    about: Literal[False] | None = Field(
        default=None,
        description="false: a reference and no more. The row that it names does not say whom this row is about, so no data subject, event, "
        "consent or objection is found over it, in either direction.",
        examples=[False],
    )
    when_target_ends: WhenTargetEnds | None = Field(
        default=None,
        description="What becomes of the link when the row that it names is erased. clear: it is emptied. keep_key: the bare key stays. "
        "end_too: this row ends with it. Default: a duty's or a claim's row keeps the bare key, others clear it.",
        examples=["end_too"],
    )

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> Self:
        if self.columns and self.column:
            raise ValueError("a link has a `column` or `columns`, not both")
        if (self.kind is None) != (ONLY in self.to):
            raise ValueError("`kind` names the column whose values `to` lists, for example {kind: parent_type, to: {Account: accounts}}")
        if self.kind and self.columns:
            raise ValueError("a link with a `kind` names rows by one column")
        return self


def _short_link(value: object) -> object:
    return {"to": value} if isinstance(value, str) else value


Link = Annotated[LinkBlock, BeforeValidator(_short_link, json_schema_input_type=TableName | LinkBlock)]


class MergedBlock(Document):
    """Where the source says which records were merged into others."""

    table: TableName | None = Field(
        default=None, description="The table of merges or aliases. Left out: a column of this table says it.", examples=["contact_merges"]
    )
    name: ColumnName | None = Field(
        default=None, description="With a table: its column with the key that was given up.", examples=["old_id"]
    )
    into: ColumnName = Field(description="The column with the key of the record that stays.", examples=["master_id"])

    @model_validator(mode="after")
    def _name_with_table(self) -> Self:
        if (self.table is None) != (self.name is None):
            raise ValueError("a table of merges has a `name` for the key that was given up; a column of the table itself has none")
        return self


def _short_merged(value: object) -> object:
    return {"into": value} if isinstance(value, str) else value


Merged = Annotated[MergedBlock, BeforeValidator(_short_merged, json_schema_input_type=ColumnName | MergedBlock)]


class StepBlock(Document):
    """One step of an event's path."""

    table: TableName = Field(description="The table that the step leads to.", examples=["orders"])
    link: ColumnName | None = Field(
        default=None, description="The link that it takes, where two lead there: its column, or its name.", examples=["customer_id"]
    )


def _steps(value: object) -> object:
    return tuple({"table": one} if isinstance(one, str) else one for one in (value if isinstance(value, list) else [value]))


def _short_steps(steps: tuple[StepBlock, ...]) -> object:
    return [{"table": step.table, "link": step.link} if step.link else step.table for step in steps]


Steps = Annotated[
    tuple[StepBlock, ...],
    BeforeValidator(_steps, json_schema_input_type=TableName | list[TableName | StepBlock]),
    Field(min_length=1),
    PlainSerializer(_short_steps),
]
"""The tables of a path, in their order."""

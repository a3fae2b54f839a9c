"""How an extract arrives: its place, its format and its dialect."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from privacy_pipelines.policy.documents.terms import (
    RELATION_PATTERN,
    ColumnName,
    Document,
    PeriodText,
    Values,
    Variable,
    Words,
    in_order,
    listed,
)
from privacy_pipelines.policy.model import Compression, ExtractFormat, LineEnd, Ragged, RepeatedHeader

RelationName = Annotated[str, StringConstraints(pattern=RELATION_PATTERN, max_length=127)]
OneCharacter = Annotated[str, StringConstraints(min_length=1, max_length=1)]
Delimiter = Annotated[str, StringConstraints(min_length=1, max_length=4)]
LineCount = Annotated[int, Field(ge=0, le=1000)]


def _header_rows(value: object) -> object:
    if isinstance(value, bool) or (isinstance(value, int) and 1 <= value <= 100):
        return value
    raise ValueError("is true, false, or how many rows are header, up to 100")


def _quote(value: object) -> object:
    if isinstance(value, str) and (len(value) == 1 or value == "none"):
        return value
    raise ValueError("is one character, or none")


def _in_the_extract(value: object) -> object:
    if isinstance(value, str) and 0 < len(value) <= 1000:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 100_000:
        return value
    raise ValueError("is the column's name in the extract, or its position from 1")


def _pattern(value: str) -> str:
    try:
        found = re.compile(value)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error.msg}") from None
    if found.match(""):
        raise ValueError("is met by every line, for it is met by an empty one")
    return value


LinePattern = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_pattern)]
HeaderRows = Annotated[bool | int, PlainValidator(_header_rows, json_schema_input_type=bool | Annotated[int, Field(ge=1, le=100)])]
Quote = Annotated[str, PlainValidator(_quote, json_schema_input_type=OneCharacter | Literal["none"])]
HeaderName = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
"""A column's name as an extract has it: blanks, case and signs count."""
InTheExtract = Annotated[
    str | int, PlainValidator(_in_the_extract, json_schema_input_type=HeaderName | Annotated[int, Field(ge=1, le=100_000)])
]
HeaderNames = Annotated[tuple[HeaderName, ...], BeforeValidator(listed, json_schema_input_type=HeaderName | list[HeaderName])]
Tokens = Annotated[
    tuple[Annotated[str, StringConstraints(max_length=100)], ...],
    BeforeValidator(listed, json_schema_input_type=str | list[str]),
    AfterValidator(in_order),
]
Encoding = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class DeletesBlock(Document):
    """How an increment marks a row that was deleted at the source. The column need not be a field: it is read, and not kept."""

    column: ColumnName = Field(description="The column with the marker.", examples=["op"])
    values: Values = Field(description="The values that say deleted.", examples=[["D"]], min_length=1)


NO_MARKER = DeletesBlock.model_construct(column="", values=())
"""`deletes: none`."""


def _marker(value: object, block: ValidatorFunctionWrapHandler) -> DeletesBlock:
    if isinstance(value, str) and value != "none":
        raise ValueError("is either none, or for example {column: op, values: [D]}")
    found: DeletesBlock = NO_MARKER if value == "none" else block(value)
    return found


def _said_marker(block: DeletesBlock) -> object:
    return "none" if block == NO_MARKER else {"column": block.column, "values": list(block.values)}


Marker = Annotated[
    DeletesBlock, WrapValidator(_marker, json_schema_input_type=Literal["none"] | DeletesBlock), PlainSerializer(_said_marker)
]


class ExtractBlock(Document):
    """How an extract arrives. A source says it for all its tables; a table may say some of it otherwise."""

    path: Words | None = Field(
        default=None,
        description="File name below the drop folder, with {day} (ISO) and usually {table}. Default for a database {table}-{day}.parquet.",
        examples=["crm/{table}-{day}.csv"],
    )
    format: ExtractFormat | None = Field(
        default=None,
        description="File format; database: the table is fetched into the drop folder each night. Default csv.",
        examples=["jsonl"],
    )
    compression: Compression | None = Field(
        default=None, description="Of csv and jsonl, only where the file's ending (.gz, .zst) does not say it.", examples=["gzip"]
    )
    sheet: Words | None = Field(default=None, description="The sheet of an Excel file. Default its only one.", examples=["Contacts"])
    connection: Variable | None = Field(
        default=None,
        description="The environment variable with a database's address. The address itself never stands in a policy.",
        examples=["CRM_DATABASE"],
    )
    relation: RelationName | None = Field(
        default=None,
        description="The table or view of a database, with its schema if need be. Default the table's name.",
        examples=["crm.contacts"],
    )
    mode: Literal["snapshot", "increment"] | None = Field(
        default=None,
        description="snapshot: every row, each time. increment: new and changed rows only. Default snapshot.",
        examples=["increment"],
    )
    deletes: Marker | None = Field(
        default=None,
        description="Which marker an increment uses for deleted rows; none: it tells of none.",
        examples=[{"column": "op", "values": ["D"]}],
    )
    delimiter: Delimiter | None = Field(default=None, description="Between fields, one to four characters. Default comma.", examples=[";"])
    quote: Quote | None = Field(
        default=None, description='Around fields; none: a quote is a letter like any other. Default ".', examples=["'"]
    )
    escape: OneCharacter | None = Field(
        default=None,
        description="Before a quote, delimiter or line end that is meant as text. Default none: a quote inside quotes is doubled.",
        examples=["\\"],
    )
    header: HeaderRows | None = Field(
        default=None,
        description="Whether the first row names the columns: true, false, or how many rows are header, of which the last names them. "
        "Default true.",
        examples=[False],
    )
    columns: HeaderNames | None = Field(
        default=None,
        description="The columns' names in their order, for a file whose header does not name them: header false, or several rows.",
        examples=[["id", "name", "ends_on"]],
    )
    skip_before: LineCount | None = Field(default=None, description="Lines before the header that are no part of the table.", examples=[3])
    skip_after: LineCount | None = Field(default=None, description="Lines at the end that are no part of the table.", examples=[1])
    preamble: LinePattern | None = Field(
        default=None,
        description="Regular expression: how each line before the header begins, where their number varies. Blank lines among them count.",
        examples=["Report|Period:"],
    )
    footer: LinePattern | None = Field(
        default=None,
        description="Regular expression: how each line of a footer begins. Only a file's last lines are one; blank lines among them count.",
        examples=["Total;|-- "],
    )
    comment: Delimiter | None = Field(default=None, description="A line that begins so is no row.", examples=["#"])
    line_end: LineEnd | None = Field(
        default=None, description="The only line end, where others stand inside fields. Default any of lf, crlf, cr.", examples=["crlf"]
    )
    ragged: Ragged | None = Field(
        default=None,
        description="A row with fewer or more fields than the header: refuse the file, quarantine the row, or pad it with empty fields "
        "(and leave out surplus ones that are empty). Default quarantine.",
        examples=["pad"],
    )
    repeated_header: RepeatedHeader | None = Field(
        default=None, description="A row that repeats the header: quarantine it, or skip it. Default quarantine.", examples=["skip"]
    )
    null_values: Tokens | None = Field(
        default=None, description="Texts that say that a field is empty, beside the empty text itself.", examples=[["NULL", "N/A"]]
    )
    trim: bool | None = Field(default=None, description="Whether blanks around values are no part of them. Default false.", examples=[True])
    encoding: Encoding | None = Field(
        default=None, description="Any encoding that Python knows by name. Default utf-8.", examples=["cp1252", "utf-16"]
    )
    decimal: Literal[".", ","] | None = Field(default=None, description="Decimal sign. Default point.", examples=[","])
    thousands: OneCharacter | None = Field(
        default=None,
        description="Sign between groups of three digits, where numbers have one; a space is also a narrow one.",
        examples=[" "],
    )
    keep: PeriodText | None = Field(default=None, description="How long the landed file is kept.", examples=["P7D"])
    freshness: PeriodText | None = Field(
        default=None, description="The newest file may be at most this old to be tonight's.", examples=["P2D"]
    )

"""`policies/sources/*.yaml`: what a system sends us, and which field serves which purpose. One file, one source."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from privacy_pipelines.policy.documents.company import Zone
from privacy_pipelines.policy.documents.fiscal import EntityOfBlock
from privacy_pipelines.policy.documents.relations import Link, Steps, Subjects
from privacy_pipelines.policy.documents.terms import (
    COLUMN_PATH_PATTERN,
    RELATION_PATTERN,
    Categories,
    Category,
    ColumnName,
    ColumnNames,
    Condition,
    Document,
    Name,
    Names,
    PeriodText,
    TableName,
    Values,
    Variable,
    Words,
    in_order,
    listed,
    without_repeats,
)
from privacy_pipelines.policy.model import ColumnType, Compression, ExtractFormat, LineEnd, Ragged, RepeatedHeader, Scope

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
ColumnPath = Annotated[str, StringConstraints(pattern=COLUMN_PATH_PATTERN)]
"""`table.column` of the same source, or `source.table.column`."""
ColumnPaths = Annotated[tuple[ColumnPath, ...], BeforeValidator(listed, json_schema_input_type=ColumnPath | list[ColumnPath])]


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
    scale: Annotated[int, Field(ge=1, le=18)] | None = Field(
        default=None, description="Digits after the decimal sign of a decimal; a number with more is quarantined. Default 4.", examples=[9]
    )


class Latest(tuple[str, ...]):
    """Columns of which the latest date counts."""


class LatestBlock(Document):
    """Several columns of which the latest date counts. One of them that stands for an unknown date makes it unknown."""

    latest: ColumnNames = Field(description="The columns.", examples=[["last_order_on", "last_login_on"]])


def _dates(value: object, columns: ValidatorFunctionWrapHandler) -> tuple[str, ...]:
    if isinstance(value, dict) and set(value) != {"latest"}:
        raise ValueError("is a column, a list of them, or {latest: [a, b]}")
    found: tuple[str, ...] = columns(listed(value["latest"] if isinstance(value, dict) else value))
    return Latest(found) if isinstance(value, dict) else found


def _said_dates(columns: tuple[str, ...]) -> object:
    return {"latest": list(columns)} if isinstance(columns, Latest) else list(columns)


Dates = Annotated[
    tuple[ColumnName, ...],
    AfterValidator(without_repeats),
    WrapValidator(_dates, json_schema_input_type=ColumnName | list[ColumnName] | LatestBlock),
    PlainSerializer(_said_dates),
]


class EventBlock(Document):
    """Where a table holds a reference event."""

    at: Dates = Field(
        default=(),
        description="The column with the date; of several, the first that is filled, or with `{latest: […]}` the latest. "
        "Left out where the table has none: then `open_if` "
        "says which rows are in force, and a row that leaves the source ends what it held open.",
        examples=["ended_on", {"latest": ["last_order_on", "last_login_on"]}],
    )
    open_if: Condition | None = Field(
        default=None, description="SQL condition, asked first: the clock has not started.", examples=["status = 'active'"]
    )
    when: Condition | None = Field(
        default=None, description="SQL condition: whether the row carries the event at all.", examples=["kind = 'sick'"]
    )

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


class NotReadColumns(Document):
    """Columns of a table that stay outside on purpose."""

    columns: HeaderNames = Field(description="The columns, as the header names them.", examples=[["fax", "telex"]], min_length=1)
    reason: Words = Field(description="Why nobody needs them.", examples=["No purpose needs them"])


class NotReadTables(Document):
    """Tables of a source that stay outside on purpose."""

    tables: Names = Field(description="The tables, as the path of their extracts names them.", examples=[["audit_log"]], min_length=1)
    reason: Words = Field(description="Why nobody needs them.", examples=["Only the system itself reads it"])


def _one_or_more(value: object) -> object:
    return tuple(value) if isinstance(value, list) else (value,)


OutsideColumns = Annotated[
    tuple[NotReadColumns, ...], BeforeValidator(_one_or_more, json_schema_input_type=NotReadColumns | list[NotReadColumns])
]
OutsideTables = Annotated[
    tuple[NotReadTables, ...], BeforeValidator(_one_or_more, json_schema_input_type=NotReadTables | list[NotReadTables])
]


class TableBlock(Document):
    """A declared table."""

    key: ColumnNames = Field(description="The column or columns that identify a row.", examples=["row_id"])
    subject: Subjects | None = Field(
        default=None,
        description="The kind of person each row is, or the kinds of which it may be one; left out where a row is no person.",
        examples=["customer", {"kind": "customer", "when": "contact_type = 'Individual'", "otherwise": "legal_person"}],
    )
    entity: EntityOf | None = Field(
        default=None,
        description="The column that names the legal entity of a row, or `{always: acme}`; its fiscal years count for the row's events.",
        examples=["company_code"],
    )
    extract: ExtractBlock = Field(
        default=ExtractBlock(),
        description="Where this table's extract differs from the source's.",
        examples=[{"mode": "increment", "deletes": "none"}],
    )
    links: dict[ColumnName, Link] = Field(
        default={},
        description="Column → the table whose row it names. A link over several columns has a name of its own.",
        examples=[{"account_id": "accounts"}],
    )
    fields: dict[ColumnName, FieldBlock] = Field(
        description="Every field that may enter.",
        min_length=1,
        json_schema_extra={"examples": [{"account_id": {"category": "system.operations"}}]},
    )
    events: dict[Name, Event] = Field(
        default={},
        description="Event → where its date stands.",
        examples=[{"contract_end": {"at": ["cancelled_on", "end_date"], "open_if": "status = 'active'"}}],
    )
    not_read: (
        Annotated[tuple[NotReadColumns, ...], BeforeValidator(_one_or_more, json_schema_input_type=NotReadColumns | list[NotReadColumns])]
        | None
    ) = Field(
        default=None,
        description="Columns that are deliberately left outside, and why: no finding names them.",
        examples=[{"columns": ["fax", "telex"], "reason": "No purpose needs them"}],
    )
    scopes: dict[Name, Scope] = Field(
        default={},
        description="Purpose → record or subject, where this table differs from the purpose.",
        examples=[{"payroll_bookkeeping": "subject"}],
    )
    events_via: dict[Name, Steps] = Field(
        default={},
        description="Event or consent → the tables its path takes from here, its own last; needed where two paths are equally short. "
        "Where two links lead to one table, `{table: orders, link: customer_id}` says which.",
        examples=[{"contract_end": ["accounts", "contracts"]}],
    )


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


class SourceDocument(Document):
    """A system that sends extracts."""

    source: Name = Field(description="The source's name.", examples=["crm"])
    owner: Words = Field(description="Who answers for the source.", examples=["Sales operations"])
    extract: ExtractBlock = Field(
        default=ExtractBlock(),
        description="How its extracts arrive.",
        examples=[{"path": "crm/{table}-{day}.csv", "keep": "P7D", "freshness": "P2D"}],
    )
    tables: dict[Name, TableBlock] = Field(
        description="Every table that may enter.",
        min_length=1,
        json_schema_extra={"examples": [{"accounts": {"key": "account_id", "fields": {"account_id": {"category": "system.operations"}}}}]},
    )
    not_read: (
        Annotated[tuple[NotReadTables, ...], BeforeValidator(_one_or_more, json_schema_input_type=NotReadTables | list[NotReadTables])]
        | None
    ) = Field(
        default=None,
        description="Tables that are deliberately left outside, and why: no finding names their files.",
        examples=[{"tables": ["audit_log"], "reason": "Only the system itself reads it"}],
    )
    consents: dict[Name, ConsentBlock] = Field(
        default={},
        description="The consents that this source records.",
        examples=[
            {
                "newsletter": {
                    "table": "consents",
                    "match": {"email": ["contacts.email"]},
                    "status": "status",
                    "valid": ["Given"],
                    "from": "given_at",
                }
            }
        ],
    )
    objections: dict[Name, ObjectionBlock] | None = Field(
        default=None,
        description="The objections that this source records.",
        examples=[{"marketing": {"table": "objections", "match": {"email": ["contacts.email"]}, "from": "objected_on"}}],
    )

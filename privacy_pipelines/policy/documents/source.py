"""`policies/sources/*.yaml`: what a system sends us, and which field serves which purpose. One file, one source."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    BeforeValidator,
    Field,
)

from privacy_pipelines.policy.documents.extract import ExtractBlock, HeaderNames
from privacy_pipelines.policy.documents.fields import EntityOf, Event, FieldBlock
from privacy_pipelines.policy.documents.registers import ConsentBlock, ObjectionBlock
from privacy_pipelines.policy.documents.relations import Link, Merged, Steps, Subjects
from privacy_pipelines.policy.documents.terms import (
    ColumnName,
    ColumnNames,
    Document,
    KeyNames,
    Name,
    Names,
    Translations,
    Words,
)
from privacy_pipelines.policy.model import Scope


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

    key: KeyNames = Field(
        description="The column or columns that identify a row. `[]`: none does, so a row is what it holds, and of rows that are alike the "
        "first, the second and so on.",
        examples=["row_id", []],
    )
    subject: Subjects | None = Field(
        default=None,
        description="The kind of person each row is, or the kinds of which it may be one; left out where a row is no person.",
        examples=["customer", {"kind": "customer", "when": "contact_type = 'Individual'", "otherwise": "legal_person"}],
    )
    origin: Translations | None = Field(
        default=None,
        description="From whom the data comes where the person did not provide it (GDPR Art. 14(2)(f)). Left out: from the person.",
        examples=[{"en": "Your relative, our employee, named you as an emergency contact"}],
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
    merged_into: Merged | None = Field(
        default=None,
        description="The column with the key of the record that this one was merged into; or the table that says it. A merged record, and "
        "what is linked to it, belongs to the one that stays and ends with it.",
        examples=["master_id", {"table": "contact_merges", "name": "old_id", "into": "new_id"}],
    )
    collected: ColumnNames | None = Field(
        default=None,
        description="The column with the day on which a row was collected from the person; of several, the first that is filled. The "
        "notice of that day counts where a purpose has earlier versions. Left out, or empty: the night that first saw the row.",
        examples=["created_on"],
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

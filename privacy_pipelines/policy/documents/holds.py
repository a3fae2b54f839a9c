"""`policies/holds.yaml`: class-wide deletion suspensions. A hold on one person is never written in a file."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from privacy_pipelines.policy.documents.terms import Day, Document, Name, TableNames, Words, listed


class HoldBlock(Document):
    """Everything in `tables` stays for as long as the hold stands, and nobody uses it for anything else."""

    hold: Name = Field(description="The hold's name.", examples=["dispute_2026"])
    ground: Words = Field(description="Why: the dispute, audit or order.", examples=["Pending dispute"])
    owner: Words = Field(description="Who answers for the hold.", examples=["Legal"])
    review_by: Day = Field(description="The day by which the owner decides whether it is still needed.", examples=["2027-01-01"])
    tables: TableNames = Field(description="The tables it covers, each `source.table`.", examples=[["crm.contracts"]])
    effective_from: Day = Field(description="The first day of the hold.", examples=["2026-01-01"])


class HoldsDocument(Document):
    """Every class-wide hold."""

    holds: Annotated[tuple[HoldBlock, ...], BeforeValidator(listed, json_schema_input_type=list[HoldBlock])] = Field(
        description="The holds in force; an empty list where there is none.", examples=[[]]
    )

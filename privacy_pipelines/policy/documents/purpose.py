"""`policies/purposes/*.yaml`: why data is kept, and when that ends. One file, one purpose."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from privacy_pipelines.policy.documents.company import CeilingBlock
from privacy_pipelines.policy.documents.terms import (
    ART9_PATTERN,
    DataUse,
    Day,
    Document,
    Name,
    Names,
    PeriodText,
    TableNames,
    Translations,
    Words,
    listed,
    without_repeats,
)
from privacy_pipelines.policy.model import Nature, Offset, OnObjection, Scope
from privacy_pipelines.values import Period

LegalBasis = Literal[
    "eu-gdpr:A6-1-a",
    "eu-gdpr:A6-1-b",
    "eu-gdpr:A6-1-b-enter-into-contract",
    "eu-gdpr:A6-1-c",
    "eu-gdpr:A6-1-d",
    "eu-gdpr:A6-1-e",
    "eu-gdpr:A6-1-f",
]
Art9Ground = Annotated[str, StringConstraints(pattern=ART9_PATTERN)]
Offsets = Annotated[
    tuple[Offset, ...], BeforeValidator(listed, json_schema_input_type=Offset | list[Offset]), AfterValidator(without_repeats)
]
Order = Literal["offset_then_period", "period_then_offset"]


class StartingPointBlock(Document):
    """What starts the clock: an event, or the end of a consent."""

    event: Name | None = Field(default=None, description="The reference event, as a table's `events` names it.", examples=["contract_end"])
    of: Scope | None = Field(
        default=None, description="record: this row's own event. subject: the latest over everything of the person.", examples=["subject"]
    )
    offset: Offsets = Field(
        default=(),
        description="Rounds the date to the end of the month or year it lies in; a list is a chain.",
        examples=[["end_of_fiscal_year", "end_of_calendar_year"]],
    )
    order: Order | None = Field(
        default=None,
        description="Which is applied first, offset or period (LAW §2.3 C3). Default offset_then_period.",
        examples=["period_then_offset"],
    )
    consent: Names = Field(
        default=(), description="The consent or consents at whose end the clock starts, instead of an event.", examples=[["newsletter"]]
    )

    @model_validator(mode="after")
    def _event_or_consent(self) -> Self:
        if bool(self.event) == bool(self.consent):
            raise ValueError("a starting point is either an event or a consent")
        if self.consent and (self.of or self.offset or self.order):
            raise ValueError("a consent's end is a day of its own: of, offset and order belong to events")
        if self.event and not self.of:
            raise ValueError("say with `of` whether the event is the record's own or the subject's latest")
        if self.order and not self.offset:
            raise ValueError("`order` without an `offset` orders nothing")
        return self


class EndedByBlock(Document):
    """An event that ends the purpose before its own clock does."""

    event: Name = Field(description="The event.", examples=["contact_left"])
    period: PeriodText = Field(description="How long after the event the purpose still lives.", examples=["P0D"])
    execution_window: PeriodText | None = Field(
        default=None, description="Erased within this time after. Not given: the purpose's own.", examples=["P30D"]
    )


class PublishBlock(Document):
    """How the purpose's living cells are published for whoever works for it (GDPR Art. 5(1)(b))."""

    format: Literal["parquet", "csv"] = Field(
        default="parquet", description="What the files are written as; CSV in UTF-8, with a header and commas.", examples=["csv"]
    )
    tables: TableNames | None = Field(
        default=None,
        description="Only these tables. Left out: every table with a field that serves the purpose.",
        examples=[["crm.contacts"]],
    )


class EarlierBlock(Document):
    """What the rule said before: in force from its own first day until the day before the next version's."""

    period: PeriodText = Field(description="How long the data was kept from the starting point, ISO 8601.", examples=["P24M"])
    effective_from: Day = Field(description="The first day on which this version was in force.", examples=["2024-01-01"])
    approved_by: Words = Field(description="Who signed this version.", examples=["dpo"])
    source: Words | None = Field(
        default=None, description="Where this version came from. Left out: where the rule comes from.", examples=["Founding policy"]
    )
    offset: Offsets | None = Field(
        default=None, description="Its offset; `[]` for none. Left out: the same as today.", examples=[["end_of_calendar_year"]]
    )
    order: Order | None = Field(default=None, description="Its order. Left out: the same as today.", examples=["period_then_offset"])
    roll: Literal["none", "next_weekday"] | None = Field(
        default=None, description="Its roll. Left out: the same as today.", examples=["next_weekday"]
    )


class PurposeDocument(Document):
    """A declared purpose and the deletion rule that ends it (GDPR Art. 5(1)(b) and (e))."""

    purpose: Name = Field(description="The name that a field's `serves` uses.", examples=["newsletter"])
    enabled: bool = Field(default=True, description="false: declared but not in use; no field may serve it.", examples=[False])
    title: Translations = Field(description="What the purpose is called, per language.", examples=[{"en": "Send the newsletter"}])
    reason: Translations = Field(description="The sentence that the privacy notice prints, per language.", examples=[{"en": "You asked."}])
    legitimate_interest: Translations | None = Field(
        default=None,
        description="The interest that is pursued, where the basis is Art. 6(1)(f): the notice names it (GDPR Art. 13(1)(d)).",
        examples=[{"en": "To know whom at a customer we work with"}],
    )
    without: Translations | None = Field(
        default=None,
        description="What follows where somebody does not provide the data (GDPR Art. 13(2)(e)). Left out: what follows from the basis.",
        examples=[{"en": "Without an address we cannot send it."}],
    )
    data_use: DataUse = Field(description="fideslang data use key, e.g. essential.service.", examples=["essential.service"])
    legal_basis: LegalBasis = Field(description="DPV key of the legal basis (GDPR Art. 6(1)).", examples=["eu-gdpr:A6-1-f"])
    nature: Nature = Field(
        description="duty: a statute demands it. claims: a legal claim may need it (Art. 17(3)(e)). policy: our own choice.",
        examples=["policy"],
    )
    starting_point: StartingPointBlock = Field(description="What starts the clock.", examples=[{"event": "contract_end", "of": "subject"}])
    period: PeriodText = Field(description="How long the data is kept from the starting point, ISO 8601.", examples=["P0D"])
    at_least: PeriodText | None = Field(
        default=None, description="The shortest period that the source of the rule allows; `check` holds `period` to it.", examples=["P7Y"]
    )
    at_most: PeriodText | None = Field(
        default=None, description="The longest period that the source of the rule allows; `check` holds `period` to it.", examples=["P36M"]
    )
    settle: PeriodText = Field(
        default=Period(), description="Grace before collecting, inside the execution window: dates get corrected.", examples=["P14D"]
    )
    execution_window: PeriodText = Field(description="Erased within this time after the last day kept; at least P1D.", examples=["P3M"])
    roll: Literal["none", "next_weekday"] = Field(
        default="none", description="Whether a last day on a weekend or holiday moves to the next weekday.", examples=["next_weekday"]
    )
    restrict_from: None = Field(default=None, description="Not in use yet: null or left out.", examples=[None])
    on_missing_event: CeilingBlock | None = Field(
        default=None, description="The ceiling where the event's date is missing.", examples=[{"restrict": "P12M", "from": "first_seen"}]
    )
    ended_by: Annotated[tuple[EndedByBlock, ...], BeforeValidator(listed, json_schema_input_type=list[EndedByBlock])] = Field(
        default=(),
        description="Events that end the purpose before its own clock does.",
        examples=[[{"event": "contact_left", "period": "P0D", "execution_window": "P30D"}]],
    )
    requires_consent: Name | None = Field(
        default=None, description="This consent must stand; its end ends the purpose.", examples=["newsletter"]
    )
    admitted_by_consent: Name | None = Field(
        default=None, description="This consent must have stood at some time.", examples=["recruitment"]
    )
    subjects: Names | None = Field(
        default=None,
        description="The kinds of data subject it is for. Left out: every kind that its fields belong to.",
        examples=[["customer"]],
    )
    objections: dict[Name, OnObjection] | None = Field(
        default=None,
        description="Objection → what it does to this purpose for the person who made it. end: over the same night, as direct marketing "
        "always is (GDPR Art. 21(3)). restrict: kept, but used for nothing, while it is weighed (Art. 18(1)(d)).",
        examples=[{"marketing": "end"}],
    )
    recipients: Names = Field(
        default=(), description="To whom data is disclosed for this purpose; names from company.yaml.", examples=[["crm_provider"]]
    )
    justification: Words | None = Field(
        default=None,
        description="Why identity numbers are clearly justified (dataskyddslagen 3:10).",
        examples=["Secure identification of an employee"],
    )
    art9_ground: Art9Ground | None = Field(
        default=None, description="DPV key of the exception for special categories (GDPR Art. 9(2)).", examples=["eu-gdpr:A9-2-b"]
    )
    earlier: Annotated[tuple[EarlierBlock, ...], BeforeValidator(listed, json_schema_input_type=list[EarlierBlock])] | None = Field(
        default=None,
        description="Earlier versions of the rule. What was collected under the notice of one keeps its period, unless a newer one is "
        "shorter; a shorter one counts from its own first day, a longer one only for a duty reaches back.",
        examples=[[{"period": "P24M", "effective_from": "2024-01-01", "approved_by": "dpo"}]],
    )
    source: Words = Field(description="The statute, decision or promise that the rule comes from.", examples=["LAW P1"])
    effective_from: Day = Field(
        description="The first day on which the rule is in force; it may lie ahead where there is an earlier version.",
        examples=["2026-01-01"],
    )
    approved_by: Words = Field(description="Who signed the rule.", examples=["dpo"])
    publish: bool | PublishBlock = Field(
        default=False,
        description="true, or how: the night publishes the cells that live for this purpose in a folder of its own, and nothing else.",
        examples=[True],
    )
    review: bool = Field(
        default=False,
        description="true: what ends of it waits until a person has looked and approved (disposition review).",
        examples=[True],
    )

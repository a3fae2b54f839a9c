"""`policies/company.yaml`: what holds for the whole company."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from privacy_pipelines.policy.documents.fiscal import EntityBlock, FiscalYearsField
from privacy_pipelines.policy.documents.notice import NoticeBlock
from privacy_pipelines.policy.documents.terms import (
    Category,
    Country,
    DataUse,
    Day,
    Document,
    Language,
    Name,
    PeriodText,
    Translations,
    Words,
    YearEnd,
    listed,
    without_repeats,
)
from privacy_pipelines.policy.model import MASKED_BY_DEFAULT, Identifier
from privacy_pipelines.values import Period


def known_zone(zone: str) -> str:
    """Raises ValueError for what is not an IANA time zone."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone {zone!r}, expected for example Europe/Stockholm or UTC") from None
    return zone


Zone = Annotated[str, AfterValidator(known_zone)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
Languages = Annotated[
    tuple[Language, ...], BeforeValidator(listed, json_schema_input_type=Language | list[Language]), AfterValidator(without_repeats)
]
Mailboxes = Annotated[tuple[Words, ...], BeforeValidator(listed, json_schema_input_type=Words | list[Words])]
Days = Annotated[tuple[Day, ...], BeforeValidator(listed, json_schema_input_type=Day | list[Day])]


Masks = Annotated[
    tuple[Identifier, ...], BeforeValidator(listed, json_schema_input_type=Identifier | list[Identifier]), AfterValidator(without_repeats)
]

SHARED_MAILBOXES = (
    "abuse", "accounts", "admin", "billing", "booking", "career", "contact", "ekonomi", "faktura", "fakturor", "hello", "hej", "help",
    "helpdesk", "hr", "info", "invoice", "jobb", "jobs", "kontakt", "kontor", "kundservice", "kundtjanst", "leverantor", "mail",
    "marketing", "news", "noreply", "office", "order", "personal", "post", "postmaster", "reception", "registrator", "sales", "service",
    "support", "team", "webmaster",
)  # fmt: skip
"""Mailboxes of a role, not of a person: RFC 2142's, and what Swedish and English offices call theirs."""


class ControllerBlock(Document):
    """The controller (GDPR Art. 4(7)) as the notice and the record of processing name it."""

    name: Words = Field(description="The controller's legal name.", examples=["Exempelkonsult AB"])
    contact: Words = Field(description="Where data subjects write to.", examples=["privacy@exempelkonsult.example"])
    country: Country | None = Field(
        default=None,
        description="ISO 3166 code of the country where it is established; telephone numbers are read by its rules.",
        examples=["SE"],
    )
    dpo: Words = Field(description="The data protection officer's contact (GDPR Art. 37(7)).", examples=["dpo@exempelkonsult.example"])


class PlausibleDates(Document):
    """Dates outside are taken for mistakes, as an unknown date is."""

    earliest: Day = Field(default=date(1930, 1, 1), description="A date before this day is implausible.", examples=["1930-01-01"])
    ahead: PeriodText = Field(
        default=Period.parse("P20Y"), description="A date further than this after the decision day is implausible.", examples=["P20Y"]
    )


class CeilingBlock(Document):
    """How long something undetermined is kept, restricted: always a ceiling, never "keep"."""

    restrict: PeriodText = Field(description="Kept restricted for at most this long.", examples=["P12M"])
    from_: Literal["first_seen"] = Field(alias="from", description="Counted from the night it was first seen so.", examples=["first_seen"])
    execution_window: PeriodText | None = Field(
        default=None, description="Erased within this time after. Not given: P30D, or the purpose's own.", examples=["P30D"]
    )


class GuardsBlock(Document):
    """What one night may lose that yesterday did not foresee; a plan beyond it is withheld."""

    unexpected_share: Share = Field(description="Largest share of a table's cells for one purpose.", examples=[0.001])
    unexpected_count: Count = Field(description="This many always pass, whatever their share.", examples=[20])
    withdrawn_share: Share = Field(default=0.02, description="The same for what ends because a consent was withdrawn.", examples=[0.02])
    withdrawn_count: Count = Field(default=200, description="The same for what ends because a consent was withdrawn.", examples=[200])
    row_drop: Share = Field(description="Largest share of rows that an extract may have lost since the last.", examples=[0.2])
    vanished_share: Share = Field(description="Largest share of keys that may have vanished from a snapshot.", examples=[0.05])
    clock_lead: PeriodText = Field(description="How far the decision day may run ahead of the clock.", examples=["P2D"])
    approvers: int = Field(
        default=1, ge=1, le=5, description="How many different persons must approve what is withheld (2: four eyes).", examples=[2]
    )
    policy_changes: Literal["limit", "withhold"] = Field(
        default="limit",
        description="On the first night of a changed policy: keep to the limits, or withhold all that the policy before did not foresee.",
        examples=["withhold"],
    )


class RecipientBlock(Document):
    """Someone to whom data is disclosed (GDPR Art. 4(9))."""

    title: Translations = Field(description="What the notice calls the recipient, per language.", examples=[{"en": "CRM provider"}])
    country: Country = Field(description="ISO 3166 code of the country where it processes the data.", examples=["SE"])
    safeguard: Translations | None = Field(
        default=None,
        description="What protects data in a country outside the EEA, and where a copy of it is to be had (GDPR Art. 13(1)(f), 46).",
        examples=[{"en": "Adequacy decision of the Commission; the text is on its website"}],
    )


class CategoryBlock(Document):
    """A kind of data that fideslang has no key for."""

    title: Translations = Field(description="What the notice calls it, per language.", examples=[{"en": "Philosophical belief"}])
    special: bool = Field(
        default=False, description="Whether it is a special category (GDPR Art. 9(1)), which asks for a ground.", examples=[True]
    )


class DataUseBlock(Document):
    """A use of data that fideslang has no key for."""

    title: Translations = Field(description="What the register calls it, per language.", examples=[{"en": "Keep our alumni in touch"}])


class CompanyDocument(Document):
    """What holds for the whole company."""

    controller: ControllerBlock = Field(
        description="Who decides over the data.",
        examples=[{"name": "Exempelkonsult AB", "contact": "privacy@exempelkonsult.example", "dpo": "dpo@exempelkonsult.example"}],
    )
    zone: Zone = Field(description="IANA time zone in which the company's days are counted.", examples=["Europe/Stockholm"])
    languages: Languages = Field(
        description="Languages in which every purpose has a title and a reason.", examples=[["sv", "en"]], min_length=1
    )
    fiscal_year_end: FiscalYearsField = Field(
        description='The day on which each fiscal year ends, "MM-DD". Where that changed, a list: each day in the order of time, and the '
        "irregular years between them, of eighteen months at most.",
        examples=["12-31", ["06-30", {"from": "2018-07-01", "to": "2019-12-31"}, "12-31"]],
    )
    entities: dict[Name, EntityBlock] | None = Field(
        default=None,
        description="Legal entities whose fiscal years are their own; a table says with `entity` whose its rows are.",
        examples=[{"acme": {"fiscal_year_end": "04-30"}}],
    )
    vacation_year_end: YearEnd = Field(
        default=(3, 31), description='The day on which each vacation year ends, "MM-DD" (Semesterlagen 3 §).', examples=["03-31"]
    )
    unknown_dates: Days = Field(default=(), description="Dates that stand for an unknown date.", examples=[["9999-12-31", "1900-01-01"]])
    plausible_dates: PlausibleDates = Field(
        default=PlausibleDates(), description="Dates outside count as unknown.", examples=[{"earliest": "1930-01-01", "ahead": "P20Y"}]
    )
    undetermined: CeilingBlock = Field(
        description="The ceiling where no purpose applies.", examples=[{"restrict": "P12M", "from": "first_seen"}]
    )
    guards: GuardsBlock = Field(
        description="What one night may lose that yesterday did not foresee.",
        examples=[{"unexpected_share": 0.001, "unexpected_count": 20, "row_drop": 0.2, "vanished_share": 0.05, "clock_lead": "P2D"}],
    )
    departed_expiry: PeriodText = Field(
        default=Period.parse("P60D"),
        description="How long the keyed hash of what was left behind is remembered after it was last sent.",
        examples=["P60D"],
    )
    backup_tail: PeriodText | None = Field(
        default=None,
        description="How long a backup of the store's volume lasts: until then it may hold what was erased, and certificates say so.",
        examples=["P35D"],
    )
    source_cleanup: PeriodText = Field(
        default=Period.parse("P30D"),
        description="How long a source's owner has to delete what its work list asks for; later is overdue.",
        examples=["P30D"],
    )
    shared_mailboxes: Mailboxes = Field(
        default=SHARED_MAILBOXES,
        description="What stands before the @ of mailboxes that several people read: a consent from there is no person's.",
        examples=[["info", "kontakt"]],
    )
    recipients: dict[Name, RecipientBlock] = Field(
        default={},
        description="Everyone to whom a purpose may disclose data.",
        examples=[{"crm_provider": {"title": {"en": "CRM provider"}, "country": "SE"}}],
    )
    masking: Masks = Field(
        default=MASKED_BY_DEFAULT,
        description="The kinds of identifier that are masked in free text on arrival, where the field does not declare them.",
        examples=[["email", "identity_number", "phone"]],
    )
    notice: NoticeBlock | None = Field(
        default=None,
        description="What the privacy notice, the register and the deletion concept say beyond the rules.",
        examples=[{"events": {"contract_end": {"en": "the end of the agreement"}}}],
    )
    categories: dict[Category, CategoryBlock] | None = Field(
        default=None,
        description="Data categories of the company's own; every other is a key of fideslang.",
        examples=[{"user.belief": {"title": {"en": "Philosophical belief"}, "special": True}}],
    )
    data_uses: dict[DataUse, DataUseBlock] | None = Field(
        default=None,
        description="Data uses of the company's own; every other is a key of fideslang.",
        examples=[{"alumni": {"title": {"en": "Keep our alumni in touch"}}}],
    )

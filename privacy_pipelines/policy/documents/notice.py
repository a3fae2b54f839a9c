"""What the policy's papers say beyond its rules: to whom one complains, how data is secured, and what people call things."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from privacy_pipelines.policy.documents.terms import Category, Document, Name, Translations, Words, listed

Several = Annotated[tuple[Words, ...], BeforeValidator(listed, json_schema_input_type=Words | list[Words])]


class AuthorityBlock(Document):
    """The supervisory authority, to which everybody may complain (GDPR Art. 13(2)(d), 77)."""

    name: Translations = Field(
        description="What it is called, per language.", examples=[{"en": "The Swedish Authority for Privacy Protection"}]
    )
    contact: Words = Field(description="Where one writes to.", examples=["imy@imy.se"])


class NoticeBlock(Document):
    """What the privacy notice, the register and the deletion concept say beyond the rules."""

    address: Words | None = Field(
        default=None, description="The controller's postal address.", examples=["Exempelgatan 1, 111 22 Stockholm"]
    )
    representative: Words | None = Field(
        default=None,
        description="Name and contact of the representative in the Union, where there is one (GDPR Art. 27).",
        examples=["Rep GmbH, Berlin"],
    )
    joint_controllers: Several = Field(
        default=(), description="Name and contact of each joint controller (GDPR Art. 26).", examples=[["Other AB, privacy@other.example"]]
    )
    authority: AuthorityBlock | None = Field(
        default=None,
        description="To whom one may complain (GDPR Art. 13(2)(d)).",
        examples=[{"name": {"en": "The Swedish Authority for Privacy Protection"}, "contact": "imy@imy.se"}],
    )
    automated_decisions: Translations | None = Field(
        default=None,
        description="Automated decisions about people, their logic and what follows (GDPR Art. 13(2)(f)). Left out: none are made.",
        examples=[{"en": "An application is sorted by its date alone; a person decides."}],
    )
    security: Translations | None = Field(
        default=None,
        description="The technical and organisational measures in general (GDPR Art. 30(1)(g)), per language.",
        examples=[{"en": "Encrypted at rest and in transit; access by role."}],
    )
    events: dict[Name, Translations] = Field(
        default={},
        description='Event → what people call it, per language, as in "until …" and "two years after …".',
        examples=[{"contract_end": {"en": "the end of the agreement"}}],
    )
    consents: dict[Name, Translations] = Field(
        default={},
        description='Consent → what it is to, per language, as in "your consent to …".',
        examples=[{"newsletter": {"en": "our newsletter"}}],
    )
    subjects: dict[Name, Translations] = Field(
        default={},
        description="Kind of data subject → what they are called in the plural, per language.",
        examples=[{"customer": {"en": "customers"}}],
    )
    categories: dict[Category, Translations] = Field(
        default={},
        description="Data category → what people call it, per language, where the product's own word does not fit.",
        examples=[{"user.workplace": {"en": "your work"}}],
    )

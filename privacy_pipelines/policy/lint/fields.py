"""Checks of fields: what is collected, and what for."""

from __future__ import annotations

from collections.abc import Iterator

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.lint.context import Context, FieldPlace, unknown
from privacy_pipelines.policy.vocabulary import SPECIAL_CATEGORIES, data_categories, refines

IDENTITY_NUMBERS = "user.government_id"
DATE_TYPES = ("date", "timestamp")


def personal_fields_serve_a_purpose(context: Context) -> Iterator[Problem]:
    """GDPR Art. 5(1)(b), (c): nothing is collected that no declared purpose needs."""
    for field in context.fields:
        if field.personal and not field.block.serves:
            hint = "Name the purposes in `serves`, or leave the field out"
            yield field.problem("serves", f"{field.said} serves no purpose", hint)


def other_fields_serve_none(context: Context) -> Iterator[Problem]:
    """What is not personal data has no purpose to end."""
    for field in context.fields:
        if not field.personal and field.block.serves:
            hint = "If it tells of a person, its category starts with user"
            yield field.problem("serves", f"{field.said} serves a purpose but is no personal data", hint)


def served_purposes_exist(context: Context) -> Iterator[Problem]:
    """Each name in `serves` is a purpose."""
    for field in context.fields:
        for name in field.block.serves:
            if name not in context.purpose_names:
                yield field.problem("serves", *unknown("purpose", name, context.purpose_names))


def served_purposes_are_enabled(context: Context) -> Iterator[Problem]:
    """A purpose that is not in use keeps nothing alive."""
    for field, purpose in context.served():
        if not purpose.enabled:
            yield field.problem("serves", f"{field.said} serves {purpose.purpose!r}, which is not enabled")


def categories_are_known(context: Context) -> Iterator[Problem]:
    """A category is a key of fideslang or of the company's own: a misspelt one would be nothing that the law has a rule for."""
    known = data_categories() | frozenset(context.company.categories or {})
    for field in context.fields:
        for key, names in (("category", (field.block.category,)), ("contains", field.block.contains)):
            for name in names:
                if name not in known and not refines(name, known):
                    what, hint = unknown("category", name, known)
                    yield field.problem(key, what, hint or "Use a key of fideslang, or declare it in company.yaml under `categories`")


def special_categories_have_a_ground(context: Context) -> Iterator[Problem]:
    """GDPR Art. 9(2): each purpose that special categories serve names its exception."""
    own = tuple(name for name, block in (context.company.categories or {}).items() if block.special)
    for field, purpose in context.served():
        if purpose.art9_ground is None and any(_within(category, SPECIAL_CATEGORIES + own) for category in _categories(field)):
            what = f"{field.said} is a special category, but purpose {purpose.purpose!r} has no `art9_ground`"
            yield field.problem("serves", what, "Name the exception of GDPR Art. 9(2), for example eu-gdpr:A9-2-b")


def identity_numbers_are_justified(context: Context) -> Iterator[Problem]:
    """Dataskyddslagen (2018:218) 3 kap. 10 §: identity numbers only where clearly justified."""
    for field, purpose in context.served():
        if purpose.justification is None and any(_within(category, (IDENTITY_NUMBERS,)) for category in _categories(field)):
            what = f"{field.said} is an identity number, but purpose {purpose.purpose!r} has no `justification`"
            yield field.problem("serves", what, "Say why the number is clearly needed for it")


def identity_numbers_say_so(context: Context) -> Iterator[Problem]:
    """A column of personal numbers cannot pass as something else."""
    for field in context.fields:
        if field.block.type == "personal_number" and not _within(field.block.category, (IDENTITY_NUMBERS,)):
            yield field.problem("category", f"{field.said} holds personal numbers", f"Its category starts with {IDENTITY_NUMBERS}")


def free_text_is_text(context: Context) -> Iterator[Problem]:
    """Only text can be searched for what does not belong in it."""
    for field in context.fields:
        if field.block.free_text and field.block.type != "text":
            yield field.problem("free_text", f"{field.said} is {field.block.type}, which cannot be free text")


def only_free_text_contains(context: Context) -> Iterator[Problem]:
    """`contains` says what is not masked in free text; elsewhere nothing is masked."""
    for field in context.fields:
        if field.block.contains and not field.block.free_text:
            yield field.problem("contains", f"{field.said} is not free text, so `contains` says nothing")


def only_text_has_accepted_values(context: Context) -> Iterator[Problem]:
    """Accepted values are compared as text."""
    for field in context.fields:
        if field.block.accepted and (field.block.type != "text" or field.block.free_text):
            yield field.problem("accepted", f"{field.said} is not plain text, so it has no accepted values")


def only_decimals_have_a_scale(context: Context) -> Iterator[Problem]:
    """Nothing else is rounded."""
    for field in context.fields:
        if field.block.scale is not None and field.block.type != "decimal":
            yield field.problem("scale", f"{field.said} is {field.block.type}, and only a decimal has a scale")


def only_timestamps_have_a_zone(context: Context) -> Iterator[Problem]:
    """A date without a time is never shifted (LAW §2.3 C5)."""
    for field in context.fields:
        if field.block.zone is not None and field.block.type != "timestamp":
            yield field.problem("zone", f"{field.said} is {field.block.type}, which has no zone")


def _categories(field: FieldPlace) -> tuple[str, ...]:
    return (field.block.category, *field.block.contains)


def _within(category: str, roots: tuple[str, ...]) -> bool:
    """Whether the category is one of the roots or below it."""
    return any(category == root or category.startswith(f"{root}.") for root in roots)

"""The report's words, in one place: what an action, a reason, a state or a check is called for people. Pure."""

from __future__ import annotations

from privacy_pipelines.observing.points import Number
from privacy_pipelines.policy.model import Purpose, Text
from privacy_pipelines.values import Period

ACTIONS = {
    "erase_row": "whole rows",
    "erase_field": "these fields only",
    "refuse_row": "whole rows",
    "refuse_field": "these fields only",
}

REASONS = {
    "unexpected_erasure": "More would have ended than yesterday's deadlines foresaw, and more than the limit allows. "
    "Nothing of it was erased.",
    "first_load": "This table arrives for the first time. Without leave nothing of it enters the store.",
    "disposition_review": "The purpose asks for a review: what ends of it stays until somebody has looked.",
    "held": "A hold suspends deletion here. Nobody needs to approve anything; the hold ends when its owner releases it.",
}

ADVICE = {
    "unexpected_erasure": "Ask the owner of the source whether so many really ended. If they did, approve exactly this part and the "
    "next night takes it; if they did not, have the extract corrected and leave this as it is.",
    "first_load": "Check that the table's fields, purposes and first numbers are what you expect, then give leave.",
    "disposition_review": "Look at what ends, record by record, and approve this part if nothing of it is still needed. Waiting suspends "
    "nothing: past its last day it is overdue.",
    "held": "See to it that the hold is reviewed in time.",
}

CHECKS = {
    "rows_do_not_add_up": "Tables in which rows before + arrived is not exactly kept + erased + refused",
    "keys_of_rows_left_behind": "Keys of erased or refused rows that still stand in their table",
    "cells_left_behind": "Erased or refused cells that still hold something",
    "rows_that_outlived_what_they_end_with": "Rows that should have ended with the row that they name",
    "links_to_rows_left_behind": "Links that still point to an erased row and should have been cleared",
    "erased_identifiers_in_free_text": "E-mail addresses erased tonight that still stand in somebody's free text",
    "cells_without_a_ground": "Cells that no living purpose, duty or hold keeps, found by deciding again over the new store",
}

BASES = {
    "a": "consent",
    "b": "contract",
    "c": "legal obligation",
    "d": "vital interests",
    "e": "public task",
    "f": "legitimate interests",
}

NATURES = {"policy": "company policy", "claims": "legal claims", "duty": "statutory duty"}

OFFSETS = {
    "end_of_month": "the end of that month",
    "end_of_calendar_year": "the end of that calendar year",
    "end_of_fiscal_year": "the end of that fiscal year",
    "end_of_vacation_year": "the end of that vacation year",
}


def called(words: dict[str, str], name: str) -> str:
    """The words for a name; a name without words is spelled out, never hidden.

    >>> called(NATURES, "duty"), called(NATURES, "brand_new")
    ('statutory duty', 'brand new')
    """
    return words.get(name, spaced(name))


def spaced(name: str) -> str:
    """A name of the policy as people write it.

    >>> spaced("contract_end")
    'contract end'
    """
    return name.replace("_", " ")


def count(number: Number, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> count(1, "row"), count(2400, "row"), count(0, "extract refused", "extracts refused")
    ('1 row', '2,400 rows', '0 extracts refused')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: tuple[str, ...] | list[str]) -> str:
    """An English enumeration.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    *first, last = parts or [""]
    return f"{', '.join(first)} and {last}" if first else last


def text_in(text: Text, language: str) -> str:
    """The text in that language, or in whatever language there is.

    >>> text_in((("en", "Send news"), ("sv", "Skicka nyheter")), "sv"), text_in((("sv", "Skicka nyheter"),), "en")
    ('Skicka nyheter', 'Skicka nyheter')
    """
    return dict(text).get(language) or next((words for _, words in text), "")


def basis(key: str) -> str:
    """A DPV key as a lawyer reads it.

    >>> basis("eu-gdpr:A6-1-f"), basis("eu-gdpr:A9-2-a")
    ('Art. 6(1)(f) legitimate interests', 'Art. 9(2)(a)')
    """
    article, *rest = key.partition(":")[2].removeprefix("A").split("-")
    if not rest:
        return key
    cited = f"Art. {article}" + "".join(f"({part})" for part in rest)
    return f"{cited} {BASES[rest[-1]]}" if article == "6" and rest[-1] in BASES else cited


def period(span: Period) -> str:
    """A calendar period in words.

    >>> period(Period.parse("P7Y")), period(Period.parse("P18M")), period(Period.parse("P1M14D")), period(Period())
    ('7 years', '18 months', '1 month and 14 days', 'no time')
    """
    years, months = (span.months // 12, 0) if span.months % 12 == 0 else (0, span.months)
    parts = [count(number, unit) for number, unit in ((years, "year"), (months, "month"), (span.days, "day")) if number]
    return listed(parts) if parts else "no time"


def rule(purpose: Purpose) -> str:
    """How long a purpose lives, as one sentence without its end."""
    parts = [_main_clause(purpose)]
    parts += [f"sooner after {spaced(end.event)}" + (f" ({period(end.period)})" if _some(end.period) else "") for end in purpose.ended_by]
    if purpose.requires_consent:
        parts.append(f"only while the consent to {spaced(purpose.requires_consent)} stands")
    if purpose.admitted_by_consent:
        parts.append(f"only where the consent to {spaced(purpose.admitted_by_consent)} was given")
    if _some(purpose.settle):
        parts.append(f"{period(purpose.settle)} of grace for corrections")
    return "; ".join(parts)


def _main_clause(purpose: Purpose) -> str:
    start = purpose.starting_point
    if start.consents:
        named = f"the consent to {listed([spaced(name) for name in start.consents])}"
        return f"{period(purpose.period)} after {named} has ended" if _some(purpose.period) else f"while {named} stands"
    event = spaced(start.event or "")
    after = f"{period(purpose.period)} after {event}" if _some(purpose.period) else f"until {event}"
    if not start.offset:
        return after
    ends = ", then ".join(called(OFFSETS, name) for name in start.offset)
    return f"{after}, counted from {ends}" if start.order == "offset_then_period" else f"{after}, and on to {ends}"


def _some(span: Period) -> bool:
    return bool(span.months or span.days)

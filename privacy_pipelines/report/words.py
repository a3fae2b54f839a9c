"""The report's words, in one place: what an action, a reason, a state or a check is called for people, in a tongue. Pure."""

from __future__ import annotations

from privacy_pipelines.policy.model import Notice, Purpose
from privacy_pipelines.report.tongue import Tongue
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
    "consent_unproved": "A consent that stood the night before is not to be found any more, and nothing that arrived says that it was "
    "withdrawn or refused. What rests on it is used for nothing, and was not erased.",
    "first_load": "This table arrives for the first time. Without leave nothing of it enters the store.",
    "undeclared": "The store holds this and the policy no longer names it. It was carried over as it is.",
    "disposition_review": "The purpose asks for a review: what ends of it stays until somebody has looked.",
    "held": "A hold suspends deletion here. Nobody needs to approve anything; the hold ends when its owner releases it.",
}

ADVICE = {
    "unexpected_erasure": "Ask the owner of the source whether so many really ended. If they did, approve exactly this part and the "
    "next night takes it; if they did not, have the extract corrected and leave this as it is.",
    "consent_unproved": "Look in the source for states that nobody declared, mistyped addresses and lost dates of these consents, and have "
    "them corrected: the next night takes it back. If they did end, approve exactly this part.",
    "first_load": "Check that the table's fields, purposes and first numbers are what you expect, then give leave.",
    "undeclared": "Name it again in the policy. If it shall go, approve exactly this part.",
    "disposition_review": "Look at what ends, record by record, and approve this part if nothing of it is still needed. Waiting suspends "
    "nothing: past its last day it is overdue.",
    "held": "See to it that the hold is reviewed in time.",
}

NOTHING_CHANGED = "the sources sent what they sent the night before, and nothing falls due: its store was copied as it is"
"""Of a quiet night."""

CHECKS = {
    "rows_do_not_add_up": "Tables in which rows before + arrived is not exactly kept + erased + refused",
    "cells_do_not_add_up": "Columns in which the cells of tonight's rows are not exactly those kept and those erased or refused",
    "keys_of_rows_left_behind": "Keys of erased or refused rows that still stand in their table",
    "cells_left_behind": "Erased or refused cells that still hold something",
    "rows_that_outlived_what_they_end_with": "Rows that should have ended with the row that they name",
    "links_to_rows_left_behind": "Links that still point to an erased row and should have been cleared",
    "erased_identifiers_without_a_ground": "Identifiers erased tonight in other records that did not hold them before",
    "erased_identifiers_in_free_text": "Free texts that still quote an identifier erased tonight",
    "own_rows_about_what_was_left_behind": "Rows about erased records in the product's own tables",
    "tables_unlike_the_night_before": "Tables that a quiet night left other than the night that it repeats did",
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


def called(words: dict[str, str], name: str, say: Tongue) -> str:
    """The words for a name; a name without words is spelled out, never hidden.

    >>> from privacy_pipelines.report.tongue import ENGLISH, SWEDISH_TONGUE
    >>> called(NATURES, "duty", ENGLISH), called(NATURES, "duty", SWEDISH_TONGUE), called(NATURES, "brand_new", ENGLISH)
    ('statutory duty', 'plikt enligt lag', 'brand new')
    """
    return say(words.get(name, spaced(name)))


def spaced(name: str) -> str:
    """A name of the policy as people write it.

    >>> spaced("contract_end")
    'contract end'
    """
    return name.replace("_", " ")


def basis(key: str, say: Tongue) -> str:
    """A DPV key as a lawyer reads it.

    >>> from privacy_pipelines.report.tongue import ENGLISH, SWEDISH_TONGUE
    >>> basis("eu-gdpr:A6-1-f", ENGLISH), basis("eu-gdpr:A9-2-a", ENGLISH), basis("eu-gdpr:A6-1-c", SWEDISH_TONGUE)
    ('Art. 6(1)(f) legitimate interests', 'Art. 9(2)(a)', 'Art. 6(1)(c) rättslig förpliktelse')
    """
    article, *rest = key.partition(":")[2].removeprefix("A").split("-")
    if not rest:
        return key
    cited = f"Art. {article}" + "".join(f"({part})" for part in rest)
    return f"{cited} {say(BASES[rest[-1]])}" if article == "6" and rest[-1] in BASES else cited


def period(span: Period, say: Tongue) -> str:
    """A calendar period in words.

    >>> from privacy_pipelines.report.tongue import ENGLISH, SWEDISH_TONGUE
    >>> [period(Period.parse(text), ENGLISH) for text in ("P7Y", "P18M", "P1M14D", "P0D")]
    ['7 years', '18 months', '1 month and 14 days', 'no time']
    >>> period(Period.parse("P1M14D"), SWEDISH_TONGUE)
    '1 månad och 14 dagar'
    """
    years, months = (span.months // 12, 0) if span.months % 12 == 0 else (0, span.months)
    parts = [say.count(number, unit) for number, unit in ((years, "year"), (months, "month"), (span.days, "day")) if number]
    return say.listed(parts) if parts else say("no time")


def event(name: str, notice: Notice, say: Tongue) -> str:
    """What the company calls an event in its papers; its name spelled out where nobody has said."""
    return say.text(dict(notice.events).get(name, ())) or spaced(name)


def consents(names: tuple[str, ...], notice: Notice, say: Tongue) -> str:
    """The same of consents, as an enumeration."""
    called_so = dict(notice.consents)
    return say.listed([say.text(called_so.get(name, ())) or spaced(name) for name in names])


def rule(purpose: Purpose, notice: Notice, say: Tongue) -> str:
    """How long a purpose lives, as one sentence without its end."""
    parts = [_main_clause(purpose, notice, say)]
    for end in purpose.ended_by:
        late = f" ({period(end.period, say)})" if _some(end.period) else ""
        parts.append(say("sooner after {event}", event=event(end.event, notice, say)) + late)
    if purpose.requires_consent:
        parts.append(say("only while the consent to {consent} stands", consent=consents((purpose.requires_consent,), notice, say)))
    if purpose.admitted_by_consent:
        parts.append(say("only where the consent to {consent} was given", consent=consents((purpose.admitted_by_consent,), notice, say)))
    if _some(purpose.settle):
        parts.append(say("{period} of grace for corrections", period=period(purpose.settle, say)))
    return "; ".join(parts)


def _main_clause(purpose: Purpose, notice: Notice, say: Tongue) -> str:
    start = purpose.starting_point
    if start.consents:
        named = say("the consent to {consents}", consents=consents(start.consents, notice, say))
        lasts = say("{period} after {event} has ended", period=period(purpose.period, say), event=named)
        return lasts if _some(purpose.period) else say("while {consent} stands", consent=named)
    starts = event(start.event or "", notice, say)
    after = say("{period} after {event}", period=period(purpose.period, say), event=starts)
    after = after if _some(purpose.period) else say("until {event}", event=starts)
    if not start.offset:
        return after
    ends = say(", then ").join(called(OFFSETS, name, say) for name in start.offset)
    if start.order == "offset_then_period":
        return say("{after}, counted from {ends}", after=after, ends=ends)
    return say("{after}, and on to {ends}", after=after, ends=ends)


def _some(span: Period) -> bool:
    return bool(span.months or span.days)

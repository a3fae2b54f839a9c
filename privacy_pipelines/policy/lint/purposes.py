"""Checks of purposes: what they rest on, when they end, and that somebody told the data subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.documents import PurposeDocument
from privacy_pipelines.policy.lint.context import Context, unknown
from privacy_pipelines.policy.reading import Place
from privacy_pipelines.policy.vocabulary import data_uses, refines
from privacy_pipelines.values import Period

CONSENT = "eu-gdpr:A6-1-a"


def longest_days(period: Period) -> int:
    """The most days that a period can span.

    >>> longest_days(Period(months=1)), longest_days(Period(months=3)), longest_days(Period(months=12, days=1))
    (31, 93, 367)
    """
    years, months = divmod(period.months, 12)
    return 366 * years + 31 * months + period.days


def shortest_days(period: Period) -> int:
    """A number of days that a period spans at least.

    >>> shortest_days(Period(months=1)), shortest_days(Period(months=12, days=1))
    (28, 366)
    """
    years, months = divmod(period.months, 12)
    return 365 * years + 28 * months + period.days


def consent_as_basis_is_asked_for(context: Context) -> Iterator[Problem]:
    """GDPR Art. 6(1)(a): what rests on consent lives only while a consent stands."""
    for file in context.purposes:
        purpose = file.content
        if purpose.legal_basis == CONSENT and purpose.nature == "policy" and not context.asks_for_consent(file):
            hint = "Name the consent in `requires_consent` or in the starting point"
            yield file.located.problem(("legal_basis",), f"purpose {purpose.purpose!r} rests on consent and asks for none", hint)


def duties_and_claims_rest_on_no_consent(context: Context) -> Iterator[Problem]:
    """GDPR Art. 17(3)(b), (e): a duty or a claim outlives a withdrawal, so neither consent nor its end may carry it."""
    for file in context.purposes:
        purpose = file.content
        if purpose.nature == "policy":
            continue
        if purpose.legal_basis == CONSENT:
            yield file.located.problem(("legal_basis",), f"a {_singular(purpose)} cannot rest on consent", "It outlives a withdrawal")
        if purpose.requires_consent:
            yield file.located.problem(("requires_consent",), f"a {_singular(purpose)} cannot end with a consent")


def execution_windows_are_at_least_a_day(context: Context) -> Iterator[Problem]:
    """LAW §1: erase_by lies after the last day kept."""
    for file in context.purposes:
        for place, window in _windows(file.content):
            if window is not None and longest_days(window) < 1:
                yield file.located.problem(place, "execution_window must be at least P1D")


def settling_ends_inside_the_window(context: Context) -> Iterator[Problem]:
    """Collecting cannot wait longer than it may take, not even over a short February: else every erasure would come late."""
    for file in context.purposes:
        settle = file.content.settle
        for place, window in _windows(file.content):
            if window is not None and longest_days(settle) > shortest_days(window) > 0:
                yield file.located.problem(place, f"execution_window {window} is shorter than settle {settle}")


def duties_outlive_a_missing_event(context: Context) -> Iterator[Problem]:
    """What a statute demands for seven years cannot go after one because a date is missing."""
    for file in context.purposes:
        purpose, ceiling = file.content, file.content.on_missing_event
        if purpose.nature != "duty" or purpose.starting_point.consent:
            continue
        if ceiling is None:
            hint = "Without it the company's ceiling counts"
            yield file.located.problem(("starting_point",), f"duty {purpose.purpose!r} has no `on_missing_event`", hint)
        elif longest_days(ceiling.restrict) < longest_days(purpose.period):
            what = f"restrict {ceiling.restrict} would erase before the duty's {purpose.period} can have passed"
            yield file.located.problem(("on_missing_event", "restrict"), what)


def a_persons_word_waits_for_no_review(context: Context) -> Iterator[Problem]:
    """GDPR Art. 7(3), 21(3): what a person withdrew or objected to ends the same night, whoever would like to look at it first."""
    for file in context.purposes:
        purpose = file.content
        told = context.asks_for_consent(file) or "end" in (purpose.objections or {}).values()
        if purpose.review and told:
            what = f"purpose {purpose.purpose!r} ends when a person says so, which waits for no review"
            yield file.located.problem(("review",), what, "Leave `review` out: a withdrawal or an objection is carried out the same night")


def texts_in_every_language(context: Context) -> Iterator[Problem]:
    """GDPR Art. 12(1): what is told is told in every language the company uses."""
    for file in context.purposes:
        for key, text in (("title", file.content.title), ("reason", file.content.reason)):
            for what, hint in language_problems(key, text, context.company.languages):
                yield file.located.problem((key,), what, hint)


def language_problems(key: str, text: Mapping[str, str], languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What is said of languages that are missing or are none of the company's."""
    legal = frozenset(languages)
    for language in sorted(legal - set(text)):
        yield f"{key} is missing in language {language!r}", ""
    for language in sorted(set(text) - legal):
        yield unknown("language", language, legal)


def events_exist(context: Context) -> Iterator[Problem]:
    """Some table has each event that starts or ends a purpose."""
    for file in context.purposes:
        for place, event in _events(file.content):
            if event not in context.event_names:
                kind = "starting point" if place[0] == "starting_point" else "event"
                yield file.located.problem(place, *unknown(kind, event, context.event_names))


def consents_exist(context: Context) -> Iterator[Problem]:
    """Some source records each consent that a purpose asks for."""
    for file in context.purposes:
        for place, consent in _consents(file.content):
            if consent not in context.consent_names:
                yield file.located.problem(place, *unknown("consent", consent, context.consent_names))


def recipients_exist(context: Context) -> Iterator[Problem]:
    """GDPR Art. 13(1)(e): each recipient is one that the notice can name."""
    for file in context.purposes:
        for name in file.content.recipients:
            if name not in context.recipient_names:
                yield file.located.problem(("recipients",), *unknown("recipient", name, context.recipient_names))


def data_uses_are_known(context: Context) -> Iterator[Problem]:
    """A data use is a key of fideslang or of the company's own."""
    known = data_uses() | frozenset(context.company.data_uses or {})
    for file in context.purposes:
        if file.content.data_use not in known and not refines(file.content.data_use, known):
            what, hint = unknown("data use", file.content.data_use, known)
            yield file.located.problem(
                ("data_use",), what, hint or "Use a key of fideslang, or declare it in company.yaml under `data_uses`"
            )


def subjects_exist(context: Context) -> Iterator[Problem]:
    """Some table holds each kind of data subject that a purpose is for."""
    known = frozenset(block.kind for table in context.tables for block in table.block.subject or ())
    for file in context.purposes:
        for kind in file.content.subjects or ():
            if kind not in known:
                yield file.located.problem(("subjects",), *unknown("subject", kind, known))


def declared_once(context: Context) -> Iterator[Problem]:
    """One purpose, one rule."""
    first: dict[str, str] = {}
    for file in context.purposes:
        name = file.content.purpose
        if name in first:
            yield file.located.problem(("purpose",), f"purpose {name!r} is declared twice", f"It is already in {first[name]}")
        first.setdefault(name, file.located.where)


def served_by_a_field(context: Context) -> Iterator[Problem]:
    """A purpose that needs no data is none, or its fields were forgotten."""
    served = {name for field in context.fields for name in field.block.serves}
    for file in context.purposes:
        if file.content.enabled and file.content.purpose not in served:
            hint = "Name it in a field's `serves`, or set `enabled: false`"
            yield file.located.problem(("purpose",), f"no field serves purpose {file.content.purpose!r}", hint)


def _singular(purpose: PurposeDocument) -> str:
    return "claim" if purpose.nature == "claims" else purpose.nature


def _windows(purpose: PurposeDocument) -> Iterator[tuple[Place, Period | None]]:
    yield ("execution_window",), purpose.execution_window
    for number, end in enumerate(purpose.ended_by):
        yield ("ended_by", number, "execution_window"), end.execution_window
    if purpose.on_missing_event is not None:
        yield ("on_missing_event", "execution_window"), purpose.on_missing_event.execution_window


def _events(purpose: PurposeDocument) -> Iterator[tuple[Place, str]]:
    if purpose.starting_point.event is not None:
        yield ("starting_point", "event"), purpose.starting_point.event
    for number, end in enumerate(purpose.ended_by):
        yield ("ended_by", number, "event"), end.event


def _consents(purpose: PurposeDocument) -> Iterator[tuple[Place, str]]:
    yield from ((("starting_point", "consent"), name) for name in purpose.starting_point.consent)
    if purpose.requires_consent is not None:
        yield ("requires_consent",), purpose.requires_consent
    if purpose.admitted_by_consent is not None:
        yield ("admitted_by_consent",), purpose.admitted_by_consent

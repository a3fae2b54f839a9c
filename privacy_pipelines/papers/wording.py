"""What a rule of the policy is in words, in one of the papers' languages. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from privacy_pipelines.papers.english import ENGLISH
from privacy_pipelines.papers.swedish import SWEDISH
from privacy_pipelines.papers.vocabulary import Words
from privacy_pipelines.policy.model import Policy, Purpose, Text
from privacy_pipelines.values import Period

LANGUAGES: dict[str, Words] = {"en": ENGLISH, "sv": SWEDISH}


def text_in(text: Text, language: str) -> str:
    """The text in the language, else in any other; '' for none.

    >>> text_in((("en", "News"), ("sv", "Nyheter")), "sv"), text_in((("en", "News"),), "sv"), text_in((), "sv")
    ('Nyheter', 'News', '')
    """
    return dict(text).get(language) or next((words for _, words in text), "")


def spelled(name: str) -> str:
    """A name of the policy, where nobody has said what people call it.

    >>> spelled("contract_end")
    'contract end'
    """
    return name.replace("_", " ")


def listed(parts: Iterable[str], words: Words) -> str:
    """An enumeration.

    >>> listed(["namn", "adress", "köp"], LANGUAGES["sv"])
    'namn, adress och köp'
    """
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} {words.both} {last}" if first else last


def period(span: Period, words: Words) -> str:
    """A calendar period.

    >>> period(Period.parse("P7Y"), LANGUAGES["sv"]), period(Period.parse("P18M"), LANGUAGES["en"]), period(Period(), LANGUAGES["en"])
    ('7 år', '18 months', 'no time')
    """
    years, months = (span.months // 12, 0) if span.months % 12 == 0 else (0, span.months)
    counted = zip((years, months, span.days), words.units, strict=True)
    parts = [f"{number} {one if number == 1 else many}" for number, (one, many) in counted if number]
    return listed(parts, words) if parts else words.no_time


def category(name: str, policy: Policy, language: str) -> str:
    """What people call a data category: the company's word, the product's, or that of the category above it."""
    own, words = dict(policy.company.notice.categories), LANGUAGES[language].categories
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        above = ".".join(parts[:length])
        if said := text_in(own.get(above, ()), language) or words.get(above, ""):
            return said
    return spelled(parts[-1])


def subject(name: str, policy: Policy, language: str) -> str:
    """What a kind of data subject is called, in the plural."""
    said = text_in(dict(policy.company.notice.subjects).get(name, ()), language)
    return said or LANGUAGES[language].subjects.get(name, spelled(name).capitalize())


def kept(purpose: Purpose, policy: Policy, language: str) -> str:
    """How long the purpose keeps data, in whole sentences (GDPR Art. 13(2)(a))."""
    words = LANGUAGES[language]
    sentences = [f"{_starts(purpose, policy, language)}{_ends(purpose, policy, language)}."]
    sentences.append(words.deleted.format(window=period(purpose.execution_window, words)))
    if purpose.on_missing_event:
        sentences.append(words.missing.format(period=period(purpose.on_missing_event.restrict, words)))
    for version in purpose.earlier:
        sentences.append(words.earlier.format(day=version.effective_from.isoformat(), period=period(version.period, words)))
    return " ".join(sentences)


def _starts(purpose: Purpose, policy: Policy, language: str) -> str:
    words, point, span = LANGUAGES[language], purpose.starting_point, period(purpose.period, LANGUAGES[language])
    lives = bool(purpose.period.months or purpose.period.days)
    if point.consents:
        consents = _consents(point.consents, policy, language)
        said = words.after_consent.format(period=span, consents=consents) if lives else words.while_consent.format(consents=consents)
        longest = policy.consent(point.consents[0]).valid_for if len(point.consents) == 1 else None
        return said + (words.lasts.format(period=period(longest, words)) if longest else "")
    event = _event(point.event or "", policy, language)
    said = words.after.format(period=span, event=event) if lives else words.until.format(event=event)
    return said + (words.counted.format(offsets=words.then.join(words.offsets[one] for one in point.offset)) if point.offset else "")


def _ends(purpose: Purpose, policy: Policy, language: str) -> str:
    words, said = LANGUAGES[language], ""
    for end in purpose.ended_by:
        sentence = words.sooner_after if end.period.months or end.period.days else words.sooner
        said += sentence.format(event=_event(end.event, policy, language), period=period(end.period, words))
    if purpose.requires_consent:
        said += words.only_while.format(consents=_consents((purpose.requires_consent,), policy, language))
    return said


def _event(name: str, policy: Policy, language: str) -> str:
    return text_in(dict(policy.company.notice.events).get(name, ()), language) or spelled(name)


def _consents(names: tuple[str, ...], policy: Policy, language: str) -> str:
    said = dict(policy.company.notice.consents)
    return listed((text_in(said.get(name, ()), language) or spelled(name) for name in names), LANGUAGES[language])

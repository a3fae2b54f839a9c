"""The privacy notice (GDPR Art. 13 and 14) as a value, one page for each language; its version is a hash of all that they say. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from privacy_pipelines.papers.activities import EEA, Activity, activities
from privacy_pipelines.papers.vocabulary import Words
from privacy_pipelines.papers.wording import LANGUAGES, category, kept, listed, period, subject, text_in
from privacy_pipelines.policy.model import Company, Policy, Recipient

Line = tuple[str, str]
"""A label and what it says."""


@dataclass(frozen=True, slots=True)
class Card:
    """One purpose."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The purposes for which the data of the same people is used."""

    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class NoticePage:
    """The notice in one language."""

    language: str
    company: str
    responsible: tuple[Line, ...]
    groups: tuple[Group, ...]
    recipients: tuple[tuple[str, str, str], ...]
    """Each recipient, its country, and what protects the data there."""
    rights: tuple[Line, ...]
    use: str
    complaint: tuple[str, str]
    """The authority and where one writes to; empty where the policy names none."""
    decisions: str
    backups: str


def notice(policy: Policy) -> tuple[NoticePage, ...]:
    """A page for each of the company's languages that there are words for."""
    found = activities(policy)
    return tuple(_page(policy, found, language) for language in policy.company.languages if language in LANGUAGES)


def notice_version(policy: Policy) -> str:
    """SHA-256 of all that the notice says, in every language: who changes a period changes it, who changes an owner does not."""
    pages = [asdict(page) for page in notice(policy)]
    return hashlib.sha256(json.dumps(pages, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _page(policy: Policy, found: tuple[Activity, ...], language: str) -> NoticePage:
    company, words = policy.company, LANGUAGES[language]
    bases = {one.basis for one in found} | ({"a"} if any(one.purpose.needs_consent for one in found) else set())
    authority = company.notice.authority
    return NoticePage(
        language=language,
        company=company.name,
        responsible=responsible(company, words),
        groups=_groups(policy, found, language),
        recipients=tuple(_recipient(one, words, language) for one in _recipients(found)),
        rights=tuple((name, how) for whose, name, how in words.rights if not whose or bases & set(whose)),
        use=words.labels["use"].format(contact=company.contact),
        complaint=(text_in(authority.name, language), authority.contact) if authority else ("", ""),
        decisions=text_in(company.notice.automated_decisions, language) or words.labels["no_decisions"],
        backups=words.labels["backups"].format(period=period(company.backup_tail, words)) if company.backup_tail else "",
    )


def responsible(company: Company, words: Words) -> tuple[Line, ...]:
    """Who answers for the data, and who speaks for them (GDPR Art. 13(1)(a), (b), 30(1)(a))."""
    said = company.notice
    lines = [
        ("controller", company.name), ("address", said.address), ("contact", company.contact), ("representative", said.representative),
        *(("joint", one) for one in said.joint_controllers), ("dpo", company.dpo),
    ]  # fmt: skip
    return tuple((words.labels[label], value) for label, value in lines if value)


def _groups(policy: Policy, found: tuple[Activity, ...], language: str) -> tuple[Group, ...]:
    words, groups = LANGUAGES[language], dict[str, list[Card]]()
    for one in found:
        groups.setdefault(whose(one, policy, language), []).append(
            Card(text_in(one.purpose.title, language), _lines(policy, one, language))
        )
    return tuple(Group(title or words.person, tuple(cards)) for title, cards in groups.items())


def whose(one: Activity, policy: Policy, language: str) -> str:
    """The people whose data it is."""
    titles = [subject(name, policy, language) for name in one.subjects]
    return "; ".join(title if not at else title[:1].lower() + title[1:] for at, title in enumerate(titles)) or LANGUAGES[language].person


def _lines(policy: Policy, one: Activity, language: str) -> tuple[Line, ...]:
    words, purpose = LANGUAGES[language], one.purpose
    basis = words.bases[one.basis]
    if one.basis == "c":
        basis += ", " + words.statute.format(source=purpose.source)
    said = {
        "why": text_in(purpose.reason, language),
        "basis": basis[:1].upper() + basis[1:],
        "interest": text_in(purpose.legitimate_interest, language),
        "data": called(one.categories, policy, language),
        "special": purpose.art9_ground.removeprefix("eu-gdpr:A").replace("-", ".", 1) if purpose.art9_ground else "",
        "origin": origin(one, language),
        "to": listed([text_in(to.title, language) for to in one.recipients], words) if one.recipients else words.labels["nobody"],
        "how_long": kept(purpose, policy, language),
        "must": _must(policy, one, language),
    }
    if said["special"]:
        said["special"] = f"GDPR Art. {said['special']}"
    return tuple((words.labels[label], text) for label, text in said.items() if text)


def called(names: tuple[str, ...], policy: Policy, language: str) -> str:
    """Data categories as people call them, each once, as a sentence's part."""
    said = listed(dict.fromkeys(category(name, policy, language) for name in names), LANGUAGES[language])
    return said[:1].upper() + said[1:]


def origin(one: Activity, language: str) -> str:
    """Where the data comes from (GDPR Art. 14(2)(f))."""
    words = LANGUAGES[language]
    return "; ".join(dict.fromkeys(text_in(origin, language) or words.from_you for origin in one.origins))


def _must(policy: Policy, one: Activity, language: str) -> str:
    """Whether the data must be provided, and what happens without (GDPR Art. 13(2)(e))."""
    words = LANGUAGES[language]
    said = text_in(one.purpose.without, language) or words.provided[one.basis]
    if not one.required:
        return said
    needed = called(one.required, policy, language)
    return f"{said} {words.always.format(categories=needed[:1].lower() + needed[1:])}"


def _recipients(found: tuple[Activity, ...]) -> tuple[Recipient, ...]:
    return tuple(sorted({to for one in found for to in one.recipients}, key=lambda to: to.name))


def _recipient(to: Recipient, words: Words, language: str) -> tuple[str, str, str]:
    protects = words.labels["inside"] if to.country in EEA else text_in(to.safeguard, language) or f"({words.labels['lacks']})"
    return text_in(to.title, language), to.country, protects

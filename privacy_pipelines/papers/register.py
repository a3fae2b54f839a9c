"""The record of processing activities as rows (GDPR Art. 30(1)(a) to (g)): one for each purpose and data category, so that each
category has its own time limit. Pure."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from privacy_pipelines.papers.activities import Activity, activities
from privacy_pipelines.papers.notice import Line, called, origin, responsible, whose
from privacy_pipelines.papers.wording import LANGUAGES, category, kept, listed, text_in
from privacy_pipelines.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Entry:
    """One processing activity. `limits` is the time limit of every category of it: they serve one purpose, and so share one rule."""

    purpose: str
    title: str
    subjects: str
    categories: tuple[str, ...]
    special: str
    basis: str
    recipients: str
    third: str
    limits: str
    source: str
    systems: str
    origin: str


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """The record in one language."""

    language: str
    company: str
    responsible: tuple[Line, ...]
    entries: tuple[Entry, ...]
    measures: str
    policy_version: str


COLUMNS = (
    "controller", "controller_contact", "joint_controllers", "representative", "dpo", "purpose", "title", "data_subjects", "data_category",
    "recipients", "third_countries_and_safeguards", "time_limit", "security_measures", "legal_basis", "special_category_ground", "source",
    "systems", "policy_version",
)  # fmt: skip
"""Of the CSV: Art. 30(1)(a) to (g), then what the record is checked with."""


def register(policy: Policy) -> tuple[RegisterPage, ...]:
    """A page for each of the company's languages that there are words for."""
    found = activities(policy)
    return tuple(_page(policy, found, language) for language in policy.company.languages if language in LANGUAGES)


def register_csv(policy: Policy, page: RegisterPage) -> str:
    """The record as a table: a row for each purpose and data category."""
    company, out = policy.company, io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    who = (company.name, company.contact, "; ".join(company.notice.joint_controllers), company.notice.representative, company.dpo)
    for one in page.entries:
        for data in one.categories:
            writer.writerow([
                *who, one.purpose, one.title, one.subjects, data, one.recipients, one.third, one.limits, page.measures, one.basis,
                one.special, one.source, one.systems, page.policy_version,
            ])  # fmt: skip
    return out.getvalue()


def _page(policy: Policy, found: tuple[Activity, ...], language: str) -> RegisterPage:
    words, company = LANGUAGES[language], policy.company
    return RegisterPage(
        language, company.name, responsible(company, words), tuple(_entry(policy, one, language) for one in found),
        text_in(company.notice.security, language) or f"({words.labels['lacks']})", policy.version,
    )  # fmt: skip


def _entry(policy: Policy, one: Activity, language: str) -> Entry:
    words, purpose = LANGUAGES[language], one.purpose
    none = words.labels["none"]
    abroad = (
        f"{text_in(to.title, language)} ({to.country}): {text_in(to.safeguard, language) or words.labels['lacks']}" for to in one.abroad
    )
    return Entry(
        purpose=purpose.name,
        title=text_in(purpose.title, language),
        subjects=whose(one, policy, language),
        categories=tuple(dict.fromkeys(category(name, policy, language) for name in one.categories)),
        special=f"{called(one.special, policy, language)}: {purpose.art9_ground or words.labels['lacks']}" if one.special else "",
        basis=words.bases[one.basis],
        recipients=listed([f"{text_in(to.title, language)} ({to.country})" for to in one.recipients], words) if one.recipients else none,
        third="; ".join(abroad) or none,
        limits=kept(purpose, policy, language),
        source=purpose.source,
        systems="; ".join(f"{source} ({owner})" for source, owner in one.systems),
        origin=origin(one, language),
    )

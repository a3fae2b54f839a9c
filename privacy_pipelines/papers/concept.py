"""The deletion concept in the order of DIN 66398: scope, kinds of data, deletion classes, rules, responsibilities, implementation,
evidence. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from privacy_pipelines.papers.notice import Line, responsible
from privacy_pipelines.papers.vocabulary import Words
from privacy_pipelines.papers.wording import LANGUAGES, kept, listed, period, text_in
from privacy_pipelines.policy.model import Policy, Purpose
from privacy_pipelines.retention.compiling import compile_rules

STARTS = ("collection", "process", "relationship")
"""What starts a standard period; with it a deletion class."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Fields of a table that serve the same purposes."""

    table: str
    fields: str
    purposes: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One standard period, and what each start has of it."""

    period: str
    cells: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One purpose's rule."""

    title: str
    kept: str
    source: str
    approved: str


@dataclass(frozen=True, slots=True)
class ConceptPage:
    """The concept in one language; texts are whole sentences."""

    language: str
    company: str
    scope: tuple[str, ...]
    clusters: tuple[Cluster, ...]
    classes: tuple[ClassRow, ...]
    rules: tuple[RuleRow, ...]
    responsible: tuple[Line, ...]
    duties: str
    owners: tuple[Line, ...]
    implementation: tuple[str, ...]
    holds: tuple[tuple[str, str, str, str], ...]
    policy_version: str


def concept(policy: Policy) -> tuple[ConceptPage, ...]:
    """A page for each of the company's languages that there are words for. Raises PolicyErrors where the policy cannot be compiled."""
    return tuple(_page(policy, language) for language in policy.company.languages if language in LANGUAGES)


def _page(policy: Policy, language: str) -> ConceptPage:
    words, company = LANGUAGES[language], policy.company
    said, sources = words.concept, sorted({(table.source, table.owner) for table in policy.tables})
    scope = [said["scope_text"].format(systems=listed([source for source, _ in sources], words), policy=policy.version[:12])]
    if policy.not_read:
        scope.append(said["outside"].format(tables=listed([one.table for one in policy.not_read], words)))
    number = company.guards.approvers
    approvers = said["approver"] if number == 1 else said["approvers"].format(number=number)
    tail = company.backup_tail
    return ConceptPage(
        language=language, company=company.name, scope=tuple(scope), clusters=_clusters(policy, language),
        classes=_classes(policy, language),
        rules=tuple(_rule(one, policy, language) for one in policy.purposes), responsible=responsible(company, words),
        duties=said["responsible_text"].format(cleanup=period(company.source_cleanup, words), approvers=approvers), owners=tuple(sources),
        implementation=(
            said["implementation_text"], said["backup"].format(period=period(tail, words)) if tail else said["no_backup"],
        ),
        holds=tuple((one.name, one.ground, one.owner, one.review_by.isoformat()) for one in policy.holds), policy_version=policy.version,
    )  # fmt: skip


def _clusters(policy: Policy, language: str) -> tuple[Cluster, ...]:
    titles = {purpose.name: text_in(purpose.title, language) for purpose in policy.purposes}
    found = []
    for rule in compile_rules(policy).tables:
        parts = [(rule.with_row, tuple(one.purpose.name for one in rule.purposes))]  # the row itself, and all that lives as long
        parts += [(cluster.columns, tuple(cluster.name.split("+"))) for cluster in rule.clusters]
        found += [
            Cluster(rule.table.id, ", ".join(names), "; ".join(titles[one] for one in purposes)) for names, purposes in parts if names
        ]
    return tuple(found)


def start_of(purpose: Purpose) -> str:
    """What starts the purpose's period.

    A row's own event ends a process; the latest event of a person, or the end of a consent, ends the relationship.
    """
    return "process" if purpose.starting_point.event and purpose.starting_point.of == "record" else "relationship"


def _classes(policy: Policy, language: str) -> tuple[ClassRow, ...]:
    words = LANGUAGES[language]
    cells: dict[tuple[int, int], dict[str, list[str]]] = {}
    for purpose in policy.purposes:
        row = cells.setdefault((purpose.period.months, purpose.period.days), {})
        row.setdefault(start_of(purpose), []).append(text_in(purpose.title, language))
    ceiling = policy.company.undetermined.restrict
    cells.setdefault((ceiling.months, ceiling.days), {}).setdefault("collection", []).append(words.concept["unknown"])
    spans = {(one.months, one.days): one for one in (*(purpose.period for purpose in policy.purposes), ceiling)}
    return tuple(_class(period(spans[span], words), found, words) for span, found in sorted(cells.items()))


def _class(span: str, found: dict[str, list[str]], words: Words) -> ClassRow:
    collection, process, relationship = ("; ".join(found.get(start, [])) for start in STARTS)
    return ClassRow(span if span != words.no_time else words.concept["at_once"], (collection, process, relationship))


def _rule(purpose: Purpose, policy: Policy, language: str) -> RuleRow:
    approved = f"{purpose.approved_by}, {purpose.effective_from.isoformat()}"
    return RuleRow(text_in(purpose.title, language), kept(purpose, policy, language), purpose.source, approved)

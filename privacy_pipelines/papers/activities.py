"""The policy as processing activities: for each purpose whose data, which data, from whom, to whom. What every paper is made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from privacy_pipelines.policy.model import Column, Policy, Purpose, Recipient, Table, Text
from privacy_pipelines.policy.vocabulary import SPECIAL_CATEGORIES

EEA = frozenset(
    ("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT",
     "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO")
)  # fmt: skip
"""Where the GDPR applies: elsewhere is a third country (GDPR Art. 44)."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One purpose, with everything that the law asks to be said of it."""

    purpose: Purpose
    subjects: tuple[str, ...]
    """Kinds of data subject; none where no table says whose its rows are."""
    categories: tuple[str, ...]
    required: tuple[str, ...]
    """Categories of fields without which a row does not enter."""
    special: tuple[str, ...]
    tables: tuple[str, ...]
    systems: tuple[tuple[str, str], ...]
    """Source and its owner."""
    origins: tuple[Text, ...]
    """From whom the data comes where not from the person; an empty text where some of it comes from the person."""
    recipients: tuple[Recipient, ...]

    @property
    def basis(self) -> str:
        """The letter of the legal basis in Art. 6(1)."""
        return self.purpose.legal_basis.removeprefix("eu-gdpr:A6-1-")[:1]

    @property
    def abroad(self) -> tuple[Recipient, ...]:
        """Recipients in third countries."""
        return tuple(one for one in self.recipients if one.country not in EEA)


def activities(policy: Policy) -> tuple[Activity, ...]:
    """Every purpose in use, in the order of the people whose data it is."""
    found = (_activity(policy, purpose) for purpose in policy.purposes)
    return tuple(sorted(found, key=lambda one: (not one.subjects, one.subjects, one.purpose.name)))


def _activity(policy: Policy, purpose: Purpose) -> Activity:
    served = [(table, column) for table in policy.tables for column in table.columns if _serves(column, purpose)]
    tables = tuple({table.id: table for table, _ in served}.values())
    categories = {column.category for _, column in served} | {one for _, column in served for one in column.contains}
    reached = {kind for table in tables for kind in subjects_of(policy, table)}
    known = {recipient.name: recipient for recipient in policy.company.recipients}
    return Activity(
        purpose=purpose,
        subjects=tuple(sorted(purpose.subjects or reached)),
        categories=tuple(sorted(categories)),
        required=tuple(sorted({column.category for _, column in served if column.required})),
        special=tuple(sorted(one for one in categories if _is_special(one))),
        tables=tuple(sorted(table.id for table in tables)),
        systems=tuple(sorted({(table.source, table.owner) for table in tables})),
        origins=tuple(sorted({table.origin for table in tables})),
        recipients=tuple(known[name] for name in purpose.recipients),
    )


def _serves(column: Column, purpose: Purpose) -> bool:
    return column.personal and not column.of_row and purpose.name in column.serves


def _is_special(category: str) -> bool:
    return any(category == one or category.startswith(f"{one}.") for one in SPECIAL_CATEGORIES)


def subjects_of(policy: Policy, table: Table, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """The kinds of person that a table's rows are, or are about: of those that its links name, or whose consent they record."""
    if table.subjects or table.id in seen:
        return frozenset(subject.kind for subject in table.subjects)
    near = {link.to for link in table.links}
    near |= {of for consent in policy.consents if consent.table == table.id for of, _ in consent.matches}
    near |= {of for objection in policy.objections if objection.table == table.id for of, _ in objection.matches}
    return frozenset(kind for name in near for kind in subjects_of(policy, policy.table(name), seen | {table.id}))

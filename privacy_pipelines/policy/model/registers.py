"""Where acts about data are recorded that no table decides alone: consents, objections and holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacy_pipelines.values import Period

OBJECTION = "objection: "
"""What an objection's register is called, before the objection's own name: no consent has such a name."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Where a consent is recorded, and how a person's records find it."""

    name: str
    table: str
    column: str
    """The consent table's matching column: rows with an equal value are one person's consent history."""
    matches: tuple[tuple[str, str], ...]
    """(table id, column) pairs whose value finds the consent; the consent table's own `column` always does."""
    status: str
    valid: tuple[str, ...]
    given: tuple[str, ...]
    """Columns of which the first filled one is when the consent was given."""
    until: str | None
    valid_for: Period | None
    when: str | None


@dataclass(frozen=True, slots=True)
class Objection:
    """Where a person's objection is recorded (GDPR Art. 21), and how the person's records find it."""

    name: str
    table: str
    column: str
    matches: tuple[tuple[str, str], ...]
    status: str | None
    valid: tuple[str, ...]
    """Statuses in which it stands; without a status every row does."""
    given: tuple[str, ...]
    until: str | None
    when: str | None

    @property
    def register(self) -> str:
        """What the register of those who objected is called, beside the consents'."""
        return f"{OBJECTION}{self.name}"


@dataclass(frozen=True, slots=True)
class Hold:
    """A class-wide deletion suspension: everything in `tables` stays, and nobody uses it for anything else."""

    name: str
    ground: str
    owner: str
    review_by: date
    tables: tuple[str, ...]
    effective_from: date

"""What holds for the whole company: its legal entities and their fiscal years, its guards, ceilings and recipients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from privacy_pipelines.policy.model.notice import NOTHING, Notice
from privacy_pipelines.policy.model.terms import Identifier, Text
from privacy_pipelines.values import Period


@dataclass(frozen=True, slots=True)
class IrregularYear:
    """A fiscal year that is not twelve months, or did not end with the others: its first and its last day."""

    first: date
    last: date


MASKED_BY_DEFAULT: tuple[Identifier, ...] = ("email", "identity_number")

FiscalYears = tuple[tuple[int, int] | IrregularYear, ...]
"""(month, day) on which each fiscal year ends; where that changed, the next such day follows after the irregular years between."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A legal entity with fiscal years of its own; extracts call it one of `values`."""

    name: str
    values: tuple[str, ...]
    fiscal_year_end: tuple[int, int]
    fiscal_changes: FiscalYears


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How long something undetermined is kept, restricted, counted from the night on which it was first seen so."""

    restrict: Period
    execution_window: Period


@dataclass(frozen=True, slots=True)
class Guards:
    """What a night may lose that yesterday did not foresee. Shares are of a table's cells for one purpose."""

    unexpected_share: float
    unexpected_count: int
    withdrawn_share: float
    withdrawn_count: int
    row_drop: float
    vanished_share: float
    clock_lead: Period
    approvers: int = 1
    """How many different persons must approve what is withheld."""
    policy_changes: Literal["limit", "withhold"] = "limit"
    """What is done with the losses that nobody foresaw on the first night of a changed policy."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone to whom a purpose discloses data (GDPR Art. 4(9))."""

    name: str
    title: Text
    country: str
    safeguard: Text = ()
    """What protects data outside the EEA; empty: the policy does not say."""


@dataclass(frozen=True, slots=True)
class Company:
    """What holds for the whole company."""

    name: str
    contact: str
    dpo: str
    zone: str
    languages: tuple[str, ...]
    fiscal_year_end: tuple[int, int]
    """(month, day) on which each fiscal year ends, or first ended."""
    vacation_year_end: tuple[int, int]
    unknown_dates: tuple[date, ...]
    earliest_date: date
    dates_ahead: Period
    """A date further than this after as_of is implausible."""
    undetermined: Ceiling
    guards: Guards
    departed_expiry: Period
    source_cleanup: Period
    shared_mailboxes: tuple[str, ...]
    recipients: tuple[Recipient, ...]
    backup_tail: Period | None = None
    """For how long a backup of the store's volume lasts; None: the policy does not say."""
    fiscal_changes: FiscalYears = ()
    """What followed on the years that end on `fiscal_year_end`."""
    entities: tuple[Entity, ...] = ()
    masking: tuple[Identifier, ...] = MASKED_BY_DEFAULT
    """The kinds of identifier that are masked in free text, sorted."""
    notice: Notice = NOTHING
    country: str = ""
    """ISO 3166 code of the controller's country; empty: the policy does not say."""

    def entity(self, name: str) -> Entity:
        """Raises KeyError for an entity that is not declared."""
        for entity in self.entities:
            if entity.name == name:
                return entity
        raise KeyError(name)

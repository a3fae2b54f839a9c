"""Purposes and what ends them (GDPR Art. 5(1)(b) and (e))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from privacy_pipelines.policy.model.company import Ceiling
from privacy_pipelines.policy.model.terms import Nature, Offset, OnObjection, Scope, Text
from privacy_pipelines.values import Period


@dataclass(frozen=True, slots=True)
class EndedBy:
    """An event that ends a purpose before its own clock runs out (LAW P2: the contact left the customer)."""

    event: str
    period: Period
    execution_window: Period


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """What starts the clock of a purpose: an event, or the end of a consent. Exactly one of the two is set."""

    event: str | None
    consents: tuple[str, ...]
    of: Scope
    offset: tuple[Offset, ...]
    order: Literal["offset_then_period", "period_then_offset"]


@dataclass(frozen=True, slots=True)
class Publish:
    """How a purpose's living cells are published; no `tables`: every one with a field that serves it."""

    format: Literal["parquet", "csv"]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """What a purpose's rule says from its first day until the next version's."""

    effective_from: date
    period: Period
    offset: tuple[Offset, ...]
    order: Literal["offset_then_period", "period_then_offset"]
    roll: Literal["none", "next_weekday"]
    source: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """A declared purpose and the deletion rule that ends it (GDPR Art. 5(1)(b) and (e))."""

    name: str
    title: Text
    reason: Text
    data_use: str
    legal_basis: str
    nature: Nature
    starting_point: StartingPoint
    ended_by: tuple[EndedBy, ...]
    requires_consent: str | None
    """This consent must stand: without it the purpose never applied, and its end ends the purpose."""
    admitted_by_consent: str | None
    """This consent must have stood at some time: without it the purpose never applied."""
    period: Period
    settle: Period
    execution_window: Period
    roll: Literal["none", "next_weekday"]
    on_missing_event: Ceiling | None
    recipients: tuple[str, ...]
    justification: str | None
    art9_ground: str | None
    source: str
    effective_from: date
    approved_by: str
    review: bool
    subjects: tuple[str, ...] = ()
    """The kinds of data subject it is for; empty: every kind that it reaches."""
    objections: tuple[tuple[str, OnObjection], ...] = ()
    """Objection → what it does to the purpose."""
    publish: Publish | None = None
    legitimate_interest: Text = ()
    without: Text = ()
    """What follows where the data is not provided; empty: what follows from the basis."""
    earlier: tuple[Version, ...] = ()
    """Earlier versions of its rule, the oldest first."""

    @property
    def versions(self) -> tuple[Version, ...]:
        """Every version of its rule, the oldest first and the newest last."""
        point = self.starting_point
        newest = Version(self.effective_from, self.period, point.offset, point.order, self.roll, self.source, self.approved_by)
        return (*self.earlier, newest)

    @property
    def needs_consent(self) -> bool:
        """Whether this purpose cannot apply to a person who never gave a consent."""
        return bool(self.starting_point.consents or self.requires_consent or self.admitted_by_consent)

    @property
    def is_marketing(self) -> bool:
        """Whether an objection always ends it (GDPR Art. 21(2), (3))."""
        return self.data_use.split(".")[0] == "marketing"

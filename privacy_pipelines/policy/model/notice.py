"""What the policy's papers say beyond its rules."""

from __future__ import annotations

from dataclasses import dataclass

from privacy_pipelines.policy.model.terms import Text

Words = tuple[tuple[str, Text], ...]
"""Name → what people call it, sorted by name."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The supervisory authority (GDPR Art. 77)."""

    name: Text
    contact: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the privacy notice, the register and the deletion concept say beyond the rules; empty where the policy does not say."""

    address: str = ""
    representative: str = ""
    joint_controllers: tuple[str, ...] = ()
    authority: Authority | None = None
    automated_decisions: Text = ()
    security: Text = ()
    events: Words = ()
    consents: Words = ()
    subjects: Words = ()
    categories: Words = ()
    """The company's own categories among them."""


NOTHING = Notice()

"""What a certificate of erasure says that a night did: values, all of them texts that may be read by anybody. Pure.

Counts are magnitudes (`buckets.py`); there is no key and no value of a record.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Controller:
    """Who answers for the data (GDPR Art. 4(7))."""

    name: str
    contact: str
    dpo: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A purpose whose end is a reason for the erasure, as the policy has it."""

    purpose: str
    title: str
    rule: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Scope:
    """A table from which something was erased: magnitudes of rows before the night, and of what became of them."""

    table: str
    rows_before: str
    rows_kept: str
    rows_erased: str


@dataclass(frozen=True, slots=True)
class Erased:
    """One data cluster. `cells_erased` is empty where so few rows are concerned that it would count them."""

    table: str
    cluster: str
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    action: str
    rows_erased: str
    cells_erased: str


@dataclass(frozen=True, slots=True)
class Residual:
    """Something that was looked for in what was written, and how often it was found."""

    check: str
    what: str
    found: int


@dataclass(frozen=True, slots=True)
class Exempt:
    """What has ended and was not erased, and on what ground. `review_by` is an ISO day or empty."""

    kind: str
    name: str
    table: str
    ground: str
    owner: str
    review_by: str
    cells_kept: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What the night did. Days are ISO days; `policy_version` is the hash of the policy, `backup_tail` an ISO period or empty."""

    run: str
    as_of: str
    generation: str
    base: str
    trigger: str
    policy_version: str
    controller: Controller
    scope: tuple[Scope, ...]
    erased: tuple[Erased, ...]
    rules: tuple[Rule, ...]
    checks: tuple[Residual, ...]
    exceptions: tuple[Exempt, ...]
    extracts_tail: str
    backup_tail: str

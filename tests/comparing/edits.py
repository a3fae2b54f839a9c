"""Edits of the example company's policy, as an officer makes them."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

POLICIES = Path(__file__).parents[2] / "policies"
OPEN_GUARDS = {
    "unexpected_share: 0.001": "unexpected_share: 1.0",
    "unexpected_count: 20": "unexpected_count: 1000000",
    "withdrawn_share: 0.02": "withdrawn_share: 1.0",
    "withdrawn_count: 200": "withdrawn_count: 1000000",
}
HOLD = """holds:
  - hold: dispute
    ground: a claim in court
    owner: legal
    review_by: 2027-12-31
    effective_from: 2026-01-01
    tables: [crm.prospects, hr.candidates]
"""
PHONE = "phone: {category: user.contact.phone_number, serves: "
OPPORTUNITY = "\n    fields:\n      opportunity_id"
END_TOO = "{to: prospects, when_target_ends: end_too}"
EDITS: dict[str, tuple[str, str, str]] = {
    "shorter": ("purposes/prospecting.yaml", "period: P12M", "period: P3M"),
    "longer": ("purposes/customer_relationship.yaml", "period: P0D\nsettle", "period: P36M\nsettle"),
    "window": ("purposes/recruitment.yaml", "execution_window: P", "execution_window: P1"),
    "offset": ("purposes/prospecting.yaml", "of: subject}", "of: subject, offset: end_of_calendar_year}"),
    "scope": ("sources/crm.yaml", "scopes: {customer_relationship: record}", "scopes: {customer_relationship: subject}"),
    "nature": ("purposes/customer_relationship.yaml", "nature: policy", "nature: claims"),
    "unserved": ("sources/crm.yaml", f"{PHONE}[customer_relationship]}}", f"{PHONE}[newsletter]}}"),
    "dropped": ("sources/crm.yaml", "      origin: {category: user.content, serves: [prospecting]}\n", ""),
    "ending": ("sources/crm.yaml", f"  prospect_id: prospects{OPPORTUNITY}", f"  prospect_id: {END_TOO}{OPPORTUNITY}"),
    "zone": ("company.yaml", "zone: Europe/Stockholm", "zone: America/New_York"),
    "plausible": ("company.yaml", 'earliest: "1930-01-01"', 'earliest: "2024-06-01"'),
    "ceiling": ("company.yaml", "undetermined: {restrict: P12M", "undetermined: {restrict: P1M"),
    "hold": ("holds.yaml", "holds: []\n", HOLD),
}  # fmt: skip
"""Name → (file, what stands there, what shall)."""


def edited(folder: Path, edits: Collection[str]) -> Path:
    """The example policy, with guards that let everything through, and these edits."""
    shutil.copytree(POLICIES, folder)
    for old, new in OPEN_GUARDS.items():
        _replace(folder / "company.yaml", old, new)
    for name in sorted(edits):
        file, old, new = EDITS[name]
        _replace(folder / file, old, new)
    return folder


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name}: {old!r} stands there no more"
    path.write_text(text.replace(old, new), encoding="utf-8")

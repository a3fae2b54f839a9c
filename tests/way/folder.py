"""A policy folder of a test: the YAML that its rule needs, and what every policy must say. Needs nothing of the product."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

COMPANY = {
    "controller": "{name: Exempel AB, contact: privacy@exempel.example, dpo: dpo@exempel.example}",
    "zone": "Europe/Stockholm",
    "languages": "[en]",
    "fiscal_year_end": '"12-31"',
    "unknown_dates": '["9999-12-31", "1900-01-01", "0001-01-01"]',
    "undetermined": "{restrict: P12M, from: first_seen}",
    "guards": "{unexpected_share: 0.0, unexpected_count: 20, row_drop: 0.20, vanished_share: 0.05, clock_lead: P2D}",
}
PURPOSE = {
    "title": "{en: A purpose}",
    "reason": "{en: It is needed.}",
    "data_use": "essential.service",
    "legal_basis": "eu-gdpr:A6-1-f",
    "nature": "policy",
    "period": "P0D",
    "execution_window": "P3M",
    "source": "a test",
    "effective_from": "1990-01-01",
    "approved_by": "dpo",
}
SOURCE = {
    "owner": "Sales",
    "extract": '{path: "{table}-{day}.csv", keep: P7D, freshness: P2D}',
}


def write_policy(folder: Path, source: str, *, company: str = "", holds: str = "holds: []", **purposes: str) -> None:
    """The whole folder, instead of the one that was there: the `crm` source, and one purpose per further argument."""
    for old in folder.rglob("*.yaml"):
        old.unlink()
    _write(folder / "company.yaml", _completed(company, COMPANY))
    _write(folder / "holds.yaml", holds)
    _write(folder / "sources" / "crm.yaml", _completed(source, {"source": "crm", **SOURCE}))
    for name, text in purposes.items():
        _write(folder / "purposes" / f"{name}.yaml", _completed(text, {"purpose": name, **PURPOSE}))


def _completed(text: str, defaults: dict[str, str]) -> str:
    """The text, and each default whose key it does not have at the left margin."""
    body = _dedented(text)
    own = set(re.findall(r"^([a-z_]+):", body, flags=re.MULTILINE))
    return "\n".join([*(f"{key}: {value}" for key, value in defaults.items() if key not in own), body]) + "\n"


def _dedented(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_dedented(text) + "\n", encoding="utf-8")

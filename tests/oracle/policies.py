"""Policies as hypothesis draws them: four groups of tables, purposes over them, and everything that a purpose may say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.oracle.drawn_purposes import NATURES, WINDOWS, consented, purpose
from tests.oracle.drawn_tables import DEALS, NEEDED, PARTIES, READERS, SALES, SUPPLIERS, Reaches, drawn_over, tables_of
from tests.oracle.law import Json, listed

YEARS: list[Any] = [
    "12-31",
    "06-30",
    "04-30",
    "02-29",
    ["06-30", {"from": "2018-07-01", "to": "2019-12-31"}, "12-31"],
    ["12-31", {"from": "2021-01-01", "to": "2021-08-31"}, "08-31", {"from": "2023-09-01", "to": "2024-12-31"}, "12-31"],
]
GROUPS: dict[str, tuple[Reaches, int]] = {
    "sale": (SALES, 4),
    "party": (PARTIES, 3),
    "reader": (READERS, 4),
    "supply": (SUPPLIERS, 2),
    "deal": (DEALS, 4),
}
"""Groups of tables, each with the most purposes that are drawn over it."""
DAYS = [
    "2026-01-10",
    "2024-02-29",
    "2026-02-28",
    "2025-03-30",
    "2025-10-26",
    "2025-12-31",
    "2026-01-01",
    "2026-06-22",
    "2024-03-01",
    "2025-06-30",
]
"""Days of decision: leap days, month ends, nights in which clocks change, a Monday after Midsummer."""


@dataclass(frozen=True, slots=True, repr=False)
class Policy:
    """A policy folder's documents, and the day for which facts are drawn."""

    company: Json
    purposes: dict[str, Json]
    source: Json
    holds: list[Json]
    as_of: date

    def __repr__(self) -> str:
        return f"<policy of {len(self.purposes)} purposes for {self.as_of}>"

    def write(self, folder: Path) -> None:
        """Every document as a file; JSON is YAML."""
        for name, document in self._documents():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document, indent=1), encoding="utf-8")

    def _documents(self) -> list[tuple[str, Json]]:
        found = [("company.yaml", self.company), ("holds.yaml", {"holds": self.holds}), ("sources/crm.yaml", self.source)]
        return found + [(f"purposes/{name}.yaml", said) for name, said in self.purposes.items()]


@st.composite
def policies(draw: st.DrawFn, *, lasts: tuple[str, ...] = ("claims", "duty"), groups: tuple[str, ...] = tuple(GROUPS)) -> Policy:
    """A whole policy that `check` accepts; of purposes of the natures in `lasts` no row finds a date over one that may go before."""
    as_of = draw(st.sampled_from(DAYS))
    purposes: dict[str, Json] = {}
    tables: dict[str, Json] = {}
    for group in groups:
        (reaches, many), needed, drawn = GROUPS[group], NEEDED.get(group, ()), {}
        for n in range(draw(st.integers(2, many))):
            natures = NATURES if n or group != "deal" else ("policy",)  # which alone reaches every table of the group
            drawn[f"{group}{n}"] = purpose(draw, reaches, group, needed[n] if n < len(needed) else None, natures)
        if group == "reader":
            drawn["permit"] = consented(draw)
        tables.update(tables_of(draw, group, reaches, drawn, lasts))
        purposes.update({name: said for name, said in drawn.items() if _served(tables, name)})
    source = {
        "source": "crm",
        "owner": "Sales",
        "extract": {"path": "{table}-{day}.csv", "keep": "P7D", "freshness": "P2D"},
        "tables": tables,
        **drawn_over("registers"),
    }
    if draw(st.booleans()):
        source["consents"]["letters"]["valid_for"] = draw(st.sampled_from(["P12M", "P1M", "P24M"]))
    named = {name: {**said, "purpose": name} for name, said in purposes.items()}
    return Policy(_company(draw), named, source, _holds(draw, tables), date.fromisoformat(as_of))


def _company(draw: st.DrawFn) -> Json:
    entities = {
        "acme": {"fiscal_year_end": draw(st.sampled_from(YEARS)), "values": ["1000", "1001"]},
        "beta": {"fiscal_year_end": draw(st.sampled_from(YEARS))},
    }
    ceiling = {"restrict": draw(st.sampled_from(["P12M", "P1M", "P0D"])), "from": "first_seen"}
    if draw(st.booleans()):
        ceiling["execution_window"] = draw(st.sampled_from(WINDOWS))
    return {
        "controller": {"name": "Exempel AB", "contact": "privacy@exempel.example", "dpo": "dpo@exempel.example"},
        "zone": "Europe/Stockholm",
        "languages": ["en"],
        "fiscal_year_end": draw(st.sampled_from(YEARS)),
        "vacation_year_end": draw(st.sampled_from(["03-31", "02-29", "12-31"])),
        "entities": entities,
        "unknown_dates": ["9999-12-31", "1900-01-01", "0001-01-01"],
        "undetermined": ceiling,
        "guards": {
            "unexpected_share": 1.0,
            "unexpected_count": 1000000,
            "withdrawn_share": 1.0,
            "withdrawn_count": 1000000,
            "row_drop": 1.0,
            "vanished_share": 1.0,
            "clock_lead": "P2D",
        },
    }


def _served(tables: dict[str, Json], purpose: str) -> bool:
    return any(purpose in listed(field.get("serves")) for table in tables.values() for field in table["fields"].values())


def _holds(draw: st.DrawFn, tables: dict[str, Json]) -> list[Json]:
    if draw(st.booleans()):
        return []
    held = draw(st.lists(st.sampled_from(sorted(set(tables) - {"accounts"})), min_size=1, max_size=2, unique=True))
    return [
        {
            "hold": "dispute",
            "ground": "a claim in court",
            "owner": "legal",
            "review_by": "2040-01-01",
            "effective_from": draw(st.sampled_from(["2020-01-01", "2020-01-01", "2035-01-01"])),
            "tables": [f"crm.{name}" for name in held],
        }
    ]

"""Policies as hypothesis draws them: four groups of tables, purposes over them, and everything that a purpose may say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.oracle.days import span
from tests.oracle.law import Json, listed

YEARS: list[Any] = [
    "12-31",
    "06-30",
    "04-30",
    "02-29",
    ["06-30", {"from": "2018-07-01", "to": "2019-12-31"}, "12-31"],
    ["12-31", {"from": "2021-01-01", "to": "2021-08-31"}, "08-31", {"from": "2023-09-01", "to": "2024-12-31"}, "12-31"],
]
PERIODS = ["P0D", "P14D", "P1M", "P3M", "P9M", "P1Y", "P12M", "P24M", "P3Y", "P7Y", "P1M10D", "P2W", "P10Y"]
OFFSETS: list[Any] = [
    "end_of_month",
    "end_of_calendar_year",
    "end_of_fiscal_year",
    "end_of_vacation_year",
    ["end_of_fiscal_year", "end_of_calendar_year"],
    ["end_of_month", "end_of_vacation_year"],
]
WINDOWS = ["P1D", "P14D", "P30D", "P1M", "P3M", "P2M3D"]
SETTLES = ["P0D", "P0D", "P1D", "P14D", "P27D"]
NATURES = ["policy", "policy", "policy", "claims", "duty"]
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

Reaches = dict[str, dict[str, tuple[str, ...]]]
SALES: Reaches = {
    "contacts": {"contract_end": ("subject",), "voucher": ("subject",), "contact_left": ("record", "subject")},
    "contracts": {"contract_end": ("record",)},
    "invoices": {"contract_end": ("subject",), "voucher": ("record", "subject"), "contact_left": ("record", "subject")},
    "lines": {"contract_end": ("subject",), "voucher": ("record", "subject"), "contact_left": ("record", "subject")},
}
PARTIES: Reaches = {
    "parties": {"dealing": ("subject",), "joined": ("record", "subject")},
    "dealings": {"dealing": ("record", "subject"), "joined": ("record", "subject")},
}
READERS: Reaches = {
    "readers": {"seen": ("record", "subject")},
    "letters": {"seen": ("record", "subject")},
    "permissions": {"noted": ("record",)},
    "refusals": {"noted": ("record",)},
}
SUPPLIERS: Reaches = {"suppliers": {"listed": ("record", "subject")}}
"""Table → event → the scopes in which its rows find that event."""

NEEDED = {"sale": "contract_end", "reader": "noted"}
"""Events that some purpose of a group always has, so that the tables stay that others name."""


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
def policies(draw: st.DrawFn) -> Policy:
    """A whole policy that `check` accepts."""
    as_of = draw(st.sampled_from(DAYS))
    purposes: dict[str, Json] = {}
    tables: dict[str, Json] = {}
    for group, reaches, many in (("sale", SALES, 4), ("party", PARTIES, 3), ("reader", READERS, 4), ("supply", SUPPLIERS, 2)):
        drawn = {
            f"{group}{n}": _purpose(draw, reaches, group, NEEDED.get(group) if n == 0 else None) for n in range(draw(st.integers(2, many)))
        }
        if group == "reader":
            drawn["permit"] = _consented(draw)
        tables.update(_tables(draw, group, reaches, drawn))
        purposes.update({name: said for name, said in drawn.items() if _served(tables, name)})
    source = {
        "source": "crm",
        "owner": "Sales",
        "extract": {"path": "{table}-{day}.csv", "keep": "P7D", "freshness": "P2D"},
        "tables": tables,
        **_drawn_over("registers"),
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


def _purpose(draw: st.DrawFn, reaches: Reaches, group: str, needed: str | None) -> Json:
    events = sorted({event for found in reaches.values() for event in found})
    event = needed or draw(st.sampled_from(events))
    scopes = sorted({scope for found in reaches.values() for scope in found.get(event, ())})
    start: Json = {"event": event, "of": draw(st.sampled_from(scopes))}
    if draw(st.integers(0, 2)) == 0:
        start["offset"] = draw(st.sampled_from(OFFSETS))
        start["order"] = draw(st.sampled_from(["offset_then_period", "period_then_offset"]))
    said = _rule(draw, draw(st.sampled_from(NATURES)), start)
    if said["nature"] != "duty" or draw(st.booleans()):
        _early_ends(draw, said, events)
    if group == "party" and draw(st.booleans()):
        said["subjects"] = draw(st.sampled_from([["employee"], ["customer"], ["employee", "customer"]]))
    if group == "reader" and said["nature"] == "policy" and event == "seen":
        _gated(draw, said)
    return said


def _consented(draw: st.DrawFn) -> Json:
    """A purpose whose clock starts at the end of a consent."""
    nature = draw(st.sampled_from(["policy", "policy", "claims"]))
    said = _rule(draw, nature, {"consent": draw(st.sampled_from([["letters"], ["letters", "pictures"]]))})
    said.update({"settle": "P0D", "legal_basis": "eu-gdpr:A6-1-a" if nature == "policy" else "eu-gdpr:A6-1-f"})
    said.pop("on_missing_event", None)
    return said


def _rule(draw: st.DrawFn, nature: str, start: Json) -> Json:
    period, window = draw(st.sampled_from(PERIODS)), draw(st.sampled_from(WINDOWS))
    said: Json = {
        "title": {"en": "A purpose"},
        "reason": {"en": "It is needed."},
        "data_use": "essential.service",
        "legal_basis": "eu-gdpr:A6-1-c" if nature == "duty" else "eu-gdpr:A6-1-f",
        "nature": nature,
        "starting_point": start,
        "period": period,
        "execution_window": window,
        "source": "a test",
        "effective_from": "1990-01-01",
        "approved_by": "dpo",
    }
    settle = draw(st.sampled_from(SETTLES))
    if span(settle)[1] <= _at_least(window):
        said["settle"] = settle
    if draw(st.integers(0, 3)) == 0:
        said["roll"] = "next_weekday"
    if nature == "duty":
        said["on_missing_event"] = {"restrict": "P11Y", "from": "first_seen"}
    elif draw(st.integers(0, 3)):
        said["on_missing_event"] = {"restrict": draw(st.sampled_from(["P12M", "P1M", "P0D"])), "from": "first_seen"}
        if draw(st.integers(0, 3)) == 0:
            said["on_missing_event"]["execution_window"] = "P40D"
    return said


def _early_ends(draw: st.DrawFn, said: Json, events: list[str]) -> None:
    others = [event for event in events if event != said["starting_point"]["event"] and event != "noted"]
    if others and draw(st.integers(0, 2)) == 0:
        end = {"event": draw(st.sampled_from(others)), "period": draw(st.sampled_from(["P0D", "P1M"]))}
        if draw(st.booleans()):
            end["execution_window"] = "P45D"
        said["ended_by"] = [end]


def _gated(draw: st.DrawFn, said: Json) -> None:
    gate = draw(st.sampled_from([None, "requires_consent", "admitted_by_consent"]))
    if gate:
        said[gate] = draw(st.sampled_from(["letters", "pictures"]))
    if gate == "requires_consent":
        said["legal_basis"] = "eu-gdpr:A6-1-a"
    else:
        effects = draw(st.sampled_from([None, {"mailing": "end"}, {"profiling": "restrict"}, {"mailing": "end", "profiling": "restrict"}]))
        said.update({"objections": effects} if effects else {})


def _tables(draw: st.DrawFn, group: str, reaches: Reaches, purposes: dict[str, Json]) -> dict[str, Json]:
    """The group's tables, each field serving some of the purposes that the table can decide."""
    found = {}
    for name, template in _drawn_over("tables")[group].items():
        scopes = _possible(draw, reaches.get(name, {}), purposes, name)
        if name in reaches and not scopes:
            continue
        for field in template["fields"].values():
            if "category" not in field:
                field["category"] = "user.content"
                field["serves"] = draw(st.lists(st.sampled_from(sorted(scopes)), min_size=1, max_size=3, unique=True))
        served = {purpose for field in template["fields"].values() for purpose in listed(field.get("serves"))}
        said = {
            purpose: scope
            for purpose, scope in scopes.items()
            if purpose in served
            and "of" in purposes[purpose]["starting_point"]
            and (scope != purposes[purpose]["starting_point"]["of"] or draw(st.booleans()))
        }
        found[name] = {**template, **({"scopes": said} if said else {})}
    _links(draw, found, purposes)
    return found


def _possible(draw: st.DrawFn, events: dict[str, tuple[str, ...]], purposes: dict[str, Json], table: str) -> dict[str, str]:
    """Each purpose that a table can decide, with the scope in which it does."""
    found = {}
    for name, said in purposes.items():
        point = said["starting_point"]
        if "consent" in point and table in ("readers", "letters", "permissions"):
            found[name] = "record"
        elif point.get("event") in events:
            scopes = events[point["event"]]
            found[name] = point["of"] if point["of"] in scopes and draw(st.integers(0, 3)) else draw(st.sampled_from(scopes))
    return found


def _links(draw: st.DrawFn, tables: dict[str, Json], purposes: dict[str, Json]) -> None:
    """Some links say what becomes of them; a row that a duty or a claim keeps cannot end with another."""
    for table in tables.values():
        for column, target in list(table.get("links", {}).items()):
            link = target if isinstance(target, dict) else {"to": target}
            if link["to"] not in tables:
                del table["links"][column]
                continue
            served = {name for field in table["fields"].values() for name in listed(field.get("serves"))}
            free = all(purposes[name]["nature"] == "policy" for name in served)
            says = draw(st.sampled_from([None, None, "clear", "keep_key", *(["end_too"] if free else [])]))
            clearable = not {*listed(table["key"])} & {column, *link.get("columns", {})}
            if says and link["to"] != "accounts" and (says != "clear" or clearable):
                table["links"][column] = {**link, "when_target_ends": says}


def _served(tables: dict[str, Json], purpose: str) -> bool:
    return any(purpose in listed(field.get("serves")) for table in tables.values() for field in table["fields"].values())


def _holds(draw: st.DrawFn, tables: dict[str, Json]) -> list[Json]:
    if draw(st.integers(0, 3)):
        return []
    held = draw(st.lists(st.sampled_from(sorted(set(tables) - {"accounts"})), min_size=1, max_size=2, unique=True))
    return [
        {
            "hold": "dispute",
            "ground": "a claim in court",
            "owner": "legal",
            "review_by": "2030-01-01",
            "effective_from": "2020-01-01",
            "tables": [f"crm.{name}" for name in held],
        }
    ]


def _at_least(window: str) -> int:
    months, days = span(window)
    return months * 28 + days


def _drawn_over(name: str) -> Json:
    return dict(YAML(typ="safe").load(Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8")))

"""Edits of the example policy, drawn: each changes one rule as an officer may change it, of any kind that decides what lives how long."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.compiling import compile_rules

Documents = dict[str, Any]
PERIODS = ("P0D", "P14D", "P1M", "P3M", "P6M", "P12M", "P18M", "P24M", "P36M", "P5Y", "P7Y", "P10Y")
OFFSETS = (None, "end_of_month", "end_of_calendar_year", "end_of_fiscal_year")
YAML_12 = YAML(typ="safe", pure=True)
YAML_12.default_flow_style = False


@dataclass(frozen=True)
class Edit:
    """A changed policy, and what was changed."""

    said: str
    policy: Policy


def drawn_edits(base: Path, scratch: Path, count: int, seed: int) -> Iterator[Edit]:
    """So many edits that compile and say something else than the policy in `base`; every kind in its turn."""
    rng, found, number = random.Random(seed), 0, 0  # noqa: S311  reproducible, and nothing to be kept from anybody
    before = load(base).version
    while found < count:
        kind = KINDS[number % len(KINDS)]
        number += 1
        edit = _edited(base, scratch, kind, rng)
        if edit is not None and edit.policy.version != before:
            found += 1
            yield edit


def _edited(base: Path, scratch: Path, kind: Kind, rng: random.Random) -> Edit | None:
    """None where the edit drawn is none that the policy's own checks let through."""
    documents = {path.relative_to(base).as_posix(): YAML_12.load(path) for path in sorted(base.rglob("*.yaml"))}
    said = kind(documents, rng)
    if said is None:
        return None
    shutil.rmtree(scratch, ignore_errors=True)
    for name, document in documents.items():
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        with (scratch / name).open("w", encoding="utf-8") as file:
            YAML_12.dump(document, file)
    try:
        policy = load(scratch)
        compile_rules(policy)
    except PolicyErrors:
        return None
    return Edit(f"{kind.__name__}: {said}", policy)


Kind = Callable[[Documents, random.Random], str | None]


def period(documents: Documents, rng: random.Random) -> str:
    purpose = _purpose(documents, rng)
    purpose["period"] = rng.choice(PERIODS)
    return f"{purpose['purpose']} {purpose['period']}"


def event(documents: Documents, rng: random.Random) -> str | None:
    """Another starting point: records move from cohort to cohort."""
    purposes = [one for one in _purposes(documents) if "event" in one["starting_point"]]
    purpose = rng.choice(purposes)
    purpose["starting_point"] = dict(rng.choice(purposes)["starting_point"])
    return f"{purpose['purpose']} {purpose['starting_point']}"


def scope(documents: Documents, rng: random.Random) -> str | None:
    purpose = rng.choice([one for one in _purposes(documents) if "event" in one["starting_point"]])
    was = purpose["starting_point"].get("of", "subject")
    purpose["starting_point"]["of"] = "record" if was == "subject" else "subject"
    return f"{purpose['purpose']} of {purpose['starting_point']['of']}"


def offset(documents: Documents, rng: random.Random) -> str | None:
    purpose = rng.choice([one for one in _purposes(documents) if "event" in one["starting_point"]])
    chosen = rng.choice(OFFSETS)
    purpose["starting_point"] = {
        **{k: v for k, v in purpose["starting_point"].items() if k != "offset"},
        **({"offset": chosen} if chosen else {}),
    }
    return f"{purpose['purpose']} {chosen}"


def fallback(documents: Documents, rng: random.Random) -> str:
    purpose = _purpose(documents, rng)
    purpose["on_missing_event"] = {"restrict": rng.choice(PERIODS[1:]), "from": "first_seen"}
    return f"{purpose['purpose']} {purpose['on_missing_event']['restrict']}"


def settle(documents: Documents, rng: random.Random) -> str:
    purpose = _purpose(documents, rng)
    purpose["settle"] = rng.choice(("P0D", "P1D", "P30D", "P60D"))
    return f"{purpose['purpose']} {purpose['settle']}"


def window(documents: Documents, rng: random.Random) -> str:
    purpose = _purpose(documents, rng)
    purpose["execution_window"] = rng.choice(("P1D", "P30D", "P6M", "P12M"))
    return f"{purpose['purpose']} {purpose['execution_window']}"


def nature(documents: Documents, rng: random.Random) -> str:
    purpose = _purpose(documents, rng)
    purpose["nature"] = "claims" if purpose["nature"] == "policy" else "policy"
    return f"{purpose['purpose']} {purpose['nature']}"


def ended_by(documents: Documents, rng: random.Random) -> str:
    purpose = rng.choice([one for one in _purposes(documents) if "ended_by" in one])
    if rng.random() < 0.5:
        del purpose["ended_by"]
        return f"{purpose['purpose']} by nothing"
    purpose["ended_by"][0]["period"] = rng.choice(PERIODS[1:])
    return f"{purpose['purpose']} after {purpose['ended_by'][0]['period']}"


def serves(documents: Documents, rng: random.Random) -> str:
    """One purpose more or less for a field."""
    table, name, field = _field(documents, rng)
    purposes = sorted(one["purpose"] for one in _purposes(documents))
    if len(field["serves"]) > 1 and rng.random() < 0.5:
        gone = rng.choice(field["serves"])
        field["serves"] = [one for one in field["serves"] if one != gone]
        return f"{table}.{name} no longer {gone}"
    more = rng.choice([one for one in purposes if one not in field["serves"]])
    field["serves"] = [*field["serves"], more]
    return f"{table}.{name} {more} too"


def dropped(documents: Documents, rng: random.Random) -> str:
    table, name, _ = _field(documents, rng)
    source = next(document for document in documents.values() if table in document.get("tables", {}))
    del source["tables"][table]["fields"][name]
    return f"{table}.{name}"


def link(documents: Documents, rng: random.Random) -> str:
    tables = [(name, one) for name, one in _tables(documents) if one.get("links")]
    name, table = rng.choice(tables)
    column = rng.choice(sorted(table["links"]))
    was = table["links"][column]
    to = was if isinstance(was, str) else was["to"]
    how = rng.choice(("end_too", "clear", "keep_key"))
    table["links"][column] = {**(was if isinstance(was, dict) else {}), "to": to, "when_target_ends": how}
    return f"{name}.{column} {how}"


def hold(documents: Documents, rng: random.Random) -> str:
    sources = {document["source"]: document for document in documents.values() if "tables" in document}
    every = [f"{source}.{table}" for source, document in sorted(sources.items()) for table in document["tables"]]
    tables = sorted(rng.sample(every, 3))
    said = {"hold": "dispute", "ground": "a claim in court", "owner": "legal", "review_by": "2027-12-31", "effective_from": "2026-01-01"}
    documents["holds.yaml"] = {"holds": [{**said, "tables": tables}]}
    return " ".join(tables)


def register(documents: Documents, rng: random.Random) -> str:
    """What counts as a consent, and for how long."""
    registers = [(name, one) for document in documents.values() for name, one in document.get("consents", {}).items()]
    name, found = rng.choice(registers)
    if "valid" in found and rng.random() < 0.5:
        found["valid"] = [rng.choice(found["valid"])]
        return f"{name} valid {found['valid']}"
    found["valid_for"] = rng.choice(("P1M", "P6M", "P18M", "P36M"))
    return f"{name} for {found['valid_for']}"


def company(documents: Documents, rng: random.Random) -> str:
    chosen, value = rng.choice(
        (
            ("undetermined", {"restrict": rng.choice(PERIODS[1:]), "from": "first_seen"}),
            ("plausible_dates", {"earliest": rng.choice(("2020-01-01", "2024-06-01")), "ahead": "P20Y"}),
            ("fiscal_year_end", rng.choice(("06-30", "04-30"))),
        )
    )
    documents["company.yaml"][chosen] = value
    return f"{chosen} {value}"


KINDS: tuple[Kind, ...] = (
    *(period, event, offset, fallback, serves, hold, link, register),
    *(scope, settle, window, nature, ended_by, dropped, company, period, serves, event),
)


def _purposes(documents: Documents) -> list[dict[str, Any]]:
    return [document for name, document in sorted(documents.items()) if name.startswith("purposes/")]


def _purpose(documents: Documents, rng: random.Random) -> dict[str, Any]:
    return rng.choice(_purposes(documents))


def _tables(documents: Documents) -> list[tuple[str, dict[str, Any]]]:
    return [one for name, document in sorted(documents.items()) if name.startswith("sources/") for one in document["tables"].items()]


def _field(documents: Documents, rng: random.Random) -> tuple[str, str, dict[str, Any]]:
    every = [(table, name, field) for table, one in _tables(documents) for name, field in one["fields"].items() if field.get("serves")]
    return rng.choice(every)

"""A policy as plain dictionaries, every shorthand written out (docs/reference.md). Tables are named `source.table`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

Json = dict[str, Any]
PERSONAL = "user"


@dataclass(frozen=True, slots=True)
class Law:
    """All that a policy folder says, as far as it concerns deciding."""

    company: Json
    purposes: dict[str, Json]
    tables: dict[str, Json]
    consents: dict[str, Json]
    objections: dict[str, Json]
    holds: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Link:
    """Columns of a table that name a row of another, by its key or other columns."""

    name: str
    here: str
    to: str
    columns: tuple[tuple[str, str], ...]
    """(column here, column there)."""
    kind: tuple[str, str] | None
    """(column here, the value that means this table)."""
    ends: str | None


def read(folder: Path) -> Law:
    """The law of a policy folder, read with a YAML library and nothing else."""
    company = _yaml(folder / "company.yaml")
    purposes = {one["purpose"]: one for one in (_yaml(path) for path in sorted((folder / "purposes").glob("*.yaml")))}
    law = Law(company, purposes, {}, {}, {}, _yaml(folder / "holds.yaml")["holds"])
    for path in sorted((folder / "sources").glob("*.yaml")):
        source = _yaml(path)
        name = source["source"]
        law.tables.update(
            {
                f"{name}.{table}": {**said, "source": name, "extract": {**source.get("extract", {}), **said.get("extract", {})}}
                for table, said in source["tables"].items()
            }
        )
        for kind, into in (("consents", law.consents), ("objections", law.objections)):
            into.update({one: {**said, "table": full(said["table"], name), "source": name} for one, said in source.get(kind, {}).items()})
    return law


def full(table: str, source: str) -> str:
    """A table's full name, as it is meant inside a source."""
    return table if "." in table else f"{source}.{table}"


def listed(said: Any) -> list[Any]:
    """One or several, as a list."""
    return [] if said is None else list(said) if isinstance(said, list | tuple) else [said]


def key(table: Json) -> list[str]:
    """The key columns."""
    return listed(table["key"])


def serves(table: Json, column: str) -> frozenset[str]:
    """The purposes that a field serves."""
    return frozenset(listed(table["fields"][column].get("serves")))


def personal(table: Json) -> bool:
    """Whether a table holds any personal field, or its rows are persons; another is copied whole."""
    return bool(table.get("subject")) or any(one["category"].split(".")[0] == PERSONAL for one in table["fields"].values())


def subjects(table: Json) -> list[Json]:
    """The kinds of person that a row may be."""
    return [{"kind": one} if isinstance(one, str) else one for one in listed(table.get("subject"))]


def events(table: Json) -> dict[str, Json]:
    """Event → where its date stands."""
    return {name: said if isinstance(said, dict) else {"at": said} for name, said in table.get("events", {}).items()}


def merged(law: Law, name: str) -> Json | None:
    """Where it is said which records of a table were merged into others: the table, the column with a name, that with the one it means."""
    said = law.tables[name].get("merged_into")
    if said is None:
        return None
    if isinstance(said, str) or "table" not in said:
        return {"table": name, "name": key(law.tables[name])[0], "into": said if isinstance(said, str) else said["into"]}
    return {"name": said["name"], "into": said["into"], "table": full(said["table"], law.tables[name]["source"])}


def succession(event: Json) -> Json | None:
    """By which link a row of an event names what continues it (`ahead`) or what it continues, and where it says when it begins."""
    for way in ("continued_by", "continues"):
        if way in event:
            said = event[way]
            return {**(said if isinstance(said, dict) else {"link": said}), "ahead": way == "continued_by"}
    return None


def links(law: Law, name: str) -> list[Link]:
    """Every link of a table; one that a kind says is a link to each of its tables."""
    found = []
    for column, said in law.tables[name].get("links", {}).items():
        link = said if isinstance(said, dict) else {"to": said}
        targets = link["to"] if isinstance(link["to"], dict) else {None: link["to"]}
        for value, target in targets.items():
            to = full(target, law.tables[name]["source"])
            there = [link["column"]] if "column" in link else key(law.tables[to])
            columns = tuple(link["columns"].items()) if "columns" in link else ((column, there[0]),)
            kind = (link["kind"], value) if value is not None else None
            found.append(Link(column, name, to, columns, kind, link.get("when_target_ends")))
    return found


def _yaml(path: Path) -> Json:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}

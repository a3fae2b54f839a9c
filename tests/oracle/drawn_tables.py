"""Tables of a drawn policy: which purposes each field serves, in which scope a table decides them, and what becomes of its links."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.oracle.drawn_purposes import only_shortened
from tests.oracle.law import Json, key, listed

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
DEALS: Reaches = {
    "firms": {"firm_left": ("record",)},
    "members": {"resigned": ("record",), "agreement_end": ("subject",), "firm_left": ("record", "subject")},
    "merges": {"resigned": ("record", "subject"), "agreement_end": ("subject",), "firm_left": ("record", "subject")},
    "agreements": {"agreement_end": ("record", "subject"), "resigned": ("record", "subject"), "firm_left": ("record", "subject")},
    "remarks": {"agreement_end": ("record", "subject"), "resigned": ("record", "subject"), "firm_left": ("record", "subject")},
}
"""Table → event → the scopes in which its rows find that event."""

NEEDED = {"sale": ("contract_end",), "reader": ("noted",), "deal": ("agreement_end", "firm_left")}
"""Events that the first purposes of a group always have, so that the tables stay that others name."""
TOLD = {"resigned": ("agreements", "members"), "firm_left": ("agreements", "members", "firms")}
"""The ways that remarks may tell to an event: not the shortest ones."""

ABOVE = {"lines": "invoices", "invoices": "contacts", "letters": "readers", "dealings": "parties"}
"""Table → the one that its rows name, over which they find what they have not themselves."""


def tables_of(draw: st.DrawFn, group: str, reaches: Reaches, purposes: dict[str, Json], lasts: tuple[str, ...]) -> dict[str, Json]:
    """The group's tables, each field serving some of the purposes that the table can decide. `lasts`: the natures of purposes that find
    nothing over rows that may go before."""
    found: dict[str, Json] = {}
    lasting: dict[str, dict[str, str]] = {}
    templates = drawn_over("tables")[group]
    for name, template in reversed(templates.items()):  # whose rows name others first: what they need of those is known then
        asked = lasting.get(name, {})
        scopes = {**_possible(draw, reaches.get(name, {}), purposes, name), **asked}
        if name in reaches and not scopes:
            continue
        _serve(draw, template, scopes, asked)
        served = {purpose for field in template["fields"].values() for purpose in listed(field.get("serves"))}
        if name in ABOVE:
            lasting[ABOVE[name]] = _lasting(
                reaches, purposes, name, {one: scopes[one] for one in served if purposes[one]["nature"] in lasts}
            )
            for one in lasting[ABOVE[name]]:
                purposes[one].update(only_shortened(purposes[one]))
        said = {
            purpose: scope
            for purpose, scope in sorted(scopes.items())
            if purpose in served
            and "of" in purposes[purpose]["starting_point"]
            and (scope != purposes[purpose]["starting_point"]["of"] or purpose in asked or draw(st.booleans()))
        }
        found[name] = {**template, **({"scopes": said} if said else {})}
    found = {name: found[name] for name in templates if name in found}
    _follow_up(draw, found)
    _links(draw, found, purposes)
    return found


def _follow_up(draw: st.DrawFn, tables: dict[str, Json]) -> None:
    """How it is said who was merged into whom, which agreement continues another, and by which way something is found."""
    if "members" in tables:
        if "merges" in tables and draw(st.booleans()):
            tables["members"]["merged_into"] = {"table": "merges", "name": "old", "into": "new"}
        else:
            tables.pop("merges", None)
    if "agreements" in tables:
        begins = draw(st.sampled_from([{"begins": "begins_on"}, {}]))
        follows = {one: {"link": "renewed_by", **begins} for one in ("continued_by", "continues")}
        how = draw(st.sampled_from(["continued_by", "continues", "fallback"]))
        tables["agreements"]["events"]["agreement_end"][how] = {**follows, "fallback": "changed_on"}[how]
    if "remarks" in tables:
        link = tables["remarks"]["links"]["parent_id"]
        link["to"] = {kind: to for kind, to in link["to"].items() if to in tables}
        ways = {event: list(way) for event, way in TOLD.items() if {*way} <= {*tables}}
        told = {event: way for event, way in sorted(ways.items()) if draw(st.integers(0, 2)) == 0}
        tables["remarks"].update({"events_via": told} if told else {})


def _serve(draw: st.DrawFn, template: Json, scopes: dict[str, str], asked: dict[str, str]) -> None:
    for field in template["fields"].values():
        if "category" not in field:
            field["category"] = "user.content"
            field["serves"] = draw(st.lists(st.sampled_from(sorted(scopes)), min_size=1, max_size=3, unique=True))
    if asked:
        of_key = next(template["fields"][column] for column in key(template) if "serves" in template["fields"][column])
        of_key["serves"] = sorted({*of_key["serves"], *asked})


def _lasting(reaches: Reaches, purposes: dict[str, Json], name: str, scopes: dict[str, str]) -> dict[str, str]:
    """Of these purposes, those that find their dates over the rows above, which have to last as long: purpose → scope."""
    own, above = _events(name), ABOVE[name]
    asked = {}
    for one, scope in scopes.items():
        event = purposes[one]["starting_point"].get("event")
        if event not in own or scope == "subject":
            possible = reaches[above].get(event, (scope,))
            asked[one] = scope if scope in possible else possible[0]
    return asked


def _events(name: str) -> set[str]:
    """The events of a table's own rows."""
    return {event for group in drawn_over("tables").values() for event in group.get(name, {}).get("events", {})}


def _possible(draw: st.DrawFn, events: dict[str, tuple[str, ...]], purposes: dict[str, Json], table: str) -> dict[str, str]:
    """Each purpose that a table can decide, with the scope in which it does."""
    found = {}
    for name, said in purposes.items():
        point = said["starting_point"]
        if "consent" in point and table in ("readers", "letters", "permissions"):
            found[name] = "record"
        elif point.get("event") in events:
            scopes = events[point["event"]]
            if table in DEALS and said["nature"] != "policy":  # what lasts longest finds nothing over what may go before
                scopes = ("record",) if point["event"] in _events(table) else ()
            if scopes:
                found[name] = point["of"] if point["of"] in scopes and draw(st.integers(0, 3)) else draw(st.sampled_from(scopes))
    return found


def _links(draw: st.DrawFn, tables: dict[str, Json], purposes: dict[str, Json]) -> None:
    """Some links say what becomes of them; a row that a duty or a claim keeps cannot end with another."""
    for name, table in tables.items():
        for column, target in list(table.get("links", {}).items()):
            link = target if isinstance(target, dict) else {"to": target}
            if not {*(link["to"].values() if isinstance(link["to"], dict) else [link["to"]])} <= {*tables}:
                del table["links"][column]
                continue
            served = {one for field in table["fields"].values() for one in listed(field.get("serves"))}
            free = link["to"] != name and all(purposes[one]["nature"] == "policy" for one in served)
            says = draw(st.sampled_from([None, None, "clear", "keep_key", *(["end_too"] if free else [])]))
            clearable = not {*listed(table["key"])} & {column, *link.get("columns", {})}
            if says and link["to"] != "accounts" and (says != "clear" or clearable):
                table["links"][column] = {**link, "when_target_ends": says}


def drawn_over(name: str) -> Json:
    """A document beside this file."""
    return dict(YAML(typ="safe").load(Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8")))

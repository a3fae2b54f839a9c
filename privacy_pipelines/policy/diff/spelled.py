"""A policy as things and what is said of each: flat texts that can be compared, made from the frozen values themselves.

Nothing is listed here by name that the model has, so a key that the format gets later cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.values import Period

Things = dict[tuple[str, str], dict[str, str]]
"""(kind, name) → what → how it is said."""
_APART = ("columns", "links", "events")
"""What a table has many of: things of their own."""


def spelled(policy: Policy) -> Things:
    """Everything that the policy says."""
    company = policy.company
    found: Things = {("company", ""): _flat(company, but=("recipients", "entities"))}
    named: tuple[tuple[str, Iterable[Any]], ...] = (
        *(("recipient", company.recipients), ("entity", company.entities), ("purpose", policy.purposes), ("consent", policy.consents)),
        *(("objection", policy.objections), ("hold", policy.holds)),
    )
    found |= {(kind, one.name): _flat(one, but=("name",)) for kind, every in named for one in every}
    found |= {("not read", one.table): _flat(one, but=("table",)) for one in policy.not_read}
    for table in policy.tables:
        found |= _table(table)
    return found


def _table(table: Table) -> Things:
    found = {("table", table.id): {**_flat(table, but=("source", "name", *_APART)), **_names(table)}}
    for kind, every in (("field", table.columns), ("link", table.links), ("event", table.events)):
        found |= _numbered(kind, table, every)
    return found


def _names(table: Table) -> dict[str, str]:
    """So that a table that was added or removed says which fields went with it."""
    return {"fields": ", ".join(column.name for column in table.columns)}


def _numbered(kind: str, table: Table, every: Iterable[Any]) -> Things:
    """Several links may have one name: those to a table that a kind says."""
    found: Things = {}
    for one in every:
        name = f"{table.id}.{one.name}"
        while (kind, name) in found:
            name += "'"
        found[kind, name] = _flat(one, but=("name",))
    return found


def _flat(value: Any, before: str = "", *, but: tuple[str, ...] = ()) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in fields(value):
        if field.name not in but:
            found |= dict(_said(f"{before}{field.name}", getattr(value, field.name)))
    return found


def _said(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if is_dataclass(value) and not isinstance(value, Period):
        yield from _flat(value, f"{name}.").items()
    else:
        yield name, _text(value)


def _text(value: Any) -> str:
    """A value as one reads it.

    >>> _text(Period(12)), _text(None), _text(("a", "b")), _text(True), _text((("en", "Ask"),))
    ('P1Y', 'none', 'a, b', 'yes', 'en: Ask')
    """
    if value is None or value in ((), ""):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Period | date):
        return str(value)
    if is_dataclass(value):
        return " ".join(f"{name} {said}" for name, said in _flat(value).items() if said != "none")
    if isinstance(value, tuple):
        return ", ".join(_pair(*one) if _is_pair(one) else _text(one) for one in value)
    return str(value)


def _is_pair(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str)


def _pair(name: str, value: Any) -> str:
    return f"{name}: {_text(value)}"

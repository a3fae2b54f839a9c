"""The exact checks, as the engine calls them: one candidate at a time, and only candidates."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sqlglot import exp

from privacy_pipelines.scanning.kinds import KINDS, Kind
from privacy_pipelines.sql import Sql, case, lit
from privacy_pipelines.store.engine import Session


def learn(session: Session, country: str) -> None:
    """Let the session call every kind's check, with the company's country. Raises StoreError."""
    for kind in KINDS:
        session.function(_name(kind), _bound(kind, country))


def identified(kind: Kind, candidate: Sql) -> Sql:
    """The part of a candidate that is one, or ''. Needs `learn`."""
    digits = exp.Length(this=exp.Anonymous(this="REGEXP_REPLACE", expressions=[candidate.copy(), lit(r"\D"), lit(""), lit("g")]))
    checked = exp.Anonymous(this=_name(kind), expressions=[candidate])
    return case((exp.GTE(this=digits, expression=lit(kind.digits)), checked), default=lit(""))


def identifiers(kind: Kind, text: Sql) -> Sql:
    """Every identifier of the kind in a text, as a list. Needs `learn`."""
    found = exp.Anonymous(this="REGEXP_EXTRACT_ALL", expressions=[text, lit(kind.expression)])
    checked = exp.Anonymous(this="LIST_TRANSFORM", expressions=[found, function(["c"], identified(kind, exp.column("c")))])
    is_one = function(["p"], exp.NEQ(this=exp.column("p"), expression=lit("")))
    return exp.Anonymous(this="LIST_FILTER", expressions=[checked, is_one])


def function(names: list[str], body: Sql) -> exp.Lambda:
    """A function of the engine's own, for the members of a list."""
    return exp.Lambda(this=body, expressions=[exp.to_identifier(name) for name in names])


def _name(kind: Kind) -> str:
    return f"identified_{kind.name}"


@cache
def _bound(kind: Kind, country: str) -> Callable[[str], str]:
    return lambda candidate: kind.check(candidate, country)

"""Whether the name of an undeclared column is somebody's: a table that was turned on its side has people for columns.

Such a name is told nowhere. It is looked up among what the store and tonight's extracts hold of people: among names word by word, among
other values as they are written. An identifier in it is found by its form. It costs a scan, so only a night that has such columns looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.extracts.arrivals import Arrival
from privacy_pipelines.extracts.staged import staged_name
from privacy_pipelines.policy.model import Column, Policy
from privacy_pipelines.scanning.kinds import EMAIL, IDENTITY_NUMBER
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import STORED

UNTOLD = "(a name that stands in the data)"
_IDENTIFIER = re.compile(f"{EMAIL}|{IDENTITY_NUMBER}")
_NAME = "user.name"
_TEXTS = ("text", "email", "personal_number")


def without_peoples_names(session: Session, policy: Policy, arrivals: Iterable[Arrival]) -> tuple[Arrival, ...]:
    """The arrivals, with `UNTOLD` for each undeclared column that is named as somebody is, or after something of theirs.

    Raises:
        StoreError: the engine could not look.
    """
    every = tuple(arrivals)
    names = sorted({name for arrival in every for name in arrival.undeclared})
    if not names:
        return every
    theirs = _standing(session, policy, every, names)
    untold = {name for name in names if _is_somebodys(name, theirs) or _IDENTIFIER.search(name)}
    return tuple(replace(arrival, undeclared=_told(arrival.undeclared, untold)) for arrival in every)


def _told(names: tuple[str, ...], untold: set[str]) -> tuple[str, ...]:
    """Several that are not told are still several columns."""
    hidden = sum(name in untold for name in names)
    numbered = (UNTOLD, *(f"{UNTOLD[:-1]}, {number})" for number in range(2, hidden + 1)))[:hidden]
    return (*(name for name in names if name not in untold), *numbered)


def _is_somebodys(name: str, theirs: set[str]) -> bool:
    return name.casefold() in theirs or all(word in theirs for word in _words(name))


def _words(name: str) -> list[str]:
    return name.casefold().replace(",", " ").split() or [name]


def _standing(session: Session, policy: Policy, arrivals: tuple[Arrival, ...], names: list[str]) -> set[str]:
    """What of these names stands in the store or in what arrived, in small letters: words of somebody's name, or the whole of a value."""
    places = [(table, sql.table(STORED, table.id)) for table in policy.tables]
    places += [(policy.table(one.table), staged_name(one.table, one.day)) for one in arrivals if not one.refused]
    wanted = [lit(word) for word in sorted({word for name in names for word in _words(name)})]
    written = [lit(one) for one in sorted({one for name in names for one in (name, name.lower(), name.upper(), name.title())})]
    asked = [_values(rows, column, wanted, written) for table, rows in places for column in table.columns if _holds_texts(column)]
    return {value.casefold() for (value,) in session.rows(sql.union_all(asked))} if asked else set()


def _holds_texts(column: Column) -> bool:
    return column.personal and column.type in _TEXTS and not column.free_text


def _values(rows: exp.Table, column: Column, words: list[Sql], written: list[Sql]) -> exp.Select:
    value: Sql = col(column.name)
    if column.category == _NAME or column.category.startswith(f"{_NAME}."):
        spaced = sql.call("REPLACE", sql.call("LOWER", value), lit(","), lit(" "))
        value = exp.Anonymous(this="UNNEST", expressions=[exp.Anonymous(this="STRING_SPLIT", expressions=[spaced, lit(" ")])])
    found = exp.select(sql.named(value, "value")).from_(rows.copy()).subquery("v")
    return exp.select(col("value")).distinct().from_(found).where(exp.In(this=col("value"), expressions=[*words, *written]))

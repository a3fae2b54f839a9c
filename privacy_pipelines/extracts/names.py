"""Whether the name of an undeclared column is somebody's: a table that was turned on its side has people for columns.

Such a name is told nowhere. It is looked up among what the store and tonight's extracts hold of people, in whatever spelling: among names
word by word, among other values as a whole. An identifier in it is found by its form. It costs a scan, so only a night that has such
columns looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.extracts.arrivals import Arrival
from privacy_pipelines.extracts.staged import staged_name
from privacy_pipelines.policy.model import Column, Policy, Table
from privacy_pipelines.scanning.kinds import EMAIL, IDENTITY_NUMBER
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import STORED

UNTOLD = "(a name that stands in the data)"
_IDENTIFIER = re.compile(f"{EMAIL}|{IDENTITY_NUMBER}")
_NAME = "user.name"
_TEXTS = ("text", "email", "personal_number")
_BETWEEN = r"[^\p{L}\p{N}]+"
"""What stands between the words of a name, as the engine's expressions say it."""


def without_peoples_names(session: Session, policy: Policy, arrivals: Iterable[Arrival]) -> tuple[Arrival, ...]:
    """The arrivals, with `UNTOLD` for each undeclared column that is named as somebody is, or after something of theirs.

    Raises:
        StoreError: the engine could not look.
    """
    every = tuple(arrivals)
    names = sorted({name for arrival in every for name in arrival.undeclared})
    if not names:
        return every
    theirs = _standing(session, policy, every, sorted({one for name in names for one in (name, *_words(name))}))
    untold = {name for name in names if _IDENTIFIER.search(name) or name in theirs or _all(_words(name), theirs)}
    return tuple(replace(arrival, undeclared=_told(arrival.undeclared, untold)) for arrival in every)


def _told(names: tuple[str, ...], untold: set[str]) -> tuple[str, ...]:
    """Several that are not told are still several columns."""
    hidden = sum(name in untold for name in names)
    numbered = (UNTOLD, *(f"{UNTOLD[:-1]}, {number})" for number in range(2, hidden + 1)))[:hidden]
    return (*(name for name in names if name not in untold), *numbered)


def _words(name: str) -> list[str]:
    """Those of letters: what stands beside them, as in `Ada Lovelace (1)`, names nobody."""
    return [word for word in re.split(r"[\W_]+", name) if word and not word.isdigit()]


def _all(words: list[str], theirs: set[str]) -> bool:
    return bool(words) and theirs.issuperset(words)


def _standing(session: Session, policy: Policy, arrivals: tuple[Arrival, ...], asked: list[str]) -> set[str]:
    """Which of these texts stand in the store or in what arrived, as a word of somebody's name or as the whole of a value."""
    session.run("CREATE OR REPLACE TEMPORARY TABLE asked_names (written VARCHAR)")
    session.insert(_ASKED, [[one] for one in asked])
    places = [(table, sql.table(STORED, table.id)) for table in policy.tables]
    places += [(policy.table(one.table), staged_name(one.table, one.day)) for one in arrivals if not one.refused]
    found: set[str] = set()
    for table, rows in places:
        values = _values(table)
        if values is not None:
            same = exp.EQ(this=sql.folded(col("written", "w")), expression=col("value", "v"))
            texts = exp.select(sql.named(values, "value")).from_(rows).subquery("v")
            there = exp.select(exp.convert(1)).from_(texts).where(same)
            found.update(
                one for (one,) in session.rows(exp.select(col("written", "w")).from_(_ASKED.as_("w")).where(exp.Exists(this=there)))
            )
    return found


_ASKED = exp.to_table("asked_names")


def _values(table: Table) -> Sql | None:
    """Every value of a row in which somebody's name may stand, as it is compared."""
    texts = [column for column in table.columns if column.personal and column.type in _TEXTS and not (column.free_text or column.accepted)]
    if not texts:
        return None
    whole = exp.Array(expressions=[sql.folded(col(column.name)) for column in texts])
    words = [_split(column) for column in texts if column.category == _NAME or column.category.startswith(f"{_NAME}.")]
    every: Sql = sql.call("LIST_CONCAT", whole, *words) if words else whole
    return exp.Anonymous(this="UNNEST", expressions=[every])


def _split(column: Column) -> Sql:
    return exp.Anonymous(this="REGEXP_SPLIT_TO_ARRAY", expressions=[sql.folded(col(column.name)), lit(_BETWEEN)])

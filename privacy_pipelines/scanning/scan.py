"""Which columns of rows that arrived hold identifiers which the policy does not declare there: kinds and counts, and no value."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines.policy.model import Column, Table
from privacy_pipelines.scanning.checking import identified, learn
from privacy_pipelines.scanning.kinds import KINDS, Kind, kind_of
from privacy_pipelines.scanning.masking import declared
from privacy_pipelines.sql import all_of, call, col, lit, named, select
from privacy_pipelines.store.engine import Session

MOST_CANDIDATES = 200_000
"""So many different candidates of a column are checked exactly; of more, the count says how many there are at least."""
_NUMBERS = ("user.unique_id", "user.contact.phone_number", "user.financial", "user.government_id", "user.device", "user.payment")
"""Columns that are declared to hold a number of some kind: any of them may look like a number of another."""


@dataclass(frozen=True, slots=True)
class Found:
    """So often an identifier of one kind stands in one column."""

    column: str
    kind: str
    count: int

    @property
    def sentence(self) -> str:
        """What an engineer is told of it."""
        return f"{self.column} holds {kind_of(self.kind).title} that it does not declare: {self.count}"


def scan(session: Session, table: Table, rows: exp.Table, country: str) -> tuple[Found, ...]:
    """What is found in the new and changed rows among the staged `rows` of the table. Raises StoreError."""
    wanted = [(column, kind) for column in table.read for kind in looked_for(table, column)]
    if wanted:
        learn(session, country)
    counts = ((column.name, kind.name, _count(session, rows, column.name, kind)) for column, kind in wanted)
    return tuple(Found(*one) for one in counts if one[2])


def looked_for(table: Table, column: Column) -> tuple[Kind, ...]:
    """The kinds that this column should not hold: every one that is not declared, where nothing else limits what it holds."""
    structure = {*table.key, *(name for link in table.links for name in link.columns)}
    if column.type != "text" or column.accepted or column.name in structure:
        return ()
    categories = (column.category, *column.contains)
    number = any(column.category == one or column.category.startswith(f"{one}.") for one in _NUMBERS)
    return tuple(kind for kind in KINDS if not declared(kind, categories) and not (number and kind.numeric))


def _count(session: Session, rows: exp.Table, column: str, kind: Kind) -> int:
    candidates = select(col("c"), named(exp.Count(this=exp.Star()), "times")).from_(_candidates(rows, column, kind).subquery("u"))
    found = select(named(identified(kind, col("c")), "part"), col("times")).from_(
        candidates.group_by(col("c")).limit(MOST_CANDIDATES).subquery("d")
    )
    total = select(call("COALESCE", exp.Sum(this=col("times")), lit(0))).from_(found.subquery("f"))
    return int(session.one(total.where(exp.NEQ(this=col("part"), expression=lit(""))))[0])


def _candidates(rows: exp.Table, column: str, kind: Kind) -> exp.Select:
    """Each candidate as often as it stands there."""
    text = col(column)
    extracted = exp.Anonymous(this="REGEXP_EXTRACT_ALL", expressions=[text, lit(kind.expression)])
    each = exp.Anonymous(this="UNNEST", expressions=[extracted])
    hinted = [call("CONTAINS", text.copy(), lit(kind.hint))] if kind.hint else []
    arrived = exp.In(this=col("_arrival"), expressions=[lit("new"), lit("changed")])
    return select(named(each, "c")).from_(rows).where(all_of([arrived, *hinted]))

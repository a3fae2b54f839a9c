"""Which columns of rows that arrived hold identifiers which the policy does not declare there: kinds and counts, and no value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Column, Table
from privacy_pipelines.scanning.checking import identified, learn
from privacy_pipelines.scanning.kinds import KINDS, Kind, kind_of
from privacy_pipelines.scanning.masking import declared
from privacy_pipelines.sql import Sql, all_of, any_of, call, col, is_null, lit, named, select
from privacy_pipelines.store.engine import Session

MOST_CANDIDATES = 200_000
"""So many different candidates of a column are checked exactly; of more, the count says how many there are at least."""
_TEXTS = "_texts"
_SOME_DIGITS = "[0-9](?:[^0-9]*[0-9]){3}"
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
    wanted = {column.name: kinds for column in table.read if (kinds := looked_for(table, column))}
    worth = _worth_looking(session, rows, [*wanted])
    if worth:
        learn(session, country)
    return tuple(found for column in worth for found in _found(session, rows, column, wanted[column]))


def looked_for(table: Table, column: Column) -> tuple[Kind, ...]:
    """The kinds that this column should not hold: every one that is not declared, where nothing else limits what it holds."""
    structure = {*table.key, *(name for link in table.links for name in link.columns)}
    if column.type != "text" or column.accepted or column.name in structure:
        return ()
    categories = (column.category, *column.contains)
    number = any(column.category == one or column.category.startswith(f"{one}.") for one in _NUMBERS)
    return tuple(kind for kind in KINDS if not declared(kind, categories) and not (number and kind.numeric))


def _worth_looking(session: Session, rows: exp.Table, columns: list[str]) -> list[str]:
    """The columns of which a new or changed text may hold anything: one pass over the table, for most columns hold neither @ nor digits."""
    if not columns:
        return []
    counts = session.one(sql.select(*(sql.count_if(_may_hold(column)) for column in columns)).from_(rows, copy=False).where(_arrived()))
    return [column for column, count in zip(columns, counts, strict=True) if count]


def _found(session: Session, rows: exp.Table, column: str, kinds: tuple[Kind, ...]) -> list[Found]:
    """One statement for a column: the few texts that can hold anything are kept aside once, and then every kind looks at those."""
    texts = select(named(col(column), "text")).from_(rows, copy=False).where(all_of([_arrived(), _may_hold(column)]), copy=False)
    statement = f"WITH {_TEXTS} AS MATERIALIZED ({sql.text(texts)}) {_counts(kinds)}"
    return [Found(column, kind, int(times)) for kind, times in session.rows(statement) if times]


def _arrived() -> Sql:
    arrived = exp.In(this=col("_arrival"), expressions=[lit("new"), lit("changed")])
    return all_of([arrived, is_null(col("_fault"))])


def _may_hold(column: str) -> Sql:
    """Whether there is an @ or some digits in a text."""
    return any_of([call("CONTAINS", col(column), lit("@")), call("REGEXP_MATCHES", col(column), lit(_SOME_DIGITS))])


@cache
def _counts(kinds: tuple[Kind, ...]) -> str:
    """The part of the statement that is the same for every column of which these kinds are looked for."""
    return sql.text(sql.union_all([_counted(kind) for kind in kinds]))


def _counted(kind: Kind) -> exp.Select:
    """The kind, and how often it stands in the texts: each different candidate is checked once."""
    extracted = exp.Anonymous(this="REGEXP_EXTRACT_ALL", expressions=[col("text"), lit(kind.expression)])
    each = select(named(exp.Anonymous(this="UNNEST", expressions=[extracted]), "c")).from_(exp.to_table(_TEXTS))
    if kind.hint:
        each = each.where(call("CONTAINS", col("text"), lit(kind.hint)))
    candidates = select(col("c"), named(exp.Count(this=exp.Star()), "times")).from_(each.subquery("u")).group_by(col("c"))
    checked = select(named(identified(kind, col("c")), "part"), col("times")).from_(candidates.limit(MOST_CANDIDATES).subquery("d"))
    total = select(lit(kind.name), call("COALESCE", exp.Sum(this=col("times")), lit(0))).from_(checked.subquery("f"))
    return total.where(exp.NEQ(this=col("part"), expression=lit("")))

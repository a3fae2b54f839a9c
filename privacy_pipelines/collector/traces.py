"""PROVE, absence: what identified a person who left tonight stands nowhere in the new generation, but where a living record has it on a
ground of its own.

Such a ground is that the cell was that record's own before this night wrote it: the base generation or tonight's extract said so of the
same key, and no action takes it. Whether its purpose lives is asked by `grounds`, for every cell. Everything else is a trace, and stops
the night.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.erasing import ERASED, erased_identifiers, goes
from privacy_pipelines.collector.identifiers import identifiers
from privacy_pipelines.collector.quoting import quotes
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, COLLECTED, KEPT_FACTS, KEPT_LIVES, KEPT_WITHHELD, NEXT, TONIGHT

_FOUND = exp.to_table("traces_found")


@dataclass(frozen=True, slots=True)
class Traces:
    """How often an identifier that was erased tonight stands in the new generation, and where."""

    without_ground: int
    """Cells of identifier columns that are nobody's own."""
    held_elsewhere: int
    """Cells in which another record has it lawfully: two people with one telephone, one person in two roles."""
    in_text: int
    """Free-text cells that quote one."""
    own_keys: int
    """Rows of the product's own tables about a record that is not there."""


def traces(session: Session, rules: Rules) -> Traces:
    """Look through every identifier column and every free text of the attached next generation (`collected`). Raises StoreError."""
    kinds = erased_identifiers(session, rules)
    groundless, held = identifier_traces(session, rules, kinds)
    return Traces(groundless, held, quotes(session, rules, COLLECTED) if kinds else 0, own_keys(session, rules))


def identifier_traces(session: Session, rules: Rules, kinds: frozenset[str]) -> tuple[int, int]:
    """(without a ground, held by another record): cells of all identifier columns. Raises StoreError."""
    lost = held = 0
    for rule in rules.tables:
        columns = [(name, kind) for name, kind in identifiers(rules.policy, rule.table) if kind in kinds]
        if columns:
            groundless, lawful = _traces_in(session, rule, columns)
            lost, held = lost + groundless, held + lawful
    return lost, held


def own_keys(session: Session, rules: Rules) -> int:
    """Rows about records that leave tonight, in the tables that the product keeps of its own. Raises StoreError."""
    kept = session.rows(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? AND schema_name IN (?, ?, ?)",
        [NEXT, KEPT_FACTS, KEPT_WITHHELD, KEPT_LIVES],
    )
    tables = {rule.table.id: rule.table for rule in rules.tables}
    each = [_kept_keys(schema, tables[table]) for schema, table in kept if table in tables]
    return sum(count for (count,) in session.rows(sql.union_all(each))) if each else 0


def _traces_in(session: Session, rule: TableRule, columns: list[tuple[str, str]]) -> tuple[int, int]:
    """The same of one table."""
    session.create(_FOUND, _found(rule, columns), temporary=True)
    hits = sql.select(*(sql.count_if(col(f"hit{number}")) for number in range(len(columns)))).from_(_FOUND)
    found = sum(session.one(hits))
    if not found:
        return 0, 0
    groundless = sum(session.one(_groundless(rule, columns)))
    return groundless, found - groundless


def _found(rule: TableRule, columns: list[tuple[str, str]]) -> exp.Select:
    """(key, cells, `hit<n>`) of the rows in which some of these columns holds an erased identifier, in whatever spelling."""
    hits = []
    for number, (name, kind) in enumerate(columns):
        erased = sql.select(col("value")).from_(ERASED).where(exp.EQ(this=col("kind"), expression=lit(kind)))
        hits.append(sql.named(exp.In(this=sql.folded(_text(rule, name)), query=erased.subquery()), f"hit{number}", quoted=True))
    plain = dict.fromkeys((*rule.table.key, *(name for name, _ in columns)))
    rows = sql.select(*(col(name, "n") for name in plain), *hits).from_(sql.table(COLLECTED, rule.table.id, alias="n"), copy=False)
    some = sql.any_of(col(f"hit{number}", "h") for number in range(len(columns)))
    return exp.select(exp.Star()).from_(rows.subquery("h", copy=False), copy=False).where(some, copy=False)


def _groundless(rule: TableRule, columns: list[tuple[str, str]]) -> exp.Select:
    """Of each column the hits that were not that record's own before, or that an action takes."""
    strange = []
    for number, (name, _) in enumerate(columns):
        same = exp.EQ(this=col(name, "f"), expression=col(name, "t"))
        stays = exp.not_(sql.call("COALESCE", goes(rule, name), exp.false()))
        own = sql.call("COALESCE", sql.all_of((same, stays)), exp.false())
        strange.append(sql.count_if(sql.all_of((col(f"hit{number}", "f"), exp.not_(own)))))
    rows = sql.select(*strange).from_(_FOUND.as_("f"), copy=False)
    for schema, alias in ((TONIGHT, "t"), (ACTIONS, "a")):
        other = sql.table(schema, rule.table.id, alias=alias)
        rows = rows.join(other, on=sql.same_key(rule.table.key, "f", alias), join_type="left", copy=False)
    return rows


def _text(rule: TableRule, column: str) -> Sql:
    value = col(column, "n")
    return value if rule.table.column(column).type in ("text", "email", "personal_number") else sql.cast(value, "TEXT")


def _kept_keys(schema: str, table: Table) -> exp.Select:
    """How many of the keys that one of the product's own tables has are of a record that leaves."""
    rows = sql.select(exp.Count(this=exp.Star())).from_(sql.table(schema, table.id, catalog=NEXT, alias="n"), copy=False)
    acted = sql.table(ACTIONS, table.id, alias="a")
    return rows.join(acted, on=sql.same_key(table.key, "n", "a"), copy=False).where(col("row_gone", "a"), copy=False)

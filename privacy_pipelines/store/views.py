"""Views that let every statement read a table the same way, whether the current generation has it, had it otherwise, or never did."""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Column, Policy, Table
from privacy_pipelines.sql import Sql, col
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import BOOKKEEPING, CHANGES, CURRENT, GONE, STORED, TONIGHT

_TYPES = {"date": "DATE", "timestamp": "TIMESTAMP", "integer": "BIGINT", "boolean": "BOOLEAN"}
_SCALE = 4
"""Digits after the decimal sign, where the policy does not say."""


def engine_type(column: Column) -> str:
    """The engine's type of a declared column; a decimal of more than four places is twice as wide."""
    if column.type == "decimal":
        return f"DECIMAL({18 if places_of(column) <= _SCALE else 38}, {places_of(column)})"
    return _TYPES.get(column.type, "VARCHAR")


def places_of(column: Column) -> int:
    """Digits after the decimal sign that the store keeps of a decimal."""
    return _SCALE if column.scale is None else column.scale


def stored_views(session: Session, policy: Policy, schema: str = STORED) -> None:
    """`stored.<table>`: the current generation's rows, in the columns and types that this policy declares, with `_in_store`."""
    session.schema(schema)
    for table in policy.tables:
        session.view(sql.table(schema, table.id), stored_statement(session, table))


def stored_statement(session: Session, table: Table) -> exp.Select:
    """The statement of such a view."""
    existing = set(session.columns(CURRENT, table.source, table.name))
    columns: list[Sql] = []
    own = {name for name, _ in BOOKKEEPING}
    for name, kind in types_of(table).items():
        held = name if name in own else table.stored_as(name, existing)
        value = sql.try_cast(col(held), kind) if held in existing else sql.cast(exp.null(), kind)
        columns.append(sql.named(value, name, quoted=True))
    statement = exp.select(*columns, sql.named(exp.true(), "_in_store"))
    if not existing:
        return statement.where(exp.false())
    return statement.from_(sql.table(table.source, table.name, catalog=CURRENT))


def filled_statement(session: Session, table: Table) -> exp.Select:
    """The key of each of the current generation's rows, as this policy declares it, and for each other column whether the store has a
    cell there, of whatever type."""
    existing = set(session.columns(CURRENT, table.source, table.name))
    types, columns = types_of(table), list[Sql]()
    for column in table.columns:
        held = table.stored_as(column.name, existing)
        if column.name in table.key:
            value = sql.try_cast(col(held), types[column.name]) if held else sql.cast(exp.null(), types[column.name])
        else:
            value = sql.not_null(col(held)) if held else exp.false()
        columns.append(sql.named(value, column.name, quoted=True))
    if not existing:
        return exp.select(*columns).where(exp.false())
    return exp.select(*columns).from_(sql.table(table.source, table.name, catalog=CURRENT))


def tonight_views(session: Session, policy: Policy) -> None:
    """`tonight.<table>`: stored rows that nothing superseded, and tonight's changes; all the night decides about."""
    session.schema(TONIGHT)
    for table in policy.tables:
        session.view(sql.table(TONIGHT, table.id), _tonight(table))


def standing_views(session: Session, policy: Policy) -> None:
    """The same where nothing arrives: what would be stored tonight is what is stored."""
    session.schema(TONIGHT)
    for table in policy.tables:
        session.view(sql.table(TONIGHT, table.id), exp.select(exp.Star()).from_(sql.table(STORED, table.id)))


def columns_of(table: Table) -> tuple[str, ...]:
    """Declared columns, then the product's own: the columns of a stored table."""
    return (*(column.name for column in table.columns), *(name for name, _ in BOOKKEEPING))


def types_of(table: Table) -> dict[str, str]:
    """The engine's type of each stored column."""
    return {**{column.name: engine_type(column) for column in table.columns}, **dict(BOOKKEEPING)}


def _tonight(table: Table) -> exp.Union:
    """A key that vanished, or came back, has its new `_gone_since` in `gone`; a changed row is in `changes` whole. Only changes of stored
    rows supersede: what a source sends and nobody keeps is sent every night, and would only be looked through in vain."""
    plain = [name for name in columns_of(table) if name != "_gone_since"]
    moved = sql.case((sql.not_null(col(table.key[0], "g")), col("_gone_since", "g")), default=col("_gone_since", "s"))
    newer = sql.all_of((col("_in_store", "c"), sql.same_key(table.key, "c", "s")))
    superseded = exp.select(exp.convert(1)).from_(sql.table(CHANGES, table.id, alias="c")).where(newer)
    kept = (
        exp.select(*(col(name, "s") for name in plain), sql.named(moved, "_gone_since"), sql.named(exp.true(), "_in_store"))
        .from_(sql.table(STORED, table.id, alias="s"))
        .join(sql.table(GONE, table.id, alias="g"), on=sql.same_key(table.key, "s", "g"), join_type="left")
        .where(exp.not_(exp.Exists(this=superseded)))
    )
    changed = exp.select(*(col(name) for name in (*plain, "_gone_since", "_in_store"))).from_(sql.table(CHANGES, table.id))
    return exp.union(kept, changed, distinct=False)

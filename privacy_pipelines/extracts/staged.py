"""Where the rows of one extract are staged: a table; or a view over those that were read, and those whose lines the store knows.

Everybody else reads `staged_name`, and does not see which of the two it is.
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.extracts.readers.reader import LINE
from privacy_pipelines.policy.model import Table
from privacy_pipelines.sql import col, lit, named
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ARRIVED, STORED


def staged_name(table: str, day: date) -> exp.Table:
    """The rows of one extract, for whoever reads them."""
    return sql.table(ARRIVED, f"{table}@{day.isoformat()}")


def read_name(table: str, day: date) -> exp.Table:
    """Where a file is staged by lines: the rows that were read, and those whose key stands there twice."""
    return sql.table(ARRIVED, f"{table}@{day.isoformat()} read")


def lines_name(table: str, day: date) -> exp.Table:
    """Where a file is staged by lines: the stored rows that are none of its lines; and until they were read, its lines that are none of
    them."""
    return sql.table(ARRIVED, f"{table}@{day.isoformat()} lines")


def drop_staged(session: Session, table: str, day: date) -> None:
    """Nothing of this extract is staged any more, in whatever form it was. Raises StoreError."""
    names = [name(table, day).name for name in (staged_name, read_name, lines_name)]
    found = session.rows(
        "SELECT table_name, table_type FROM information_schema.tables "
        "WHERE table_catalog = current_database() AND table_schema = ? AND table_name IN (?, ?, ?) ORDER BY table_type = 'VIEW' DESC",
        [ARRIVED, *names],
    )
    for name, kind in found:
        session.run(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {sql.text(sql.table(ARRIVED, name))}")


def join_parts(session: Session, table: Table, day: date) -> bool:
    """Make the view over the two parts; the text of lines is not kept. False: a row that was read has the key of one whose line the store
    knows, so that neither is to be believed.

    Raises StoreError.
    """
    _forget_texts(session, lines_name(table.id, day))
    read, same = read_name(table.id, day), _same(table, day)
    twice = sql.select(exp.Count(this=exp.Star())).from_(exp.alias_(read, "r", table=True), copy=False)
    twice = twice.join(same.subquery("s", copy=False), on=sql.same_key(table.key, "r", "s"), copy=False)
    if session.one(twice.where(exp.EQ(this=col("_arrival", "r"), expression=lit("new")), copy=False)) != (0,):
        return False
    columns = [col(column.name) for column in table.columns]
    columns += [col(name) for name in ("_row_hash", "_arrival", "_fault", "_masked")]
    session.view(staged_name(table.id, day), exp.union(sql.select(*columns).from_(read, copy=False), same, distinct=False))
    return True


def mark_duplicates(session: Session, table: Table, name: exp.Table) -> None:
    """Every row of a key that stands twice in the table `name` has a fault. Raises StoreError."""
    keys = [col(key) for key in table.key]
    twice = sql.select(*keys).from_(name, copy=False).group_by(*keys).having("count(*) > 1")
    here = exp.tuple_(*keys) if len(keys) > 1 else keys[0]
    session.run(
        exp.update(
            name,
            {"_fault": lit("duplicate key")},
            where=sql.all_of((exp.In(this=here, query=twice.subquery(copy=False)), sql.is_null(col("_fault")))),
        )
    )


def _forget_texts(session: Session, lines: exp.Table) -> None:
    """The lines that were read: they are staged now as values, of free text without what was masked in it."""
    session.run(exp.delete(lines, where=sql.is_null(col("_stored"))))
    session.run(f"ALTER TABLE {sql.text(lines)} DROP COLUMN {sql.text(col(LINE))}")


def _same(table: Table, day: date) -> exp.Select:
    """The stored rows whose line is in the file, as reading them would stage them: the key, and nothing else."""
    columns = [named(col(c.name, "s") if c.name in table.key else exp.null(), c.name, quoted=True) for c in table.columns]
    said = {"_arrival": lit("same"), "_fault": exp.null(), "_masked": lit(0)}
    columns += [col("_row_hash", "s"), *(named(value, name, quoted=True) for name, value in said.items())]
    other = sql.select(lit(1)).from_(exp.alias_(lines_name(table.id, day), "l", table=True), copy=False)
    other = other.where(sql.same_key(table.key, "l", "s"), copy=False)
    return (
        sql.select(*columns).from_(sql.table(STORED, table.id, alias="s"), copy=False).where(exp.not_(exp.Exists(this=other)), copy=False)
    )

"""Absence, asked again at any time after the flip: no record that was left behind stands in its table. Reads only.

The index of the departed knows keyed hashes and no key, so every stored key is hashed in the same way and looked up in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import short_hash
from privacy_pipelines.store.layout import CURRENT, NIGHT

WHOLE_RECORD = ""
"""What the index has for a cluster where the whole record left."""


@dataclass(frozen=True, slots=True)
class Absence:
    """One table: how many of its records the index says are gone, and how many of those stand in it all the same."""

    table: str
    departed: int
    found: int


def absences(session: Session, policy: Policy, key: bytes) -> tuple[Absence, ...]:
    """Every table of the generation attached as `cur` of which a record has left. `key` is the index's own. Raises StoreError."""
    if not session.columns(CURRENT, NIGHT, "departed"):
        return ()
    found = (_absence(session, table, key) for table in policy.tables)
    return tuple(one for one in found if one.departed)


def _absence(session: Session, table: Table, key: bytes) -> Absence:
    departed = exp.select(exp.Count(this=exp.Star())).from_(sql.table(NIGHT, "departed", catalog=CURRENT, alias="d")).where(_gone(table))
    count = session.one(departed)[0]
    if not count or not session.columns(CURRENT, table.source, table.name):
        return Absence(table.id, count, 0)
    hashed = sql.named(short_hash(key, table.id, table.key), "key_hash")
    stored = exp.select(hashed).from_(sql.table(table.source, table.name, catalog=CURRENT))
    same = sql.all_of((_gone(table), exp.EQ(this=col("key_hash", "s"), expression=col("key_hash", "d"))))
    still = exp.select(exp.Count(this=exp.Star())).from_(stored.subquery("s"))
    return Absence(table.id, count, session.one(still.join(sql.table(NIGHT, "departed", catalog=CURRENT, alias="d"), on=same))[0])


def _gone(table: Table) -> sql.Sql:
    of_table = exp.EQ(this=col("table", "d"), expression=lit(table.id))
    return sql.all_of((of_table, exp.EQ(this=col("cluster", "d"), expression=lit(WHOLE_RECORD))))

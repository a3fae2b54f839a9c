"""Who stands at the door again: records outside the store about which nothing is known, and which the index of the departed knows.

A source may write the key of a record otherwise than before. Another spelling is the record that left, unless the spelling that left is
still among tonight's rows: then the source tells the two apart, and so does the store.
"""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.retention.rules import TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import same_hash, short_hash
from privacy_pipelines.store.layout import CURRENT, NIGHT, TONIGHT, VERDICTS


def returning(session: Session, rule: TableRule, key: bytes) -> exp.Select | None:
    """Their keys; None where nobody has left yet. `key` is the index's own. Raises StoreError."""
    if not session.columns(CURRENT, NIGHT, "departed"):
        return None
    session.create(_FOUND, _found(rule, key), temporary=True)
    left: Sql = col("exact", "f")
    if session.one(exp.select(sql.count_if(exp.not_(col("exact")))).from_(_FOUND))[0]:
        left = sql.any_of((left, exp.not_(exp.Exists(this=_still_sent(rule, key)))))
    return exp.select(*(col(name, "f") for name in rule.table.key)).distinct().from_(_FOUND.as_("f")).where(left)


_FOUND = exp.to_table("departed_at_the_door")


def _found(rule: TableRule, key: bytes) -> exp.Select:
    """(key, left, exact): tonight's unknown rows whose key in any spelling has left, with the hash of the spelling that did."""
    table = rule.table
    hashes = [
        sql.named(short_hash(key, table.id, table.key), "key_hash"),
        sql.named(same_hash(key, table.id, table.key), "same_hash"),
    ]
    asking = (
        exp.select(*(col(name) for name in table.key), *hashes).from_(sql.table(VERDICTS, table.id)).where("unknown <> 0 AND NOT in_store")
    )
    on = sql.all_of(
        (
            exp.EQ(this=col("same_hash", "q"), expression=col("same_hash", "d")),
            exp.EQ(this=col("table", "d"), expression=lit(table.id)),
            exp.EQ(this=col("cluster", "d"), expression=lit("")),
        )
    )
    exact = exp.EQ(this=col("key_hash", "q"), expression=col("key_hash", "d"))
    found = exp.select(*(col(name, "q") for name in table.key), sql.named(col("key_hash", "d"), "left"), sql.named(exact, "exact"))
    return found.from_(asking.subquery("q")).join(sql.table(NIGHT, "departed", catalog=CURRENT, alias="d"), on=on)


def _still_sent(rule: TableRule, key: bytes) -> exp.Select:
    """The row whose spelling left, where tonight has it beside the other one."""
    table = rule.table
    alike = sql.all_of(exp.EQ(this=_folded(name, "t"), expression=_folded(name, "f")) for name in table.key)
    it = exp.EQ(this=short_hash(key, table.id, table.key, "t"), expression=col("left", "f"))
    return exp.select(exp.convert(1)).from_(sql.table(TONIGHT, table.id, alias="t")).where(alike, it)


def _folded(name: str, of: str) -> Sql:
    return sql.folded(sql.cast(col(name, of), "TEXT"))

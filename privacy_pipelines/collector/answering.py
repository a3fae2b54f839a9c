"""Which of a source's records tonight's extracts tell about: whether it still holds what we left behind, or has let it go.

A snapshot tells of every key, an increment of the rows that it holds; a key whose row could not be read is not answered. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.extracts.arrivals import Arrival, Last
from privacy_pipelines.extracts.staged import staged_name
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.hashes import short_hash


@dataclass(frozen=True, slots=True)
class Answers:
    """Tonight's accepted arrivals, and each table's newest landed extract, tonight's among them."""

    arrivals: tuple[Arrival, ...]
    landed: Mapping[str, Last]

    def condition(self, rules: Rules, key: bytes, entry: str) -> Sql:
        """Whether tonight's extracts tell about an entry (an alias) of the index of the departed. `key` is the index's own."""
        whole: list[Sql] = []
        rows: list[exp.Select] = []
        some: list[Sql] = []
        for rule in rules.tables:
            table, accepted = rule.table, [one for one in self.arrivals if one.table == rule.table.id and not one.refused]
            if table.extract.mode == "increment":
                rows += [_hashes(table, key, one, sql.is_null(col("_fault"))) for one in accepted]
                continue
            newest = [one for one in accepted if one.trusted and one.day == self.landed[table.id].day]
            if any(not one.quarantined for one in newest):
                whole.append(lit(table.id))  # every row could be read, so every key is answered
            else:
                unread = [exp.not_(_among(entry, [_hashes(table, key, one, sql.not_null(col("_fault")))])) for one in newest]
                some += [sql.all_of((exp.EQ(this=col("table", entry), expression=lit(table.id)), one)) for one in unread]
        if whole:
            some.insert(0, exp.In(this=col("table", entry), expressions=whole))
        if rows:  # of all tables at once: a hash is of its table's name too, and each set that is looked into costs every entry a look
            some.append(_among(entry, rows))
        return sql.any_of(some)


def _hashes(table: Table, key: bytes, arrival: Arrival, among: Sql) -> exp.Select:
    """The hashed keys of this extract's rows, of those that meet a condition."""
    known: Iterable[Sql] = (sql.not_null(col(name)) for name in table.key)
    found = sql.select(short_hash(key, table.id, table.key)).from_(staged_name(table.id, arrival.day), copy=False)
    return found.where(among, *known, copy=False)


def _among(entry: str, hashes: Sequence[exp.Query]) -> Sql:
    return exp.In(this=col("key_hash", entry), query=sql.union_all(hashes).subquery(copy=False))

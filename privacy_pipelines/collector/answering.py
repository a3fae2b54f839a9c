"""Which of a source's records tonight's extracts tell about: whether it still holds what we left behind, or has let it go.

A snapshot tells of every key, an increment of the rows that it holds; a key whose row could not be read is not answered. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
        told = [(rule.table, self._told(rule.table, key, entry)) for rule in rules.tables]
        whole = [lit(table.id) for table, condition in told if condition == exp.true()]
        some = [sql.all_of((_of(table, entry), condition)) for table, condition in told if condition not in (exp.true(), exp.false())]
        return sql.any_of([exp.In(this=col("table", entry), expressions=whole), *some] if whole else some)

    def _told(self, table: Table, key: bytes, entry: str) -> Sql:
        accepted = [one for one in self.arrivals if one.table == table.id and not one.refused]
        if table.extract.mode == "increment":
            return sql.any_of(_holds(table, key, one, entry, sql.is_null(col("_fault"))) for one in accepted)
        newest = [one for one in accepted if one.trusted and one.day == self.landed[table.id].day]
        if any(not one.quarantined for one in newest):
            return exp.true()  # every row could be read, so every key is answered
        return sql.any_of(exp.not_(_holds(table, key, one, entry, sql.not_null(col("_fault")))) for one in newest)


def _of(table: Table, entry: str) -> Sql:
    return exp.EQ(this=col("table", entry), expression=lit(table.id))


def _holds(table: Table, key: bytes, arrival: Arrival, entry: str, among: Sql) -> Sql:
    """Whether the entry's key is that of a row of this extract, among those that meet a condition."""
    known: Iterable[Sql] = (sql.not_null(col(name)) for name in table.key)
    hashed = exp.select(short_hash(key, table.id, table.key)).from_(staged_name(table.id, arrival.day)).where(among, *known)
    return exp.In(this=col("key_hash", entry), query=hashed.subquery())

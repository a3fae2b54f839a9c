"""From staged extracts to tonight's rows: the newest version of each key, and the keys that vanished or came back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.extracts.arrivals import Arrival, Last
from privacy_pipelines.extracts.staged import staged_name
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CHANGES, GONE, STORED
from privacy_pipelines.store.views import tonight_views, types_of


@dataclass(frozen=True, slots=True)
class Vanished:
    """How many keys a trusted snapshot no longer holds, or an increment marks as deleted; `applied` is False where there are too many to
    believe."""

    table: str
    keys: int
    stored: int
    applied: bool
    marked: bool = False


@dataclass(frozen=True, slots=True)
class _Tonight:
    """The accepted extracts of one table, oldest first."""

    table: Table
    accepted: list[Arrival]
    last: Last | None

    @property
    def newest(self) -> date:
        """The newest day of which anything is known."""
        return max([*(arrival.day for arrival in self.accepted), *([self.last.day] if self.last else [])])

    @property
    def behind(self) -> date:
        """Days before this one know less than the store and only add records to it. Increments do not, where every later one is read
        once more: then the newest version of each row is among them."""
        if self.last is None:
            return date.min
        again = {arrival.day for arrival in self.accepted}
        if self.table.extract.mode == "increment" and self.last.newer_than(min(again)) <= again:
            return date.min
        return self.last.day

    @property
    def marker(self) -> bool:
        """Whether rows may say that they were deleted."""
        return self.table.extract.deletes is not None


def merge(
    session: Session, policy: Policy, arrivals: tuple[Arrival, ...], landed: dict[str, Last], as_of: date, again: Collection[date] = ()
) -> tuple[Vanished, ...]:
    """Fill `changes` and `gone` for every table, and make the `tonight` views over them. `landed` is what landed before tonight; of days
    in `again` a person has asked for, so what an increment of theirs marks as deleted is believed."""
    vanished = []
    for table in policy.tables:
        accepted = sorted((a for a in arrivals if a.table == table.id and not a.refused), key=lambda arrival: arrival.day)
        tonight = _Tonight(table, accepted, landed.get(table.id))
        session.create(sql.table(CHANGES, table.id), _changes(tonight, as_of) if accepted else _nothing(table))
        session.create(sql.table(GONE, table.id), _gone(tonight))
        asked = table.extract.mode == "increment" and any(arrival.day in again for arrival in accepted)
        vanished += _believed(session, policy, table, asked=asked)
    tonight_views(session, policy)
    return tuple(vanished)


def _changes(tonight: _Tonight, as_of: date) -> exp.Select:
    table, newest = tonight.table, tonight.newest
    missed = sql.all_of((exp.LT(this=col("_day", "a"), expression=lit(newest)), lit(table.extract.mode == "snapshot")))
    gone = [(missed, lit(newest))]
    if tonight.marker:
        gone.append((exp.GT(this=col("_deleted_on", "d"), expression=col("_day", "a")), col("_deleted_on", "d")))
    columns: list[Sql] = [col(column.name, "a") for column in table.columns]
    columns += [
        col("_row_hash", "a"),
        sql.named(sql.call("COALESCE", col("_first_seen", "s"), lit(as_of)), "_first_seen"),
        sql.named(sql.case(*gone, default=sql.cast(exp.null(), "DATE")), "_gone_since"),
        sql.named(col("_undetermined_since", "s"), "_undetermined_since"),
        sql.named(sql.call("COALESCE", col("_in_store", "s"), exp.false()), "_in_store"),
        sql.named(col("_arrival", "a"), "_arrival"),
    ]
    stored = sql.table(STORED, table.id, alias="s")
    statement = exp.select(*columns).from_(_newest(tonight).subquery("a"))
    statement = statement.join(stored, on=sql.same_key(table.key, "a", "s"), join_type="left")
    if tonight.marker:
        statement = statement.join(_deleted(tonight).subquery("d"), on=sql.same_key(table.key, "a", "d"), join_type="left")
    news = exp.NEQ(this=col("_arrival", "a"), expression=lit("same"))
    older = sql.all_of((exp.LT(this=col("_day", "a"), expression=lit(tonight.behind)), sql.not_null(col("_in_store", "s"))))
    return statement.where(sql.all_of((news, exp.not_(exp.Paren(this=older)))))


def _newest(tonight: _Tonight) -> exp.Select:
    """Readable rows that are not marked as deleted; of several days the newest version of each key."""
    days = _days(tonight, deleted=False)
    if len(days) == 1:
        return days[0]
    rank = exp.Window(
        this=exp.RowNumber(),
        partition_by=[col(key) for key in tonight.table.key],
        order=exp.Order(expressions=[exp.Ordered(this=col("_day"), desc=True)]),
    )
    ranked = exp.select(exp.Star(), sql.named(rank, "_rank")).from_(exp.union(*days, distinct=False).subquery("u"))
    return exp.select(exp.Star()).from_(ranked.subquery("v")).where(exp.EQ(this=col("_rank"), expression=lit(1)))


def _deleted(tonight: _Tonight) -> exp.Select:
    """Each key that is marked as deleted, with the newest day that does so."""
    keys = [col(key) for key in tonight.table.key]
    days = _days(tonight, deleted=True)
    together = exp.union(*days, distinct=False) if len(days) > 1 else days[0]
    return exp.select(*keys, sql.named(exp.Max(this=col("_day")), "_deleted_on")).from_(together.subquery("u")).group_by(*keys)


def _days(tonight: _Tonight, *, deleted: bool) -> list[exp.Select]:
    """The readable rows of each day, those that are marked as deleted or the others."""
    some = [sql.is_null(col("_fault"))]
    if tonight.marker:
        some.append(col("_deleted") if deleted else exp.not_(col("_deleted")))
    return [
        exp.select(exp.Star(), sql.named(lit(arrival.day), "_day"))
        .from_(staged_name(tonight.table.id, arrival.day))
        .where(sql.all_of(condition.copy() for condition in some))
        for arrival in tonight.accepted
    ]


def _gone(tonight: _Tonight) -> exp.Select:
    """Keys whose `_gone_since` changes tonight."""
    table = tonight.table
    if tonight.accepted and table.extract.mode == "increment":
        return _gone_by_marker(tonight)
    if tonight.accepted and tonight.accepted[-1].day == tonight.newest:
        return _gone_by_absence(table, tonight.accepted[-1])
    return _moved(table, sql.cast(exp.null(), "DATE")).where(exp.false())


def _gone_by_absence(table: Table, newest: Arrival) -> exp.Select:
    """An absent key proves something only in a trusted snapshot."""
    seen = (
        exp.select(exp.convert(1))
        .from_(exp.alias_(staged_name(table.id, newest.day), "a", table=True))
        .where(sql.same_key(table.key, "a", "s"))
    )
    left = sql.all_of((sql.is_null(col("_gone_since", "s")), exp.not_(exp.Exists(this=seen))))
    back = sql.all_of((sql.not_null(col("_gone_since", "s")), exp.Exists(this=seen.copy())))
    if not newest.trusted:
        left = exp.false()
    since = sql.case((sql.is_null(col("_gone_since", "s")), lit(newest.day)), default=sql.cast(exp.null(), "DATE"))
    return _moved(table, since).where(sql.any_of((left, back)))


def _gone_by_marker(tonight: _Tonight) -> exp.Select:
    """A key that is marked as deleted is gone, one whose row comes again is back; of both on several days the newest counts."""
    table, behind = tonight.table, lit(tonight.behind)
    here = sql.all_of((sql.not_null(col("_gone_since", "s")), exp.GTE(this=col("_day", "n"), expression=behind)))
    statement = _moved(table, sql.cast(exp.null(), "DATE"))
    if tonight.marker:
        later = sql.any_of((sql.is_null(col("_day", "n")), exp.GT(this=col("_deleted_on", "d"), expression=col("_day", "n"))))
        marked = sql.all_of((exp.GTE(this=col("_deleted_on", "d"), expression=behind.copy()), later))
        left = sql.all_of((sql.is_null(col("_gone_since", "s")), marked))
        here = sql.any_of((left, sql.all_of((here, exp.not_(sql.call("COALESCE", marked.copy(), exp.false()))))))
        statement = _moved(table, sql.case((sql.is_null(col("_gone_since", "s")), col("_deleted_on", "d"))))
        statement = statement.join(_deleted(tonight).subquery("d"), on=sql.same_key(table.key, "s", "d"), join_type="left")
    newest = exp.select(*(col(key) for key in table.key), col("_day")).from_(_newest(tonight).subquery("w"))
    return statement.join(newest.subquery("n"), on=sql.same_key(table.key, "s", "n"), join_type="left").where(here)


def _moved(table: Table, since: Sql) -> exp.Select:
    keys = [col(key, "s") for key in table.key]
    return exp.select(*keys, sql.named(since, "_gone_since")).from_(sql.table(STORED, table.id, alias="s"))


def _believed(session: Session, policy: Policy, table: Table, *, asked: bool) -> list[Vanished]:
    """Where too many keys vanished at once, none did: the next snapshot will tell, or a person who has the increment landed again."""
    guards = policy.company.guards
    count = exp.select(exp.Count(this=exp.Star()))
    keys = session.one(count.copy().from_(sql.table(GONE, table.id)).where(sql.not_null(col("_gone_since"))))[0]
    if not keys:
        return []
    stored = session.one(count.from_(sql.table(STORED, table.id)))[0]
    applied = asked or keys <= max(guards.unexpected_count, guards.vanished_share * stored)
    if not applied:
        session.run(exp.delete(sql.table(GONE, table.id), where=sql.not_null(col("_gone_since"))))
    return [Vanished(table.id, keys, stored, applied, table.extract.mode == "increment")]


def _nothing(table: Table) -> exp.Select:
    types = {**types_of(table), "_in_store": "BOOLEAN", "_arrival": "VARCHAR"}
    return exp.select(*(sql.named(sql.cast(exp.null(), kind), name, quoted=True) for name, kind in types.items())).where(exp.false())

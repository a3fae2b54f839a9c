"""From staged extracts to tonight's rows: the newest version of each key, and the keys that vanished or came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.extracts.arrivals import Arrival
from privacy_pipelines.extracts.arrive import staged_name
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CHANGES, GONE, STORED
from privacy_pipelines.store.views import tonight_views, types_of


@dataclass(frozen=True, slots=True)
class Vanished:
    """How many keys a trusted snapshot no longer holds; `applied` is False where there are too many to believe."""

    table: str
    keys: int
    stored: int
    applied: bool


def merge(session: Session, policy: Policy, arrivals: tuple[Arrival, ...], landed: dict[str, date], as_of: date) -> tuple[Vanished, ...]:
    """Fill `changes` and `gone` for every table, and make the `tonight` views over them. `landed` is each table's newest day so far:
    what lands later than a newer day only adds records that the store does not know, as ones that have vanished since."""
    vanished = []
    for table in policy.tables:
        accepted = sorted((a for a in arrivals if a.table == table.id and not a.refused), key=lambda arrival: arrival.day)
        newest = max([*(arrival.day for arrival in accepted), *([landed[table.id]] if table.id in landed else [])], default=as_of)
        session.create(sql.table(CHANGES, table.id), _changes(table, accepted, newest, as_of))
        session.create(sql.table(GONE, table.id), _gone(table, [arrival for arrival in accepted if arrival.day == newest]))
        vanished += _believed(session, policy, table)
    tonight_views(session, policy)
    return tuple(vanished)


def _changes(table: Table, accepted: list[Arrival], newest: date, as_of: date) -> exp.Select:
    if not accepted:
        return _nothing(table)
    rows = _newest(table, accepted)
    late = exp.LT(this=col("_day", "a"), expression=lit(newest))
    missed = sql.all_of((late, lit(table.extract.mode == "snapshot")))
    columns: list[Sql] = [col(column.name, "a") for column in table.columns]
    columns += [
        col("_row_hash", "a"),
        exp.alias_(sql.call("COALESCE", col("_first_seen", "s"), lit(as_of)), "_first_seen"),
        exp.alias_(sql.case((missed, lit(newest)), default=exp.cast(exp.null(), "DATE")), "_gone_since"),
        exp.alias_(col("_undetermined_since", "s"), "_undetermined_since"),
        exp.alias_(sql.call("COALESCE", col("_in_store", "s"), exp.false()), "_in_store"),
        exp.alias_(col("_arrival", "a"), "_arrival"),
    ]
    stored = sql.table(STORED, table.id, alias="s")
    statement = exp.select(*columns).from_(rows.subquery("a")).join(stored, on=sql.same_key(table.key, "a", "s"), join_type="left")
    news = exp.NEQ(this=col("_arrival", "a"), expression=lit("same"))
    older = sql.all_of((late.copy(), lit(accepted[-1].day < newest), sql.not_null(col("_in_store", "s"))))
    return statement.where(sql.all_of((news, exp.not_(exp.Paren(this=older)))))


def _newest(table: Table, accepted: list[Arrival]) -> exp.Select:
    """Readable rows; of several days the newest version of each key."""
    days: list[exp.Query] = [
        exp.select(exp.Star(), exp.alias_(lit(arrival.day), "_day"))
        .from_(staged_name(table.id, arrival.day))
        .where(sql.is_null(col("_fault")))
        for arrival in accepted
    ]
    if len(days) == 1:
        return days[0]  # type: ignore[return-value]
    together = exp.union(*days, distinct=False)
    rank = exp.Window(
        this=exp.RowNumber(),
        partition_by=[col(key) for key in table.key],
        order=exp.Order(expressions=[exp.Ordered(this=col("_day"), desc=True)]),
    )
    ranked = exp.select(exp.Star(), exp.alias_(rank, "_rank")).from_(together.subquery("u"))
    return exp.select(exp.Star()).from_(ranked.subquery("v")).where(exp.EQ(this=col("_rank"), expression=lit(1)))


def _gone(table: Table, accepted: list[Arrival]) -> exp.Select:
    """Keys whose `_gone_since` changes tonight. An absent key proves something only in a trusted snapshot."""
    keys = [col(key, "s") for key in table.key]
    if not accepted or table.extract.mode != "snapshot":
        return (
            exp.select(*keys, exp.alias_(exp.cast(exp.null(), "DATE"), "_gone_since"))
            .from_(sql.table(STORED, table.id, alias="s"))
            .where(exp.false())
        )
    newest = accepted[-1]
    seen = (
        exp.select(exp.convert(1))
        .from_(exp.alias_(staged_name(table.id, newest.day), "a", table=True))
        .where(sql.same_key(table.key, "a", "s"))
    )
    left = sql.all_of((sql.is_null(col("_gone_since", "s")), exp.not_(exp.Exists(this=seen))))
    back = sql.all_of((sql.not_null(col("_gone_since", "s")), exp.Exists(this=seen.copy())))
    if not newest.trusted:
        left = exp.false()
    since = sql.case((sql.is_null(col("_gone_since", "s")), lit(newest.day)), default=exp.cast(exp.null(), "DATE"))
    return exp.select(*keys, exp.alias_(since, "_gone_since")).from_(sql.table(STORED, table.id, alias="s")).where(sql.any_of((left, back)))


def _believed(session: Session, policy: Policy, table: Table) -> list[Vanished]:
    """Where too many keys vanished at once, none did: the next snapshot will tell."""
    guards = policy.company.guards
    count = exp.select(exp.Count(this=exp.Star()))
    keys = session.one(count.copy().from_(sql.table(GONE, table.id)).where(sql.not_null(col("_gone_since"))))[0]
    if not keys:
        return []
    stored = session.one(count.from_(sql.table(STORED, table.id)))[0]
    applied = keys <= max(guards.unexpected_count, guards.vanished_share * stored)
    if not applied:
        session.run(exp.delete(sql.table(GONE, table.id), where=sql.not_null(col("_gone_since"))))
    return [Vanished(table.id, keys, stored, applied)]


def _nothing(table: Table) -> exp.Select:
    types = {**types_of(table), "_in_store": "BOOLEAN", "_arrival": "VARCHAR"}
    return exp.select(
        *(exp.alias_(exp.cast(exp.null(), exp.DataType.build(kind, dialect="duckdb")), name, quoted=True) for name, kind in types.items())
    ).where(exp.false())

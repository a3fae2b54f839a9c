"""Facts, one row per data subject: the latest date of each event that reaches it, over links in either direction. Pure."""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.leaving import Leaving, only_what_is_cut
from privacy_pipelines.retention.rowdates import Sources, entity_value, event_of, event_value, fallback_day, is_kind, meets
from privacy_pipelines.retention.rules import FactRoute
from privacy_pipelines.retention.ways import IDENTITY, Hop
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.values import OPEN


def facts_statement(
    sources: Sources, subject: Table, routes: tuple[FactRoute, ...], known: Collection[str], old: exp.Table | exp.Subquery | None
) -> exp.Select:
    """One row per data subject: for each event its latest date, since when one is missing, and what departed rows said: the latest date,
    and since when one of them was missing.

    `known` names the events of which the `old` facts (those of the current generation) already hold columns.
    """
    statement = exp.select(*(col(key, "s") for key in subject.key)).from_(sql.table(sources.rows, subject.id, alias="s"))
    if old is not None:
        if subject.merged:
            old = _of_every_name(sources, subject, [route for route in routes if route.name in known], old)
        statement = statement.join(
            exp.alias_(old, "old", table=True), on=sql.same_key(subject.key, "s", "old"), join_type="left", copy=False
        )
    for number, route in enumerate(routes):
        alias = f"e{number}"
        hops = shortcut(route.hops)
        on = first_step(hops[0], "s", alias)
        statement = statement.join(
            latest_events(sources, hops, route.event, entity=route.entity).subquery(alias), on=on, join_type="left", copy=False
        )
        before, gone, lost = (_known(route, part) if route.name in known else _nothing() for part in ("_since", "_gone", "_lost"))
        said = [col("said", alias)] if event_of(sources.policy.table(hops[-1].to), route.event).fallback else []
        living = sql.case((col("missing", alias), sql.call("COALESCE", *said, before, lit(sources.as_of))))
        values = {"": col("latest", alias), "_since": sql.greatest([living, lost]), "_gone": gone, "_lost": lost.copy()}
        statement = statement.select(*(sql.named(value, f"{route.name}{part}", quoted=True) for part, value in values.items()), copy=False)
    for event in subject.events if subject.id in sources.subjects else ():
        value, missing = event_value(sources, subject, event, "s")
        statement = statement.select(
            sql.named(value, own_date(event.name), quoted=True), sql.named(missing, own_missing(event.name), quoted=True), copy=False
        )
    return statement


def _known(route: FactRoute, part: str) -> Sql:
    return col(f"{route.name}{part}", "old")


def _nothing() -> Sql:
    return sql.cast(exp.null(), "DATE")


def _of_every_name(sources: Sources, subject: Table, routes: list[FactRoute], old: exp.Table | exp.Subquery) -> exp.Subquery:
    """What is known of a record, and of those that were merged into it: the first night of a missing date, the last of departed ones. What
    names either by the key is of both; what a record finds by its own columns says nothing of the one that it was merged into."""
    (key,) = subject.key
    parts = {"_since": exp.Min, "_gone": exp.Max, "_lost": exp.Min}
    itself = exp.EQ(this=col("name", "i"), expression=col("at", "i"))
    known = []
    for route in routes:
        for part, chosen in parts.items():
            value: Sql = col(f"{route.name}{part}", "o")
            value = value if route.hops[0].to.startswith(IDENTITY) else sql.case((itself.copy(), value))
            known.append(sql.named(chosen(this=value), f"{route.name}{part}", quoted=True))
    together = exp.select(sql.named(col("at", "i"), key, quoted=True), *known).from_(exp.alias_(old, "o", table=True))
    meant = exp.EQ(this=col("name", "i"), expression=col(key, "o"))
    return together.join(sources.table(f"{IDENTITY}{subject.id}", "i"), on=meant).group_by(col("at", "i")).subquery()


def own_date(event: str) -> str:
    """Facts column of the date in the subject's own row. With a space, so that no event's name is ever the same."""
    return f"{event} own"


def own_missing(event: str) -> str:
    """Facts column that says whether the subject's own row has the event and no date."""
    return f"{event} missing"


def latest_events(
    sources: Sources, hops: tuple[Hop, ...], event_name: str, *, entity: str = "", leaving: Leaving | None = None
) -> exp.Select:
    """Over the rows at the end of `hops`, grouped by what the first hop matches (`k`): `latest` and `missing`; and where rows say from
    when a missing date is counted, `said`.

    With `leaving` only ways that are cut tonight count, and an open event is a missing one.
    """
    last = hops[-1].to
    table = sources.policy.table(last)
    alias = f"t{len(hops) - 1}"
    event = event_of(table, event_name)
    value, missing = entity_value(sources, table, event, alias, entity)
    value, missing = _unless_shared(hops, value, missing)
    if leaving is not None:  # nobody would say when an open one ends
        value, missing = sql.case((_ended(value), value)), sql.any_of((missing, exp.EQ(this=value.copy(), expression=lit(OPEN))))
    keys = step_keys(hops[0])
    named = [sql.named(col(column, "t0"), key) for column, key in zip(hops[0].to_columns, keys, strict=True)]
    said = [sql.named(sql.case((missing.copy(), fallback_day(sources, table, event, alias))), "said")] if event.fallback else []
    inner = exp.select(*named, sql.named(value, "value"), sql.named(missing, "missing"), *said)
    inner = inner.from_(sources.table(hops[0].to, "t0"))
    for number, hop in enumerate(hops[1:], start=1):
        inner = inner.join(sources.table(hop.to, f"t{number}"), on=meets(hop, f"t{number - 1}", f"t{number}"), copy=False)
    for number, hop in enumerate(hops):
        if hop.shared:
            twice = _standing_twice(sources, hop).subquery(f"q{number}")
            on = sql.all_of(
                exp.EQ(this=col(name, f"t{number}"), expression=col(f"q{n}", f"q{number}")) for n, name in enumerate(hop.to_columns)
            )
            inner = inner.join(twice, on=on, join_type="left", copy=False)
    if leaving is not None:
        inner = only_what_is_cut(sources, inner, hops, leaving)
    if hops[0].kind and hops[0].down:
        inner = inner.where(is_kind(hops[0], "t0"), copy=False)
    grouped = exp.select(
        *(col(key) for key in keys),
        sql.named(exp.Max(this=col("value")), "latest"),
        sql.named(exp.LogicalOr(this=col("missing")), "missing"),
        *([sql.named(_every_said(), "said")] if event.fallback else []),
    ).from_(inner.subquery("i"))
    return grouped.where(sql.any_of((sql.not_null(col("value")), col("missing")))).group_by(*(col(key) for key in keys))


def _ended(day: Sql) -> Sql:
    return exp.LT(this=day.copy(), expression=lit(OPEN))


def _every_said() -> Sql:
    """The last of the days from which missing dates are counted; none where one of them has none."""
    unsaid = exp.LogicalOr(this=sql.all_of((col("missing"), sql.is_null(col("said")))))
    return sql.case((exp.not_(exp.Paren(this=unsaid)), exp.Max(this=col("said"))))


def step_keys(hop: Hop) -> tuple[str, ...]:
    """What `latest_events` calls the columns that its first step matches."""
    return ("k", *(f"k{number}" for number in range(1, len(hop.columns))))


def first_step(hop: Hop, row: str, events: str) -> Sql:
    """Whether the row (an alias) takes the first step to what `latest_events` found (another)."""
    same = [exp.EQ(this=col(column, row), expression=col(key, events)) for column, key in zip(hop.columns, step_keys(hop), strict=True)]
    return sql.all_of([*same, *([is_kind(hop, row)] if hop.kind and not hop.down else [])])


def shortcut(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """Leave out tables that a route only passes through on one column: contacts.account_id = contracts.account_id says it all."""
    short: list[Hop] = []
    for hop in hops:
        before = short[-1] if short else None
        plain = before is not None and not (before.kind or hop.kind or before.shared or hop.shared)
        if before is not None and plain and before.to_columns == hop.columns:
            short[-1] = Hop(before.columns, hop.to, hop.to_columns)
        else:
            short.append(hop)
    return tuple(short)


def _standing_twice(sources: Sources, hop: Hop) -> exp.Select:
    """The values, called `q<n>`, that stand in several rows of the table where the link expects one."""
    columns = hop.columns if hop.down else hop.to_columns
    named = [sql.named(col(column), f"q{number}") for number, column in enumerate(columns)]
    found = exp.select(*named).from_(sql.table(sources.rows, str(hop.shared))).where(sql.all_of(sql.not_null(col(c)) for c in columns))
    return found.group_by(*(col(column) for column in columns)).having("count(*) > 1")


def _unless_shared(hops: tuple[Hop, ...], value: Sql, missing: Sql) -> tuple[Sql, Sql]:
    """An event found over a value that names several rows is nobody's: its date is missing."""
    twice = [sql.not_null(col("q0", f"q{number}")) for number, hop in enumerate(hops) if hop.shared]
    if not twice:
        return value, missing
    carries = sql.any_of((sql.not_null(value), missing))
    once = exp.not_(exp.Paren(this=sql.any_of(twice)))
    return sql.case((once, value)), sql.case((once.copy(), missing.copy()), default=carries)

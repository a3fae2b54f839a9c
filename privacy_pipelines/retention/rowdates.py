"""What one row says: its dates, its matching value, and whether it takes a step to another. Pure: trees in, trees out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.conditions import parse_condition
from privacy_pipelines.policy.model import FIRST, LAST, DateParts, Event, Policy, Table
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.retention.reach import UNKNOWN
from privacy_pipelines.retention.ways import IDENTITY, Hop
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.values import OPEN


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a frame reads: schemas of views that the store provides, and the day of the decision."""

    policy: Policy
    as_of: date
    rows: str
    facts: str
    consents: str
    subjects: frozenset[str] = frozenset()
    """Tables whose facts also hold what a subject's own row says, so that whoever needs both joins once."""

    def table(self, name: str, alias: str | None = None) -> exp.Table:
        """A declared table's rows, or the names by which a merged table's records are called."""
        return sql.table(self.consents if name.startswith(IDENTITY) else self.rows, name, alias=alias)


def succession_of(table: Table, event: Event) -> str:
    """What the register of an event's continued rows is called, beside the consents'."""
    return f"continued: {table.id} {event.name}"


def event_value(sources: Sources, table: Table, event: Event, alias: str) -> tuple[Sql, Sql]:
    """The event's date in one row (OPEN, or NULL), and whether the row carries the event but no usable date. For what another row
    continues, both are the last one's."""
    value, missing = own_value(sources, table, event, alias)
    if event.succession is None:
        return value, missing
    last = exp.select().from_(sql.table(sources.consents, succession_of(table, event), alias="q"))
    last = last.where(sql.same_key(table.key, "q", alias), copy=False)
    ends = last.select(exp.Max(this=col("ends", "q"))).subquery()
    unknown = last.select(exp.LogicalOr(this=col("missing", "q"))).subquery()
    return sql.case((sql.is_null(unknown), value), default=ends), sql.call("COALESCE", unknown.copy(), missing)


def own_value(sources: Sources, table: Table, event: Event, alias: str) -> tuple[Sql, Sql]:
    """The same by the row alone.

    `open_if` is asked first, then sentinels and plausibility, then the date (LAW C10). A row whose key vanished from its source
    never starts a clock, so an open one among them is missing: neither open, nor ended on the date that it still carried. Where the list
    itself is the event, and no column has a date, what was open ended when it was listed no more.
    """
    names = names_of(table)
    found, usable = dated(sources, table, event, alias)
    branches: list[tuple[Sql, Sql]] = []
    no_event: list[Sql] = []
    if event.open_if:
        asked = sure(asked_of(parse_condition(event.open_if, names), alias))
        stays_open = sql.all_of((asked, sql.is_null(col("_gone_since", alias))))
        usable = sql.all_of((exp.not_(asked.copy()), usable))
        branches.append((stays_open, lit(OPEN)))
        no_event.append(stays_open)
        if not event.columns:
            listed_no_more = sql.all_of((asked.copy(), sql.not_null(col("_gone_since", alias))))
            branches.append((listed_no_more, col("_gone_since", alias)))
            no_event.append(listed_no_more)
    branches.append((usable, found))
    no_event.append(usable)
    if event.when:
        other = exp.not_(sure(asked_of(parse_condition(event.when, names), alias)))
        branches.insert(0, (other, sql.cast(exp.null(), "DATE")))
        no_event.append(other)
    return sql.case(*branches), exp.not_(exp.Paren(this=sql.any_of(sure(reason) for reason in no_event)))


def entity_value(sources: Sources, table: Table, event: Event, alias: str, entity: str) -> tuple[Sql, Sql]:
    """The same for the rows of one legal entity only, or with `UNKNOWN` for those of none that is declared: their date has no calendar,
    and is missing. An empty `entity` asks for every row."""
    value, missing = event_value(sources, table, event, alias)
    column = table.entity.column if table.entity else None
    if not entity or column is None:
        return value, missing
    named = sql.cast(col(column, alias), "TEXT")
    if entity != UNKNOWN:
        is_it = sure(exp.In(this=named, expressions=[lit(one) for one in sources.policy.company.entity(entity).values]))
        return sql.case((is_it, value)), sql.all_of((is_it.copy(), missing))
    known = [lit(one) for found in sources.policy.company.entities for one in found.values]
    carries = sql.any_of((sql.not_null(value), missing))
    return sql.cast(exp.null(), "DATE"), sql.all_of((exp.not_(sure(exp.In(this=named, expressions=known))), carries))


def dated(sources: Sources, table: Table, event: Event, alias: str) -> tuple[Sql, Sql]:
    """The event's date as the row has it, and whether it can be used. Of the latest of several, none may be unknown."""
    found = day_of_parts(event.parts, alias) if event.parts else first_day(sources, table, event.at, alias)
    if not event.latest:
        return found, sql.all_of((sql.not_null(found), *plausible(sources, found)))
    days = [day_of(sources, table, column, alias) for column in event.at]
    found = sql.greatest(days)
    known = [sql.any_of((sql.is_null(day), sql.all_of(plausible(sources, day)))) for day in days]
    return found, sql.all_of((sql.not_null(found), *known))


def who(table: Table, column: str, alias: str) -> Sql:
    """A matching value as it is compared: of an e-mail address every spelling is the same, anything else counts as it is."""
    value = sql.cast(col(column, alias), "TEXT")
    return sql.folded(value) if table.column(column).type == "email" else value


def first_day(sources: Sources, table: Table, columns: tuple[str, ...], alias: str = "r") -> Sql:
    if not columns:
        return sql.cast(exp.null(), "DATE")
    days = [day_of(sources, table, column, alias) for column in columns]
    return days[0] if len(days) == 1 else sql.call("COALESCE", *days)


def known(sources: Sources, day: Sql) -> Sql:
    """A day, or NULL where it stands for an unknown date or is implausible (LAW C10)."""
    return sql.case((sql.all_of(plausible(sources, day)), day))


def noticed(sources: Sources, table: Table, alias: str) -> Sql:
    """The day whose notice counts for a row: that on which it was collected, and at the latest the night that first saw it."""
    seen = col("_first_seen", alias)
    if not table.collected:
        return seen
    said = first_day(sources, table, table.collected, alias)
    return sql.least([seen, sql.case((sql.all_of((sql.not_null(said), *plausible(sources, said))), said.copy()))])


def day_of(sources: Sources, table: Table, column: str, alias: str) -> Sql:
    """The civil date of a column: an instant becomes the date in the company's zone, a date is never shifted (LAW C5)."""
    value = col(column, alias)
    if table.column(column).type != "timestamp":
        return value
    instant = exp.AtTimeZone(this=value, zone=exp.Literal.string("UTC"))
    return sql.cast(exp.AtTimeZone(this=instant, zone=exp.Literal.string(sources.policy.company.zone)), "DATE")


def day_of_parts(parts: DateParts, alias: str) -> Sql:
    """The day that the parts make; NULL where one is empty, there is no such day, or the year has not four digits."""
    year = col(parts.year, alias)
    month = _part(parts.month, alias, last="12")
    text = _dashed(_dashed(sql.cast(year, "TEXT"), month), _part(parts.day, alias, last="1"))
    found: Sql = sql.try_cast(text, "DATE")
    if parts.day == LAST:
        found = sql.cast(exp.LastDay(this=found), "DATE")
    return sql.case((exp.Between(this=year.copy(), low=lit(1000), high=lit(9999)), found))


def meets(hop: Hop, left: str, right: str) -> Sql:
    """Whether a row (an alias) takes a step to another."""
    same = [exp.EQ(this=col(here, left), expression=col(there, right)) for here, there in zip(hop.columns, hop.to_columns, strict=True)]
    return sql.all_of([*same, *([is_kind(hop, right if hop.down else left)] if hop.kind else [])])


def is_kind(hop: Hop, alias: str) -> Sql:
    assert hop.kind is not None
    return exp.EQ(this=col(hop.kind[0], alias), expression=lit(hop.kind[1]))


def sure(condition: Sql) -> Sql:
    """Two-valued: what is unknown is false."""
    return sql.call("COALESCE", exp.Paren(this=condition.copy()), exp.false())


def asked_of(condition: Sql, alias: str) -> Sql:
    moved = condition.copy()
    for column in moved.find_all(exp.Column):
        column.set("table", exp.to_identifier(alias))
    return exp.Paren(this=moved)


def event_of(table: Table, name: str) -> Event:
    return next(event for event in table.events if event.name == name)


def names_of(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def fallback_day(sources: Sources, table: Table, event: Event, alias: str) -> Sql:
    """The day from which a missing date's ceiling is counted, where the row has one that is not to come (LAW scenario 24). Of what was
    open to the last it is none: that its source sends it no more is news of tonight, whenever its status had changed."""
    day = first_day(sources, table, event.fallback, alias)
    if not event.fallback:
        return day
    known = [sql.not_null(day), *plausible(sources, day), exp.LTE(this=day.copy(), expression=lit(sources.as_of))]
    if event.open_if:
        known.append(exp.not_(sure(asked_of(parse_condition(event.open_if, names_of(table)), alias))))
    return sql.case((sql.all_of(known), day.copy()))


def _part(part: str, alias: str, *, last: str) -> Sql:
    return sql.cast(col(part, alias), "TEXT") if part not in (FIRST, LAST) else lit("1" if part == FIRST else last)


def _dashed(left: Sql, right: Sql) -> Sql:
    """NULL where either is."""
    return exp.DPipe(this=exp.DPipe(this=left, expression=lit("-"), safe=False), expression=right, safe=False)


def plausible(sources: Sources, found: Sql) -> list[Sql]:
    """What a date must meet to be believed (LAW C10)."""
    company = sources.policy.company
    latest = add(sources.as_of, company.dates_ahead)
    unknown = [exp.NEQ(this=found.copy(), expression=lit(day)) for day in company.unknown_dates]
    return [*unknown, exp.GTE(this=found.copy(), expression=lit(company.earliest_date)), exp.LTE(this=found.copy(), expression=lit(latest))]

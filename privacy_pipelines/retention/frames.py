"""The statements that gather dates: consents per person, facts per subject, one frame row per record. Pure: trees in, trees out.

A *frame* has one row per record with its key, `in_store`, `gone` (the day its key vanished from the source), `since` (the night
from which it was undetermined) and, for the n-th reach of its table's rule, `d<n>` (the date, OPEN, or NULL where it does not
apply) and `m<n>` (the night from which the date was missing), and for a cluster
that may be empty `f<n>` (a cell is filled); where a row may be about no person, `standing`. `levels.py` turns a frame into levels;
nothing else reads rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.conditions import parse_condition
from privacy_pipelines.policy.model import Consent, Event, Policy, Table
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.retention.reach import Hop, Kind, Reach
from privacy_pipelines.retention.rules import FactRoute, Standing, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.values import OPEN

ONCE_GIVEN = ("Withdrawn", "Revoked", "Expired", "Invalidated")
"""DPV consent states that say that a consent stood and ended; any other state that is not valid proves nothing (LAW §1)."""


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


def consent_statement(sources: Sources, consent: Consent) -> exp.Select:
    """One row per person: `who` (the matching value) and `ends`, the first day on which the consent does not stand.

    Of several entries the latest act decides, and on one day the withdrawal does: consent must be as easy to withdraw as to give
    (GDPR Art. 7(3)). No row says "never given"; a consent without a date of giving cannot be proved and was not given (Art. 7(1)).
    """
    given, until, gone = col("given"), col("until"), col("gone")
    valid = sql.all_of((_among("status", consent.valid), sql.not_null(given)))
    stands = sql.all_of((valid, sql.is_null(until), sql.is_null(gone)))
    ended = sql.case(
        (valid.copy(), sql.call("COALESCE", until, gone)),
        (_among("status", ONCE_GIVEN), sql.call("COALESCE", until, given, col("seen"))),
    )
    entries = exp.select(
        col("who"),
        exp.alias_(sql.case((stands, given)), "given"),
        exp.alias_(sql.case((stands, _expiry(consent, given))), "expires"),
        exp.alias_(ended, "ended"),
    ).from_(_consent_rows(sources, consent).subquery("r"))
    given_last, ended_last = exp.Max(this=col("given")), exp.Max(this=col("ended"))
    later = sql.any_of((sql.is_null(ended_last), exp.GT(this=given_last.copy(), expression=ended_last.copy())))
    value = sql.case((later, exp.Max(this=col("expires"))), default=ended_last.copy())
    return (
        exp.select(col("who"), exp.alias_(value, "ends")).from_(entries.subquery("e")).where(sql.not_null(col("who"))).group_by(col("who"))
    )


def _consent_rows(sources: Sources, consent: Consent) -> exp.Select:
    """The entries of one consent, their days in the company's zone: that of an instant costs enough to be asked once."""
    table = sources.policy.table(consent.table)
    until = _day(sources, table, consent.until, "r") if consent.until else exp.cast(exp.null(), "DATE")
    columns = {
        "who": who(table, consent.column, "r"),
        "given": _first(sources, table, consent.given),
        "until": until,
        "status": col(consent.status, "r"),
        "gone": col("_gone_since", "r"),
        "seen": col("_first_seen", "r"),
    }
    rows = exp.select(*(exp.alias_(value, name) for name, value in columns.items())).from_(sql.table(sources.rows, table.id, alias="r"))
    return rows.where(parse_condition(consent.when, _names(table))) if consent.when else rows


def facts_statement(
    sources: Sources, subject: Table, routes: tuple[FactRoute, ...], known: Collection[str], old: exp.Table | None
) -> exp.Select:
    """One row per data subject: for each event its latest date, whether one is missing and since when, and what departed rows said.

    `known` names the events of which the `old` facts (those of the current generation) already hold columns.
    """
    statement = exp.select(*(col(key, "s") for key in subject.key)).from_(sql.table(sources.rows, subject.id, alias="s"))
    if old is not None:
        statement = statement.join(
            exp.alias_(old, "old", table=True), on=sql.same_key(subject.key, "s", "old"), join_type="left", copy=False
        )
    for number, route in enumerate(routes):
        alias = f"e{number}"
        hops = shortcut(route.hops)
        on = exp.EQ(this=col(hops[0].column, "s"), expression=col("k", alias))
        statement = statement.join(latest_events(sources, hops, route.event).subquery(alias), on=on, join_type="left", copy=False)
        since = col(f"{route.event}_since", "old") if route.event in known else exp.null()
        gone = col(f"{route.event}_gone", "old") if route.event in known else exp.cast(exp.null(), "DATE")
        missing = sql.call("COALESCE", col("missing", alias), sql.not_null(since))  # a departed row's missing date stays missing
        statement = statement.select(
            exp.alias_(col("latest", alias), route.event, quoted=True),
            exp.alias_(sql.case((missing, sql.call("COALESCE", since, lit(sources.as_of)))), f"{route.event}_since", quoted=True),
            exp.alias_(gone, f"{route.event}_gone", quoted=True),
            copy=False,
        )
    for event in subject.events if subject.id in sources.subjects else ():
        value, missing = event_value(sources, subject, event, "s")
        statement = statement.select(
            exp.alias_(value, _own(event.name), quoted=True), exp.alias_(missing, _own_missing(event.name), quoted=True), copy=False
        )
    return statement


def latest_events(sources: Sources, hops: tuple[Hop, ...], event_name: str, *, leaving: str | None = None) -> exp.Select:
    """Over the rows at the end of `hops`, grouped by what the first hop matches (`k`): `latest` and `missing`.

    With `leaving` (a schema of tables that name the keys of rows about to be left behind) only ways over such a row count.
    """
    last = hops[-1].to
    table = sources.policy.table(last)
    alias = f"t{len(hops) - 1}"
    value, missing = event_value(sources, table, _event(table, event_name), alias)
    inner = exp.select(
        exp.alias_(col(hops[0].to_column, "t0"), "k"), exp.alias_(value, "value"), exp.alias_(missing, "missing")
    ).from_(sql.table(sources.rows, hops[0].to, alias="t0"))  # fmt: skip
    for number, hop in enumerate(hops[1:], start=1):
        on = exp.EQ(this=col(hop.column, f"t{number - 1}"), expression=col(hop.to_column, f"t{number}"))
        inner = inner.join(sql.table(sources.rows, hop.to, alias=f"t{number}"), on=on, copy=False)
    if leaving is not None:
        inner = _only_over_leaving(sources, inner, hops, leaving)
    grouped = exp.select(
        col("k"), exp.alias_(exp.Max(this=col("value")), "latest"), exp.alias_(exp.LogicalOr(this=col("missing")), "missing")
    ).from_(inner.subquery("i"))  # fmt: skip
    return grouped.where(sql.any_of((sql.not_null(col("value")), col("missing")))).group_by(col("k"))


def frame_statement(sources: Sources, rule: TableRule) -> exp.Select:
    """The frame of one table: see the module's description."""
    table = rule.table
    joins = _Joins(sources, exp.select(*(col(key, "r") for key in table.key)).from_(sql.table(sources.rows, table.id, alias="r")))
    joins.statement = joins.statement.select(
        exp.alias_(col("_in_store", "r"), "in_store"),
        exp.alias_(col("_gone_since", "r"), "gone"),
        exp.alias_(col("_undetermined_since", "r"), "since"),
        copy=False,
    )
    for number, reach in enumerate(rule.reaches):
        found, missing = joins.dates(table, reach)
        joins.statement = joins.statement.select(exp.alias_(found, f"d{number}"), exp.alias_(missing, f"m{number}"), copy=False)
    for number in rule.may_be_empty:
        filled = sql.any_of(sql.not_null(col(name, "r")) for name in rule.clusters[number].columns)
        joins.statement = joins.statement.select(exp.alias_(filled, f"f{number}"), copy=False)
    if rule.standing:
        joins.statement = joins.statement.select(exp.alias_(joins.standing(table, rule.standing), "standing"), copy=False)
    return joins.statement


def event_value(sources: Sources, table: Table, event: Event, alias: str) -> tuple[Sql, Sql]:
    """The event's date in one row (OPEN, or NULL), and whether the row carries the event but no usable date.

    `open_if` is asked first, then sentinels and plausibility, then the date (LAW C10). A row whose key vanished from its source
    never starts a clock, so an open one among them is missing: neither open, nor ended on the date that it still carried.
    """
    names = _names(table)
    found = _first(sources, table, event.at, alias)
    usable = sql.all_of((sql.not_null(found), *_plausible(sources, found)))
    branches: list[tuple[Sql, Sql]] = []
    no_event: list[Sql] = []
    if event.open_if:
        asked = _sure(_on(parse_condition(event.open_if, names), alias))
        stays_open = sql.all_of((asked, sql.is_null(col("_gone_since", alias))))
        usable = sql.all_of((exp.not_(asked.copy()), usable))
        branches.append((stays_open, lit(OPEN)))
        no_event.append(stays_open)
    branches.append((usable, found))
    no_event.append(usable)
    if event.when:
        other = exp.not_(_sure(_on(parse_condition(event.when, names), alias)))
        branches.insert(0, (other, exp.cast(exp.null(), "DATE")))
        no_event.append(other)
    return sql.case(*branches), exp.not_(exp.Paren(this=sql.any_of(_sure(reason) for reason in no_event)))


def _own(event: str) -> str:
    """Facts column of the date in the subject's own row. With a space, so that no event's name is ever the same."""
    return f"{event} own"


def _own_missing(event: str) -> str:
    return f"{event} missing"


def shortcut(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """Leave out tables that a route only passes through on one column: contacts.account_id = contracts.account_id says it all."""
    short: list[Hop] = []
    for hop in hops:
        if short and short[-1].to_column == hop.column:
            short[-1] = Hop(short[-1].column, hop.to, hop.to_column)
        else:
            short.append(hop)
    return tuple(short)


def who(table: Table, column: str, alias: str) -> Sql:
    """A matching value as it is compared: e-mail addresses without case and outer spaces, anything else as it is."""
    value = exp.cast(col(column, alias), "TEXT")
    return sql.call("LOWER", sql.call("TRIM", value)) if table.column(column).type == "email" else value


@dataclass(slots=True)
class _Joins:
    """Joins rows, facts and consents to a frame, each once however many reaches ask for them."""

    sources: Sources
    statement: exp.Select
    aliases: dict[tuple[object, ...], str] = field(default_factory=dict)

    def dates(self, table: Table, reach: Reach) -> tuple[Sql, Sql]:
        if reach.kind is Kind.CONSENT:
            return col("ends", self._consent(table, reach)), exp.cast(exp.null(), "DATE")
        if reach.kind is Kind.SUBJECT:
            return self._fact(table, reach)
        if reach.kind is Kind.KIND:
            found, met = self._subject(table, reach.hops, reach.name.split(","))
            return sql.case((sql.all_of((found, met)), lit(OPEN))), exp.cast(exp.null(), "DATE")
        value, missing = self._own_or_linked(table, reach)
        since = sql.call("COALESCE", col("_undetermined_since", "r"), lit(self.sources.as_of))
        return value, sql.case((missing, since))

    def _own_or_linked(self, table: Table, reach: Reach) -> tuple[Sql, Sql]:
        """An absent row carries nothing, and has no missing date either."""
        at = self.sources.policy.table(reach.at)
        if reach.hops and reach.at in self.sources.subjects and at.key == (reach.hops[-1].to_column,):
            alias = self._facts(table, reach)
            return col(_own(reach.name), alias), sql.call("COALESCE", col(_own_missing(reach.name), alias), exp.false())
        alias = self._rows(reach.hops)
        value, missing = event_value(self.sources, at, _event(at, reach.name), alias)
        if reach.hops:
            there = sql.not_null(col(reach.hops[-1].to_column, alias))
            return sql.case((there, value)), sql.all_of((there.copy(), missing))
        return value, missing

    def standing(self, table: Table, ways: tuple[tuple[Hop, ...], ...]) -> Sql:
        """Whom the row is about: a person where one of its data subjects is one; the stricter answer where two others differ."""
        persons: list[Sql] = []
        nobodies: list[Sql] = []
        legal: list[Sql] = []
        for hops in ways:
            at = self.sources.policy.table(hops[-1].to) if hops else table
            found, met = self._subject(table, hops, [subject.kind for subject in at.subjects])
            persons.append(sql.all_of((found, met)))
            (legal if at.legal_persons else nobodies).append(found.copy())
        branches = ((persons, Standing.PERSON), (nobodies, Standing.NOBODY), (legal, Standing.LEGAL_PERSON))
        return sql.case(*((sql.any_of(some), lit(int(standing))) for some, standing in branches if some), default=lit(int(Standing.PERSON)))

    def _subject(self, table: Table, hops: tuple[Hop, ...], kinds: Sequence[str]) -> tuple[Sql, Sql]:
        """Whether there is such a data subject's row, and whether it is of one of these kinds. Two-valued."""
        at = self.sources.policy.table(hops[-1].to) if hops else table
        alias = self._rows(hops)
        found = sql.not_null(col(hops[-1].to_column, alias)) if hops else exp.true()
        conditions = [subject.when for subject in at.subjects if subject.kind in kinds]
        met = [_sure(_on(parse_condition(when, _names(at)), alias)) if when else exp.true() for when in conditions]
        return found, sql.any_of(met)

    def _fact(self, table: Table, reach: Reach) -> tuple[Sql, Sql]:
        alias = self._facts(table, reach)
        latest = sql.greatest([col(reach.name, alias), col(f"{reach.name}_gone", alias)])
        return latest, col(f"{reach.name}_since", alias)

    def _facts(self, table: Table, reach: Reach) -> str:
        subject = self.sources.policy.table(reach.at)
        if not reach.hops:
            on_of = "r"
            columns = [(key, key) for key in subject.key]
        else:
            on_of = self._rows(reach.hops[:-1])
            columns = [(reach.hops[-1].column, reach.hops[-1].to_column)]
        return self._join(("facts", reach.at, reach.hops), sql.table(self.sources.facts, subject.id), on_of, columns)

    def _consent(self, table: Table, reach: Reach) -> str:
        key = ("consent", reach.name, reach.hops)
        if key in self.aliases:
            return self.aliases[key]
        last = reach.hops[-1] if reach.hops else None
        if last is not None and last.to_column == reach.column:
            on_of, owner, column = self._rows(reach.hops[:-1]), self._before_last(table, reach.hops), last.column
        else:
            on_of, owner, column = self._rows(reach.hops), self.sources.policy.table(reach.at), reach.column
        alias = self.aliases[key] = f"j{len(self.aliases)}"
        on = exp.EQ(this=who(owner, column, on_of), expression=col("who", alias))
        self.statement = self.statement.join(sql.table(self.sources.consents, reach.name, alias=alias), on=on, join_type="left", copy=False)
        return alias

    def _before_last(self, table: Table, hops: tuple[Hop, ...]) -> Table:
        return self.sources.policy.table(hops[-2].to) if len(hops) > 1 else table

    def _rows(self, hops: tuple[Hop, ...]) -> str:
        if not hops:
            return "r"
        before = self._rows(hops[:-1])
        last = hops[-1]
        return self._join(("rows", hops), sql.table(self.sources.rows, last.to), before, [(last.column, last.to_column)])

    def _join(self, key: tuple[object, ...], source: exp.Table, of: str, columns: list[tuple[str, str]]) -> str:
        if key not in self.aliases:
            alias = self.aliases[key] = f"j{len(self.aliases)}"
            on = sql.all_of(exp.EQ(this=col(left, of), expression=col(right, alias)) for left, right in columns)
            self.statement = self.statement.join(exp.alias_(source, alias, table=True), on=on, join_type="left", copy=False)
        return self.aliases[key]


def _only_over_leaving(sources: Sources, inner: exp.Select, hops: tuple[Hop, ...], leaving: str) -> exp.Select:
    leaves: list[Sql] = []
    for number, hop in enumerate(hops):
        table = sources.policy.table(hop.to)
        if not table.personal:
            continue
        alias = f"x{number}"
        inner = inner.join(
            sql.table(leaving, hop.to, alias=alias), on=sql.same_key(table.key, f"t{number}", alias), join_type="left", copy=False
        )
        leaves.append(col("row_gone", alias))  # NULL is not true: with a single such join the engine makes it an inner one
    return inner.where(sql.any_of(leaves))


def _first(sources: Sources, table: Table, columns: tuple[str, ...], alias: str = "r") -> Sql:
    if not columns:
        return exp.cast(exp.null(), "DATE")
    days = [_day(sources, table, column, alias) for column in columns]
    return days[0] if len(days) == 1 else sql.call("COALESCE", *days)


def _day(sources: Sources, table: Table, column: str, alias: str) -> Sql:
    """The civil date of a column: an instant becomes the date in the company's zone, a date is never shifted (LAW C5)."""
    value = col(column, alias)
    if table.column(column).type != "timestamp":
        return value
    instant = exp.AtTimeZone(this=value, zone=exp.Literal.string("UTC"))
    return exp.cast(exp.AtTimeZone(this=instant, zone=exp.Literal.string(sources.policy.company.zone)), "DATE")


def _plausible(sources: Sources, found: Sql) -> list[Sql]:
    company = sources.policy.company
    latest = add(sources.as_of, company.dates_ahead)
    unknown = [exp.NEQ(this=found.copy(), expression=lit(day)) for day in company.unknown_dates]
    return [*unknown, exp.GTE(this=found.copy(), expression=lit(company.earliest_date)), exp.LTE(this=found.copy(), expression=lit(latest))]


def _expiry(consent: Consent, given: Sql) -> Sql:
    """The first day after the consent's own validity; the only date arithmetic in SQL, and cast back as DuckDB and Spark agree."""
    if consent.valid_for is None:
        return lit(OPEN)
    months = exp.Interval(this=exp.Literal.string(str(consent.valid_for.months)), unit=exp.var("MONTH"))
    days = exp.Interval(this=exp.Literal.string(str(consent.valid_for.days + 1)), unit=exp.var("DAY"))
    moved = exp.cast(exp.Add(this=given.copy(), expression=months), "DATE")
    return exp.cast(exp.Add(this=moved, expression=days), "DATE")


def _among(column: str, values: tuple[str, ...]) -> Sql:
    return _sure(exp.In(this=col(column, "r"), expressions=[lit(value) for value in values]))


def _sure(condition: Sql) -> Sql:
    """Two-valued: what is unknown is false."""
    return sql.call("COALESCE", exp.Paren(this=condition.copy()), exp.false())


def _on(condition: Sql, alias: str) -> Sql:
    moved = condition.copy()
    for column in moved.find_all(exp.Column):
        column.set("table", exp.to_identifier(alias))
    return exp.Paren(this=moved)


def _event(table: Table, name: str) -> Event:
    return next(event for event in table.events if event.name == name)


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]

"""The statement that gathers a record's dates: one frame row per record. Pure: trees in, trees out.

A *frame* has one row per record with its key, `in_store`, `gone` (the day its key vanished from the source), `since` (the night
from which it was undetermined) and, for the n-th reach of its table's rule, `d<n>` (the date, OPEN, or NULL where it does not
apply) and `m<n>` (the night from which the date was missing), `noticed` where it matters (the day on which the row was collected), and
`flags`: what no date decides (in the store, which clusters that may be empty are filled, whom the row is about), in the bits where
`levels.py` wants it: that turns a frame into levels.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.conditions import parse_condition
from privacy_pipelines.policy.model import OBJECTION, Table
from privacy_pipelines.retention.facts import own_date, own_missing
from privacy_pipelines.retention.levels import NOTICED, flags_expression
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.rowdates import (
    Sources,
    asked_of,
    entity_value,
    event_of,
    fallback_day,
    is_kind,
    names_of,
    noticed,
    sure,
    who,
)
from privacy_pipelines.retention.rules import Standing, TableRule
from privacy_pipelines.retention.ways import IDENTITY, Hop
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.values import OPEN


def frame_statement(sources: Sources, rule: TableRule) -> exp.Select:
    """The frame of one table: see the module's description."""
    table = rule.table
    own = row_of(table)
    joins = _Joins(sources, own, _rows(sources, table, exp.select(*(col(key, own) for key in table.key))))
    joins.statement = joins.statement.select(
        sql.named(col("_in_store", own), "in_store"),
        sql.named(_each(table, lambda alias: col("_gone_since", alias)), "gone"),
        sql.named(col("_undetermined_since", own), "since"),
        copy=False,
    )
    for number, reach in enumerate(rule.reaches):
        found, missing = joins.dates(table, reach)
        joins.statement = joins.statement.select(sql.named(found, f"d{number}"), sql.named(missing, f"m{number}"), copy=False)
    if rule.asks_notice:
        joins.statement = joins.statement.select(sql.named(_each(table, lambda alias: noticed(sources, table, alias)), NOTICED), copy=False)
    filled = [sql.any_of(sql.not_null(col(name, own)) for name in rule.clusters[number].columns) for number in rule.may_be_empty]
    standing = joins.standing(table, rule.standing) if rule.standing else None
    flags = flags_expression(rule, col("_in_store", own), filled, standing)
    return joins.statement.select(sql.named(flags, "flags"), copy=False)


def reach_statement(sources: Sources, rule: TableRule, numbers: Collection[int], keys: exp.Select, *, either: bool = False) -> exp.Select:
    """Of the records that `keys` names, the key and the dates `d<n>` of some of the rule's reaches. `either`: what a register says of a
    merged record, or of the one that it was merged into, is said."""
    table = rule.table
    own = row_of(table)
    wanted = exp.select(exp.convert(1)).from_(keys.subquery("w")).where(sql.same_key(table.key, "w", own))
    joins = _Joins(sources, own, _rows(sources, table, exp.select(*(col(key, own) for key in table.key))), either=either)
    for number in numbers:
        found, _ = joins.dates(table, rule.reaches[number])
        joins.statement = joins.statement.select(sql.named(found, f"d{number}"), copy=False)
    return joins.statement.where(exp.Exists(this=wanted), copy=False)


def row_of(table: Table) -> str:
    """The alias of the record that a frame's row is about. What it says is asked of `r`: itself, or what it was merged into."""
    return "k" if table.merged else "r"


def _rows(sources: Sources, table: Table, statement: exp.Select) -> exp.Select:
    if table.merged is None:
        return statement.from_(sources.table(table.id, "r"))
    (key,) = table.key
    statement = statement.from_(sources.table(table.id, "k"))
    meant = exp.EQ(this=col(key, "k"), expression=col("name", "i"))
    statement = statement.join(sources.table(f"{IDENTITY}{table.id}", "i"), on=meant, join_type="left")
    return statement.join(sources.table(table.id, "r"), on=exp.EQ(this=col("at", "i"), expression=col(key, "r")), join_type="left")


def _each(table: Table, value: Callable[[str], Sql]) -> Sql:
    """The earlier of what the record says and of what the one says that it was merged into."""
    return sql.least([value("k"), value("r")]) if table.merged else value("r")


@dataclass(slots=True)
class _Joins:
    """Joins rows, facts and consents to a frame, each once however many reaches ask for them."""

    sources: Sources
    own: str
    statement: exp.Select
    aliases: dict[tuple[object, ...], str] = field(default_factory=dict)
    either: bool = False

    def dates(self, table: Table, reach: Reach) -> tuple[Sql, Sql]:
        if reach.kind is Kind.CONSENT:
            return self._ends(table, reach), sql.cast(exp.null(), "DATE")
        if reach.kind is Kind.SUBJECT:
            return self._fact(table, reach)
        if reach.kind is Kind.KIND:
            found, met = self._subject(table, reach.hops, reach.name.split(","))  # who has left does not say, and excludes nothing
            return sql.case((sql.any_of((exp.not_(exp.Paren(this=found)), met)), lit(OPEN))), sql.cast(exp.null(), "DATE")
        at = self.sources.policy.table(reach.at)
        event = event_of(at, reach.name)
        value, missing = self._own_or_linked(table, reach)
        known = [fallback_day(self.sources, at, event, self._rows(reach.hops))] if event.fallback else []
        since = sql.call("COALESCE", *known, col("_undetermined_since", self.own), lit(self.sources.as_of))
        return value, sql.case((missing, since))

    def _own_or_linked(self, table: Table, reach: Reach) -> tuple[Sql, Sql]:
        """An absent row carries nothing, and has no missing date either; what names several rows names none of them."""
        at = self.sources.policy.table(reach.at)
        by_facts = reach.at in self.sources.subjects and not (reach.entity or event_of(at, reach.name).fallback)
        if by_facts and self._is_direct(reach):
            alias = self._facts(table, reach)
            return col(own_date(reach.name), alias), sql.call("COALESCE", col(own_missing(reach.name), alias), exp.false())
        alias = self._rows(reach.hops)
        value, missing = entity_value(self.sources, at, event_of(at, reach.name), alias, reach.entity)
        if reach.hops:
            there = sql.not_null(col(reach.hops[-1].to_columns[0], alias))
            value, missing = sql.case((there, value)), sql.all_of((there.copy(), missing))
        many = self._many(reach.hops)
        if many:
            value, missing = sql.case((exp.not_(exp.Paren(this=sql.any_of(many))), value)), sql.any_of((*many, missing))
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
        there = [sql.not_null(col(hops[-1].to_columns[0], alias))] if hops else []
        found = sql.all_of([*there, *(exp.not_(many) for many in self._many(hops))])
        conditions = [subject.when for subject in at.subjects if subject.kind in kinds]
        met = [sure(asked_of(parse_condition(when, names_of(at)), alias)) if when else exp.true() for when in conditions]
        return found, sql.any_of(met)

    def _fact(self, table: Table, reach: Reach) -> tuple[Sql, Sql]:
        alias = self._facts(table, reach)
        latest = sql.greatest([col(reach.fact, alias), col(f"{reach.fact}_gone", alias)])
        since: Sql = col(f"{reach.fact}_since", alias)
        many = self._many(reach.hops)
        if many:
            unclear = sql.call("COALESCE", col("_undetermined_since", self.own), lit(self.sources.as_of))
            since = sql.case((sql.any_of(many), unclear), default=since)
        return latest, since

    def _is_direct(self, reach: Reach) -> bool:
        """Whether the last step names a subject by its key, so that its row itself need not be joined."""
        last = reach.hops[-1] if reach.hops else None
        return last is not None and not last.shared and set(last.to_columns) == set(self.sources.policy.table(reach.at).key)

    def _facts(self, table: Table, reach: Reach) -> str:
        subject = self.sources.policy.table(reach.at)
        of, columns, kinds = self._rows(()), [(key, key) for key in subject.key], []
        if self._is_direct(reach):
            last = reach.hops[-1]
            of, columns = self._rows(reach.hops[:-1]), list(zip(last.columns, last.to_columns, strict=True))
            kinds = [is_kind(last, of)] if last.kind else []
        elif reach.hops:
            of = self._rows(reach.hops)
        return self._join(("facts", reach.at, reach.hops), sql.table(self.sources.facts, subject.id), of, columns, kinds)

    def _ends(self, table: Table, reach: Reach) -> Sql:
        """What was said for the record that stays counts for one that was merged into it, beside what was said for that one: a consent must
        stand for both, one objection is enough."""
        ends = col("ends", self._consent(table, reach, "r"))
        if table.merged is None or reach.hops:
            return ends
        others = col("ends", self._consent(table, reach, "k"))
        both = sql.least([ends, others])
        if self.either or reach.name.startswith(OBJECTION):
            return both
        return sql.case((sql.all_of((sql.not_null(ends), sql.not_null(others))), both))

    def _consent(self, table: Table, reach: Reach, row: str) -> str:
        key = ("consent", reach.name, reach.hops, row)
        if key in self.aliases:
            return self.aliases[key]
        last = reach.hops[-1] if reach.hops else None
        by_name = len(reach.hops) > 1 and reach.hops[-2].to.startswith(IDENTITY)
        if last is not None and last.to_columns == (reach.column,) and not (last.kind or by_name):
            on_of, owner, column = self._rows(reach.hops[:-1]), self._before_last(table, reach.hops), last.columns[0]
        else:
            on_of, owner, column = self._rows(reach.hops) if reach.hops else row, self.sources.policy.table(reach.at), reach.column
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
        source: exp.Expr = self.sources.table(last.to)
        if last.shared:
            source = _one_each(self.sources, last).subquery()
        kinds = [is_kind(last, before)] if last.kind else []
        return self._join(("rows", hops), source, before, list(zip(last.columns, last.to_columns, strict=True)), kinds)

    def _many(self, hops: tuple[Hop, ...]) -> list[Sql]:
        """For each step that names rows by what is not their key: whether it names several."""
        aliases = [self._rows(hops[: number + 1]) for number, hop in enumerate(hops) if hop.shared]
        return [sql.call("COALESCE", col("_many", alias), exp.false()) for alias in aliases]

    def _join(self, key: tuple[object, ...], source: exp.Expr, of: str, columns: list[tuple[str, str]], kinds: Sequence[Sql] = ()) -> str:
        if key not in self.aliases:
            alias = self.aliases[key] = f"j{len(self.aliases)}"
            on = sql.all_of([*(exp.EQ(this=col(left, of), expression=col(right, alias)) for left, right in columns), *kinds])
            self.statement = self.statement.join(exp.alias_(source, alias, table=True), on=on, join_type="left", copy=False)
        return self.aliases[key]


def _one_each(sources: Sources, hop: Hop) -> exp.Select:
    """One row for each value that a link may hold; where several rows have it, none of them is it: `_many`, and nothing else is filled."""
    table = sources.policy.table(hop.to)
    alone = exp.EQ(this=exp.Count(this=exp.Star()), expression=lit(1))
    names = [*(column.name for column in table.columns if column.name not in hop.to_columns), "_gone_since", "_first_seen"]
    rest = [sql.named(sql.case((alone.copy(), exp.AnyValue(this=col(name)))), name, quoted=True) for name in names]
    keys = [col(name) for name in hop.to_columns]
    found = exp.select(*keys, *rest, sql.named(exp.not_(alone), "_many")).from_(sql.table(sources.rows, table.id))
    return found.group_by(*(key.copy() for key in keys))

"""The policy compiled per table: where each purpose's dates come from, under which rules, and which fields share one fate. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

import sqlglot
from sqlglot import exp

from privacy_pipelines.errors import PolicyErrors, Problem
from privacy_pipelines.policy.model import EndedBy, Event, Policy, Purpose, Table, Version
from privacy_pipelines.retention.calendar import Rule
from privacy_pipelines.retention.reach import (
    UNKNOWN,
    Hop,
    Kind,
    Reach,
    Unreachable,
    consent_reach,
    event_reach,
    event_route,
    kind_reach,
    objection_reach,
    subjects_of,
)
from privacy_pipelines.values import Period

MOST_BITS = 62
MOST_PURPOSES = 13
"""A record's levels travel as one integer, three bits a purpose and one a cluster; more in one table would not fit 62 bits."""


class Standing(IntEnum):
    """Whom a row is about, where that is a question: `frames` writes it, `levels` packs it."""

    PERSON = 0
    NOBODY = 1
    """Its data subject's row meets no condition of a kind: there is no ground for anything personal in it."""
    LEGAL_PERSON = 2
    """The same, where the policy says that such a row is about a legal person: nothing in it is personal, and no clock runs."""


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """One purpose on one table. A record's level is the greatest over `starts`, cut off by the least over `ends`."""

    purpose: Purpose
    starts: tuple[Reach, ...]
    rule: Rule
    missing: Rule | None
    ends: tuple[tuple[Reach, Rule], ...]
    gates: tuple[Reach, ...]
    """Consents, and kinds of data subject, without which the purpose never applied."""
    deleted_at_source: Rule | None
    """Set where a key that vanished from its source ends the purpose: never for a duty or a claim."""
    versions: tuple[tuple[date, Rule], ...] = ()
    """Every version of `rule` with its first day, the oldest first; none where there was only ever one."""

    def by_notice(self, start: Reach, as_of: date) -> tuple[tuple[date, Rule], ...]:
        """(first day of a notice, the rule by which a start is counted for what was collected under it), the newest first; the oldest
        counts for what is older still. What is not in force yet has given no notice."""
        if not self.versions:
            return ((date.min, self.rule_for(start)),)
        in_force = [(first, self._for(rule, start)) for first, rule in self.versions if first <= as_of] or [self.versions[0]]
        return tuple((first, replace(rule, later=tuple(in_force[n + 1 :]))) for n, (first, rule) in reversed(list(enumerate(in_force))))

    def rule_for(self, start: Reach) -> Rule:
        """The rule by which a start is counted: the same for all but where legal entities have fiscal years of their own."""
        return self._for(self.rule, start)

    def _for(self, rule: Rule, start: Reach) -> Rule:
        return replace(rule, entity=start.entity) if start.entity not in ("", UNKNOWN) else rule


@dataclass(frozen=True, slots=True)
class Cluster:
    """Fields of one table that serve one set of purposes and so share one fate (ISO/IEC 27555; DIN 66398 *Datenart*)."""

    name: str
    columns: tuple[str, ...]
    purposes: tuple[int, ...]
    """Positions in `TableRule.purposes`."""
    needs_consent: bool
    """Whether every one of its purposes needs a consent: without one there is nothing to be undetermined about."""
    may_be_empty: bool
    """Whether a row can lawfully have none of these cells because none of its purposes concerns it (an activity with no contact)."""


@dataclass(frozen=True, slots=True)
class TableRule:
    """Everything that decides one table."""

    table: Table
    purposes: tuple[PurposeRule, ...]
    clusters: tuple[Cluster, ...]
    undetermined: Rule
    standing: tuple[tuple[Hop, ...], ...] = ()
    """The ways to the data subjects that say whether a row is about a person; none where every row is, () for the row itself."""

    @property
    def reaches(self) -> tuple[Reach, ...]:
        """Every distinct place a date is read from, in a fixed order: the date columns of this table's frame."""
        every = (reach for rule in self.purposes for reach in (*rule.starts, *(end for end, _ in rule.ends), *rule.gates))
        return tuple(dict.fromkeys(every))

    @property
    def asks_notice(self) -> bool:
        """Whether it matters when a row was collected: whether some purpose's rule was another before."""
        return any(purpose.versions for purpose in self.purposes)

    @property
    def may_be_empty(self) -> tuple[int, ...]:
        """Positions of the clusters of which a frame says whether any cell is filled."""
        return tuple(number for number, cluster in enumerate(self.clusters) if cluster.may_be_empty)


@dataclass(frozen=True, slots=True)
class FactRoute:
    """One event of one kind of data subject: how its rows are found from the subject's own row."""

    event: str
    hops: tuple[Hop, ...]
    entity: str = ""

    @property
    def name(self) -> str:
        """What the facts' columns are called after."""
        return f"{self.event}@{self.entity}" if self.entity else self.event


@dataclass(frozen=True, slots=True)
class Rules:
    """The compiled policy: one rule per table that holds personal data, and the facts each subject's table must keep."""

    policy: Policy
    tables: tuple[TableRule, ...]
    facts: tuple[tuple[str, tuple[FactRoute, ...]], ...]

    def of(self, table_id: str) -> TableRule:
        """Raises KeyError for a table without personal data."""
        for rule in self.tables:
            if rule.table.id == table_id:
                return rule
        raise KeyError(table_id)

    @property
    def targets_first(self) -> tuple[TableRule, ...]:
        """The tables in an order in which what a row ends with comes before the row."""
        done: list[TableRule] = []
        for rule in self.tables:
            self._after_its_targets(rule, done)
        return tuple(done)

    def _after_its_targets(self, rule: TableRule, done: list[TableRule]) -> None:
        if rule not in done:
            for link in rule.table.links:
                if link.when_target_ends == "end_too":
                    self._after_its_targets(self.of(link.to), done)
            done.append(rule)


def compile_rules(policy: Policy) -> Rules:
    """Raises PolicyErrors with every route that is missing or ambiguous."""
    problems: list[Problem] = []
    tables = tuple(_table_rule(policy, table, problems) for table in policy.tables if table.personal)
    if problems:
        raise PolicyErrors(tuple(problems))
    return Rules(policy, tables, _fact_routes(policy, tables))


def _table_rule(policy: Policy, table: Table, problems: list[Problem]) -> TableRule:
    rules: list[PurposeRule] = []
    for name in table.purposes:
        try:
            rules.append(_purpose_rule(policy, table, policy.purpose(name)))
        except Unreachable as missing:
            problems.append(Problem(table.id, 0, f"purpose '{name}' cannot be decided: {missing}"))
    if len(rules) > MOST_PURPOSES:
        problems.append(Problem(table.id, 0, f"{len(rules)} purposes in one table, at most {MOST_PURPOSES}", "Split the table"))
    _require_room(table, tuple(rules), problems)
    ceiling = policy.company.undetermined
    standing = _standing(policy, table)
    clusters = _clusters(policy, table, tuple(rules), standing)
    return TableRule(table, tuple(rules), clusters, Rule(ceiling.restrict, ceiling.execution_window), standing)


def _require_room(table: Table, rules: tuple[PurposeRule, ...], problems: list[Problem]) -> None:
    """Every field may be a cluster of its own; no more of them than a code has bits for."""
    served = {tuple(sorted(column.serves)) for column in table.columns if column.serves}
    if len(rules) <= MOST_PURPOSES and 6 + 3 * len(rules) + len(served) + 1 + 2 > MOST_BITS:
        what = f"{len(served)} different sets of purposes among its fields, at most {MOST_BITS - 9 - 3 * len(rules)}"
        problems.append(Problem(table.id, 0, what, "Split the table, or let fields serve the same purposes"))


def _standing(policy: Policy, table: Table) -> tuple[tuple[Hop, ...], ...]:
    """A row inherits from the nearest data subjects that it is linked to; only where one of them is conditional is there a question."""
    ways = ((),) if table.subjects else subjects_of(policy, table)
    return ways if any((policy.table(hops[-1].to) if hops else table).conditional for hops in ways) else ()


def _purpose_rule(policy: Policy, table: Table, purpose: Purpose) -> PurposeRule:
    versions = tuple((version.effective_from, _rule(purpose, version)) for version in purpose.versions)
    ceiling = purpose.on_missing_event
    starts = _starts(policy, table, purpose)
    return PurposeRule(
        purpose=purpose,
        starts=starts,
        rule=versions[-1][1],
        missing=Rule(ceiling.restrict, ceiling.execution_window, purpose.settle) if ceiling else None,
        ends=tuple(_ends(policy, table, purpose)),
        gates=(*(consent_reach(policy, table, name) for name in _gates(purpose)), *_kinds(policy, table, purpose, starts[0])),
        deleted_at_source=_ending(purpose, Period(), purpose.execution_window) if purpose.nature == "policy" else None,
        versions=versions if purpose.earlier else (),
    )


def _rule(purpose: Purpose, version: Version) -> Rule:
    """One version of a purpose's rule. Settling and the window are how it is carried out, and today's for all."""
    withdrawn = -1 if purpose.starting_point.consents and purpose.nature == "policy" else 0
    return Rule(
        version.period, purpose.execution_window, purpose.settle, version.offset, version.order == "period_then_offset",
        version.roll == "next_weekday", withdrawn, statutory=purpose.nature == "duty",
    )  # fmt: skip


def _starts(policy: Policy, table: Table, purpose: Purpose) -> tuple[Reach, ...]:
    event = purpose.starting_point.event
    if event is not None:
        reach = event_reach(policy, table, event, table.scope_of(purpose))
        fiscal = any("end_of_fiscal_year" in version.offset for version in purpose.versions)
        return _by_entity(policy, reach) if fiscal else (reach,)
    reaches = tuple(_reachable(lambda name: consent_reach(policy, table, name), purpose.starting_point.consents))
    if not reaches:
        raise Unreachable(f"none of its consents ({', '.join(purpose.starting_point.consents)}) matches {table.id}")
    return reaches


def _by_entity(policy: Policy, reach: Reach) -> tuple[Reach, ...]:
    """Where fiscal years are a legal entity's own, one reach for each: the latest event of one need not be the last to end."""
    at = policy.table(reach.at)
    if reach.kind is Kind.SUBJECT:
        at = policy.table((event_route(policy, at, reach.name) or reach.hops)[-1].to)
    if at.entity is None:
        return (reach,)
    names = [at.entity.always] if at.entity.always else [*(entity.name for entity in policy.company.entities), UNKNOWN]
    return tuple(replace(reach, entity=name) for name in names)


def _reachable(reach: Callable[[str], Reach], names: Iterable[str]) -> Iterable[Reach]:
    for name in names:
        try:
            yield reach(name)
        except Unreachable:
            continue  # a proof of consent covers many consents; each table knows some of them


def _ends(policy: Policy, table: Table, purpose: Purpose) -> Iterable[tuple[Reach, Rule]]:
    for end in purpose.ended_by:
        yield from _early_end(policy, table, purpose, end)
    if purpose.requires_consent:
        rule = Rule(Period(), purpose.execution_window, lead=-1)
        yield consent_reach(policy, table, purpose.requires_consent), rule
    for name, effect in purpose.objections:  # GDPR Art. 21: what a person objects to is over the same night
        rule = Rule(Period(), purpose.execution_window, lead=-1, restricts=effect == "restrict")
        yield objection_reach(policy, table, name), rule


def _early_end(policy: Policy, table: Table, purpose: Purpose, end: EndedBy) -> Iterable[tuple[Reach, Rule]]:
    """An early end concerns the record that has it, and what belongs to a subject who has it; a contract outlives its signatory."""
    try:
        reach = event_reach(policy, table, end.event, table.scope_of(purpose))
    except Unreachable:
        return
    if reach.kind is Kind.OWN or table.scope_of(purpose) == "subject":
        yield reach, _ending(purpose, end.period, end.execution_window)


def _ending(purpose: Purpose, period: Period, window: Period) -> Rule:
    return Rule(period, window, purpose.settle)


def _gates(purpose: Purpose) -> tuple[str, ...]:
    return tuple(name for name in (purpose.requires_consent, purpose.admitted_by_consent) if name)


def _kinds(policy: Policy, table: Table, purpose: Purpose, start: Reach) -> tuple[Reach, ...]:
    reach = kind_reach(policy, table, purpose.subjects, start) if purpose.subjects else None
    return (reach,) if reach else ()


def _clusters(policy: Policy, table: Table, rules: tuple[PurposeRule, ...], standing: tuple[tuple[Hop, ...], ...]) -> tuple[Cluster, ...]:
    position = {rule.purpose.name: number for number, rule in enumerate(rules)}
    columns: dict[tuple[str, ...], list[str]] = {}
    always = _says_who(table, standing) | _says_when(table)
    for column in table.columns:
        needed = position.keys() if column.name in always else {*column.serves, *_needed_by(table, column.name, rules)}
        served = sorted(needed & position.keys())
        if served and column.name not in table.key:
            columns.setdefault(tuple(served), []).append(column.name)
    for whole in (tuple(sorted(position)),):
        columns.setdefault(whole, [])  # the row itself: its key lives while any purpose does
    return tuple(
        _cluster(served, tuple(names), tuple(position[name] for name in served), rules) for served, names in sorted(columns.items())
    )


def _says_who(table: Table, standing: tuple[tuple[Hop, ...], ...]) -> set[str]:
    """Columns by which a row shows that it is about a person: without them nothing else in it could be decided."""
    own = {name for subject in table.subjects if standing for name in columns_in(subject.when)}
    return own | {name for hops in standing if hops for name in named_by(hops[0])}


def _says_when(table: Table) -> set[str]:
    """Columns by which a row's events and its notice are read, whosever clock they started: without them what has ended would look as if
    it had not begun, here and for the data subject whose latest event this is. So they live as long as the row."""
    return {name for event in table.events for name in columns_of(event)} | set(table.collected) | _says_which(table)


def _says_which(table: Table) -> set[str]:
    """The column by which a row says into which other it was merged."""
    return {table.merged.into} if table.merged and table.merged.table == table.id else set()


def _cluster(served: tuple[str, ...], names: tuple[str, ...], numbers: tuple[int, ...], rules: tuple[PurposeRule, ...]) -> Cluster:
    needs_consent = all(rules[number].purpose.needs_consent for number in numbers)
    return Cluster("+".join(served), names, numbers, needs_consent, not needs_consent and len(numbers) < len(rules))


def _needed_by(table: Table, column: str, rules: tuple[PurposeRule, ...]) -> set[str]:
    """Purposes whose dates are read from this column: structural cells live as long as what needs them."""
    asked = ((rule, reach) for rule in rules for reach in (*rule.starts, *rule.gates, *_objected(rule)))
    return {rule.purpose.name for rule, reach in asked if column in _reads(table, reach)}


def _objected(rule: PurposeRule) -> Iterable[Reach]:
    """Where an objection is looked for: an end that can be found no more would let the purpose live again."""
    return (reach for reach, _ in rule.ends if rule.purpose.objections and reach.kind is Kind.CONSENT)


def _reads(table: Table, reach: Reach) -> set[str]:
    if reach.hops:
        return named_by(reach.hops[0])
    if reach.kind is Kind.CONSENT:
        return {reach.column}
    if reach.kind is Kind.KIND:
        return {name for subject in table.subjects if subject.kind in reach.name.split(",") for name in columns_in(subject.when)}
    entity = {table.entity.column} if reach.entity and table.entity and table.entity.column else set()
    return {name for event in table.events if event.name == reach.name and reach.kind is Kind.OWN for name in columns_of(event) | entity}


def named_by(hop: Hop) -> set[str]:
    """The columns of the row at hand that take the step."""
    return {*hop.columns, *([hop.kind[0]] if hop.kind and not hop.down else [])}


def columns_of(event: Event) -> set[str]:
    """The columns that an event is read from, those of its conditions included."""
    said = event.succession
    following = {*(column for column, _ in said.columns), *([said.begins] if said.begins else [])} if said else set()
    return {*event.at, *columns_in(event.open_if), *columns_in(event.when), *following}


def columns_in(condition: str | None) -> set[str]:
    """The columns that a condition asks."""
    return {found.name for found in sqlglot.parse_one(condition, dialect="duckdb").find_all(exp.Column)} if condition else set()


def _fact_routes(policy: Policy, tables: tuple[TableRule, ...]) -> tuple[tuple[str, tuple[FactRoute, ...]], ...]:
    wanted = sorted({(reach.at, reach.name, reach.entity) for rule in tables for reach in rule.reaches if reach.kind is Kind.SUBJECT})
    routes: dict[str, list[FactRoute]] = {}
    for subject, event, entity in wanted:
        hops = event_route(policy, policy.table(subject), event) or ()
        routes.setdefault(subject, []).append(FactRoute(event, hops, entity))
    return tuple((subject, tuple(found)) for subject, found in routes.items())

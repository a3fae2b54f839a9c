"""From the policy to its rules: every route looked for, every one that is missing or ambiguous reported at once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from privacy_pipelines.errors import PolicyErrors, Problem
from privacy_pipelines.policy.model import EndedBy, Policy, Purpose, Table, Version
from privacy_pipelines.retention.calendar import Rule
from privacy_pipelines.retention.clusters import MOST_PURPOSES, clusters_of, require_room, structural_of
from privacy_pipelines.retention.lasting import require_lasting
from privacy_pipelines.retention.reach import UNKNOWN, Kind, Reach, consent_reach, event_reach, kind_reach, objection_reach
from privacy_pipelines.retention.rules import FactRoute, PurposeRule, Rules, TableRule
from privacy_pipelines.retention.ways import Hop, Unreachable, event_route, subjects_of, through_merges
from privacy_pipelines.values import Period


def compile_rules(policy: Policy) -> Rules:
    """Raises PolicyErrors with every route that is missing or ambiguous."""
    problems: list[Problem] = []
    tables = tuple(_table_rule(policy, table, problems) for table in policy.tables if table.personal)
    if not problems:
        require_lasting(tables, policy.company, problems)
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
    require_room(table, tuple(rules), problems)
    ceiling = policy.company.undetermined
    standing = _standing(policy, table)
    structural = structural_of(policy, table, standing)
    clusters = clusters_of(policy, table, tuple(rules), structural)
    undetermined = Rule(ceiling.restrict, ceiling.execution_window)
    unexplained = _unexplained(tuple(rules), ceiling.execution_window)
    return TableRule(table, tuple(rules), clusters, undetermined, unexplained, standing, structural)


def _unexplained(rules: tuple[PurposeRule, ...], window: Period) -> Rule:
    """A key that vanished may come back: as many days are waited as the slowest of the table's purposes does."""
    settles = [rule.purpose.settle for rule in rules]
    return Rule(Period(), window, max(settles, key=lambda settle: (settle.months, settle.days), default=Period()))


def _standing(policy: Policy, table: Table) -> tuple[tuple[Hop, ...], ...]:
    """A row inherits from the nearest data subjects that it is linked to; only where one of them is conditional is there a question."""
    ways = ((),) if table.subjects else subjects_of(policy, table)
    asked = any((policy.table(hops[-1].to) if hops else table).conditional for hops in ways)
    return tuple(through_merges(policy, table, hops) for hops in ways) if asked else ()


def _purpose_rule(policy: Policy, table: Table, purpose: Purpose) -> PurposeRule:
    versions = tuple((version.effective_from, _rule(purpose, version)) for version in purpose.versions)
    starts = _starts(policy, table, purpose)
    gates = (*(consent_reach(policy, table, name) for name in _gates(purpose)), *_kinds(policy, table, purpose, starts[0]))

    def meant(reach: Reach) -> Reach:
        return replace(reach, hops=through_merges(policy, table, reach.hops))

    return PurposeRule(
        purpose=purpose,
        starts=tuple(map(meant, starts)),
        rule=versions[-1][1],
        missing=_missing(policy, purpose),
        ends=tuple((meant(reach), rule) for reach, rule in _ends(policy, table, purpose)),
        gates=tuple(map(meant, gates)),
        deleted_at_source=_ending(purpose, Period(), purpose.execution_window) if purpose.nature == "policy" else None,
        versions=versions if purpose.earlier else (),
    )


def _missing(policy: Policy, purpose: Purpose) -> Rule | None:
    """The ceiling where the event's row has no date: the purpose's own, or else the company's. The end of a consent is never missing."""
    own, company = purpose.on_missing_event, policy.company.undetermined
    if own is not None:
        return Rule(own.restrict, own.execution_window, purpose.settle)
    return Rule(company.restrict, company.execution_window) if purpose.starting_point.event else None


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
        reach = event_reach(policy, table, event, purpose)
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
        reach = event_reach(policy, table, end.event, purpose)
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


def _fact_routes(policy: Policy, tables: tuple[TableRule, ...]) -> tuple[tuple[str, tuple[FactRoute, ...]], ...]:
    wanted = sorted({(reach.at, reach.name, reach.entity) for rule in tables for reach in rule.reaches if reach.kind is Kind.SUBJECT})
    routes: dict[str, list[FactRoute]] = {}
    for subject, event, entity in wanted:
        at = policy.table(subject)
        hops = through_merges(policy, at, event_route(policy, at, event) or ())
        routes.setdefault(subject, []).append(FactRoute(event, hops, entity))
    return tuple((subject, tuple(found)) for subject, found in routes.items())

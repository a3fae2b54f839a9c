"""Why a cell is still here, until when, by which clause; or when it was left behind. Reads the current generation, changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from privacy_pipelines.errors import InputError, StoreError
from privacy_pipelines.evidence.notices import notice_on
from privacy_pipelines.explaining.answer import Clause, ClusterAnswer, EndsWith, Explanation
from privacy_pipelines.explaining.asking import Known, Trace, as_stored, ask, key_of, traces
from privacy_pipelines.explaining.ending import cluster_dates, ending_with
from privacy_pipelines.explaining.suspending import Asked, Suspended, suspensions
from privacy_pipelines.policy.model import Table, Version
from privacy_pipelines.retention.calendar import Dates, Rule, dates, kept_through
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.dates import earliest, notice_rule, purpose_dates
from privacy_pipelines.retention.decide import State, judge
from privacy_pipelines.retention.levels import unpack
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.rules import PurposeRule, Rules, TableRule
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import DEPARTED_KEY
from privacy_pipelines.store.reading import reader
from privacy_pipelines.values import OPEN


@dataclass(frozen=True, slots=True)
class _Question:
    """One record on one day, under the policy by which it was decided."""

    rules: Rules
    rule: TableRule
    day: date
    known: Known
    traces: dict[str, Trace]
    ends_with: tuple[EndsWith, ...] = ()
    suspended: tuple[Suspended, ...] = ()


def explain(store_folder: Path, table_id: str, key: str, field: str | None = None, as_of: date | None = None) -> Explanation:
    """The answer for one record, or one of its fields. A composite key is written as a line of CSV.

    Raises:
        InputError: no such table or field, or a key with the wrong number of parts.
        StoreError: there is no generation yet, or it cannot be read.
    """
    store = Store(store_folder)
    with reader(store) as current:
        if current is None:
            raise StoreError(f"{store_folder}: no night has been completed yet. Run 'privacy-pipelines nightly' first")
        rules = compile_rules(current.intent.rules_document())
        rule = _rule(rules, table_id)
        values = as_stored(current, rule.table, key_of(rule.table, (key,)))
        _require_field(rule.table, field)
        day = as_of or current.intent.as_of
        left = traces(current, store.secret(DEPARTED_KEY), rule.table, values)
        known = ask(current, rules, rule, values, day)
        ends_with = ending_with(current, rules, rule, values, day)
        suspended = suspensions(current, store, Asked(rules, rule, values, day)) if known else ()
        name, version = current.generation.name, current.intent.policy_version
    if known is None:
        return _gone(Explanation(table_id, "no_trace", day, name, version), left.get(""))
    standing = unpack(rule, known.code).standing
    clusters = _clusters(_Question(rules, rule, day, known, left, ends_with, suspended), field)
    noticed = known.record.noticed or known.first_seen
    return Explanation(
        table_id, "stored", day, name, version, known.first_seen, known.record.gone, standing=standing.name.lower(),
        clusters=clusters, ends_with=ends_with, merged=known.merged, noticed=noticed, notice=notice_on(store.evidence, noticed),
        suspensions=tuple(one.suspension for one in suspended),
    )  # fmt: skip


def _rule(rules: Rules, table_id: str) -> TableRule:
    try:
        return rules.of(table_id)
    except KeyError:
        known = ", ".join(rule.table.id for rule in rules.tables)
        raise InputError(f"no table '{table_id}' with personal data in the policy. It has: {known}") from None


def _require_field(table: Table, field: str | None) -> None:
    names = [column.name for column in table.columns]
    if field is not None and field not in names:
        raise InputError(f"{table.id}: no field '{field}'. It has: {', '.join(names)}")


def _gone(answer: Explanation, trace: Trace | None) -> Explanation:
    if trace is None:
        return answer
    found = "left_behind" if trace.was_stored else "turned_away"
    return replace(answer, found=found, left_on=trace.left_on, expires_on=trace.expires_on, left_under=trace.policy_version)


def _clusters(question: _Question, field: str | None) -> tuple[ClusterAnswer, ...]:
    rule = question.rule
    wanted = []
    of_row = _of_row(question) if field in rule.with_row else ()
    for number, cluster in enumerate(rule.clusters):
        if field is None or field in cluster.columns or number in of_row:
            wanted.append(_cluster(question, number))
    return tuple(wanted)


def _of_row(question: _Question) -> tuple[int, ...]:
    """The cluster that every purpose of the table is in: the row itself. Where it is over and the row is not, those that are not."""
    rule = question.rule
    whole = tuple(number for number, one in enumerate(rule.clusters) if len(one.purposes) == len(rule.purposes))
    states = judge(rule, question.known.code).states
    living = tuple(number for number, state in enumerate(states) if state not in (State.ENDED, State.EMPTY))
    return living if living and not {*whole} & {*living} else whole


def _cluster(question: _Question, number: int) -> ClusterAnswer:
    rule, company = question.rule, question.rules.policy.company
    cluster, known = rule.clusters[number], question.known
    each = {n: purpose_dates(rule.purposes[n], known.record, company) for n in cluster.purposes}
    until = cluster_dates(question.rules, rule, number, known, question.day)
    verdict = judge(rule, known.code)
    state = verdict.states[number]
    if until is not None and question.ends_with:
        until = earliest(until, *(Dates(one.retain_until, one.retain_until, one.erase_by) for one in question.ends_with))
    filled = sum(name in known.filled for name in cluster.columns)
    if cluster.columns and not filled and state is not State.ENDED:
        state = State.EMPTY
    holds = [one for one in question.suspended if one.mask >> number & 1]
    trace = question.traces.get(cluster.name)
    return ClusterAnswer(
        cluster=cluster.name,
        fields=cluster.columns,
        filled=filled,
        state=state.value,
        retain_until=until.retain_until if until else None,
        erase_by=until.erase_by if until else None,
        left_on=trace.left_on if trace and trace.was_stored else None,
        holds=tuple(one.suspension.hold for one in holds),
        status=_status(state, overdue=bool(verdict.overdue >> number & 1), held=bool(holds), gone=bool(cluster.columns) and not filled),
        erasable_from=_day_after(until.retain_until) if until else None,
        clauses=tuple(_clause(question, n, each[n]) for n in cluster.purposes),
    )


def _status(state: State, *, overdue: bool, held: bool, gone: bool) -> str:
    """The state in the law's words (LAW §1)."""
    if state is not State.ENDED or gone:
        return "gone" if gone and state is State.ENDED else _STATUS[state]
    return "suspended" if held else "overdue" if overdue else "erasable"


_STATUS = {State.KEEP: "active", State.RESTRICT: "restricted", State.UNDETERMINED: "undetermined", State.EMPTY: "empty"}


def _clause(question: _Question, number: int, until: Dates | None) -> Clause:
    rule, found = question.rule.purposes[number], question.known.record.found
    declared = rule.purpose
    start = max(rule.starts, key=lambda reach: _end(question, rule, reach))
    only_missing = found[start].day is None and found[start].missing_since is not None
    ceiling = (declared.on_missing_event or question.rules.policy.company.undetermined) if only_missing else None
    said = _version(question, rule, start)
    return Clause(
        purpose=declared.name,
        title=dict(declared.title),
        legal_basis=declared.legal_basis,
        nature=declared.nature,
        source=said.version.source,
        applies=until is not None,
        starting_point=start.name,
        found_in=_found_in(question.rules, start),
        date=found[start].day,
        missing_since=found[start].missing_since,
        offset=() if ceiling else said.version.offset,
        period=str(ceiling.restrict if ceiling else said.version.period),
        ended_by=_ended_by(question, rule, until),
        retain_until=until.retain_until if until else None,
        erasable_from=_day_after(until.retain_until) if until else None,
        collected_from=until.collect_from if until else None,
        erase_by=until.erase_by if until else None,
        continued=start.kind is Kind.OWN and start.name in question.known.continued,
        notice=said.notice if declared.earlier and not ceiling else None,
        cut_on=said.cut_on,
        restricted_by=_restricted_by(question, rule) if until else (),
        effective_from=said.version.effective_from,
        approved_by=said.version.approved_by,
        level=unpack(question.rule, question.known.code).purposes[number].name.lower(),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """The version of a purpose's rule that decides a record, and what it was collected under."""

    version: Version
    notice: date
    cut_on: date | None


def _version(question: _Question, rule: PurposeRule, start: Reach) -> _Said:
    record, versions = question.known.record, rule.purpose.versions
    notice, counted = notice_rule(rule, start, record)
    collected = next((n for n, version in enumerate(versions) if version.effective_from == notice), len(versions) - 1)
    day = record.found[start].day
    kept = kept_through(counted, day, question.rules.policy.company) if day is not None and day < OPEN else None
    return _Said(versions[collected + (kept.version if kept else 0)], versions[collected].effective_from, kept.cut_on if kept else None)


def _end(question: _Question, rule: PurposeRule, start: Reach) -> tuple[date, date]:
    """Until when one start keeps a record, and since when it is missing: of several the last to end explains it."""
    found, company = question.known.record.found[start], question.rules.policy.company
    counted = notice_rule(rule, start, question.known.record)[1]
    until = dates(counted, found.day, company).retain_until if found.day else date.min
    return until, found.missing_since or date.min


def _ended_by(question: _Question, rule: PurposeRule, until: Dates | None) -> tuple[str, ...]:
    """What cut the purpose short, if anything did, with its date."""
    company = question.rules.policy.company
    if until is None:
        return ()
    ends = [(name, day) for name, day, end in _ends(question, rule) if not end.restricts and _cuts(dates(end, day, company), until)]
    return tuple(f"{name} {day}" for name, day in ends)


def _cuts(end: Dates, until: Dates) -> bool:
    return end.retain_until == until.retain_until < OPEN


def _restricted_by(question: _Question, rule: PurposeRule) -> tuple[str, ...]:
    return tuple(f"{name} {day}" for name, day, end in _ends(question, rule) if end.restricts)


def _ends(question: _Question, rule: PurposeRule) -> list[tuple[str, date, Rule]]:
    known = question.known
    ends = [(reach.name, known.record.found[reach].day, end) for reach, end in rule.ends]
    if rule.deleted_at_source is not None:
        ends.append(("deleted_at_source", known.record.gone, rule.deleted_at_source))
    return [(name, day, end) for name, day, end in ends if day is not None]


def _found_in(rules: Rules, reach: Reach) -> str:
    """The table whose row says the date."""
    if reach.kind is Kind.CONSENT:
        return rules.policy.consent(reach.name).table
    if reach.kind is Kind.SUBJECT:
        return next(route.hops[-1].to for route in dict(rules.facts)[reach.at] if route.event == reach.name)
    return reach.at


def _day_after(day: date) -> date:
    return day if day >= OPEN else day + timedelta(days=1)

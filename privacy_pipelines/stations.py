"""What each station does with an open night. `pipeline` opens the night; these do the work, for a real night and for a rehearsal alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date
from pathlib import Path

from privacy_pipelines.checks.exhaustive import check_tables
from privacy_pipelines.checks.found import TableCheck, as_note, from_note
from privacy_pipelines.collector.answering import Answers
from privacy_pipelines.collector.departed import Index
from privacy_pipelines.collector.ending import Cascade
from privacy_pipelines.collector.guard import first_loads, guard
from privacy_pipelines.collector.parts import Leave
from privacy_pipelines.collector.quoting import find_quotes
from privacy_pipelines.collector.suspending import released
from privacy_pipelines.collector.undeclared import require_keys, undeclared_parts, undeclared_steps
from privacy_pipelines.deciding.corrections import corrections
from privacy_pipelines.deciding.covering import cover
from privacy_pipelines.deciding.forecast import forecast
from privacy_pipelines.deciding.gather import gather_consents, gather_facts, gather_frames, tonight
from privacy_pipelines.deciding.prior import prior_views
from privacy_pipelines.deciding.seals import CohortCount, seal, weighed_tonight
from privacy_pipelines.deciding.summarise import steps, tallies
from privacy_pipelines.deciding.weigh import find_exceptions, weigh
from privacy_pipelines.evidence.approvals import approvals
from privacy_pipelines.extracts.arrive import Desk
from privacy_pipelines.extracts.landing import land, newest_landed, outside, unfit
from privacy_pipelines.extracts.merge import Vanished, merge
from privacy_pipelines.nights.memory import remembered
from privacy_pipelines.nights.record import Inbox, inbox_of, keep_inbox
from privacy_pipelines.nights.said import said_tonight
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.quiet.repeating import said_again
from privacy_pipelines.quiet.tonight import QUIET, repeat_of, repeated_inbox
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.retention.versions import unsaid_changes
from privacy_pipelines.store.layout import DEPARTED_KEY, HOLDS_KEY, ROW_HASHES_KEY
from privacy_pipelines.store.night import Night
from privacy_pipelines.store.pointer import Generation
from privacy_pipelines.store.reading import read_intent
from privacy_pipelines.worklists.files import write_aside
from privacy_pipelines.worklists.items import WorkList, counted


def arrive_tonight(extracts: Path, night: Night, rules: Rules, again: Collection[date], fetched: Collection[str] = ()) -> Inbox:
    """Stage what has not landed, and merge it into tonight's rows. A table that arrives for the first time needs leave; `fetched` says
    what could not be fetched from databases."""
    policy, pin, session = rules.policy, night.pin, night.session
    require_keys(session, policy)
    landed = remembered(session)
    found = land(Desk(policy, session, night.store.secret(ROW_HASHES_KEY)), extracts, landed, pin.as_of, again)
    loads = first_loads(
        session, policy, {arrival.table for arrival in found.arrivals}, allowed=pin.first_load,
        approved=approvals(night.store.evidence, policy.company.guards.approvers),
    )  # fmt: skip
    arrivals = unfit(found.arrivals, {part.table for part in loads if part.withheld}, "first load, waits for leave")
    vanished = merge(session, policy, arrivals, landed, pin.as_of, again)
    findings = (*fetched, *found.findings, *outside(policy, extracts), *_said(vanished))
    inbox = Inbox(pin.as_of, arrivals, found.quarantined, vanished, loads, findings)
    keep_inbox(night, inbox)
    return inbox


def repeat_tonight(extracts: Path, night: Night, policy: Policy, said: Collection[str]) -> Inbox | None:
    """The inbox of a night that is the night before once more, and the note that makes the stations to come say so; None for any other."""
    inbox = repeated_inbox(night, policy, extracts, said)
    if inbox is not None:
        night.keep(QUIET, True)
        keep_inbox(night, inbox)
    return inbox


def _said(vanished: tuple[Vanished, ...]) -> list[str]:
    many = "too many to believe, so none of them counts. Have the extract checked"
    by = {False: f"keys vanished, {many}", True: f"keys are marked as deleted, {many}, then land its day again: nightly --day"}
    return [f"{one.table}: {one.keys} of {one.stored} {by[one.marked]}" for one in vanished if not one.applied]


def check_tonight(night: Night, rules: Rules) -> tuple[TableCheck, ...]:
    """One exhaustive aggregate per table; what it finds joins the plan's findings."""
    repeat = repeat_of(night)
    checks = repeat.of.checks if repeat else check_tables(night.session, rules.policy)
    night.keep("checks", as_note(checks))
    return checks


def gather_tonight(night: Night, rules: Rules) -> str:
    """Consents, facts and frames; the digest of the frames."""
    repeat = repeat_of(night)
    if repeat:
        return repeat.last.plan.facts_digest
    sources = tonight(rules, night.pin.as_of)
    gather_consents(night.session, sources)
    gather_facts(night.session, rules, sources)
    digest = gather_frames(night.session, rules, sources)
    night.keep("facts_digest", digest)
    return digest


def decide_tonight(night: Night, rules: Rules, cohorts: Collection[str] | None) -> tuple[CohortCount, ...]:
    """Judge every record of these cohorts, or of all, and seal them."""
    repeat = repeat_of(night)
    if repeat:
        return tuple(one for one in repeat.last.cohorts if cohorts is None or one.cohort in cohorts)
    prior_views(night.session, rules, _yesterday(night, rules))
    return seal(night, rules, lambda numbers: weigh(night.session, rules, night.pin.as_of, numbers), cohorts)


def plan_tonight(night: Night, rules: Rules, *, again: bool = False) -> Plan:
    """The exceptions against yesterday's forecast, guarded and summed up. `again`: see `said_tonight`."""
    session, pin, store = night.session, night.pin, night.store
    before = _yesterday(night, rules)
    needed = max(one.policy.company.guards.approvers for one in (before, rules))  # nobody does away with a second pair of eyes alone
    said = said_tonight(night, needed, again=again)
    cover(session, rules, said.holds, store.kept_secret(HOLDS_KEY) if said.holds else b"")
    departed = store.secret(DEPARTED_KEY)
    find_exceptions(session, rules, departed)
    forecast(session, rules, before, pin.as_of)
    hashing = store.secret(ROW_HASHES_KEY).hex()
    leave = Leave(said.approved, hashing, changed=before.policy.version != rules.policy.version)
    dropped = undeclared_parts(session, rules.policy, said.approved)
    cascade = Cascade(session, rules, before, pin.as_of, departed)
    parts = guard(session, rules, pin.as_of, leave, cascade)
    find_quotes(session, rules)
    over = said.released | ({hold.name for hold in before.policy.holds} - {hold.name for hold in rules.policy.holds})
    night.keep("corrections", [asdict(one) for one in corrections(session, tonight(rules, pin.as_of))])
    unsaid = unsaid_changes(before.policy, rules.policy, pin.as_of)
    arrived, checked = inbox_of(night), from_note(night.note("checks"))
    return Plan(
        author="retention",
        policy_version=pin.policy_version,
        facts_digest=str(night.note("facts_digest")),
        as_of=pin.as_of,
        base=pin.base,
        steps=(*steps(session, rules, hashing), *undeclared_steps(session, rules.policy, dropped)),
        tallies=tallies(session, rules, weighed_tonight(night, rules), pin.as_of),
        parts=(*arrived.first_loads, *dropped, *parts, *released(session, rules, over)),
        findings=(*arrived.findings, *unsaid, *(said for one in checked for said in one.findings)),
    )


def departed_index(night: Night, policy: Policy) -> Index:
    """What the index of the departed is made with: its key, and what tonight's extracts tell of what the sources were asked to delete."""
    arrivals = inbox_of(night).arrivals
    return Index(night.store.secret(DEPARTED_KEY), Answers(arrivals, newest_landed(policy, remembered(night.session), arrivals)))


def list_tonight(night: Night, policy: Policy, generation: Generation) -> tuple[WorkList, ...]:
    """What each source is asked to delete, written aside until the flip, and its numbers."""
    as_of, secret, repeat = night.pin.as_of, night.store.secret(DEPARTED_KEY), repeat_of(night)
    made = said_again(repeat, policy.company) if repeat else None
    write_aside(night.session, night.store, generation, policy, as_of=as_of, secret=secret, made=made)
    return counted(night.session, policy, as_of)


def _yesterday(night: Night, rules: Rules) -> Rules:
    """The rules under which the base generation was written; an empty store foresaw nothing, by any rules."""
    if not night.pin.base:
        return rules
    intent = read_intent(night.session, night.store.generation(night.pin.base))
    return rules if intent.policy_version == rules.policy.version else compile_rules(intent.rules_document())

"""What the deciding stations do with an open night, a real one or a rehearsal. `pipeline` opens it; these do the work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from privacy_pipelines.checks.found import from_note
from privacy_pipelines.collector.ending import Cascade
from privacy_pipelines.collector.guard import guard
from privacy_pipelines.collector.orphans import Search, find_orphans
from privacy_pipelines.collector.parts import Leave
from privacy_pipelines.collector.quoting import find_quotes
from privacy_pipelines.collector.suspending import released
from privacy_pipelines.collector.undeclared import undeclared_parts, undeclared_steps
from privacy_pipelines.deciding.corrections import corrections
from privacy_pipelines.deciding.covering import cover
from privacy_pipelines.deciding.forecast import forecast
from privacy_pipelines.deciding.gather import gather_consents, gather_facts, gather_frames, tonight
from privacy_pipelines.deciding.prior import prior_views
from privacy_pipelines.deciding.seals import CohortCount, require_sealed, seal, weighed_tonight
from privacy_pipelines.deciding.summarise import steps, tallies
from privacy_pipelines.deciding.weigh import find_exceptions, weigh
from privacy_pipelines.nights.record import inbox_of, keep_plan
from privacy_pipelines.nights.said import said_tonight
from privacy_pipelines.quiet.repeating import plan_again
from privacy_pipelines.quiet.tonight import repeat_of
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.retention.versions import unsaid_changes
from privacy_pipelines.stations.departed import departed_index
from privacy_pipelines.store.layout import HOLDS_KEY, ROW_HASHES_KEY
from privacy_pipelines.store.night import Night
from privacy_pipelines.store.reading import read_intent


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
    index, changed = departed_index(night, rules.policy), before.policy.version != rules.policy.version
    find_exceptions(session, rules, index.key)
    find_orphans(session, rules, Search(index.key, index.answers, changed))
    forecast(session, rules, before, pin.as_of)
    hashing = store.secret(ROW_HASHES_KEY).hex()
    leave = Leave(said.approved, hashing, changed=changed)
    dropped = undeclared_parts(session, rules.policy, said.approved)
    cascade = Cascade(session, rules, before, pin.as_of, index.key)
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


def make_plan_tonight(night: Night, rules: Rules) -> Plan:
    """The plan, kept for the stations to come. Raises NotSealed where a cohort is not decided."""
    repeat = repeat_of(night)
    if repeat is None:
        require_sealed(night, rules)
    plan = plan_again(night, repeat) if repeat else plan_tonight(night, rules)
    keep_plan(night, plan)
    return plan


def _yesterday(night: Night, rules: Rules) -> Rules:
    """The rules under which the base generation was written; an empty store foresaw nothing, by any rules."""
    if not night.pin.base:
        return rules
    intent = read_intent(night.session, night.store.generation(night.pin.base))
    return rules if intent.policy_version == rules.policy.version else compile_rules(intent.rules_document())

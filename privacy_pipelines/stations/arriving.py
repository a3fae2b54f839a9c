"""What the first stations do with an open night, a real one or a rehearsal. `pipeline` opens it; these do the work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from privacy_pipelines.checks.exhaustive import check_tables
from privacy_pipelines.checks.found import TableCheck, as_note
from privacy_pipelines.collector.guard import first_loads
from privacy_pipelines.collector.undeclared import require_keys
from privacy_pipelines.evidence.approvals import approvals
from privacy_pipelines.extracts.arrive import Desk
from privacy_pipelines.extracts.landing import land, outside, unfit
from privacy_pipelines.extracts.merge import Vanished, merge
from privacy_pipelines.nights.memory import remembered
from privacy_pipelines.nights.record import Inbox, keep_inbox
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.quiet.tonight import QUIET, repeat_of, repeated_inbox
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.store.layout import ROW_HASHES_KEY
from privacy_pipelines.store.night import Night


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

"""What the stations answer on a quiet night, and the copy: the generation before byte for byte, but for what tells of the night."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.collect import Copied, keep_intent
from privacy_pipelines.collector.departed import last_said
from privacy_pipelines.collector.prove import Check, Proof
from privacy_pipelines.nights.record import Record, inbox_of
from privacy_pipelines.nights.said import said_tonight
from privacy_pipelines.policy.model import Company
from privacy_pipelines.quiet.contents import Written, contents, missing_since
from privacy_pipelines.quiet.repeatable import Repeatable, repeatable
from privacy_pipelines.quiet.tonight import Repeat, repeat_of
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.durable import copy_file, explained
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, DEPARTED_KEY, KEPT_FACTS, NEXT, NIGHT
from privacy_pipelines.store.night import Night
from privacy_pipelines.store.pointer import Generation
from privacy_pipelines.worklists.files import digests_aside

SAME = "tables_unlike_the_night_before"
"""The one check of a quiet night: whatever else was looked for was looked for in these tables, on the night that it repeats."""
_ABOUT_THE_NIGHT = ("record", "intent", "landed", "landed_days")


def plan_again(night: Night, repeat: Repeat) -> Plan:
    """The plan of the night before, for tonight."""
    findings = (*inbox_of(night).findings, *(said for one in repeat.of.checks for said in one.findings))
    return replace(repeat.last.plan, as_of=night.pin.as_of, base=night.pin.base, findings=findings)


def copy_again(night: Night, rules: Rules, plan: Plan, generation: Generation, repeat: Repeat) -> tuple[Copied, ...]:
    """Copy the base as the next generation, all but its pointer; it stays attached. A hold that was added meanwhile keeps nothing more: on
    a quiet night nothing goes. Raises StoreError."""
    session, store = night.session, night.store
    said_tonight(night, rules.policy.company.guards.approvers, again=True)
    with explained(generation.path):
        copy_file(store.generation(night.pin.base).path, generation.path)
    session.attach(generation.path, NEXT, read_only=False)
    for name in _ABOUT_THE_NIGHT:
        session.run(f"DROP TABLE {NEXT}.{NIGHT}.{name}")
    _turn_away_again(session, rules, plan, repeat)
    _miss_again(session, rules, plan.as_of, repeat.last.pin.as_of)
    keep_intent(night, rules, plan, store.secret(DEPARTED_KEY))
    for rule in rules.tables:
        keys = exp.select(*(sql.named(sql.cast(lit(""), "TEXT"), name, quoted=True) for name in rule.table.key))
        hashed = sql.named(sql.cast(exp.null(), "UUID"), "_key_hash")
        session.create(sql.table(ACTIONS, rule.table.id), keys.select(hashed).where(exp.false()))
    return repeat.last.copied


def proved_again(session: Session, written: Written, repeat: Repeat) -> Proof:
    """The proof of the night that is repeated, for these tables; that they are these is looked at. Raises StoreError."""
    found, wanted = contents(session, written), repeat.of.tables
    unlike = sum(found.get(name) != wanted.get(name) for name in {*found, *wanted})
    before = repeat.last.proof
    return replace(before, checks=(*(check for check in before.checks if check.name != SAME), Check(SAME, unlike)))


def repeatable_from_here(night: Night, rules: Rules, record: Record) -> Repeatable | None:
    """What the next night may repeat. Raises StoreError."""
    repeat = repeat_of(night)
    if repeat is None:
        return repeatable(night, rules, record)
    return replace(repeat.of, lists=digests_aside(night.store, night.store.generation(record.generation)))


def said_again(repeat: Repeat, company: Company) -> Sql:
    """Of which entries of the index of the night before tonight says the same once more: its departures come every night."""
    return last_said(repeat.last.pin.as_of, company) if repeat.of.leaving else exp.false()


def _turn_away_again(session: Session, rules: Rules, plan: Plan, repeat: Repeat) -> None:
    """What is turned away tonight as it was the night before is remembered as long anew, and its source asked for it once more."""
    if not repeat.of.leaving:
        return
    company = rules.policy.company
    asked = sql.case((sql.not_null(col("asked_on")), exp.Add(this=col("asked"), expression=lit(1))), default=lit(0))
    values: dict[str, object] = {"expires_on": lit(add(plan.as_of, company.departed_expiry)), "asked": asked}
    session.run(exp.update(sql.table(NIGHT, "departed", catalog=NEXT), values, where=said_again(repeat, company)))


def _miss_again(session: Session, rules: Rules, as_of: date, before: date) -> None:
    """A missing date that somebody says anew every night, and who says it is turned away, is missing since tonight."""
    for subject, names in missing_since(rules).items():
        facts = sql.table(KEPT_FACTS, subject, catalog=NEXT)
        for name in names:
            said = exp.EQ(this=col(name), expression=lit(before))
            session.run(exp.update(facts, {sql.text(col(name)): lit(as_of)}, where=said))

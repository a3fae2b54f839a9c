"""What the last stations do with an open night. `pipeline` opens the night and flips; these write the next generation, and prove it."""

from __future__ import annotations

from datetime import date

from privacy_pipelines.collector.collect import Copied, collect as copy_everything
from privacy_pipelines.collector.outcome import outcomes
from privacy_pipelines.collector.prove import Proof, prove
from privacy_pipelines.deciding.corrections import Correction
from privacy_pipelines.deciding.gather import tonight
from privacy_pipelines.deciding.seals import require_sealed, sealed_counts
from privacy_pipelines.errors import StoreError
from privacy_pipelines.metrics.registry import points
from privacy_pipelines.nights.ending import Finished, conclude
from privacy_pipelines.nights.record import Record, inbox_of, keep_plan, plan_of
from privacy_pipelines.nights.said import holds_since
from privacy_pipelines.nights.standing import standing_tonight
from privacy_pipelines.observing.observe import observe, observe_again
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.quiet.contents import Written
from privacy_pipelines.quiet.repeatable import keep_repeatable
from privacy_pipelines.quiet.repeating import copy_again, proved_again, repeatable_from_here, said_again
from privacy_pipelines.quiet.tonight import repeat_of
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.stations.deciding import plan_tonight
from privacy_pipelines.stations.departed import departed_index
from privacy_pipelines.store.layout import DEPARTED_KEY, NEXT
from privacy_pipelines.store.night import Night
from privacy_pipelines.store.pointer import Generation
from privacy_pipelines.worklists.files import write_aside
from privacy_pipelines.worklists.items import WorkList, counted


def collect_tonight(night: Night, rules: Rules) -> tuple[Copied, ...]:
    """Write the next generation. A hold that was added since the plan was made has it made again, and then it can only keep more. Raises
    NotSealed, StoreError."""
    plan, repeat = plan_of(night), repeat_of(night)
    generation = night.store.generation(night.store.next_name())
    copied = copy_again(night, rules, plan, generation, repeat) if repeat else _collected(night, rules, plan, generation)
    night.session.run(f"CHECKPOINT {NEXT}")  # where the disk is full this says so; closing the file would not
    night.session.detach(NEXT)
    night.keep("copied", [[getattr(one, name) for name in Copied.__slots__] for one in copied])
    night.keep("next", generation.name)
    return copied


def _collected(night: Night, rules: Rules, plan: Plan, generation: Generation) -> tuple[Copied, ...]:
    require_sealed(night, rules)
    if holds_since(night.store, night.note("holds")):
        plan = plan_tonight(night, rules, again=True)
        keep_plan(night, plan)
    night.session.attach(generation.path, NEXT, read_only=False)
    return copy_everything(night, rules, plan, tonight(rules, night.pin.as_of), departed_index(night, rules.policy))


def prove_tonight(night: Night, rules: Rules) -> Finished:
    """Look for what should not be there in the next generation, read from its file anew, and write the night's record into it. Raises
    StoreError where the proof fails."""
    generation = night.store.generation(str(night.note("next")))
    if not generation.path.is_file():
        raise StoreError(f"{generation.path}: not collected in this night. Run the station before (generation)")
    night.session.attach(generation.path, NEXT, read_only=False)
    copied, repeat = tuple(Copied(*one) for one in night.note("copied")), repeat_of(night)
    proof = (
        proved_again(night.session, Written(NEXT, night.pin.as_of, rules), repeat)
        if repeat
        else prove(night.session, rules, night.pin.as_of, copied)
    )
    if not proof.passed:
        failed = ", ".join(f"{check.name} ({check.found})" for check in proof.checks if not check.passed)
        raise StoreError(f"{generation.path}: the proof failed, nothing was flipped: {failed}. Keep this file and report it")
    record = _record(night, rules, generation, copied, proof)
    keep_repeatable(night.session, repeatable_from_here(night, rules, record))
    finished = conclude(night, rules, record, points(record))
    night.session.detach(NEXT)
    return finished


def asked_again(night: Night) -> tuple[date, ...]:
    """The days that somebody had asked to be landed again when the night began."""
    return tuple(date.fromisoformat(day) for day in night.note("again"))


def _record(night: Night, rules: Rules, generation: Generation, copied: tuple[Copied, ...], proof: Proof) -> Record:
    repeat, holds = repeat_of(night), standing_tonight(night, rules.policy)
    lists = list_tonight(night, rules.policy, generation)
    moved = tuple(Correction(**one) for one in night.note("corrections") or ())
    lost = () if repeat else outcomes(night.session, rules)
    cohorts, repeats = (repeat.last.cohorts, repeat.of.run) if repeat else (sealed_counts(night), "")
    return Record(
        night.pin, generation.name, inbox_of(night), plan_of(night), copied, lost, proof, cohorts, moved, holds, lists, repeats,
        observe_again(night, repeat.last.seen) if repeat else observe(night, rules),
    )  # fmt: skip


def list_tonight(night: Night, policy: Policy, generation: Generation) -> tuple[WorkList, ...]:
    """What each source is asked to delete, written aside until the flip, and its numbers."""
    as_of, secret, repeat = night.pin.as_of, night.store.secret(DEPARTED_KEY), repeat_of(night)
    made = said_again(repeat, policy.company) if repeat else None
    write_aside(night.session, night.store, generation, policy, as_of=as_of, secret=secret, made=made)
    return counted(night.session, policy, as_of)

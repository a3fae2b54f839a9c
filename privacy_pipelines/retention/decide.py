"""What a code means for each data cluster of a record. Pure Python, run once per distinct code.

The one decision of the product: a cell lives while any of its own purposes lives, and only for those. Everything else is carried out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from privacy_pipelines.retention.calendar import Level
from privacy_pipelines.retention.levels import Code, unpack
from privacy_pipelines.retention.rules import Cluster, Standing, TableRule


class State(StrEnum):
    """What becomes of one data cluster of one record."""

    KEEP = "keep"
    RESTRICT = "restrict"
    UNDETERMINED = "undetermined"
    ENDED = "ended"
    EMPTY = "empty"
    SUSPENDED = "suspended"
    """Ended, and kept by a hold: said of what the guard kept, never by a verdict."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A code, judged. Masks have one bit per cluster of the table's rule, lowest first; `alive` one per purpose."""

    code: int
    in_store: bool
    states: tuple[State, ...]
    ended: int
    overdue: int
    unknown: int
    """Clusters that only a ceiling keeps, for nothing is known that would end them or let them live."""
    alive: int
    """Purposes, by position, for which something is still in the store or would enter."""
    over: int
    """Purposes, by position, that applied and whose time is over."""
    in_force: int
    """Purposes, by position, for which the record may be used now: not settling, not undetermined, not objected to."""
    undetermined: bool
    was_undetermined: bool
    row_ended: bool
    row_without_unknown: bool
    """Whether nothing is left of the row once its unknown clusters are taken away."""

    @property
    def eventful(self) -> bool:
        """Whether anything must be done with such a row beyond copying it."""
        return bool(self.ended) or (bool(self.unknown) and not self.in_store) or self.undetermined != self.was_undetermined


_OVER = (State.ENDED, State.EMPTY)


def judge(rule: TableRule, code: int) -> Verdict:
    """The verdict on every record of this table that has this code."""
    seen = unpack(rule, code)
    states = tuple(_state(rule, number, seen) for number in range(len(rule.clusters)))
    ended = _mask(state is State.ENDED for state in states)
    person = seen.standing is Standing.PERSON
    unknown = (_nothing_applies(cluster, seen) and n not in seen.empty for n, cluster in enumerate(rule.clusters))
    undetermined = person and (seen.missing or any(unknown))
    return Verdict(
        code=code,
        in_store=seen.in_store,
        states=states,
        ended=ended,
        overdue=_mask(state is State.ENDED and _overdue(cluster, seen) for state, cluster in zip(states, rule.clusters, strict=True)),
        unknown=_mask(state is State.UNDETERMINED for state in states),
        alive=_mask(level.alive and (person or _outranks(rule, n)) for n, level in enumerate(seen.purposes)),
        over=_mask(level in (Level.ERASABLE, Level.OVERDUE) and (person or _outranks(rule, n)) for n, level in enumerate(seen.purposes)),
        in_force=_mask(level is Level.IN_FORCE and (person or _outranks(rule, n)) for n, level in enumerate(seen.purposes)),
        undetermined=undetermined,
        was_undetermined=seen.was_undetermined,
        row_ended=all(state in _OVER for state in states),
        row_without_unknown=all(state in (*_OVER, State.UNDETERMINED) for state in states),
    )


def _state(rule: TableRule, number: int, seen: Code) -> State:
    cluster = rule.clusters[number]
    if seen.standing is not Standing.PERSON:
        return _state_of_no_person(rule, cluster, seen)
    if _nothing_applies(cluster, seen):
        if number in seen.empty:
            return State.EMPTY
        return State.UNDETERMINED if seen.ceiling.alive else State.ENDED
    best = max(seen.purposes[number] for number in cluster.purposes)
    if not best.alive:
        return State.ENDED
    in_force = [rule.purposes[n].purpose.nature for n in cluster.purposes if seen.purposes[n] is Level.IN_FORCE]
    if "policy" in in_force:
        return State.KEEP
    return State.UNDETERMINED if best is Level.UNDETERMINED else State.RESTRICT


def _state_of_no_person(rule: TableRule, cluster: Cluster, seen: Code) -> State:
    """GDPR Art. 17(3)(b), (e): a duty or a claim asks for its records, whoever they are about; nothing else has a ground."""
    if seen.standing is Standing.LEGAL_PERSON:
        return State.KEEP
    return State.RESTRICT if any(seen.purposes[n].alive and _outranks(rule, n) for n in cluster.purposes) else State.ENDED


def _outranks(rule: TableRule, number: int) -> bool:
    return rule.purposes[number].purpose.nature != "policy"


def _nothing_applies(cluster: Cluster, seen: Code) -> bool:
    """No purpose applies, and not because a consent is wanting: without a consent there is no ground, and nothing is unclear."""
    return not cluster.needs_consent and all(seen.purposes[n] is Level.NOT_APPLICABLE for n in cluster.purposes)


def _overdue(cluster: Cluster, seen: Code) -> bool:
    """Past the last allowed day for every purpose it ever had. What never had a ground was never due, only refused."""
    if seen.standing is not Standing.PERSON:
        return False
    if _nothing_applies(cluster, seen):
        return seen.ceiling is Level.OVERDUE
    return max(seen.purposes[n] for n in cluster.purposes) is Level.OVERDUE


def _mask(bits: Iterable[bool]) -> int:
    return sum(1 << number for number, on in enumerate(bits) if on)

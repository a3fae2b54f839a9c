"""What a policy decides by and the store never had: a column that no policy declared has never entered, so nothing is known of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.retention.clusters import columns_in, columns_of, named_by, register_columns
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.rowdates import event_of
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.retention.ways import IDENTITY, Hop, event_route

Columns = set[tuple[str, str]]
"""(table id, column) pairs."""
Held = Mapping[str, tuple[str, ...]]
"""Table id → the columns that the store has of it; no entry for a table that it does not have."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The purposes of a table that cannot be decided, with the columns for want of which; `whole` where not even whom a row is about."""

    purposes: Mapping[int, Columns]
    whole: frozenset[tuple[str, str]]

    def touches(self, purposes: Iterable[int]) -> bool:
        """Whether what these purposes say together is unknown."""
        return bool(self.whole) or any(number in self.purposes for number in purposes)


def unknown(rules: Rules, rule: TableRule, held: Held) -> Unknown:
    """What cannot be decided of a table that is in the store."""
    missing = {}
    for number, purpose in enumerate(rule.purposes):
        reaches = (*purpose.starts, *(reach for reach, _ in purpose.ends), *purpose.gates)
        asked: Columns = set().union(*(_asked(rules.policy, rule.table, reach) for reach in reaches))
        if wanting := _not_held(rules.policy, asked, held):
            missing[number] = wanting
    standing: Columns = set().union(*(_kinds(rules.policy, rule.table, hops) for hops in rule.standing)) if rule.standing else set()
    return Unknown(missing, frozenset(_not_held(rules.policy, standing, held)))


def _asked(policy: Policy, table: Table, reach: Reach) -> Columns:
    """The columns by which one date is found."""
    asked = _over(table, reach.hops)
    at = policy.table(reach.at)
    if reach.kind is Kind.KIND:
        return asked | _kinds(policy, table, reach.hops)
    if reach.kind is Kind.CONSENT:
        return asked | {(at.id, reach.column)} | _register(policy, reach.name)
    if reach.kind is Kind.SUBJECT:
        route = event_route(policy, at, reach.name) or ()
        asked |= _over(at, route)
        at = policy.table(route[-1].to) if route else at
    own = at.entity.column if reach.entity and at.entity else None
    return asked | {(at.id, name) for name in (*columns_of(event_of(at, reach.name)), *([own] if own else []))}


def _over(table: Table, hops: tuple[Hop, ...]) -> Columns:
    asked: Columns = set()
    here = table.id
    for hop in hops:
        asked |= {(here, name) for name in named_by(hop)} | {(hop.to, name) for name in hop.to_columns}
        asked |= {(hop.to, hop.kind[0])} if hop.kind and hop.down else set()
        here = hop.to
    return asked


def _kinds(policy: Policy, table: Table, hops: tuple[Hop, ...]) -> Columns:
    at = policy.table(hops[-1].to) if hops else table
    return _over(table, hops) | {(at.id, name) for subject in at.subjects for name in columns_in(subject.when)}


def _register(policy: Policy, name: str) -> Columns:
    said = next((one for one in policy.objections if one.register == name), None) or policy.consent(name)
    return {(said.table, column) for column in register_columns(said)}


def _not_held(policy: Policy, asked: Columns, held: Held) -> Columns:
    declared = set().union(*(_declared(policy, table, name) for table, name in asked))
    return {(table, name) for table, name in declared if policy.table(table).stored_as(name, held.get(table, ())) is None}


def _declared(policy: Policy, table: str, name: str) -> Columns:
    """Where a column stands: of who was merged into whom, where the source says it."""
    merged = policy.table(table.removeprefix(IDENTITY)).merged if table.startswith(IDENTITY) else None
    return {(merged.table, merged.name), (merged.table, merged.into)} if merged else {(table, name)}

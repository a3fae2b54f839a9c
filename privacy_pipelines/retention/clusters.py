"""Which fields of a table share one fate: those that serve the same purposes, and those that something decided is read from. Pure.

*Structural* columns are ways to an answer and no answer themselves (DESIGN §1.5). There are two kinds. By some of them a row says when its
events were, whom it is about, and what a person said in a register: whatever lives in the row or rests on it is decided by that, so they
live as long as the row, and like its key they keep no row. Links lead from a row to where its own purposes find their dates and persons:
they live as long as those purposes, beside what they serve. What rows of other tables find over a link keeps it no longer; what they once
found stays in the facts.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.model import Consent, Event, Objection, Policy, Table
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.rules import Cluster, PurposeRule
from privacy_pipelines.retention.ways import Hop, event_route

MOST_BITS = 62
MOST_PURPOSES = 13
"""A record's levels travel as one integer, three bits a purpose and one a cluster; more in one table would not fit 62 bits."""


def require_room(table: Table, rules: tuple[PurposeRule, ...], problems: list[Problem]) -> None:
    """Every field may be a cluster of its own; no more of them than a code has bits for."""
    served = {tuple(sorted(column.serves)) for column in table.columns if column.serves}
    if len(rules) <= MOST_PURPOSES and 6 + 3 * len(rules) + len(served) + 1 + 2 > MOST_BITS:
        what = f"{len(served)} different sets of purposes among its fields, at most {MOST_BITS - 9 - 3 * len(rules)}"
        problems.append(Problem(table.id, 0, what, "Split the table, or let fields serve the same purposes"))


def structural_of(policy: Policy, table: Table, standing: tuple[tuple[Hop, ...], ...]) -> tuple[str, ...]:
    """The columns that live as long as their row. `standing`: the ways by which it shows that it is about a person."""
    names = _says_who(table, standing) | _says_when(table) | _says_what_was_said(policy, table)
    return tuple(column.name for column in table.columns if column.name in names and column.name not in table.key)


def clusters_of(policy: Policy, table: Table, rules: tuple[PurposeRule, ...], structural: tuple[str, ...]) -> tuple[Cluster, ...]:
    """The clusters of all other columns, by name; the one that serves every purpose is there in any case."""
    position = {rule.purpose.name: number for number, rule in enumerate(rules)}
    columns: dict[tuple[str, ...], list[str]] = {}
    for column in table.columns:
        served = sorted({*column.serves, *_needed_by(policy, table, column.name, rules)} & position.keys())
        if served and column.name not in (*table.key, *structural):
            columns.setdefault(tuple(served), []).append(column.name)
    for whole in (tuple(sorted(position)),):
        columns.setdefault(whole, [])  # the row itself: its key lives while any purpose does
    return tuple(
        _cluster(served, tuple(names), tuple(position[name] for name in served), rules) for served, names in sorted(columns.items())
    )


def _cluster(served: tuple[str, ...], names: tuple[str, ...], numbers: tuple[int, ...], rules: tuple[PurposeRule, ...]) -> Cluster:
    needs_consent = all(rules[number].purpose.needs_consent for number in numbers)
    return Cluster("+".join(served), names, numbers, needs_consent, not needs_consent and len(numbers) < len(rules))


def _says_who(table: Table, standing: tuple[tuple[Hop, ...], ...]) -> set[str]:
    """Columns by which a row shows that it is about a person: without them nothing else in it could be decided."""
    own = {name for subject in table.subjects for name in columns_in(subject.when)}
    return own | {name for hops in standing if hops for name in named_by(hops[0])}


def _says_when(table: Table) -> set[str]:
    """Columns by which a row's events and its notice are read, whosever clock they started: without them what has ended would look as if
    it had not begun, here and for the data subject whose latest event this is."""
    merged = {table.merged.into} if table.merged and table.merged.table == table.id else set()
    entity = {table.entity.column} if table.events and table.entity and table.entity.column else set()
    return {name for event in table.events for name in columns_of(event)} | entity | set(table.collected) | merged


def _says_what_was_said(policy: Policy, table: Table) -> set[str]:
    """Columns of a register that other tables ask: without its day a consent could no longer be shown (GDPR Art. 7(1)), and what rests on
    it there would go. Of one that only its own rows ask, they live for the purposes that do."""
    registers = (one for one in _registers(policy).values() if one.table == table.id and {other for other, _ in one.matches} - {table.id})
    return {name for one in registers for name in register_columns(one)}


def register_columns(said: Consent | Objection) -> set[str]:
    """The columns of its table from which a consent or an objection is read."""
    return {said.column, *said.given, *columns_in(said.when), *(one for one in (said.status, said.until) if one)}


def _registers(policy: Policy) -> dict[str, Consent | Objection]:
    return {**{one.name: one for one in policy.consents}, **{one.register: one for one in policy.objections}}


def _needed_by(policy: Policy, table: Table, column: str, rules: tuple[PurposeRule, ...]) -> set[str]:
    """Purposes of which a date, a person or an end is found over this column: an end that can be found no more would let one live again."""
    asked = ((rule, reach) for rule in rules for reach in (*rule.starts, *rule.gates, *(end for end, _ in rule.ends)))
    return {rule.purpose.name for rule, reach in asked if column in _reads(policy, table, reach)}


def _reads(policy: Policy, table: Table, reach: Reach) -> set[str]:
    if reach.hops:
        return named_by(reach.hops[0])
    if reach.kind is Kind.SUBJECT:
        return {name for hop in (event_route(policy, table, reach.name) or ())[:1] for name in named_by(hop)}
    if reach.kind is Kind.CONSENT:
        said = _registers(policy).get(reach.name)
        return {reach.column} | (register_columns(said) if said and said.table == table.id else set())
    return set()  # its own event or kind, which live as long as the row


def named_by(hop: Hop) -> set[str]:
    """The columns of the row at hand that take the step."""
    return {*hop.columns, *([hop.kind[0]] if hop.kind and not hop.down else [])}


def columns_of(event: Event) -> set[str]:
    """The columns that an event is read from, those of its conditions included."""
    said = event.succession
    following = {*(column for column, _ in said.columns), *([said.begins] if said.begins else [])} if said else set()
    return {*event.columns, *event.fallback, *columns_in(event.open_if), *columns_in(event.when), *following}


def columns_in(condition: str | None) -> set[str]:
    """The columns that a condition asks."""
    return {found.name for found in sqlglot.parse_one(condition, dialect="duckdb").find_all(exp.Column)} if condition else set()

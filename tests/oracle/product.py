"""What the product says, through the real way: a night from files, its frames and verdicts, explanations, and the next generation.

Nothing here decides. Dates and levels are those of `explain`, asked for every record of a night and not only for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import spans_tonight
from privacy_pipelines.explaining.asking import Known
from privacy_pipelines.explaining.ending import cluster_dates
from privacy_pipelines.nights.rehearsal import rehearse as rehearsing
from privacy_pipelines.pipeline import night
from privacy_pipelines.policy.load import load, load_document
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.dates import Found, Record as Asked, purpose_dates
from privacy_pipelines.retention.decide import judge
from privacy_pipelines.retention.levels import NOTICED, code_expression, unpack
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.stations import arrive_tonight, check_tonight, decide_tonight, gather_tonight, plan_tonight
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import FRAME, TONIGHT
from privacy_pipelines.store.night import Night, Pin, open_night, prepare
from privacy_pipelines.store.reading import reader
from privacy_pipelines.values import Paths

Key = tuple[Any, ...]
Day = date | None


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose on one record, as it is explained."""

    level: str
    until: Day
    collect: Day
    by: Day


@dataclass(frozen=True, slots=True)
class Cluster:
    """One data cluster of one record, as it was judged and is explained."""

    state: str
    until: Day
    by: Day
    overdue: bool
    filled: bool
    """Whether any of its cells arrived, or is in the store."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a night, before anything was collected."""

    standing: str
    in_store: bool
    purposes: dict[str, Purpose]
    clusters: dict[frozenset[str], Cluster]


@dataclass(frozen=True, slots=True)
class Told:
    """A night: every record that was decided, the tables as they stood before, and as they are in the next generation."""

    records: dict[tuple[str, Key], Record]
    before: dict[str, list[dict[str, Any]]]
    after: dict[str, dict[Key, dict[str, Any]]]
    plan: Any
    record: dict[str, Any]


def run(paths: Paths, as_of: date, *, first_load: bool, again: tuple[date, ...] = ()) -> Told:
    """A whole night on a day."""
    clock = datetime(as_of.year, as_of.month, as_of.day, 2, tzinfo=UTC)
    decided: dict[tuple[str, Key], Record] = {}
    before: dict[str, list[dict[str, Any]]] = {}
    plan = None
    for station, answer in night(paths, run=f"night-{as_of}", as_of=as_of, at=clock, first_load=first_load, again=again):
        if station == "plan":
            plan = answer
            decided, before = _decided(paths, as_of)
    with reader(Store(paths.store)) as current:
        assert current is not None
        rules = compile_rules(current.intent.rules_document())
        after = {
            table.id: {tuple(row[k] for k in table.key): row for row in _rows(current.session, "cur", table.id)}
            for table in rules.policy.tables
        }
        record = current.record()
    return Told(decided, before, after, plan, record)


def rehearse(paths: Paths, as_of: date) -> Told:
    """As far as the plan, over the current generation; the same stations as a night's, and nothing is kept."""
    policy, store = load(paths.policies), Store(paths.store)
    rules, current = compile_rules(policy), store.current()
    pin = Pin("rehearsal", as_of, current.name if current else "", policy.version, True)
    with rehearsing(store, pin) as opened:
        prepare(opened, policy)
        arrive_tonight(paths.extracts, opened, rules, ())
        check_tonight(opened, rules)
        gather_tonight(opened, rules)
        decide_tonight(opened, rules, None)
        plan = plan_tonight(opened, rules)
        decided, before = _of_night(opened, rules, as_of)
    return Told(decided, before, {}, plan, {})


def _decided(paths: Paths, as_of: date) -> tuple[dict[tuple[str, Key], Record], dict[str, list[dict[str, Any]]]]:
    with open_night(Store(paths.store)) as opened:
        return _of_night(opened, compile_rules(load_document(opened.note("policy"))), as_of)


def _of_night(opened: Night, rules: Rules, as_of: date) -> tuple[dict[tuple[str, Key], Record], dict[str, list[dict[str, Any]]]]:
    before = {table.id: _rows(opened.session, TONIGHT, table.id) for table in rules.policy.tables}
    found = {}
    for rule in rules.tables:
        for key, record in records(opened.session, rules, rule, as_of, before[rule.table.id]):
            found[rule.table.id, key] = record
    return found, before


def _rows(session: Session, schema: str, table: str) -> list[dict[str, Any]]:
    name = sql.text(sql.table(schema, table)) if schema != "cur" else 'cur.{}."{}"'.format(*table.split("."))
    columns = [column for column, *_ in session.rows(f"DESCRIBE {name}")]
    return [dict(zip(columns, row, strict=True)) for row in session.rows(f"SELECT * FROM {name}")]


def records(session: Session, rules: Rules, rule: TableRule, as_of: date, rows: list[dict[str, Any]]) -> Iterator[tuple[Key, Record]]:
    """Every record of a table's frame, decided and with its dates; `rows` are the table's, with their keys."""
    company = rules.policy.company
    frame = sql.table(FRAME, rule.table.id)
    code = exp.alias_(code_expression(rule, as_of, company, spans_tonight(session)[rule.table.id]), "code")
    statement = exp.select(exp.Star(), code).from_(frame)
    columns = [name for name, *_ in session.rows(f"DESCRIBE {sql.text(statement)}")]
    by_key = {tuple(row[k] for k in rule.table.key): row for row in rows}
    for values in session.rows(statement):
        row = dict(zip(columns, values, strict=True))
        key = tuple(row[k] for k in rule.table.key)
        yield key, _record(rules, rule, as_of, row, by_key[key])


def _record(rules: Rules, rule: TableRule, as_of: date, row: dict[str, Any], cells: dict[str, Any]) -> Record:
    company = rules.policy.company
    found = {reach: Found(row[f"d{n}"], row[f"m{n}"]) for n, reach in enumerate(rule.reaches)}
    asked = Asked(found, row["gone"], row.get(NOTICED), as_of)
    known = Known(row["code"], asked, row["since"], as_of, frozenset(), frozenset(), merged=False)
    code, verdict = unpack(rule, row["code"]), judge(rule, row["code"])
    purposes = {}
    for number, purpose in enumerate(rule.purposes):
        ends = purpose_dates(purpose, asked, company)
        three = (ends.retain_until, ends.collect_from, ends.erase_by) if ends else (None, None, None)
        purposes[purpose.purpose.name] = Purpose(code.purposes[number].name.lower(), *three)
    clusters = {}
    for number, cluster in enumerate(rule.clusters):
        ends = cluster_dates(rules, rule, number, known, as_of)
        names = frozenset(rule.purposes[n].purpose.name for n in cluster.purposes)
        filled = any(cells[name] is not None for name in cluster.columns)
        overdue = bool(verdict.overdue >> number & 1)
        state = verdict.states[number].value
        clusters[names] = Cluster(state, ends.retain_until if ends else None, ends.erase_by if ends else None, overdue, filled)
    return Record(code.standing.name.lower(), row["in_store"], purposes, clusters)

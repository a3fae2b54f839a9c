"""The deciding rooms over rows in memory: no files, no nights, nothing stored. For what one statement says of a few rows.

A table is written as CSV whose columns may be any of its own and of `_first_seen`, `_gone_since`, `_undetermined_since` and `_in_store`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import gather_consents, gather_facts, gather_frames, spans_tonight, tonight
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.retention.calendar import Dates, Level
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.dates import Found, Record, purpose_dates
from privacy_pipelines.retention.decide import Verdict, judge
from privacy_pipelines.retention.levels import NOTICED, code_expression, unpack
from privacy_pipelines.retention.reach import Kind
from privacy_pipelines.retention.registers import following
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.store.engine import Session, session
from privacy_pipelines.store.layout import CONSENTS, FACTS, FRAME, NIGHT, TONIGHT
from privacy_pipelines.store.views import types_of

KEPT = {"_in_store": "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class Purposed:
    """One purpose on one record: the level by the engine, the dates by the calendar."""

    level: Level
    until: date | None
    collect: date | None


@dataclass(frozen=True, slots=True)
class Decided:
    """One record: its purposes by name, its clusters' states by name, and the whole verdict."""

    purposes: Mapping[str, Purposed]
    states: Mapping[str, str]
    verdict: Verdict


def decided(policy: Policy, as_of: str, **tables: str) -> dict[str, dict[str, Decided]]:
    """Table → key → what is decided on that day. Tables of the source `crm` that are not said are empty."""
    day = date.fromisoformat(as_of)
    rows = {f"crm.{name}": read(text) for name, text in tables.items()}
    with gathered(policy, day, rows) as (opened, rules):
        return {rule.table.name: dict(_judged(opened, rules, rule, day)) for rule in rules.tables}


@contextmanager
def gathered(policy: Policy, as_of: date, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> Iterator[tuple[Session, Rules]]:
    """Registers, facts and frames over these rows (by table id), in a database of their own."""
    rules = compile_rules(policy)
    rules = replace(rules, tables=tuple(rule for rule in rules.tables if rows.get(rule.table.id)))  # what nobody asks for is not gathered
    with session(None) as opened:
        opened.run("SET threads = 1")  # a few rows: what is planned costs more than what is done
        for schema in (TONIGHT, CONSENTS, FACTS, FRAME, NIGHT):
            opened.run(f"CREATE SCHEMA {schema}")
        for table in policy.tables:
            _fill(opened, table, rows.get(table.id, ()), as_of)
        sources = tonight(rules, as_of)
        reaches = {reach for rule in rules.tables for reach in rule.reaches}
        said = any(reach.kind is Kind.CONSENT for reach in reaches)
        gather_consents(opened, sources, None if said else following(policy))
        if any(reach.at in sources.subjects for reach in reaches):
            gather_facts(opened, rules, sources)
        gather_frames(opened, rules, sources)
        yield opened, rules


def read(text: str) -> list[dict[str, str | None]]:
    """The rows of a table as it is written; an empty value is none."""
    header, *lines = [line.strip() for line in text.strip().splitlines()]
    return [dict(zip(header.split(","), (value or None for value in line.split(",")), strict=True)) for line in lines]


def _fill(opened: Session, table: Table, rows: Iterable[Mapping[str, Any]], as_of: date) -> None:
    types = {**types_of(table), **KEPT}
    name = sql.table(TONIGHT, table.id)
    opened.run(f"CREATE TABLE {sql.text(name)} ({', '.join(f'{sql.text(sql.ident(one))} {kind}' for one, kind in types.items())})")
    whole = [{"_first_seen": as_of, "_in_store": True, **row} for row in rows]
    if whole:
        opened.insert(name, [[row.get(one) for one in types] for row in whole])


def _judged(opened: Session, rules: Rules, rule: TableRule, as_of: date) -> Iterator[tuple[str, Decided]]:
    code = code_expression(rule, as_of, rules.policy.company, spans_tonight(opened)[rule.table.id])
    statement = sql.select(exp.Star(), sql.named(code, "code")).from_(sql.table(FRAME, rule.table.id))
    names = [name for name, *_ in opened.rows(f"DESCRIBE {sql.text(statement)}")]
    for values in opened.rows(statement):
        row = dict(zip(names, values, strict=True))
        found = {reach: Found(row[f"d{n}"], row[f"m{n}"]) for n, reach in enumerate(rule.reaches)}
        record = Record(found, row["gone"], row.get(NOTICED), as_of)
        levels = unpack(rule, row["code"]).purposes
        ends = [purpose_dates(purpose, record, rules.policy.company) for purpose in rule.purposes]
        purposes = {one.purpose.name: _purposed(level, end, as_of) for one, level, end in zip(rule.purposes, levels, ends, strict=True)}
        verdict = judge(rule, row["code"])
        states = {cluster.name: state.value for cluster, state in zip(rule.clusters, verdict.states, strict=True)}
        yield ",".join(str(row[key]) for key in rule.table.key), Decided(purposes, states, verdict)


def _purposed(level: Level, ends: Dates | None, as_of: date) -> Purposed:
    """Whatever a test asks: the engine's level is that of the calendar's dates."""
    assert level in _possible(ends, as_of)
    return Purposed(level, ends.retain_until if ends else None, ends.collect_from if ends else None)


def _possible(ends: Dates | None, as_of: date) -> tuple[Level, ...]:
    """The levels that these dates allow on a day; what an objection that is weighed restricts is called settling."""
    if ends is None:
        return (Level.NOT_APPLICABLE,)
    if as_of <= ends.retain_until:
        return (Level.IN_FORCE, Level.UNDETERMINED, Level.SETTLING)
    if as_of < ends.collect_from:
        return (Level.SETTLING,)
    return (Level.ERASABLE,) if as_of <= ends.erase_by else (Level.OVERDUE,)

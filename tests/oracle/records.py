"""What the product says of each record of a frame: its verdict, and the dates that `explain` gives for one. Nothing here decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import spans_tonight
from privacy_pipelines.explaining.asking import Known
from privacy_pipelines.explaining.ending import cluster_dates
from privacy_pipelines.retention.dates import Found, Record as Asked, purpose_dates
from privacy_pipelines.retention.decide import judge
from privacy_pipelines.retention.levels import NOTICED, code_expression, unpack
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import FRAME

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

"""Why a cell is still here, until when, by which clause; or when it was left behind. Reads the current generation, changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.forecast import stored, stored_facts
from privacy_pipelines.deciding.gather import framed
from privacy_pipelines.errors import InputError, StoreError
from privacy_pipelines.explaining.answer import Clause, ClusterAnswer, Explanation
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.dates import Found, latest, level_of, purpose_dates
from privacy_pipelines.retention.calendar import Dates, dates
from privacy_pipelines.retention.decide import State, Verdict, judge
from privacy_pipelines.retention.frames import consent_statement
from privacy_pipelines.retention.levels import code_expression
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.rules import Cluster, PurposeRule, Rules, TableRule, compile_rules
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.hashes import hash_of
from privacy_pipelines.store.layout import CURRENT, NIGHT, STORED, STORED_CONSENTS, STORED_FACTS
from privacy_pipelines.store.reading import Reader, reader
from privacy_pipelines.store.views import stored_views, types_of
from privacy_pipelines.values import OPEN

DEPARTED = "departed"


def explain(store_folder: Path, table_id: str, key: str, field: str | None = None, as_of: date | None = None) -> Explanation:
    """The answer for one record, or one of its fields. A composite key is written with commas between its parts.

    Raises:
        InputError: no such table or field, or a key with the wrong number of parts.
        StoreError: there is no generation yet, or it cannot be read.
    """
    store = Store(store_folder)
    with reader(store) as current:
        if current is None:
            raise StoreError(f"{store_folder}: no night has been completed yet. Run 'privacy-pipelines nightly' first")
        policy = current.intent.rules_document()
        rules = compile_rules(policy)
        rule = _rule(rules, table_id)
        values = _key(rule.table, key)
        if field is not None and all(column.name != field for column in rule.table.columns):
            raise InputError(f"{table_id}: no field '{field}'. It has: {', '.join(column.name for column in rule.table.columns)}")
        day = as_of or current.intent.as_of
        departed = _departed(current, store, rule.table, values)
        row = _frame_row(current, rules, rule, values, day)
        if row is None:
            return _gone(current, table_id, day, departed)
        return _stored(current, rules, rule, row, values, day, departed, field)


def _rule(rules: Rules, table_id: str) -> TableRule:
    try:
        return rules.of(table_id)
    except KeyError:
        known = ", ".join(rule.table.id for rule in rules.tables)
        raise InputError(f"no table '{table_id}' with personal data in the policy. It has: {known}") from None


def _key(table: Table, key: str) -> tuple[str, ...]:
    values = tuple(key.split(",")) if len(table.key) > 1 else (key,)
    if len(values) != len(table.key):
        raise InputError(f"{table.id}: its key has {len(table.key)} parts ({', '.join(table.key)}); write them with commas between")
    return values


def _frame_row(current: Reader, rules: Rules, rule: TableRule, values: tuple[str, ...], day: date) -> dict[str, Any] | None:
    session = current.session
    for schema in (STORED, STORED_FACTS, STORED_CONSENTS):
        session.schema(schema)
    stored_views(session, rules.policy)
    stored_facts(session, rules)
    sources = stored(rules, day)
    for name in {reach.name for reach in rule.reaches if reach.kind is Kind.CONSENT}:
        session.create(sql.table(STORED_CONSENTS, name), consent_statement(sources, rules.policy.consent(name)))
    types = types_of(rule.table)
    wanted = exp.select(
        *(
            exp.alias_(exp.TryCast(this=lit(v), to=exp.DataType.build(types[k], dialect="duckdb")), k, quoted=True)
            for k, v in zip(rule.table.key, values, strict=True)
        )
    )
    code = exp.alias_(code_expression(rule, day, rules.policy.company), "code")
    session.create(exp.to_table("asked"), exp.select(exp.Star(), code).from_(framed(sources, rule, wanted).subquery("f")), temporary=True)
    columns = [row[0] for row in session.rows("DESCRIBE asked")]
    found = session.rows("SELECT * FROM asked")
    return dict(zip(columns, found[0], strict=True)) if found else None


def _departed(current: Reader, store: Store, table: Table, values: tuple[str, ...]) -> dict[str, tuple[date, date, bool]]:
    """Cluster name ('' for the whole record) → (left on, expires on, was stored)."""
    if not current.session.columns(CURRENT, NIGHT, "departed"):
        return {}
    rows = current.session.rows(
        f'SELECT cluster, left_on, expires_on, was_stored FROM {CURRENT}.{NIGHT}.departed WHERE key_hash = ? AND "table" = ?',
        [hash_of(store.secret(DEPARTED), table.id, values), table.id],
    )
    return {cluster: (left, expires, was_stored) for cluster, left, expires, was_stored in rows}


def _gone(current: Reader, table_id: str, day: date, departed: dict[str, tuple[date, date, bool]]) -> Explanation:
    left, expires, was_stored = departed.get("", (None, None, False))
    found = "no_trace" if left is None else "left_behind" if was_stored else "turned_away"
    version = current.intent.policy_version
    return Explanation(table_id, found, day, current.generation.name, version, None, None, left, expires, ())


def _stored(
    current: Reader, rules: Rules, rule: TableRule, row: dict[str, Any], values: tuple[str, ...], day: date,
    departed: dict[str, tuple[date, date, bool]], field: str | None,
) -> Explanation:  # fmt: skip
    filled = _filled(current, rule, values)
    verdict = judge(rule, row["code"])
    found = {reach: Found(row[f"d{n}"], row[f"m{n}"]) for n, reach in enumerate(rule.reaches)}
    holds = tuple(hold.name for hold in rules.policy.holds if rule.table.id in hold.tables and hold.effective_from <= day)
    answers = []
    for number, cluster in enumerate(rule.clusters):
        if field is None or field in cluster.columns or (field in rule.table.key and len(cluster.purposes) == len(rule.purposes)):
            left = departed.get(cluster.name, (None, None, False))[0]
            answers.append(_cluster(rules, rule, number, verdict, found, row, day, filled, holds, left))
    return Explanation(
        rule.table.id, "stored", day, current.generation.name, current.intent.policy_version, filled["_first_seen"], row["gone"], None, None, tuple(answers)
    )  # fmt: skip


def _cluster(
    rules: Rules, rule: TableRule, number: int, verdict: Verdict, found: dict[Reach, Found], row: dict[str, Any], day: date,
    filled: dict[str, Any], holds: tuple[str, ...], left: date | None,
) -> ClusterAnswer:  # fmt: skip
    cluster: Cluster = rule.clusters[number]
    company = rules.policy.company
    each = {n: purpose_dates(rule.purposes[n], found, row["gone"], company) for n in cluster.purposes}
    until = latest(one for one in each.values() if one is not None)
    if until is None and not cluster.needs_consent:
        until = dates(rule.undetermined, row["since"] or day, company)
    clauses = tuple(_clause(rules, rule, rule.purposes[n], found, row["gone"], each[n], day) for n in cluster.purposes)
    cells = sum(filled[name] is not None for name in cluster.columns)
    nothing = cluster.columns and not cells and verdict.states[number] is not State.ENDED
    return ClusterAnswer(
        cluster.name, cluster.columns, cells, State.EMPTY.value if nothing else verdict.states[number].value,
        until.retain_until if until else None, until.erase_by if until else None, left, holds, clauses,
    )  # fmt: skip


def _clause(
    rules: Rules, rule: TableRule, purpose: PurposeRule, found: dict[Reach, Found], gone: date | None, until: Dates | None, day: date
) -> Clause:
    declared = purpose.purpose
    start = max(purpose.starts, key=lambda reach: found[reach].day or date.min)
    ends = [
        f"{reach.name} {found[reach].day}"
        for reach, end in purpose.ends
        if (at := found[reach].day) and until and dates(end, at, rules.policy.company).retain_until == until.retain_until
    ]
    if (
        gone
        and purpose.deleted_at_source
        and until
        and dates(purpose.deleted_at_source, gone, rules.policy.company).retain_until == until.retain_until
    ):
        ends.append(f"deleted_at_source {gone}")
    return Clause(
        purpose=declared.name, title=dict(declared.title), legal_basis=declared.legal_basis, nature=declared.nature, source=declared.source,
        applies=until is not None, starting_point=start.name, found_in=_found_in(rules, start), date=found[start].day,
        missing_since=found[start].missing_since, offset=declared.starting_point.offset, period=str(declared.period), ended_by=tuple(ends),
        retain_until=until.retain_until if until else None, erasable_from=_after(until.retain_until) if until else None,
        collected_from=until.collect_from if until else None, erase_by=until.erase_by if until else None,
        level=level_of(until, day).name.lower() if until else "not_applicable",
    )  # fmt: skip


def _found_in(rules: Rules, reach: Reach) -> str:
    if reach.kind is Kind.CONSENT:
        return rules.policy.consent(reach.name).table
    if reach.kind is Kind.SUBJECT:
        return next(
            route.hops[-1].to for subject, routes in rules.facts if subject == reach.at for route in routes if route.event == reach.name
        )
    return reach.at


def _filled(current: Reader, rule: TableRule, values: tuple[str, ...]) -> dict[str, Any]:
    """Which fields are filled, by name, as True or None; and when the record was first seen. No value leaves the store."""
    columns = [exp.alias_(sql.case((sql.not_null(col(c.name)), exp.true())), c.name, quoted=True) for c in rule.table.columns]
    where = sql.all_of(exp.EQ(this=exp.cast(col(k), "TEXT"), expression=lit(v)) for k, v in zip(rule.table.key, values, strict=True))
    found = current.session.one(exp.select(*columns, col("_first_seen")).from_(sql.table(STORED, rule.table.id)).where(where))
    return dict(zip((*(c.name for c in rule.table.columns), "_first_seen"), found, strict=True))


def _after(day: date) -> date:
    return day if day >= OPEN else day + timedelta(days=1)

"""From tonight's rows to frames: consents, facts, and one row of dates per record. Runs what `retention.frames` says."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date
from functools import partial

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.cohorts import cohort_expression
from privacy_pipelines.retention.facts import facts_statement
from privacy_pipelines.retention.frames import frame_statement, row_of
from privacy_pipelines.retention.levels import Span
from privacy_pipelines.retention.registers import register_statement, registers
from privacy_pipelines.retention.rowdates import Sources
from privacy_pipelines.retention.rules import FactRoute, Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import CONSENTS, CURRENT, FACTS, FRAME, KEPT_FACTS, NIGHT, TONIGHT


def tonight(rules: Rules, as_of: date) -> Sources:
    """Everything that the night decides about."""
    return Sources(rules.policy, as_of, TONIGHT, FACTS, CONSENTS, frozenset(subject for subject, _ in rules.facts))


def gather_consents(session: Session, sources: Sources, names: Collection[str] | None = None) -> None:
    """One table per register (consents, objections, and what follows what), or for those of these names."""

    def gathered(name: str, session: Session) -> None:
        session.create(sql.table(sources.consents, name), register_statement(sources, name))

    session.together(partial(gathered, name) for name in registers(sources.policy) if names is None or name in names)


def gather_facts(session: Session, rules: Rules, sources: Sources) -> None:
    """One table of facts per data subject's table, last night's merged in."""

    def gathered(subject_id: str, routes: tuple[FactRoute, ...], session: Session) -> None:
        subject = rules.policy.table(subject_id)
        known, old = kept_facts(session, subject, routes)
        session.create(sql.table(sources.facts, subject_id), facts_statement(sources, subject, routes, known, old))

    session.together(partial(gathered, *fact) for fact in rules.facts)


def gather_frames(session: Session, rules: Rules, sources: Sources, *, digested: bool = True) -> str:
    """One frame per table with personal data, and what each of its columns holds; the digest of all of them, if anybody asks for it."""

    def gathered(rule: TableRule, session: Session) -> tuple[str, dict[str, Span]]:
        name = sql.table(FRAME, rule.table.id)
        session.create(name, framed(sources, rule))
        return look_over(session, name, digested=digested)

    digest = hashlib.sha256()
    session.run(f'CREATE OR REPLACE TABLE {NIGHT}.spans (tab VARCHAR, name VARCHAR, "first" DATE, "last" DATE, filled BIGINT, rows BIGINT)')
    with session.hasty():
        every = session.together(partial(gathered, rule) for rule in rules.tables)
    for rule, (found, spans) in zip(rules.tables, every, strict=True):
        digest.update(f"{rule.table.id}:{found}\n".encode())
        session.insert(
            sql.table(NIGHT, "spans"), [[rule.table.id, column, s.first, s.last, s.filled, s.rows] for column, s in spans.items()]
        )
    return digest.hexdigest()


def spans_tonight(session: Session) -> dict[str, dict[str, Span]]:
    """Table id → column of its frame → what it holds."""
    found: dict[str, dict[str, Span]] = {}
    for table, name, *span in session.rows(f"SELECT * FROM {NIGHT}.spans"):
        found.setdefault(table, {})[name] = Span(*span)
    return found


def framed(sources: Sources, rule: TableRule, keys: exp.Select | None = None) -> exp.Select:
    """The frame with each record's cohort; with `keys` only of the records that this query names."""
    inner = frame_statement(sources, rule)
    if keys is not None:
        wanted = exp.select(exp.convert(1)).from_(keys.subquery("w")).where(sql.same_key(rule.table.key, "w", row_of(rule.table)))
        inner = inner.where(exp.Exists(this=wanted), copy=False)
    position = {reach: number for number, reach in enumerate(rule.reaches)}
    starts = sorted({position[reach] for purpose in rule.purposes for reach in purpose.starts})
    columns = (exp.Star(), sql.named(cohort_expression(starts), "cohort"))
    return exp.select(*columns).from_(inner.subquery("x", copy=False), copy=False)


def look_over(session: Session, frame: exp.Table, *, digested: bool) -> tuple[str, dict[str, Span]]:
    """One scan of a frame: an order-independent digest of its rows, and the span of each column of dates."""
    columns = session.rows(f"DESCRIBE {sql.text(frame)}")
    days = [name for name, kind, *_ in columns if kind == "DATE"]
    hashed = exp.Anonymous(this="HASH", expressions=[col(name) for name, *_ in columns])
    total: list[Sql] = [
        exp.Anonymous(this="BIT_XOR", expressions=[hashed]),
        exp.Sum(this=exp.Mod(this=hashed.copy(), expression=lit(1_000_003))),
    ]
    spans = [function(this=col(name)) for name in days for function in (exp.Min, exp.Max, exp.Count)]
    rows, *found = session.one(exp.select(exp.Count(this=exp.Star()), *spans, *(total if digested else ())).from_(frame))
    every = {name: Span(found[3 * n], found[3 * n + 1], found[3 * n + 2], rows) for n, name in enumerate(days)}
    return ":".join(str(one) for one in (rows, *found[3 * len(days) :])), every


def kept_facts(session: Session, subject: Table, routes: Collection[FactRoute]) -> tuple[set[str], exp.Table | exp.Subquery | None]:
    """Which of these events the current generation already keeps facts of, and where; under the key's names of tonight."""
    columns = session.columns(CURRENT, KEPT_FACTS, subject.id)
    known = {route.name for route in routes if f"{route.name}_gone" in columns}
    kept = sql.table(KEPT_FACTS, subject.id, catalog=CURRENT)
    renamed = {was: name for name in subject.key if (was := subject.stored_as(name, columns)) not in (name, None)}
    if known and renamed:
        return known, exp.select(*(sql.named(col(name), renamed.get(name, name), quoted=True) for name in columns)).from_(kept).subquery()
    return known, kept if known else None

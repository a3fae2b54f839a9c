"""COLLECT: copy what lives into the next generation, in one pass per table. What no purpose reaches is left behind.

Rows whose clusters have all ended stay behind, ended clusters become NULL in the same statement, everything else is copied. The file
is new: nothing that was left behind was ever in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlglot import exp

from privacy_pipelines import __version__, sql
from privacy_pipelines.collector.departed import Index, departed_statement
from privacy_pipelines.collector.guard import UNFORESEEN
from privacy_pipelines.collector.linking import Clearing
from privacy_pipelines.collector.living import keep_living
from privacy_pipelines.collector.remembering import keep_facts
from privacy_pipelines.collector.reviewing import REVIEW, awaits
from privacy_pipelines.collector.sparing import join_clearing, spared
from privacy_pipelines.collector.undeclared import Leftover, carry_tables, waiting_leftovers
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rowdates import Sources
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import ENGINE_VERSION, Session
from privacy_pipelines.store.hashes import key_digest
from privacy_pipelines.store.layout import (
    ACTIONS,
    AWAITED,
    BLAME,
    CHANGES,
    CURRENT,
    FORMAT,
    KEPT_FACTS,
    KEPT_WITHHELD,
    NEXT,
    NIGHT,
    SUSPENDED,
    TONIGHT,
)
from privacy_pipelines.store.night import Night
from privacy_pipelines.store.views import columns_of


@dataclass(frozen=True, slots=True)
class Copied:
    """What one table's pass did: rows before the night, arrived, kept, and left behind or refused."""

    table: str
    before: int
    arrived: int
    kept: int
    erased: int
    refused: int


def collect(night: Night, rules: Rules, plan: Plan, sources: Sources, index: Index) -> tuple[Copied, ...]:
    """Write the attached next generation (`nxt`), all but its pointer. Raises StoreError."""
    session = night.session
    for schema in (NIGHT, KEPT_FACTS, KEPT_WITHHELD, *sorted({table.source for table in rules.policy.tables})):
        session.schema(schema, NEXT)
    waiting = waiting_leftovers(session, rules.policy, plan)
    works: list[Callable[[Session], Copied | None]] = [partial(_keep_departed, rules, plan, index)]
    works += [partial(_copy, rules, plan, table, waiting) for table in rules.policy.tables]
    with session.unordered():
        copied = session.together(works)
        carry_tables(session, waiting)
        session.together(partial(keep_facts, rules, sources, *fact) for fact in rules.facts)
    keep_living(night, rules)
    _keep_withheld(night, rules, plan)
    keep_intent(night, rules, plan, index.key)
    return tuple(one for one in copied if one is not None)


def _keep_departed(rules: Rules, plan: Plan, index: Index, session: Session) -> None:
    session.create(sql.table(NIGHT, "departed", catalog=NEXT), departed_statement(session, rules, plan, index))


def _copy(rules: Rules, plan: Plan, table: Table, waiting: tuple[Leftover, ...], session: Session) -> Copied:
    rule = rules.of(table.id) if table.personal else None
    if rule is None:
        copied = exp.select(*(col(name) for name in columns_of(table))).from_(sql.table(TONIGHT, table.id))
    else:
        copied = copy_statement(rules, rule, plan.as_of)
    carried = [name for left in waiting if left.table == table.id for name in left.columns]
    columns = session.columns(CURRENT, table.source, table.name) if carried else ()
    session.create(sql.table(table.source, table.name, catalog=NEXT), _carrying(table, copied, carried, columns))
    return _counted(session, table, rule)


def _carrying(table: Table, copied: exp.Select, names: list[str], columns: Collection[str]) -> exp.Select:
    """The copy, with the stored cells of fields that the policy no longer names and nobody has let go yet."""
    if not names:
        return copied
    stored = sql.table(table.source, table.name, catalog=CURRENT, alias="o")
    every = exp.Column(this=exp.Star(), table=exp.to_identifier("x"))
    joined = exp.select(every, *(col(name, "o") for name in names)).from_(copied.subquery("x"))
    keys = ((name, table.stored_as(name, columns) or name) for name in table.key)
    return joined.join(stored, on=sql.all_of(exp.EQ(this=col(a, "x"), expression=col(b, "o")) for a, b in keys), join_type="left")


def copy_statement(rules: Rules, rule: TableRule, as_of: date) -> exp.Select:
    """The one pass over a table: tonight's rows less what the actions take, and less links to what leaves."""
    table = rule.table
    statement = exp.select().from_(sql.table(TONIGHT, table.id, alias="t"))
    statement = statement.join(sql.table(ACTIONS, table.id, alias="a"), on=sql.same_key(table.key, "t", "a"), join_type="left")
    statement, clearing = join_clearing(statement, rules, rule, as_of)
    columns: list[Sql] = [exp.alias_(_kept(rule, column.name, clearing), column.name, quoted=True) for column in table.columns]
    taken = sql.any_of((sql.bit_any(col("take", "a")), *(cleared.copy() for _, cleared in clearing)))
    acted = sql.not_null(col(table.key[0], "a"))
    since = sql.case((col("undetermined", "a"), sql.call("COALESCE", col("_undetermined_since", "t"), lit(as_of))))
    columns += [
        exp.alias_(sql.case((taken, exp.null()), default=col("_row_hash", "t")), "_row_hash"),
        col("_first_seen", "t"),
        col("_gone_since", "t"),
        exp.alias_(sql.case((acted, since), default=col("_undetermined_since", "t")), "_undetermined_since"),
    ]
    return statement.select(*columns).where(exp.not_(sql.call("COALESCE", col("row_gone", "a"), exp.false())))


def _kept(rule: TableRule, column: str, clearing: list[tuple[Clearing, Sql]]) -> Sql:
    value: Sql = col(column, "t")
    branches = [(sql.bit(col("take", "a"), n), exp.null()) for n, cluster in enumerate(rule.clusters) if column in cluster.columns]
    branches += [(cleared.copy(), exp.null()) for one, cleared in clearing if column in one.columns]
    return sql.case(*branches, default=value) if branches else value


def _counted(session: Session, table: Table, rule: TableRule | None) -> Copied:
    count = exp.select(exp.Count(this=exp.Star()))
    before = session.one(count.copy().from_(sql.table("stored", table.id)))[0]
    arrived = session.one(exp.select(sql.count_if(exp.not_(col("_in_store")))).from_(sql.table(CHANGES, table.id)))[0]
    kept = session.one(count.copy().from_(sql.table(table.source, table.name, catalog=NEXT)))[0]
    erased = refused = 0
    if rule is not None:
        gone = exp.select(sql.count_if(col("in_store")), sql.count_if(exp.not_(col("in_store")))).from_(sql.table(ACTIONS, table.id))
        erased, refused = session.one(gone.where("row_gone"))
    return Copied(table.id, before, arrived, kept, erased, refused)


def _keep_withheld(night: Night, rules: Rules, plan: Plan) -> None:
    """Which rows wait for a person or are held, and which of their clusters: until somebody approves them or releases the hold."""
    session = night.session
    for rule in rules.tables:
        keys = [col(key) for key in rule.table.key]
        parts = [part for part in plan.withheld if part.table == rule.table.id]
        unforeseen = [part.purpose for part in parts if part.reason == UNFORESEEN]
        looked = [awaits(part.purpose, part.since) for part in parts if part.reason == REVIEW]
        rows: exp.Query = exp.union(
            *(_waiting(rule, schema, names) for schema, names in ((BLAME, unforeseen), (AWAITED, looked))), distinct=False
        )
        held = exp.select(*keys, exp.alias_(col("hold"), "purpose"), col("mask")).from_(sql.table(SUSPENDED, rule.table.id))
        rows = exp.union(rows, held, *spared(rules, rule, plan.as_of), distinct=False)
        session.create(sql.table(KEPT_WITHHELD, rule.table.id, catalog=NEXT), rows)


def _waiting(rule: TableRule, schema: str, names: list[str]) -> exp.Select:
    among = exp.In(this=col("purpose"), expressions=[lit(name) for name in sorted(names)]) if names else exp.false()
    rows = exp.select(*(col(key) for key in rule.table.key), col("purpose"), col("mask"))
    return rows.from_(sql.table(schema, rule.table.id)).where(among)


def keep_intent(night: Night, rules: Rules, plan: Plan, key: bytes) -> None:
    """What this generation is: enough to finish the night after a crash, and to answer for it later."""
    body = {
        "format": str(FORMAT), "product": __version__, "engine": ENGINE_VERSION, "run": night.pin.run, "as_of": plan.as_of.isoformat(),
        "base": plan.base, "policy": rules.policy.document, "policy_version": plan.policy_version,
        "index_key": key_digest(key),
    }  # fmt: skip
    head = EvidenceLog(night.store.evidence).head()
    body |= {"evidence_size": str(head.size), "evidence_root": head.root}
    night.session.run(f"CREATE TABLE {NEXT}.{NIGHT}.intent (name VARCHAR, body VARCHAR)")
    night.session.insert(sql.table(NIGHT, "intent", catalog=NEXT), [[name, value] for name, value in body.items()])

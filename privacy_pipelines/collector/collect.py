"""COLLECT: copy what lives into the next generation, in one pass per table. What no purpose reaches is left behind.

Rows whose clusters have all ended stay behind, ended clusters become NULL in the same statement, everything else is copied. The file
is new: nothing that was left behind was ever in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlglot import exp

from privacy_pipelines import __version__, sql
from privacy_pipelines.collector.copying import copy_statement, plain_copy
from privacy_pipelines.collector.departed import Index, gather_leaving, keep_departed
from privacy_pipelines.collector.guard import UNFORESEEN
from privacy_pipelines.collector.living import keep_living
from privacy_pipelines.collector.remembering import keep_facts
from privacy_pipelines.collector.reviewing import REVIEW, awaits
from privacy_pipelines.collector.sparing import around, spared
from privacy_pipelines.collector.taking import Taking, taking
from privacy_pipelines.collector.undeclared import Leftover, carry_tables, waiting_leftovers
from privacy_pipelines.collector.unproved import UNPROVED, blamed_as
from privacy_pipelines.evidence.log import EvidenceLog
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rowdates import Sources
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import ENGINE_VERSION, Session
from privacy_pipelines.store.hashes import key_digest
from privacy_pipelines.store.layout import (
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
)
from privacy_pipelines.store.night import Night


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
    takings, living = takings_of(session, rules), keep_living(night, rules)
    with session.unordered():
        works: list[Callable[[Session], Copied | None]] = [*copies(rules, plan.as_of, takings, waiting)]
        works.append(partial(gather_leaving, rules, takings, index.key))
        copied = session.together(works)
        carry_tables(session, waiting)
        about: list[Callable[[Session], None]] = [partial(keep_departed, rules, plan, index)]
        about += [partial(keep_facts, rules, sources, *fact) for fact in rules.facts]
        about += [*living, *(partial(_keep_withheld, rules, plan, rule) for rule in rules.tables)]
        session.together(about)
    keep_intent(night, rules, plan, index.key)
    return tuple(one for one in copied if one is not None)


def takings_of(session: Session, rules: Rules) -> dict[str, Taking]:
    """What tonight takes of each table with personal data. Raises StoreError."""
    return {rule.table.id: taking(session, rule) for rule in rules.tables}


def copies(
    rules: Rules, as_of: date, takings: Mapping[str, Taking], waiting: Iterable[Leftover] = ()
) -> Iterator[Callable[[Session], Copied]]:
    """The work of copying what lives, table by table. None of it touches another's table."""
    carried = {left.table: left for left in waiting}
    for table in rules.policy.tables:
        yield partial(_copy, rules, as_of, takings, carried.get(table.id), table)


def _copy(rules: Rules, as_of: date, takings: Mapping[str, Taking], left: Leftover | None, table: Table, session: Session) -> Copied:
    taken = takings.get(table.id)
    if taken is None:
        copied = plain_copy(table)
    else:
        rule, leaving = rules.of(table.id), frozenset(name for name, one in takings.items() if one.leaving)
        copied = copy_statement(rules, rule, as_of, taken, around(session, rules, rule, as_of, leaving, staying=bool(taken.staying)))
    carried = left.columns if left else ()
    columns = session.columns(CURRENT, table.source, table.name) if carried else ()
    session.create(sql.table(table.source, table.name, catalog=NEXT), _carrying(table, copied, carried, columns))
    return _counted(session, table, taken)


def _carrying(table: Table, copied: exp.Select, names: Collection[str], columns: Collection[str]) -> exp.Select:
    """The copy, with the stored cells of fields that the policy no longer names and nobody has let go yet."""
    if not names:
        return copied
    stored = sql.table(table.source, table.name, catalog=CURRENT, alias="o")
    every = exp.Column(this=exp.Star(), table=exp.to_identifier("x"))
    joined = exp.select(every, *(col(name, "o") for name in names)).from_(copied.subquery("x"))
    keys = ((name, table.stored_as(name, columns) or name) for name in table.key)
    return joined.join(stored, on=sql.all_of(exp.EQ(this=col(a, "x"), expression=col(b, "o")) for a, b in keys), join_type="left")


def _counted(session: Session, table: Table, taken: Taking | None) -> Copied:
    count = exp.select(exp.Count(this=exp.Star()))
    before = session.one(count.copy().from_(sql.table("stored", table.id)))[0]
    arrived = session.one(exp.select(sql.count_if(exp.not_(col("_in_store")))).from_(sql.table(CHANGES, table.id)))[0]
    kept = session.one(count.copy().from_(sql.table(table.source, table.name, catalog=NEXT)))[0]
    return Copied(table.id, before, arrived, kept, taken.erased if taken else 0, taken.refused if taken else 0)


def _keep_withheld(rules: Rules, plan: Plan, rule: TableRule, session: Session) -> None:
    """Which rows wait for a person or are held, and which of their clusters: until somebody approves them or releases the hold."""
    keys = [col(key) for key in rule.table.key]
    parts = [part for part in plan.withheld if part.table == rule.table.id]
    unforeseen = [blamed_as(part) for part in parts if part.reason in (UNFORESEEN, UNPROVED)]
    looked = [awaits(part.purpose, part.since) for part in parts if part.reason == REVIEW]
    held = sql.select(*keys, sql.named(col("hold"), "purpose"), col("mask")).from_(sql.table(SUSPENDED, rule.table.id), copy=False)
    waits = (_waiting(rule, schema, names) for schema, names in ((BLAME, unforeseen), (AWAITED, looked)))
    rows = exp.union(*waits, held, *spared(rules, rule, plan.as_of), distinct=False, copy=False)
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

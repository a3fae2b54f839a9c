"""GUARD: is this plan sane? Per table and purpose, what a night would take that yesterday did not foresee is counted and limited.

What the forecast foresaw passes. What it did not is *blamed* on the purposes that yesterday still kept alive; a part over its limit
is withheld, whole, and holds up nothing else. A part stays unexpected until somebody approves exactly it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.ending import Cascade
from privacy_pipelines.collector.parts import Leave, cells_in, counted_rows
from privacy_pipelines.collector.reviewing import await_review, awaits
from privacy_pipelines.collector.suspending import suspend, suspended_masks
from privacy_pipelines.collector.unproved import UNPROVED, Unproved, blamed_as, told_apart
from privacy_pipelines.deciding.forecast import loses
from privacy_pipelines.deciding.prior import waiting
from privacy_pipelines.policy.model import Policy, Purpose
from privacy_pipelines.retention.plan import Part, part_digest
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import short_hash
from privacy_pipelines.store.layout import ACTIONS, AWAITED, BLAME, CURRENT, EXCEPTIONS, EXPECTED, NIGHT, PRIOR, STORED

UNDETERMINED = "undetermined"
"""Stands for a purpose where yesterday's ground was only the ceiling of the undetermined."""
UNFORESEEN, FIRST_LOAD = "unexpected_erasure", "first_load"


def guard(session: Session, rules: Rules, as_of: date, leave: Leave, cascade: Cascade) -> tuple[Part, ...]:
    """Fill `blame` and `actions`; the parts, withheld or not. Before each table the cascade may add to its exceptions; what its rows may
    end with has its actions by then."""
    parts: list[Part] = []
    unproved = Unproved(session, rules, cascade.before, as_of)
    for rule in rules.targets_first:
        cascade.extend(rule)
        losing, waits = loses(session, rule), _waits(session, rule)
        session.create(sql.table(BLAME, rule.table.id), _blame(rule, waits) if losing else _nobody(rule))
        if losing:
            unproved.set_apart(rule, waits)
        found = _parts(session, rules, rule, leave, waits)
        looked = await_review(session, rules, rule, as_of, leave)
        held = suspend(session, rules.policy, rule, as_of)
        names = {BLAME: [blamed_as(part) for part in found if part.withheld]}
        names |= {AWAITED: [awaits(part.purpose, part.since) for part in looked if part.withheld]}
        staying = [_those(rule, schema, some) for schema, some in names.items() if some]
        staying += [suspended_masks(rule)] if held else []
        session.create(sql.table(ACTIONS, rule.table.id), _actions(rule, cascade.key, staying))
        parts += [*found, *looked, *held]
    return tuple(sorted(parts))


def first_loads(session: Session, policy: Policy, tables: Collection[str], *, allowed: bool, approved: dict[str, str]) -> tuple[Part, ...]:
    """A part for every table of which no extract has landed yet: without leave it does not enter. (A table that waits is already there,
    empty, so whether it is there says nothing.)"""
    parts = []
    landed = session.rows(f'SELECT "table" FROM {CURRENT}.{NIGHT}.landed') if session.columns(CURRENT, NIGHT, "landed") else []
    for table in policy.tables:
        stored = bool(session.columns(CURRENT, table.source, table.name))
        if table.id not in tables or (stored and (table.id,) in landed):
            continue
        digest = part_digest(policy.version, table.id, FIRST_LOAD, FIRST_LOAD, "")
        leave = "--first-load" if allowed else approved.get(digest, "")
        parts.append(Part(table.id, FIRST_LOAD, 0, 0, 0, 0, digest, not leave, FIRST_LOAD, leave))
    return tuple(parts)


def _nobody(rule: TableRule) -> exp.Select:
    keys = [col(key) for key in rule.table.key]
    columns = (sql.named(lit(""), "purpose"), sql.named(sql.cast(lit(0), "BIGINT"), "mask"), sql.named(lit(0), "cells"))
    return exp.select(*keys, *columns).from_(sql.table(EXCEPTIONS, rule.table.id)).where(exp.false())


def _blame(rule: TableRule, waits: Collection[str]) -> exp.Query:
    """(key, purpose, mask, cells): who yesterday relied on what goes unforeseen tonight."""
    names = [*(purpose.purpose.name for purpose in rule.purposes), UNDETERMINED]
    mine = {name: [one for one in waits if told_apart(one)[0] == name] for name in names}
    return sql.union_all([_blamed(rule, number, name, mine[name]) for number, name in enumerate(names)])


def _blamed(rule: TableRule, number: int, name: str, waits: Collection[str]) -> exp.Select:
    """The rows of which this purpose, or the ceiling of the undetermined, still kept something yesterday that goes tonight; and those
    that wait for it since an earlier night. What waits for anybody is no news, to this purpose or another."""
    lost = col("lost", "x")
    foreseen = exp.BitwiseOr(this=_mask_of("ended", "e"), expression=_mask_of("mask", "h"))
    fresh = exp.BitwiseAnd(this=lost, expression=exp.BitwiseNot(this=exp.Paren(this=foreseen)))
    fresh = exp.BitwiseAnd(this=exp.Paren(this=fresh), expression=exp.Paren(this=_relied(rule, number)))
    again = exp.BitwiseAnd(this=lost.copy(), expression=_mask_of("mask", "w"))
    mask = exp.BitwiseOr(this=exp.Paren(this=fresh), expression=exp.Paren(this=again))
    key = rule.table.key
    columns = [*(col(part, "x") for part in key), *(col(f"cells{n}", "x") for n in range(len(rule.clusters)))]
    inner = sql.select(*columns, sql.named(sql.cast(mask, "BIGINT"), "mask"))
    inner = inner.from_(sql.table(EXCEPTIONS, rule.table.id, alias="x"), copy=False)
    inner = inner.join(sql.table(EXPECTED, rule.table.id, alias="e"), on=sql.same_key(key, "x", "e"), join_type="left", copy=False)
    inner = inner.join(waiting(rule).subquery("h", copy=False), on=sql.same_key(key, "x", "h"), join_type="left", copy=False)
    mine = _those(rule, PRIOR, waits).subquery("w", copy=False)
    inner = inner.join(mine, on=sql.same_key(key, "x", "w"), join_type="left", copy=False)
    inner = inner.where(sql.all_of((col("in_store", "x"), sql.bit_any(col("lost", "x")))), copy=False)
    found = sql.select(
        *(col(part) for part in key), sql.named(lit(name), "purpose"), col("mask"), sql.named(cells_in(rule, col("mask")), "cells")
    )
    return found.from_(inner.subquery("b", copy=False), copy=False).where(sql.bit_any(col("mask")), copy=False)


def _mask_of(name: str, alias: str) -> Sql:
    return sql.call("COALESCE", col(name, alias), lit(0))


def _relied(rule: TableRule, number: int) -> Sql:
    """The mask of clusters that yesterday lived for this purpose; for the undetermined's ceiling, those that lived for none."""
    alive = sql.call("COALESCE", col("alive", "e"), lit(0))
    if number < len(rule.purposes):
        return sql.case((sql.bit(alive, number), lit(_served(rule, number))), default=lit(0))
    mask: Sql = lit(0)
    for n, cluster in enumerate(rule.clusters):
        purposes = sum(1 << purpose for purpose in cluster.purposes)
        none = exp.EQ(this=exp.Paren(this=exp.BitwiseAnd(this=alive.copy(), expression=lit(purposes))), expression=lit(0))
        mask = exp.Add(this=mask, expression=sql.case((none, lit(1 << n)), default=lit(0)))
    return mask


def _served(rule: TableRule, number: int) -> int:
    if number == len(rule.purposes):
        return (1 << len(rule.clusters)) - 1
    return sum(1 << n for n, cluster in enumerate(rule.clusters) if number in cluster.purposes)


def _waits(session: Session, rule: TableRule) -> list[str]:
    """The names under which rows of the table wait since an earlier night."""
    found = session.rows(exp.select(col("purpose")).distinct().from_(sql.table(PRIOR, rule.table.id)))
    return sorted(name for (name,) in found)


def _parts(session: Session, rules: Rules, rule: TableRule, leave: Leave, waits: Collection[str]) -> list[Part]:
    table, policy = rule.table, rules.policy
    stored = session.one(exp.select(exp.Count(this=exp.Star())).from_(sql.table(STORED, table.id)))[0]
    parts = []
    for blamed, counted in counted_rows(session, sql.table(BLAME, table.id), rule, leave):
        rows, (purpose, since) = counted.rows, told_apart(blamed)
        reason = UNPROVED if since else UNFORESEEN
        name = part_digest(policy.version, table.id, blamed, reason, counted.digest)
        limit = 0 if since else _limit(policy, purpose, stored, changed=leave.changed or purpose in waits)
        by = leave.approved.get(name, "")
        parts.append(
            Part(
                table.id,
                purpose,
                counted.cells,
                rows,
                stored,
                limit,
                name,
                rows > limit and not by,
                reason if rows > limit else "",
                by,
                since,
            )
        )
    return parts


def _limit(policy: Policy, purpose: str, stored: int, *, changed: bool) -> int:
    """A person's own withdrawal is never held up by another table's trouble: purposes that rest on consent have a limit of their own.

    `changed`: the policy is not yesterday's, or something of the purpose waits since a night on which it was not.
    """
    guards = policy.company.guards
    if purpose != UNDETERMINED and _at_a_persons_word(policy.purpose(purpose)):
        return max(guards.withdrawn_count, int(guards.withdrawn_share * stored))
    if changed and guards.policy_changes == "withhold":
        return 0  # LAW scenario 61: what a policy that nobody has approved yet lets go is looked at, however little it is
    return max(guards.unexpected_count, int(guards.unexpected_share * stored))


def _at_a_persons_word(purpose: Purpose) -> bool:
    """Whether it commonly ends because a person said so: withdrew a consent, or objected to marketing."""
    return purpose.needs_consent or (purpose.is_marketing and bool(purpose.objections))


def _those(rule: TableRule, schema: str, names: Collection[str]) -> exp.Select:
    """(key, mask): what of a row is blamed on any of these names, or waits under it."""
    keys = [col(key) for key in rule.table.key]
    together = exp.select(*keys, sql.named(exp.Anonymous(this="BIT_OR", expressions=[col("mask")]), "mask"))
    among = exp.In(this=col("purpose"), expressions=[lit(name) for name in sorted(names)]) if names else exp.false()
    return together.from_(sql.table(schema, rule.table.id)).where(among).group_by(*(key.copy() for key in keys))


def _actions(rule: TableRule, key: bytes, waits: Collection[exp.Select]) -> exp.Select:
    """Exceptions less what waits: `take` is the mask of clusters that end tonight, `stays` of those that would and wait or are held,
    `row_gone` whether the row does. `_key_hash` is the one by which the index of the departed and the work lists know the row: it is made
    here, once a night."""
    table = rule.table
    statement = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("x"))).from_(sql.table(EXCEPTIONS, table.id, alias="x"))
    stays: Sql = sql.cast(lit(0), "BIGINT")
    for number, waiting_rows in enumerate(waits):
        alias = f"w{number}"
        statement = statement.join(waiting_rows.subquery(alias), on=sql.same_key(table.key, "x", alias), join_type="left")
        stays = exp.BitwiseOr(this=stays, expression=sql.cast(_mask_of("mask", alias), "BIGINT"))
    take = exp.BitwiseAnd(this=col("ended", "x"), expression=exp.BitwiseNot(this=exp.Paren(this=stays)))
    gone = sql.all_of((col("row_ended", "x"), exp.EQ(this=exp.Paren(this=stays.copy()), expression=lit(0))))
    hashed = sql.named(short_hash(key, table.id, table.key, "x"), "_key_hash")
    return statement.select(
        sql.named(take, "take"), sql.named(sql.bits_of(col("ended", "x"), stays.copy()), "stays"), sql.named(gone, "row_gone"), hashed
    )

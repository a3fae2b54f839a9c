"""The index of the departed: keyed hashes of every record that was left behind or turned away, with an expiry. Pure, but for asking
whether there was one before.

It keeps them out, lets `explain` answer for a key that is gone, remembers what the sources were asked to delete, and is itself erased:
some days after the source last sent the key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.answering import Answers
from privacy_pipelines.policy.model import Company
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rules import Cluster, Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import same_hash, short_hash
from privacy_pipelines.store.layout import ACTIONS, CHANGES, CURRENT, FRAME, NIGHT

COLUMNS = (
    "key_hash", "same_hash", "table", "cluster", "fields", "left_on", "was_stored", "asked_on", "asked", "expires_on", "policy_version",
)  # fmt: skip
"""`same_hash` is one for all spellings of a key, and only a whole record has it; `cluster` and its `fields` are empty for a whole record;
`was_stored` is false for what was only ever turned away; `asked_on` is the first night of those on which the source was asked to delete it,
NULL where it is no longer asked, and `asked` how many they are."""


@dataclass(frozen=True, slots=True)
class Index:
    """What the index is made with: its own key, and what tonight's extracts tell about."""

    key: bytes
    answers: Answers


def departed_statement(session: Session, rules: Rules, plan: Plan, index: Index) -> exp.Query:
    """The next generation's index: tonight's departures, and earlier ones that have not expired and did not lawfully return."""
    leaving = _together([entry for rule in rules.tables for entry in _leaving(rules, rule, plan, index.key)])
    if not session.columns(CURRENT, NIGHT, "departed"):
        return leaving
    unexpired = exp.GTE(this=col("expires_on", "e"), expression=lit(plan.as_of))
    back = exp.select(exp.convert(1)).from_(_returned(rules, index.key).subquery("r")).where("r.key_hash = e.key_hash")
    earlier = exp.select(exp.Star()).from_(sql.table(NIGHT, "departed", catalog=CURRENT, alias="e"))
    earlier = earlier.where(sql.all_of((unexpired, exp.not_(exp.Exists(this=back)))))
    told = exp.alias_(index.answers.condition(rules, index.key, "u"), "told")
    earlier = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("u")), told).from_(earlier.subquery("u"))
    return _merged().from_(leaving.subquery("l")).join(earlier.subquery("d"), on=_same("l", "d"), join_type="full")


def _merged() -> exp.Select:
    """What leaves again tonight expires anew, but keeps its first day, and that it was once stored. What the source was asked for is asked
    on until it tells that it no longer has it."""
    stored = sql.call("COALESCE", col("was_stored", "l"), exp.false())
    tonight = sql.not_null(col("key_hash", "l"))
    over = sql.any_of(
        (sql.all_of((tonight, sql.is_null(col("asked_on", "l")))), sql.all_of((sql.is_null(col("key_hash", "l")), col("told", "d"))))
    )
    values: dict[str, Sql] = {name: sql.call("COALESCE", col(name, "l"), col(name, "d")) for name in COLUMNS}
    values["left_on"] = sql.case((stored, col("left_on", "l")), default=sql.call("COALESCE", col("left_on", "d"), col("left_on", "l")))
    values["was_stored"] = sql.any_of((stored.copy(), sql.call("COALESCE", col("was_stored", "d"), exp.false())))
    values["asked_on"] = sql.case((over, exp.null()), default=sql.call("COALESCE", col("asked_on", "d"), col("asked_on", "l")))
    nights = [sql.call("COALESCE", col("asked", side), lit(0)) for side in ("d", "l")]
    values["asked"] = sql.case((over.copy(), lit(0)), default=exp.Add(this=nights[0], expression=nights[1]))
    return exp.select(*(exp.alias_(value, name, quoted=True) for name, value in values.items()))


def _same(left: str, right: str) -> Sql:
    """The hash is of the table's name too, and long enough to tell all keys of all tables apart."""
    return sql.all_of(exp.EQ(this=col(name, left), expression=col(name, right)) for name in ("key_hash", "cluster"))


def _returned(rules: Rules, key: bytes) -> exp.Query:
    """Hashes of records that enter tonight on a living ground: they come as new, and nothing links them to what was left behind."""
    parts: list[exp.Query] = []
    for rule in rules.tables:
        table = rule.table
        turned = (
            exp.select(exp.convert(1))
            .from_(sql.table(ACTIONS, table.id, alias="a"))
            .where(sql.same_key(table.key, "a", "c"))
            .where("a.row_gone")
        )
        entering = exp.select(exp.alias_(short_hash(key, table.id, table.key, "c"), "key_hash")).from_(
            sql.table(CHANGES, table.id, alias="c")
        )
        parts.append(entering.where(exp.not_(col("_in_store", "c"))).where(exp.not_(exp.Exists(this=turned))))
    return _together(parts)


def _leaving(rules: Rules, rule: TableRule, plan: Plan, key: bytes) -> list[exp.Query]:
    """An entry for each row that leaves, and one for each cluster of a row that stays."""
    table = rule.table
    whole = same_hash(key, table.id, table.key, "a")
    said = _Said(lit(""), lit(""), whole, col("in_store", "a"))
    entries: list[exp.Query] = [_entries(rules, rule, plan, key, said).where(col("row_gone", "a"))]
    for cluster, lost, leaves in _clusters_leaving(rule):
        said = _Said(lit(cluster.name), lit(",".join(cluster.columns)), exp.cast(exp.null(), "UUID"), lost)
        entries.append(_entries(rules, rule, plan, key, said).where(leaves))
    return entries


def _clusters_leaving(rule: TableRule) -> Iterator[tuple[Cluster, Sql, Sql]]:
    """(cluster, whether it was stored, whether it leaves a row that stays)."""
    for number, cluster in enumerate(rule.clusters):
        if cluster.columns:
            lost, refused = (sql.bit(sql.bits_of(col("take", "a"), col(mask, "a")), number) for mask in ("lost", "refused"))
            yield cluster, lost, sql.all_of((exp.not_(col("row_gone", "a")), sql.any_of((lost.copy(), refused))))


def leaving(session: Session, rules: Rules) -> int:
    """How many entries tonight's departures are. Raises StoreError."""
    total = 0
    for rule in rules.tables:
        counts = [sql.count_if(col("row_gone", "a")), *(sql.count_if(leaves) for *_, leaves in _clusters_leaving(rule))]
        total += sum(session.one(exp.select(*counts).from_(sql.table(ACTIONS, rule.table.id, alias="a"))))
    return total


def last_said(as_of: date, company: Company, catalog: str) -> exp.Select:
    """The index's entries that a night of `as_of` made or made anew, if no earlier policy gave others the same last day."""
    last = exp.EQ(this=col("expires_on"), expression=lit(add(as_of, company.departed_expiry)))
    return exp.select().from_(sql.table(NIGHT, "departed", catalog=catalog)).where(last)


@dataclass(frozen=True, slots=True)
class _Said:
    """What an entry says beside the key and the days."""

    cluster: Sql
    fields: Sql
    same: Sql
    stored: Sql


def _entries(rules: Rules, rule: TableRule, plan: Plan, key: bytes, said: _Said) -> exp.Select:
    """A source is asked for what it still sends, by a key that it knows."""
    table = rule.table
    asks = sql.all_of((sql.is_null(col("gone", "f")), lit(not table.keyless)))
    values = (
        short_hash(key, table.id, table.key, "a"), said.same, lit(table.id), said.cluster, said.fields, lit(plan.as_of), said.stored,
        sql.case((asks, lit(plan.as_of))), sql.case((asks.copy(), lit(1)), default=lit(0)),
        lit(add(plan.as_of, rules.policy.company.departed_expiry)), lit(plan.policy_version),
    )  # fmt: skip
    columns = [exp.alias_(value, name, quoted=True) for value, name in zip(values, COLUMNS, strict=True)]
    rows = exp.select(*columns).from_(sql.table(ACTIONS, table.id, alias="a"))
    return rows.join(sql.table(FRAME, table.id, alias="f"), on=sql.same_key(table.key, "a", "f"), join_type="left")


def _together(parts: list[exp.Query]) -> exp.Query:
    return exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]

"""The index of the departed: keyed hashes of every record that was left behind or turned away, with an expiry. Pure, but for asking
whether there was one before.

It keeps them out, lets `explain` answer for a key that is gone, remembers what the sources were asked to delete, and is itself erased:
some days after the source last sent the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.answering import Answers
from privacy_pipelines.collector.taking import Taking, taking as summed_up
from privacy_pipelines.policy.model import Company
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import alike, short_hash, short_hash_of_text
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


def departed_statement(session: Session, rules: Rules, plan: Plan, index: Index, takings: Mapping[str, Taking]) -> exp.Query:
    """The next generation's index: tonight's departures, and earlier ones that have not expired and did not lawfully return."""
    entries = [_leaving(rules, rule, plan, index.key, takings[rule.table.id]) for rule in rules.tables]
    leaving = sql.union_all(entries).subquery("l", copy=False)
    if not session.columns(CURRENT, NIGHT, "departed"):
        return sql.select(*(sql.named(_tonight(name, index.key), name, quoted=True) for name in COLUMNS)).from_(leaving, copy=False)
    unexpired = exp.GTE(this=col("expires_on", "e"), expression=lit(plan.as_of))
    back = exp.select(exp.convert(1)).from_(_returned(rules, index.key).subquery("r", copy=False)).where("r.key_hash = e.key_hash")
    earlier = exp.select(exp.Star()).from_(sql.table(NIGHT, "departed", catalog=CURRENT, alias="e"))
    earlier = earlier.where(sql.all_of((unexpired, exp.not_(exp.Exists(this=back)))), copy=False)
    told = sql.named(index.answers.condition(rules, index.key, "u"), "told")
    every = exp.Column(this=exp.Star(), table=exp.to_identifier("u"))
    earlier = sql.select(every, told).from_(earlier.subquery("u", copy=False), copy=False)
    merged = _merged(index.key).from_(leaving, copy=False)
    return merged.join(earlier.subquery("d", copy=False), on=_same("l", "d"), join_type="full", copy=False)


def _merged(key: bytes) -> exp.Select:
    """What leaves again tonight expires anew, but keeps its first day, and that it was once stored. What the source was asked for is asked
    on until it tells that it no longer has it."""
    stored = sql.call("COALESCE", col("was_stored", "l"), exp.false())
    tonight = sql.not_null(col("key_hash", "l"))
    over = sql.any_of(
        (sql.all_of((tonight, sql.is_null(col("asked_on", "l")))), sql.all_of((sql.is_null(col("key_hash", "l")), col("told", "d"))))
    )
    values: dict[str, Sql] = {name: sql.call("COALESCE", _tonight(name, key), col(name, "d")) for name in COLUMNS}
    # The index has it of what left before: a hash is only made of what is new to it.
    values["same_hash"] = sql.call("COALESCE", col("same_hash", "d"), _tonight("same_hash", key))
    values["left_on"] = sql.case((stored, col("left_on", "l")), default=sql.call("COALESCE", col("left_on", "d"), col("left_on", "l")))
    values["was_stored"] = sql.any_of((stored.copy(), sql.call("COALESCE", col("was_stored", "d"), exp.false())))
    values["asked_on"] = sql.case((over, exp.null()), default=sql.call("COALESCE", col("asked_on", "d"), col("asked_on", "l")))
    nights = [sql.call("COALESCE", col("asked", side), lit(0)) for side in ("d", "l")]
    values["asked"] = sql.case((over.copy(), lit(0)), default=exp.Add(this=nights[0], expression=nights[1]))
    return sql.select(*(sql.named(value, name, quoted=True) for name, value in values.items()))


def _tonight(name: str, key: bytes) -> Sql:
    """A column of tonight's departures."""
    return short_hash_of_text(key, col("alike", "l")) if name == "same_hash" else col(name, "l")


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
    return sql.union_all(parts)


def _leaving(rules: Rules, rule: TableRule, plan: Plan, key: bytes, taking: Taking) -> exp.Query:
    """An entry for each row that leaves, and one for each cluster of a row that stays; `alike` in the place of `same_hash`."""
    expires = lit(add(plan.as_of, rules.policy.company.departed_expiry))
    said = {
        "key_hash": col("key_hash", "h"), "alike": sql.case((col("row_gone", "h"), col("alike", "h"))), "table": lit(rule.table.id),
        "cluster": col("cluster", "c"), "fields": col("fields", "c"), "left_on": lit(plan.as_of),
        "was_stored": sql.case((col("row_gone", "h"), col("in_store", "h")), default=_has("lost")),
        "asked_on": sql.case((col("asks", "h"), lit(plan.as_of))), "asked": sql.case((col("asks", "h"), lit(1)), default=lit(0)),
        "expires_on": expires, "policy_version": lit(plan.policy_version),
    }  # fmt: skip
    return _entries(rule, key, taking, *(sql.named(value, name, quoted=True) for name, value in said.items()))


def _entries(rule: TableRule, key: bytes, taking: Taking, *columns: Sql) -> exp.Select:
    of_row = exp.EQ(this=col("bit", "c"), expression=lit(0))
    on = sql.case((col("row_gone", "h"), of_row), default=sql.any_of((_has("lost"), _has("refused"))))
    return (
        sql.select(*columns).from_(_hashed(rule, key).subquery("h", copy=False), copy=False).join(_parts(rule, taking), on=on, copy=False)
    )


def leaving(session: Session, rules: Rules) -> int:
    """How many entries tonight's departures are. Raises StoreError."""
    counts = (_entries(rule, b"", summed_up(session, rule), exp.Count(this=exp.Star())) for rule in rules.tables)
    return sum(int(session.one(count)[0]) for count in counts)


def last_said(as_of: date, company: Company, catalog: str) -> exp.Select:
    """The index's entries that a night of `as_of` made or made anew, if no earlier policy gave others the same last day."""
    last = exp.EQ(this=col("expires_on"), expression=lit(add(as_of, company.departed_expiry)))
    return exp.select().from_(sql.table(NIGHT, "departed", catalog=catalog)).where(last)


def _hashed(rule: TableRule, key: bytes) -> exp.Select:
    """The rows of which something leaves, each hashed once. A source is asked for what it still sends, by a key that it knows."""
    table = rule.table
    asks = sql.all_of((sql.is_null(col("gone", "f")), lit(not table.keyless)))
    gone, masks = col("row_gone", "a"), {name: sql.bits_of(col("take", "a"), col(name, "a")) for name in ("lost", "refused")}
    columns = {
        "key_hash": short_hash(key, table.id, table.key, "a"), "alike": alike(table.id, table.key, "a"), "asks": asks, **masks
    }  # fmt: skip
    rows = sql.select(gone, col("in_store", "a"), *(sql.named(value, name, quoted=True) for name, value in columns.items()))
    rows = rows.from_(sql.table(ACTIONS, table.id, alias="a"), copy=False)
    frame = sql.table(FRAME, table.id, alias="f")
    rows = rows.join(frame, on=sql.same_key(table.key, "a", "f"), join_type="left", copy=False)
    return rows.where(sql.any_of((gone.copy(), *(sql.bit_any(mask.copy()) for mask in masks.values()))), copy=False)


def _parts(rule: TableRule, taking: Taking) -> exp.Subquery:
    """What may leave of a row: the whole of it (no bit), and each cluster of which some row that stays loses cells."""
    parts = [("", "", 0)]
    for number, cluster in enumerate(rule.clusters):
        if cluster.columns and taking.clusters >> number & 1:
            parts.append((cluster.name, ",".join(cluster.columns), 1 << number))
    rows = [
        sql.select(sql.named(lit(cluster), "cluster"), sql.named(lit(fields), "fields"), sql.named(lit(bit), "bit"))
        for cluster, fields, bit in parts
    ]
    return sql.union_all(rows).subquery("c", copy=False)


def _has(mask: str) -> Sql:
    """Whether a row's mask has the bit of a part of it."""
    return sql.bit_any(sql.bits_of(col(mask, "h"), col("bit", "c")))

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
from privacy_pipelines.collector.absence import WHOLE_RECORD
from privacy_pipelines.collector.answering import Answers
from privacy_pipelines.collector.linking import other_names
from privacy_pipelines.collector.orphans import named_departed
from privacy_pipelines.collector.taking import Taking, taking as summed_up
from privacy_pipelines.policy.model import Company, Table
from privacy_pipelines.retention.calendar import add
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import alike, short_hash, short_hash_of_text
from privacy_pipelines.store.layout import ACTIONS, CURRENT, FRAME, NEXT, NIGHT, STORED

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


def keep_departed(rules: Rules, plan: Plan, index: Index, session: Session) -> None:
    """Write the attached next generation's index, once its tables are written and `gather_leaving` is done: tonight's departures, and
    earlier ones that have not expired and did not lawfully return. Raises StoreError."""
    session.create(sql.table(NIGHT, "departed", catalog=NEXT), _departed(session, rules, plan, index))


def gather_leaving(rules: Rules, takings: Mapping[str, Taking], key: bytes, session: Session) -> None:
    """Write down tonight's departures: so the engine knows that they are the small side, and the texts of the large one only pass by.
    Raises StoreError."""
    keys = _longest_key(rules)
    every = [_leaving(rule, takings[rule.table.id], keys) for rule in rules.tables]
    session.create(_LEAVING, sql.union_all([*every, *(_names(table, key, keys) for table in _with_names(rules))]))


def _with_names(rules: Rules) -> list[Table]:
    """The tables whose records have names in a table of merges."""
    return [rule.table for rule in rules.tables if rule.table.merged and rule.table.merged.table != rule.table.id]


def _other_names(table: Table) -> exp.Select:
    """`k`: the names without a record of their own of those that leave."""
    gone = sql.select(sql.named(col(table.key[0]), "k")).from_(sql.table(ACTIONS, table.id), copy=False).where(col("row_gone"), copy=False)
    return other_names(table, gone)


def _names(table: Table, key: bytes, keys: int) -> exp.Select:
    """An entry for each such name: no source knows it for a record, so none is asked for it."""
    text = sql.cast(col("k", "n"), "TEXT")
    said = {
        "key_hash": short_hash(key, table.id, ["k"], "n"), "table": lit(table.id), "cluster": lit(WHOLE_RECORD), "fields": lit(""),
        "was_stored": exp.false(), "asks": exp.false(), "key0": text,
        **{f"key{number}": sql.cast(exp.null(), "TEXT") for number in range(1, keys)},
    }  # fmt: skip
    named = (sql.named(value, name, quoted=True) for name, value in said.items())
    return sql.select(*named).distinct().from_(_other_names(table).subquery("n", copy=False), copy=False)


def _longest_key(rules: Rules) -> int:
    return max(len(rule.table.key) for rule in rules.tables)


_LEAVING, _RETURNED = sql.table(NIGHT, "leaving"), exp.to_table("returned_tonight")


def _departed(session: Session, rules: Rules, plan: Plan, index: Index) -> exp.Query:
    leaving, tonight = _LEAVING.as_("l"), _tonight(rules, plan, index.key, _longest_key(rules))
    if not session.columns(CURRENT, NIGHT, "departed"):
        return sql.select(*(sql.named(tonight[name], name, quoted=True) for name in COLUMNS)).from_(leaving, copy=False)
    named = named_departed(session, rules)
    lasts: list[Sql] = [exp.GTE(this=col("expires_on", "e"), expression=lit(plan.as_of))]
    lasts += [exp.In(this=col("same_hash", "e"), query=named.subquery())] if named else []
    stays = [sql.any_of(lasts), *_not_back(session, rules, plan, index.key)]
    earlier = exp.select(exp.Star()).from_(sql.table(NIGHT, "departed", catalog=CURRENT, alias="e"))
    earlier = earlier.where(sql.all_of(stays), copy=False)
    told = sql.named(index.answers.condition(rules, index.key, "u"), "told")
    every = exp.Column(this=exp.Star(), table=exp.to_identifier("u"))
    still = exp.In(this=col("same_hash", "u"), query=named.copy().subquery()) if named else exp.false()
    earlier = sql.select(every, told, sql.named(still, "named")).from_(earlier.subquery("u", copy=False), copy=False)
    merged = _merged(tonight, _expiry(rules, plan)).from_(earlier.subquery("d", copy=False), copy=False)
    return merged.join(leaving, on=_same("l", "d"), join_type="full", copy=False)


def _merged(tonight: Mapping[str, Sql], expiry: Sql) -> exp.Select:
    """What leaves again tonight, or is named by a row, expires anew, but keeps its first day, and that it was once stored. What the
    source was asked for is asked on until it tells that it no longer has it."""
    stored = sql.call("COALESCE", col("was_stored", "l"), exp.false())
    leaves = sql.not_null(col("key_hash", "l"))
    over = sql.case((leaves, exp.not_(col("asks", "l"))), default=col("told", "d"))
    values: dict[str, Sql] = {name: sql.call("COALESCE", value, col(name, "d")) for name, value in tonight.items()}
    values["expires_on"] = sql.case((sql.any_of((leaves.copy(), col("named", "d"))), expiry), default=col("expires_on", "d"))
    # The index has it of what left before: a hash is only made of what is new to it.
    values["same_hash"] = sql.call("COALESCE", col("same_hash", "d"), tonight["same_hash"])
    values["left_on"] = sql.case((stored, tonight["left_on"]), default=sql.call("COALESCE", col("left_on", "d"), tonight["left_on"]))
    values["was_stored"] = sql.any_of((stored.copy(), sql.call("COALESCE", col("was_stored", "d"), exp.false())))
    values["asked_on"] = sql.case((over, exp.null()), default=sql.call("COALESCE", col("asked_on", "d"), tonight["asked_on"]))
    nights = (sql.call("COALESCE", col("asked", "d"), lit(0)), tonight["asked"])
    values["asked"] = sql.case((over.copy(), lit(0)), default=exp.Add(this=nights[0], expression=nights[1]))
    return sql.select(*(sql.named(values[name], name, quoted=True) for name in COLUMNS))


def _tonight(rules: Rules, plan: Plan, key: bytes, keys: int) -> dict[str, Sql]:
    """What tonight's departures (`l`) say of each column; NULL of what does not leave tonight, but that it is asked for no night more."""
    leaves, whole = sql.not_null(col("key_hash", "l")), exp.EQ(this=col("cluster", "l"), expression=lit(WHOLE_RECORD))
    text = alike(col("table", "l"), [col(f"key{number}", "l") for number in range(keys)])
    said = {"left_on": lit(plan.as_of), "expires_on": _expiry(rules, plan), "policy_version": lit(plan.policy_version)}
    return {
        **{name: col(name, "l") for name in ("key_hash", "table", "cluster", "fields", "was_stored")},
        **{name: sql.case((leaves.copy(), value)) for name, value in said.items()},
        "same_hash": sql.case((whole, short_hash_of_text(key, text))),
        "asked_on": sql.case((col("asks", "l"), lit(plan.as_of))),
        "asked": sql.case((col("asks", "l"), lit(1)), default=lit(0)),
    }


def _expiry(rules: Rules, plan: Plan) -> Sql:
    return lit(add(plan.as_of, rules.policy.company.departed_expiry))


def _same(left: str, right: str) -> Sql:
    """The hash is of the table's name too, and long enough to tell all keys of all tables apart."""
    return sql.all_of(exp.EQ(this=col(name, left), expression=col(name, right)) for name in ("key_hash", "cluster"))


def _not_back(session: Session, rules: Rules, plan: Plan, key: bytes) -> list[Sql]:
    """That an entry (`e`) is not of who lawfully returned; nothing to ask where nobody did, for the question costs a large join."""
    same = exp.EQ(this=col("key_hash", "r"), expression=col("key_hash", "e"))
    known = sql.select(exp.convert(1)).from_(sql.table(NIGHT, "departed", catalog=CURRENT, alias="e"), copy=False).where(same, copy=False)
    returned = sql.select(col("key_hash")).from_(_returned(rules, plan, key).subquery("r", copy=False), copy=False)
    session.create(_RETURNED, returned.where(exp.Exists(this=known), copy=False), temporary=True)
    if not session.one(sql.select(exp.Count(this=exp.Star())).from_(_RETURNED, copy=False))[0]:
        return []
    return [exp.not_(exp.Exists(this=sql.select(exp.convert(1)).from_(_RETURNED.as_("r"), copy=False).where(same.copy(), copy=False)))]


def _returned(rules: Rules, plan: Plan, key: bytes) -> exp.Query:
    """Hashes of records that entered tonight on a living ground: they come as new, and nothing links them to what was left behind."""
    return sql.union_all([_entered(rule.table, plan, key) for rule in rules.tables])


def _entered(table: Table, plan: Plan, key: bytes) -> exp.Select:
    """Who is new in the next generation was first seen tonight. So was, of a second night on one day, who came in by the first."""
    tonight = [exp.EQ(this=col("_first_seen", alias), expression=lit(plan.as_of)) for alias in ("n", "s")]
    before = sql.select(exp.convert(1)).from_(sql.table(STORED, table.id, alias="s"), copy=False)
    before = before.where(sql.all_of((tonight[1], sql.same_key(table.key, "s", "n"))), copy=False)
    entered = sql.select(sql.named(short_hash(key, table.id, table.key, "n"), "key_hash"))
    entered = entered.from_(sql.table(table.source, table.name, catalog=NEXT, alias="n"), copy=False)
    return entered.where(sql.all_of((tonight[0], exp.not_(exp.Exists(this=before)))), copy=False)


def _leaving(rule: TableRule, taking: Taking, keys: int) -> exp.Query:
    """An entry for each row that leaves, and one for each cluster of a row that stays; with the texts of its key, as many as any has."""
    stored = sql.case((col("row_gone", "h"), col("in_store", "h")), default=_has("lost"))
    texts: list[Sql] = [sql.cast(col(name, "h"), "TEXT") for name in rule.table.key]
    texts += [sql.cast(exp.null(), "TEXT")] * (keys - len(texts))
    said = {
        "key_hash": col("_key_hash", "h"), "table": lit(rule.table.id), "cluster": col("cluster", "c"), "fields": col("fields", "c"),
        "was_stored": stored, "asks": col("asks", "h"), **{f"key{number}": text for number, text in enumerate(texts)},
    }  # fmt: skip
    return _entries(rule, taking, *(sql.named(value, name, quoted=True) for name, value in said.items()))


def _entries(rule: TableRule, taking: Taking, *columns: Sql) -> exp.Select:
    of_row = exp.EQ(this=col("bit", "c"), expression=lit(0))
    on = sql.case((col("row_gone", "h"), of_row), default=sql.any_of((_has("lost"), _has("refused"))))
    return sql.select(*columns).from_(_losing(rule).subquery("h", copy=False), copy=False).join(_parts(rule, taking), on=on, copy=False)


def leaving(session: Session, rules: Rules) -> int:
    """How many entries tonight's departures are, with those that are only named. Raises StoreError."""
    counts = (_entries(rule, summed_up(session, rule), exp.Count(this=exp.Star())) for rule in rules.tables)
    names = (
        exp.select(exp.Count(this=exp.Distinct(expressions=[col("k")]))).from_(_other_names(one).subquery("n"))
        for one in _with_names(rules)
    )
    return sum(int(session.one(count)[0]) for count in (*counts, *names)) + _only_named(session, rules)


def _only_named(session: Session, rules: Rules) -> int:
    """Entries of the next generation made anew tonight because a row names them. One that its source is still asked for is left out:
    it is asked for no night more, and no night may say that again."""
    named = named_departed(session, rules)
    if named is None:
        return 0
    entries = how_many(exp.In(this=col("same_hash"), query=named.subquery()), NEXT)
    left = exp.In(this=col("key_hash"), query=sql.select(col("key_hash")).from_(_LEAVING, copy=False).subquery())
    return int(session.one(entries.where(sql.is_null(col("asked_on")), exp.not_(left)))[0])


def last_said(as_of: date, company: Company) -> Sql:
    """Whether an entry of the index was made or made anew by a night of `as_of`, if no earlier policy gave others the same last day."""
    return exp.EQ(this=col("expires_on"), expression=lit(add(as_of, company.departed_expiry)))


def how_many(entries: Sql, catalog: str) -> exp.Select:
    """The number of entries in a generation's index of which something is true."""
    return exp.select(exp.Count(this=exp.Star())).from_(sql.table(NIGHT, "departed", catalog=catalog)).where(entries)


def _losing(rule: TableRule) -> exp.Select:
    """The rows of which something leaves. A source is asked for what it still sends, by a key that it knows."""
    table = rule.table
    asks = sql.all_of((sql.is_null(col(table.key[0], "f")), lit(not table.keyless)))
    gone, masks = col("row_gone", "a"), {name: sql.bits_of(col("take", "a"), col(name, "a")) for name in ("lost", "refused")}
    kept = [*(col(name, "a") for name in (*table.key, "_key_hash", "in_store")), gone]
    rows = sql.select(*kept, *(sql.named(value, name, quoted=True) for name, value in {"asks": asks, **masks}.items()))
    rows = rows.from_(sql.table(ACTIONS, table.id, alias="a"), copy=False)
    vanished = sql.select(*(col(name) for name in table.key)).from_(sql.table(FRAME, table.id), copy=False)
    vanished = vanished.where(sql.not_null(col("gone")), copy=False)
    on = sql.same_key(table.key, "a", "f")
    rows = rows.join(vanished.subquery("f", copy=False), on=on, join_type="left", copy=False)
    return rows.where(sql.any_of((gone.copy(), *(sql.bit_any(mask.copy()) for mask in masks.values()))), copy=False)


def _parts(rule: TableRule, taking: Taking) -> exp.Subquery:
    """What may leave of a row: the whole of it (no bit), and each cluster of which some row that stays loses cells."""
    parts = [(WHOLE_RECORD, "", 0)]
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

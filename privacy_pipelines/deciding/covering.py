"""Whom a hold on a person covers: the person's own row, and every row whose links lead to it. Runs over tonight's rows.

The log knows a keyed hash and no key, so the keys of the tables in question are hashed in the same way and looked up.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.evidence.holds import PersonHold
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.retention.rowdates import meets
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.retention.ways import IDENTITY, Hop, through_merges, ways_to
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import keyed_hash
from privacy_pipelines.store.layout import CONSENTS, COVERED, NIGHT, PRIOR, STORED, TONIGHT


def cover(session: Session, rules: Rules, holds: Sequence[PersonHold], key: bytes) -> None:
    """`covered.<table>`: (key, hold, mask) of each stored row that a hold covers, with the clusters that it may keep. What was covered
    when it began to wait stays covered, however its links change."""
    session.run(f"CREATE OR REPLACE TABLE {NIGHT}.held (tab VARCHAR, subject VARCHAR, hold VARCHAR)")
    session.insert(sql.table(NIGHT, "held"), [[hold.table, hold.subject, hold.name] for hold in holds])
    subjects = sorted({hold.table for hold in holds} & {table.id for table in rules.policy.tables})
    for subject in subjects:
        session.create(_persons(subject), _found(rules.policy.table(subject), key))
    for rule in rules.tables:
        rows = [_nobody(rule)]
        if holds:
            rows += [_linked(rule, holds, subject, way) for subject, way in _ways(rules.policy, rule.table, subjects)]
            rows.append(_waited(rule, holds))
        session.create(sql.table(COVERED, rule.table.id), exp.union(*rows) if len(rows) > 1 else rows[0])


def mask_of(rule: TableRule, purposes: Sequence[str]) -> int:
    """The clusters that a hold for these purposes may keep; for none in particular, all."""
    wanted = {n for n, purpose in enumerate(rule.purposes) if not purposes or purpose.purpose.name in purposes}
    return sum(1 << number for number, cluster in enumerate(rule.clusters) if wanted & set(cluster.purposes))


def along_way(rows: str, table: Table, way: tuple[Hop, ...]) -> exp.Select:
    """Rows of the table (`t0`) beside the data subject (`t<n>`, n steps on) to whom the way leads; nothing is selected yet."""
    statement = exp.select().from_(sql.table(rows, table.id, alias="t0"))
    for number, hop in enumerate(way, start=1):
        on, schema = meets(hop, f"t{number - 1}", f"t{number}"), CONSENTS if hop.to.startswith(IDENTITY) else rows
        statement = statement.join(sql.table(schema, hop.to, alias=f"t{number}"), on=on)
    return statement


def _ways(policy: Policy, table: Table, subjects: Sequence[str]) -> list[tuple[Table, tuple[Hop, ...]]]:
    """Every way to a held person, and each once more over the names of records that were merged: theirs are the merged ones too."""
    found = [(policy.table(subject), way) for subject in subjects for way in ways_to(policy, table, subject)]
    found += [(subject, through_merges(policy, table, way or _to_itself(subject))) for subject, way in found if subject.merged]
    return list(dict.fromkeys(found))


def _to_itself(subject: Table) -> tuple[Hop, ...]:
    """From a record to the one that its key means."""
    return (Hop(subject.key, subject.id, subject.key),)


def _persons(subject: str) -> exp.Table:
    return sql.table(COVERED, f"{subject}, persons")


def _found(subject: Table, key: bytes) -> exp.Select:
    """(key, hold) of the persons of one table: each key is hashed once."""
    hashed = sql.named(keyed_hash(key, subject.id, subject.key), "subject")
    rows = exp.select(*(col(name) for name in subject.key), hashed).from_(sql.table(TONIGHT, subject.id)).subquery("p")
    same = sql.all_of(
        (exp.EQ(this=col("subject", "p"), expression=col("subject", "h")), exp.EQ(this=col("tab", "h"), expression=lit(subject.id)))
    )
    return (
        exp.select(*(col(name, "p") for name in subject.key), col("hold", "h"))
        .from_(rows)
        .join(sql.table(NIGHT, "held", alias="h"), on=same)
    )


def _linked(rule: TableRule, holds: Sequence[PersonHold], subject: Table, way: tuple[Hop, ...]) -> exp.Select:
    hold = col("hold", "p")
    rows = along_way(TONIGHT, rule.table, way)
    rows = rows.join(exp.alias_(_persons(subject.id), "p", table=True), on=sql.same_key(subject.key, f"t{len(way)}", "p"))
    keys = [col(name, "t0") for name in rule.table.key]
    return rows.select(*keys, hold, _mask(rule, holds, hold)).where(sql.all_of((col("_in_store", "t0"), *_some(rule, holds, hold))))


def _waited(rule: TableRule, holds: Sequence[PersonHold]) -> exp.Select:
    hold = col("purpose")
    rows = exp.select(*(col(name) for name in rule.table.key), sql.named(hold, "hold"), _mask(rule, holds, hold))
    return rows.from_(sql.table(PRIOR, rule.table.id)).where(*_some(rule, holds, hold))


def _mask(rule: TableRule, holds: Sequence[PersonHold], hold: Sql) -> Sql:
    branches = [(exp.EQ(this=hold.copy(), expression=lit(one.name)), lit(mask_of(rule, one.purposes))) for one in holds]
    return sql.named(sql.cast(sql.case(*branches, default=lit(0)), "BIGINT"), "mask")


def _some(rule: TableRule, holds: Sequence[PersonHold], hold: Sql) -> list[Sql]:
    names = [lit(one.name) for one in holds if mask_of(rule, one.purposes)]
    return [exp.In(this=hold.copy(), expressions=names) if names else exp.false()]


def _nobody(rule: TableRule) -> exp.Select:
    nothing = (sql.named(lit(""), "hold"), sql.named(sql.cast(lit(0), "BIGINT"), "mask"))
    return exp.select(*(col(name) for name in rule.table.key), *nothing).from_(sql.table(STORED, rule.table.id)).where(exp.false())

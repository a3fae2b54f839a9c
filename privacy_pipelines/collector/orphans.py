"""Links to who left on an earlier night and is sent no more: their source may have deleted them while another still sends what names them.

To tonight's links they are as gone as who leaves tonight: what would be emptied is emptied, what would end with them ends. Asked of the
rows that arrived, for what is in the store was looked at when it came; a link by other columns than the key finds nothing in the index.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.absence import WHOLE_RECORD
from privacy_pipelines.collector.linking import clearing_links, ending_links
from privacy_pipelines.policy.model import Link
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import alike, short_hash_of_text
from privacy_pipelines.store.layout import CHANGES, CURRENT, NIGHT, ORPHANED, TONIGHT


def find_orphans(session: Session, rules: Rules, key: bytes) -> None:
    """Fill `orphaned.<table>` of each with such links: (key, link, same_hash) of tonight's rows that name one of the departed. `key` is
    the index's own; the hash is that of their entry in it. Raises StoreError."""
    known = bool(session.columns(CURRENT, NIGHT, "departed"))
    for rule in _linking(rules):
        found = list(_orphans(rules, rule, key)) if known else []
        session.create(sql.table(ORPHANED, rule.table.id), sql.union_all(found) if found else _none(rule))


def orphaned_links(session: Session, rule: TableRule) -> frozenset[int]:
    """The links of a table by which tonight's rows name one of the departed. Raises StoreError."""
    found = exp.select(col("link")).distinct().from_(sql.table(ORPHANED, rule.table.id))
    return frozenset(int(number) for (number,) in session.rows(found))


def of_link(rule: TableRule, number: int) -> exp.Select:
    """Keys of the rows of which this link names one of the departed."""
    rows = exp.select(*(col(name) for name in rule.table.key)).distinct().from_(sql.table(ORPHANED, rule.table.id))
    return rows.where(exp.EQ(this=col("link"), expression=lit(number)))


def named_departed(session: Session, rules: Rules) -> exp.Query | None:
    """(same_hash) of the entries of the index that tonight's rows still name; None where they name none. Raises StoreError."""
    tables = [sql.table(ORPHANED, rule.table.id) for rule in _linking(rules)]
    if not tables:
        return None
    named = sql.union_all([exp.select(col("same_hash")).from_(table) for table in tables])
    return named if session.rows(exp.select(exp.convert(1)).from_(named.subquery("n")).limit(1)) else None


def _linking(rules: Rules) -> list[TableRule]:
    """The tables with links that are emptied, or that their rows end with."""
    return [rule for rule in rules.tables if _links(rules, rule)]


def _links(rules: Rules, rule: TableRule) -> dict[int, Link]:
    return {one.number: one.link for one in clearing_links(rules, rule)} | dict(ending_links(rules, rule))


def _orphans(rules: Rules, rule: TableRule, key: bytes) -> Iterator[exp.Select]:
    for number, link in sorted(_links(rules, rule).items()):
        to = rules.policy.table(link.to)
        if to.personal and set(link.to_columns) == set(to.key):
            yield _naming(rule, number, link, to.key, key)


def _naming(rule: TableRule, number: int, link: Link, there: tuple[str, ...], key: bytes) -> exp.Select:
    columns = dict(zip(link.to_columns, link.columns, strict=True))
    text = alike(lit(link.to), [sql.cast(col(columns[name], "c"), "TEXT") for name in there])
    hashed = sql.named(short_hash_of_text(key, text), "same_hash")
    named = exp.select(*(col(name, "c") for name in rule.table.key), hashed).from_(sql.table(CHANGES, rule.table.id, alias="c"))
    standing = exp.select(exp.convert(1)).from_(sql.table(TONIGHT, link.to, alias="o"))
    standing = standing.where(*(exp.EQ(this=col(here, "c"), expression=col(name, "o")) for name, here in columns.items()))
    named = named.where(*(sql.not_null(col(name, "c")) for name in link.columns), exp.not_(exp.Exists(this=standing)))
    if link.kind:
        named = named.where(exp.EQ(this=col(link.kind[0], "c"), expression=lit(link.kind[1])))
    entry = exp.select(exp.convert(1)).from_(sql.table(NIGHT, "departed", catalog=CURRENT, alias="d"))
    of_table = exp.EQ(this=col("table", "d"), expression=lit(link.to))
    whole = exp.EQ(this=col("cluster", "d"), expression=lit(WHOLE_RECORD))
    entry = entry.where(exp.EQ(this=col("same_hash", "d"), expression=col("same_hash", "n")), of_table, whole)
    rows = exp.select(*(col(name, "n") for name in rule.table.key), sql.named(lit(number), "link"), col("same_hash", "n"))
    return rows.from_(named.subquery("n")).where(exp.Exists(this=entry))


def _none(rule: TableRule) -> exp.Select:
    nothing = (sql.named(lit(0), "link"), sql.named(sql.cast(exp.null(), "UUID"), "same_hash"))
    return exp.select(*(col(name) for name in rule.table.key), *nothing).from_(sql.table(TONIGHT, rule.table.id)).where(exp.false())

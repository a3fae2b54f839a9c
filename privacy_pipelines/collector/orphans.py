"""Links to who left on an earlier night and is not there tonight: their source may have deleted them while another still sends what names
them. To tonight's links they are as gone as who leaves tonight: what would be emptied is emptied, what would end with them ends.

Only when it is known that they are sent no more. While it is not, for no extract of theirs has come since, a row that its own source sends
every night stays without the link, which costs nothing: it is read anew each night. Whatever else names them is looked at again each night.
A link by other columns than the key finds nothing in the index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.absence import WHOLE_RECORD
from privacy_pipelines.collector.answering import Answers
from privacy_pipelines.collector.linking import clearing_links, ending_links, merged_away
from privacy_pipelines.policy.model import Link
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import alike, short_hash_of_text
from privacy_pipelines.store.layout import CHANGES, CURRENT, NIGHT, ORPHANED, PRIOR, TONIGHT


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for with: the key of the index, what tonight's extracts tell of who is in it, and whether every row is looked at
    because other links may be emptied than the night before."""

    key: bytes
    answers: Answers
    changed: bool


def find_orphans(session: Session, rules: Rules, search: Search) -> None:
    """Fill `orphaned.<table>` of each with such links: (key, link, same_hash, over) of the rows that name one of the departed; the hash is
    that of their entry in the index, `over` whether the link is. Raises StoreError."""
    known = bool(session.columns(CURRENT, NIGHT, "departed"))
    for rule in _linking(rules):
        naming = list(_orphans(rules, rule, search)) if known else []
        if naming:
            session.create(_NAMING, sql.union_all(naming), temporary=True)
        some = bool(naming) and bool(session.rows(exp.select(exp.convert(1)).from_(_NAMING).limit(1)))
        session.create(sql.table(ORPHANED, rule.table.id), _found(rules, rule, search) if some else _none(rule))


def orphaned_links(session: Session, rules: Rules, rule: TableRule) -> dict[int, frozenset[bool]]:
    """The links of a table by which a row names one of the departed, and whether such links are over. Raises StoreError."""
    if not _links(rules, rule):
        return {}
    found: dict[int, frozenset[bool]] = {}
    for number, over in session.rows(exp.select(col("link"), col("over")).distinct().from_(sql.table(ORPHANED, rule.table.id))):
        found[int(number)] = found.get(int(number), frozenset()) | {bool(over)}
    return found


def of_link(rule: TableRule, number: int) -> exp.Select:
    """Keys of the rows of which this link is over."""
    return _keys(rule).where(exp.EQ(this=col("link"), expression=lit(number)), col("over"))


def undecided(rule: TableRule) -> exp.Select:
    """Keys of the rows that are looked at again on the next night."""
    return _keys(rule).where(exp.not_(col("over")))


def named_departed(session: Session, rules: Rules) -> exp.Query | None:
    """(same_hash) of the entries of the index that rows still name; None where they name none. Raises StoreError."""
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


def _keys(rule: TableRule) -> exp.Select:
    return exp.select(*(col(name) for name in rule.table.key)).distinct().from_(sql.table(ORPHANED, rule.table.id))


def _orphans(rules: Rules, rule: TableRule, search: Search) -> Iterator[exp.Select]:
    ending = {number for number, _ in ending_links(rules, rule)}
    for number, link in sorted(_links(rules, rule).items()):
        to = rules.policy.table(link.to)
        if to.personal and set(link.to_columns) == set(to.key):
            yield _naming(rules, rule, number, search, ends=number in ending)


def _naming(rules: Rules, rule: TableRule, number: int, search: Search, *, ends: bool) -> exp.Select:
    """The rows that name by this link who is not there, and who is in the index."""
    link = rule.table.links[number]
    columns = dict(zip(link.to_columns, link.columns, strict=True))
    rows = sql.union_all(_rows(rule, tuple(columns.values()), every=search.changed))
    text = alike(lit(link.to), [sql.cast(col(columns[name], "c"), "TEXT") for name in rules.policy.table(link.to).key])
    hashed = sql.named(short_hash_of_text(search.key, text), "same_hash")
    named = exp.select(*(col(name, "c") for name in rule.table.key), col("_in_store", "c"), hashed).from_(rows.subquery("c"))
    standing = exp.select(exp.convert(1)).from_(sql.table(TONIGHT, link.to, alias="o"))
    standing = standing.where(*(exp.EQ(this=col(here, "c"), expression=col(name, "o")) for name, here in columns.items()))
    named = named.where(exp.not_(exp.Exists(this=standing)), *merged_away(rules, link, col(link.columns[0], "c"), leaving=False))
    if link.kind:
        named = named.where(exp.EQ(this=col(link.kind[0], "c"), expression=lit(link.kind[1])))
    found = [sql.named(lit(number), "link"), sql.named(lit(ends), "ends"), col("_in_store", "n"), col("same_hash", "n")]
    found += [col(name, "d") for name in ("key_hash", "table", "asked_on")]
    joined = exp.select(*(col(name, "n") for name in rule.table.key), *found).from_(named.subquery("n"))
    same = exp.EQ(this=col("same_hash", "n"), expression=col("same_hash", "d"))
    of_table = exp.EQ(this=col("table", "d"), expression=lit(link.to))
    whole = exp.EQ(this=col("cluster", "d"), expression=lit(WHOLE_RECORD))
    return joined.join(sql.table(NIGHT, "departed", catalog=CURRENT, alias="d"), on=sql.all_of((same, of_table, whole)))


def _found(rules: Rules, rule: TableRule, search: Search) -> exp.Select:
    """(key, link, same_hash, over) of what names one of the departed. Who is asked for no more is sent no more: their source told so,
    tonight or before, or had deleted them when they left."""
    over: list[Sql] = [sql.is_null(col("asked_on", "n")), search.answers.condition(rules, search.key, "n")]
    if rule.table.extract.mode == "snapshot":
        over.append(exp.not_(sql.all_of((col("ends", "n"), col("_in_store", "n")))))
    columns = [col(name, "n") for name in (*rule.table.key, "link", "same_hash")]
    return exp.select(*columns, sql.named(sql.any_of(over), "over")).from_(_NAMING.as_("n"))


_NAMING = exp.to_table("naming_the_departed")


def _rows(rule: TableRule, columns: tuple[str, ...], *, every: bool) -> list[exp.Select]:
    """What arrived; and of the store what waits, or is held, or is stored without something it arrived with. Or every row."""
    wanted = dict.fromkeys((*rule.table.key, *columns, *(link.kind[0] for link in rule.table.links if link.kind), "_in_store"))
    filled = [sql.not_null(col(name, "t")) for name in columns]

    def some(schema: str, *which: Sql) -> exp.Select:
        return exp.select(*(col(name, "t") for name in wanted)).from_(sql.table(schema, rule.table.id, alias="t")).where(*filled, *which)

    if every:
        return [some(TONIGHT)]
    waits = exp.select(exp.convert(1)).from_(sql.table(PRIOR, rule.table.id, alias="p")).where(sql.same_key(rule.table.key, "p", "t"))
    again = sql.any_of((sql.is_null(col("_row_hash", "t")), exp.Exists(this=waits)))
    return [some(CHANGES), some(TONIGHT, col("_in_store", "t"), again)]


def _none(rule: TableRule) -> exp.Select:
    nothing = (sql.named(lit(0), "link"), sql.named(sql.cast(exp.null(), "UUID"), "same_hash"), sql.named(exp.false(), "over"))
    return exp.select(*(col(name) for name in rule.table.key), *nothing).from_(sql.table(TONIGHT, rule.table.id)).where(exp.false())

"""PROVE: before the pointer flips, look at what was written, not at what was planned.

Every check counts what should not be there; the night goes on only where all of them count nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.collect import Copied
from privacy_pipelines.collector.grounds import grounds
from privacy_pipelines.collector.linking import clearing_links, ending_links, gone_targets, names
from privacy_pipelines.collector.orphans import of_link
from privacy_pipelines.collector.quoting import free_texts
from privacy_pipelines.collector.sparing import SPARED
from privacy_pipelines.collector.sums import cells_that_do_not_add_up, rows_that_do_not_add_up
from privacy_pipelines.collector.traces import traces
from privacy_pipelines.policy.model import Link, Policy, Table
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, COLLECTED, KEPT_WITHHELD, NEXT, QUOTED


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked for; `found` counts what should not be there."""

    name: str
    found: int

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return self.found == 0


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked for, and numbers that are no faults: identifiers that somebody else still lawfully has, and cells that are past
    their deadline because they are withheld."""

    checks: tuple[Check, ...]
    held_elsewhere: int
    withheld_cells: int
    overdue_rows: int
    masked_texts: int = 0
    """Free texts that stay and quoted what was erased tonight; it is masked in them."""

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)


def prove(session: Session, rules: Rules, as_of: date, copied: tuple[Copied, ...]) -> Proof:
    """Look at the attached next generation. Raises StoreError."""
    collected_views(session, rules.policy)
    ungrounded, overdue = grounds(session, rules, as_of)
    withheld = sum(_withheld(session, rule) for rule in rules.tables)
    found = traces(session, rules)
    checks = (
        Check("rows_do_not_add_up", rows_that_do_not_add_up(session, rules.policy, copied)),
        Check("cells_do_not_add_up", cells_that_do_not_add_up(session, rules)),
        Check("keys_of_rows_left_behind", sum(_keys(session, rule) for rule in rules.tables)),
        Check("cells_left_behind", sum(_cells(session, rule) for rule in rules.tables)),
        Check("links_to_rows_left_behind", sum(_links(session, rules, rule) for rule in rules.tables)),
        Check("rows_that_outlived_what_they_end_with", sum(_unended(session, rules, rule) for rule in rules.tables)),
        Check("erased_identifiers_without_a_ground", found.without_ground),
        Check("erased_identifiers_in_free_text", found.in_text),
        Check("own_rows_about_what_was_left_behind", found.own_keys),
        Check("cells_without_a_ground", ungrounded),
    )
    return Proof(checks, found.held_elsewhere, withheld, overdue, sum(_masked(session, rule) for rule in rules.tables))


def collected_views(session: Session, policy: Policy) -> None:
    """`collected.<table>`: the rows of the attached next generation. Raises StoreError."""
    session.schema(COLLECTED)
    for table in policy.tables:
        session.view(sql.table(COLLECTED, table.id), _collected(table))


def _collected(table: Table) -> exp.Select:
    return exp.select(exp.Star(), sql.named(exp.true(), "_in_store")).from_(sql.table(table.source, table.name, catalog=NEXT))


def _keys(session: Session, rule: TableRule) -> int:
    return _count(session, _joined(rule).where("a.row_gone"))


def _cells(session: Session, rule: TableRule) -> int:
    still = [
        sql.all_of((sql.bit(col("take", "a"), number), sql.not_null(col(column, "n"))))
        for number, cluster in enumerate(rule.clusters)
        for column in cluster.columns
    ]
    return _count(session, _joined(rule).where(sql.any_of(still))) if still else 0


def _links(session: Session, rules: Rules, rule: TableRule) -> int:
    """Links that should have been emptied, and are not spared because their row is held."""
    spared = exp.select(exp.convert(1)).from_(sql.table(KEPT_WITHHELD, rule.table.id, catalog=NEXT, alias="w"))
    spared = spared.where(sql.same_key(rule.table.key, "n", "w"), exp.EQ(this=col("purpose", "w"), expression=lit(SPARED)))
    kept = exp.not_(exp.Exists(this=spared))
    links = clearing_links(rules, rule)
    return sum(_count(session, rows.where(kept.copy())) for one in links for rows in _naming_left(rules, rule, one.number, one.link))


def _unended(session: Session, rules: Rules, rule: TableRule) -> int:
    """Rows that should have ended with the one that they name, and do not wait for anybody."""
    waits = exp.select(exp.convert(1)).from_(sql.table(KEPT_WITHHELD, rule.table.id, catalog=NEXT, alias="w"))
    waits = waits.where(sql.same_key(rule.table.key, "n", "w"))
    links = ending_links(rules, rule)
    return sum(_count(session, rows.where(exp.not_(exp.Exists(this=waits)))) for one in links for rows in _naming_left(rules, rule, *one))


def _naming_left(rules: Rules, rule: TableRule, number: int, link: Link) -> tuple[exp.Select, exp.Select]:
    """The rows that name who leaves tonight, and those that name who left on an earlier night."""
    rows = exp.select().from_(sql.table(COLLECTED, rule.table.id, alias="n"))
    orphans = rows.copy().join(of_link(rule, number).subquery("a"), on=sql.same_key(rule.table.key, "n", "a"))
    tonight = rows.join(gone_targets(rules, link).subquery("a"), on=names(link, "n", "a"))
    return tonight, orphans.where(*(sql.not_null(col(name, "n")) for name in link.columns))


def _joined(rule: TableRule) -> exp.Select:
    on = sql.same_key(rule.table.key, "n", "a")
    return exp.select().from_(sql.table(COLLECTED, rule.table.id, alias="n")).join(sql.table(ACTIONS, rule.table.id, alias="a"), on=on)


def _masked(session: Session, rule: TableRule) -> int:
    """Free texts in which what is erased tonight was masked."""
    found = 0
    for column in free_texts(rule):
        rows = exp.select().from_(sql.table(QUOTED, rule.table.id, alias="q"))
        rows = rows.join(sql.table(COLLECTED, rule.table.id, alias="n"), on=sql.same_key(rule.table.key, "q", "n"))
        of_column = exp.EQ(this=col("_column", "q"), expression=lit(column))
        found += _count(session, rows.where(of_column, exp.EQ(this=col("_masked", "q"), expression=col(column, "n"))))
    return found


def _withheld(session: Session, rule: TableRule) -> int:
    """Cells whose purposes have ended, and which stay because they wait or are held."""
    cells: Sql = lit(0)
    for number in range(len(rule.clusters)):
        stays = sql.all_of((sql.bit(col("lost"), number), exp.not_(sql.bit(col("take"), number))))
        cells = exp.Add(this=cells, expression=sql.case((stays, col(f"cells{number}")), default=lit(0)))
    total = sql.call("COALESCE", exp.Sum(this=cells), lit(0))
    return int(session.one(exp.select(total).from_(sql.table(ACTIONS, rule.table.id)))[0])


def _count(session: Session, rows: exp.Select) -> int:
    return int(session.one(rows.select(exp.Count(this=exp.Star())))[0])

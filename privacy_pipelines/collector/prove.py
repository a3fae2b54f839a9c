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
from privacy_pipelines.collector.sparing import SPARED
from privacy_pipelines.policy.model import Link, Table
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.scanning.kinds import EMAIL
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, COLLECTED, KEPT_WITHHELD, NEXT, STORED

IDENTIFIERS = ("user.contact.email", "user.government_id", "user.contact.phone_number", "user.financial.bank_account")


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
    """What was looked for, and two numbers that are no faults: identifiers that somebody else still lawfully has, and cells that
    are past their deadline because they are withheld."""

    checks: tuple[Check, ...]
    held_elsewhere: int
    withheld_cells: int
    overdue_rows: int

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)


def prove(session: Session, rules: Rules, as_of: date, copied: tuple[Copied, ...]) -> Proof:
    """Look at the attached next generation. Raises StoreError."""
    session.schema(COLLECTED)
    for table in rules.policy.tables:
        session.view(sql.table(COLLECTED, table.id), _collected(table))
    ungrounded, overdue = grounds(session, rules, as_of)
    withheld = sum(_withheld(session, rule) for rule in rules.tables)
    in_text, elsewhere = _identifiers(session, rules)
    checks = (
        Check("rows_do_not_add_up", sum(one.before + one.arrived != one.kept + one.erased + one.refused for one in copied)),
        Check("keys_of_rows_left_behind", sum(_keys(session, rule) for rule in rules.tables)),
        Check("cells_left_behind", sum(_cells(session, rule) for rule in rules.tables)),
        Check("links_to_rows_left_behind", sum(_links(session, rules, rule) for rule in rules.tables)),
        Check("rows_that_outlived_what_they_end_with", sum(_unended(session, rules, rule) for rule in rules.tables)),
        Check("erased_identifiers_in_free_text", in_text),
        Check("cells_without_a_ground", ungrounded),
    )
    return Proof(checks, elsewhere, withheld, overdue)


def _collected(table: Table) -> exp.Select:
    return exp.select(exp.Star(), exp.alias_(exp.true(), "_in_store")).from_(sql.table(table.source, table.name, catalog=NEXT))


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
    return sum(_count(session, _naming_gone(rules, rule, one.link).where(kept.copy())) for one in clearing_links(rules, rule))


def _unended(session: Session, rules: Rules, rule: TableRule) -> int:
    """Rows that should have ended with the one that they name, and do not wait for anybody."""
    waits = exp.select(exp.convert(1)).from_(sql.table(KEPT_WITHHELD, rule.table.id, catalog=NEXT, alias="w"))
    waits = waits.where(sql.same_key(rule.table.key, "n", "w"))
    rows = (_naming_gone(rules, rule, link).where(exp.not_(exp.Exists(this=waits))) for _, link in ending_links(rules, rule))
    return sum(_count(session, one) for one in rows)


def _naming_gone(rules: Rules, rule: TableRule, link: Link) -> exp.Select:
    rows = exp.select().from_(sql.table(COLLECTED, rule.table.id, alias="n"))
    return rows.join(gone_targets(rules, link).subquery("a"), on=names(link, "n", "a"))


def _joined(rule: TableRule) -> exp.Select:
    on = sql.same_key(rule.table.key, "n", "a")
    return exp.select().from_(sql.table(COLLECTED, rule.table.id, alias="n")).join(sql.table(ACTIONS, rule.table.id, alias="a"), on=on)


def _identifiers(session: Session, rules: Rules) -> tuple[int, int]:
    """Erased e-mail addresses still in free text (a fault: they are masked on arrival), and erased identifiers that another living
    record holds on a ground of its own (lawful, and worth knowing)."""
    session.run("CREATE OR REPLACE TEMPORARY TABLE erased_identifiers (category VARCHAR, value VARCHAR)")
    for rule in rules.tables:
        for column, gone in _identifying(rule):
            lost = _erased(rule, column, gone)
            session.run(f"INSERT INTO erased_identifiers {sql.text(lost)}")
    if not session.one("SELECT count(*) FROM erased_identifiers")[0]:
        return 0, 0
    elsewhere = sum(_elsewhere(session, rule, column) for rule in rules.tables for column, _ in _identifying(rule))
    texts = [(table, column.name) for table in rules.policy.tables for column in table.columns if column.free_text]
    return sum(_in_text(session, table, column) for table, column in texts), elsewhere


def _identifying(rule: TableRule) -> list[tuple[str, Sql]]:
    """Identifiers, and by what of an action each is erased."""
    columns: list[tuple[str, Sql]] = [(name, col("row_gone", "a")) for name in rule.structural]
    for number, cluster in enumerate(rule.clusters):
        erased = sql.all_of((sql.bit(col("take", "a"), number), sql.bit(col("lost", "a"), number)))
        columns += [(name, erased) for name in cluster.columns]
    return [(name, gone) for name, gone in columns if rule.table.column(name).category.startswith(IDENTIFIERS)]


def _erased(rule: TableRule, column: str, gone: Sql) -> exp.Select:
    on = sql.same_key(rule.table.key, "s", "a")
    category = lit(rule.table.column(column).category)
    statement = exp.select(category, _plain(col(column, "s"))).distinct().from_(sql.table(STORED, rule.table.id, alias="s"))
    statement = statement.join(sql.table(ACTIONS, rule.table.id, alias="a"), on=on)
    return statement.where(sql.all_of((gone, sql.not_null(col(column, "s")))))


def _elsewhere(session: Session, rule: TableRule, column: str) -> int:
    same = sql.all_of(
        (
            exp.EQ(this=_plain(col(column, "n")), expression=col("value", "e")),
            exp.EQ(this=col("category", "e"), expression=lit(rule.table.column(column).category)),
        )
    )
    found = exp.select(exp.convert(1)).from_(exp.to_table("erased_identifiers").as_("e")).where(same)
    return _count(session, exp.select().from_(sql.table(COLLECTED, rule.table.id, alias="n")).where(exp.Exists(this=found)))


def _in_text(session: Session, table: Table, column: str) -> int:
    """Free text is scanned for addresses in their pattern, and only those that were erased tonight count."""
    if "user.contact.email" in table.column(column).contains:
        return 0  # such a text holds its own author's address, and shares that person's fate
    text = col(column, "n")
    addresses = exp.Anonymous(this="REGEXP_EXTRACT_ALL", expressions=[sql.one_form(text), lit(EMAIL)])
    words = exp.select(exp.alias_(exp.Anonymous(this="UNNEST", expressions=[addresses]), "word")).from_(
        sql.table(COLLECTED, table.id, alias="n")
    )
    words = words.where(exp.Anonymous(this="CONTAINS", expressions=[text.copy(), lit("@")]))
    return _count(session, exp.select().from_(words.subquery("w")).join(exp.to_table("erased_identifiers").as_("e"), on="w.word = e.value"))


def _withheld(session: Session, rule: TableRule) -> int:
    """Cells whose purposes have ended, and which stay because they wait or are held."""
    cells: Sql = lit(0)
    for number in range(len(rule.clusters)):
        stays = sql.all_of((sql.bit(col("lost"), number), exp.not_(sql.bit(col("take"), number))))
        cells = exp.Add(this=cells, expression=sql.case((stays, col(f"cells{number}")), default=lit(0)))
    total = sql.call("COALESCE", exp.Sum(this=cells), lit(0))
    return int(session.one(exp.select(total).from_(sql.table(ACTIONS, rule.table.id)))[0])


def _plain(value: Sql) -> Sql:
    return sql.folded(exp.cast(value, "TEXT"))


def _count(session: Session, rows: exp.Select) -> int:
    return int(session.one(rows.select(exp.Count(this=exp.Star())))[0])

"""How long after its end each data cluster was erased tonight, and how long those are late that are still there. Only rows with an action
are looked at, and each distinct set of dates is reckoned once, by the one calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.suspending import suspended_masks
from privacy_pipelines.observing.seen import Late, Waited
from privacy_pipelines.retention.calendar import Dates
from privacy_pipelines.retention.dates import Found, Record, cluster_dates
from privacy_pipelines.retention.levels import NOTICED, unpack
from privacy_pipelines.retention.rules import Rules, Standing, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Row, Session
from privacy_pipelines.store.layout import ACTIONS, FRAME


def ends(session: Session, rules: Rules, as_of: date) -> tuple[tuple[Late, ...], tuple[Waited, ...]]:
    """(what is late, what was erased after how long). Raises StoreError."""
    found = session.together(partial(_of_table, rules, rule, as_of) for rule in rules.tables)
    waited = sum((counts for _, counts in found), Counter[int]())
    late = sorted(one for lates, _ in found for one in lates)
    return tuple(late), tuple(Waited(days, records) for days, records in sorted(waited.items()))


def _of_table(rules: Rules, rule: TableRule, as_of: date, session: Session) -> tuple[list[Late], Counter[int]]:
    waited: Counter[int] = Counter()
    late: dict[int, Counter[str]] = {}
    oldest: dict[int, int] = {}
    for group in _groups(session, rules, rule, as_of):
        for _, until in group.erased(rules):
            if until is not None and until.retain_until < as_of:
                waited[(as_of - until.retain_until).days] += group.rows
        days = {number: (as_of - until.erase_by).days for number, until in group.late(rules) if until is not None}
        days = {number: found for number, found in days.items() if found > 0}
        first = max(days, key=lambda number: days[number], default=None)
        for number, past in days.items():
            sums = late.setdefault(number, Counter())
            sums.update(rows=group.rows, cells=group.cells[number], cell_days=past * group.cells[number])
            sums.update(row_days=past * group.rows if number == first else 0)
            oldest[number] = max(past, oldest.get(number, 0))
    return [Late(rule.table.id, rule.clusters[number].name, **sums, oldest_days=oldest[number]) for number, sums in late.items()], waited


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows of one table whose frames and actions are alike."""

    rule: TableRule
    record: Record
    since: date | None
    person: bool
    gone: int
    stays: int
    cells: tuple[int, ...]
    rows: int

    def erased(self, rules: Rules) -> Iterator[tuple[int, Dates | None]]:
        """The clusters that were erased, with their dates; none where another row's end was theirs, or they are about no person."""
        return self._dates(rules, self.gone)

    def late(self, rules: Rules) -> Iterator[tuple[int, Dates | None]]:
        """Those that are past their last day and still there."""
        return self._dates(rules, self.stays)

    def _dates(self, rules: Rules, mask: int) -> Iterator[tuple[int, Dates | None]]:
        for number in range(len(self.rule.clusters)):
            if mask >> number & 1 and self.person:
                since = self.since or self.record.as_of
                yield number, cluster_dates(self.rule, number, self.record, since, rules.policy.company)


def _groups(session: Session, rules: Rules, rule: TableRule, as_of: date) -> Iterator[_Group]:
    reaches = len(rule.reaches)
    for row in session.rows(_statement(rule)):
        days, missing = row[:reaches], row[reaches : 2 * reaches]
        gone_on, since, noticed, flags, gone, stays, rows, *cells = row[2 * reaches :]
        found = {reach: Found(day, lost) for reach, day, lost in zip(rule.reaches, days, missing, strict=True)}
        record = Record(found, gone_on, noticed, as_of)
        person = unpack(rule, flags).standing is Standing.PERSON
        yield _Group(rule, record, since, person, gone, stays, _whole(cells), rows)


def _whole(cells: Row | list[int]) -> tuple[int, ...]:
    return tuple(int(one) for one in cells)


def _statement(rule: TableRule) -> exp.Select:
    """Distinct frames of the rows in the store that lost something tonight or are late, with their cells and how many they are."""
    key = rule.table.key
    asked = [f"{part}{number}" for part in "dm" for number in range(len(rule.reaches))]
    columns: list[Sql] = [col(name, "f") for name in (*asked, "gone", "since")]
    columns.append(col(NOTICED, "f") if rule.asks_notice else sql.named(sql.cast(exp.null(), "DATE"), NOTICED))
    columns += [col("flags", "f"), sql.named(_anded("take", "lost"), "erased"), sql.named(_late(), "stays")]
    rows = exp.select(*columns, *(col(f"cells{number}", "a") for number in range(len(rule.clusters))))
    rows = rows.from_(sql.table(ACTIONS, rule.table.id, alias="a"))
    rows = rows.join(sql.table(FRAME, rule.table.id, alias="f"), on=sql.same_key(key, "a", "f"))
    rows = rows.join(suspended_masks(rule).subquery("s"), on=sql.same_key(key, "a", "s"), join_type="left").where("a.in_store")
    grouped = [col(name) for name in (*asked, "gone", "since", NOTICED, "flags", "erased", "stays")]
    sums = [exp.Sum(this=col(f"cells{number}")) for number in range(len(rule.clusters))]
    found = exp.select(*grouped, exp.Count(this=exp.Star()), *sums).from_(rows.subquery("x")).where("erased <> 0 OR stays <> 0")
    return found.group_by(*(one.copy() for one in grouped))


def _anded(left: str, right: str) -> Sql:
    return sql.bits_of(col(left, "a"), col(right, "a"))


def _late() -> Sql:
    """Past the last day, still there, and not suspended (LAW §3)."""
    mask = sql.bits_of(_anded("overdue", "lost"), exp.BitwiseNot(this=exp.Paren(this=col("take", "a"))))
    held = sql.call("COALESCE", col("mask", "s"), lit(0))
    return sql.cast(sql.bits_of(mask, exp.BitwiseNot(this=exp.Paren(this=held))), "BIGINT")

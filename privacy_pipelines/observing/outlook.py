"""What falls due in each of the next twelve months: tonight's frames, decided as of each month's end. One decision path: the codes and
verdicts are those by which the night decides, only the day is another.

Of most rows nothing changes within a year: one scan finds the codes that do, and only their rows are asked month by month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import spans_tonight
from privacy_pipelines.observing.seen import Consented, Due
from privacy_pipelines.policy.model import Company, Purpose
from privacy_pipelines.retention.calendar import add, end_of
from privacy_pipelines.retention.decide import Verdict, judge
from privacy_pipelines.retention.levels import Spans, code_expression
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, FRAME, NIGHT, VERDICTS
from privacy_pipelines.values import Period

MONTHS = 12
SINCE = "since"


def horizon(as_of: date, company: Company) -> tuple[date, ...]:
    """The last days of the twelve calendar months from the one in which tomorrow lies."""
    first = end_of("end_of_month", as_of + timedelta(days=1), company)
    return tuple(end_of("end_of_month", add(first.replace(day=1), Period(months=n)), company) for n in range(MONTHS))


def outlook(session: Session, rules: Rules, as_of: date) -> tuple[tuple[Due, ...], tuple[Consented, ...]]:
    """What falls due when; and of the data subjects that stay, for how many a consent stands. Raises StoreError."""
    spans, ends = spans_tonight(session), horizon(as_of, rules.policy.company)
    found = session.together(partial(_table, rules, rule, (as_of, *ends), spans[rule.table.id]) for rule in rules.tables)
    due = (one for dues, _ in found for one in dues)
    return tuple(sorted(due)), tuple(sorted(one for _, consents in found for one in consents))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A table, as of tonight and as of each month's end, and what the codes that were met mean."""

    rules: Rules
    rule: TableRule
    days: tuple[date, ...]
    spans: Spans
    known: dict[int, Verdict] = field(default_factory=dict)
    built: dict[date, Sql] = field(default_factory=dict)

    def code(self, day: date) -> Sql:
        """The code as of a day, of a row of `frame`."""
        if day not in self.built:
            spans = {name: span for name, span in self.spans.items() if name != SINCE}
            self.built[day] = code_expression(self.rule, day, self.rules.policy.company, spans)
        return self.built[day]

    def frame(self) -> exp.Subquery:
        """Tonight's frame; what is undetermined for the first time tonight is so since tonight."""
        since = sql.named(sql.call("COALESCE", col(SINCE), lit(self.days[0])), SINCE)
        rows = exp.select(exp.Star(replace=[since])).from_(sql.table(FRAME, self.rule.table.id))
        return rows.subquery("f", copy=False)

    def verdict(self, code: int) -> Verdict:
        if code not in self.known:
            self.known[code] = judge(self.rule, code)
        return self.known[code]

    def ended(self, code: int) -> int:
        return self.verdict(code).ended


def _table(rules: Rules, rule: TableRule, days: tuple[date, ...], spans: Spans, session: Session) -> tuple[list[Due], list[Consented]]:
    asked = _Asked(rules, rule, days, spans)
    left = _left(session, asked)
    due: Counter[tuple[str, int]] = Counter()
    changing = _changing(session, asked)
    for *codes, rows in session.rows(_monthly(asked, changing)) if changing else ():
        for month, number in _falling(asked, codes):
            due[month, number] += rows
    for codes, take, rows in left:
        for month, number in _falling(asked, codes):
            due[month, number] -= rows if take >> number & 1 else 0
    names = [cluster.name for cluster in rule.clusters]
    found = [Due(month, rule.table.id, names[number], rows) for (month, number), rows in due.items() if rows]
    return found, list(_consented(session, asked, left)) if rule.table.subjects else []


def _changing(session: Session, asked: _Asked) -> list[int]:
    """The codes, as of the last day, of rows of which something ends until then."""
    first, *_, last = asked.days
    coded = sql.select(sql.named(asked.code(first), "first"), sql.named(asked.code(last), "last"))
    pairs = exp.select(col("first"), col("last")).distinct().from_(coded.from_(asked.frame(), copy=False).subquery("c"))
    return sorted({then for now, then in session.rows(pairs) if asked.ended(then) & ~asked.ended(now)})


def _monthly(asked: _Asked, changing: Collection[int]) -> exp.Select:
    """(a code for each day, rows) of the rows with one of these codes on the last one."""
    some = exp.In(this=asked.code(asked.days[-1]), expressions=[lit(code) for code in changing])
    return _counted(asked, exp.select().from_(asked.frame()).where(some))


def _counted(asked: _Asked, rows: exp.Select, *more: str) -> exp.Select:
    names = [f"code{number}" for number in range(len(asked.days))]
    coded = (sql.named(asked.code(day), name) for name, day in zip(names, asked.days, strict=True))
    rows = rows.select(*coded, *(col(one) for one in more), copy=False)
    every = [col(name) for name in (*names, *more)]
    counted = sql.select(*every, exp.Count(this=exp.Star())).from_(rows.subquery("c", copy=False), copy=False)
    return counted.group_by(*(col(name) for name in (*names, *more)), copy=False)


def _left(session: Session, asked: _Asked) -> list[tuple[list[int], int, int]]:
    """(codes, clusters taken, rows) of the rows of which something is taken tonight although their own dates would keep it: they end with
    another row, or were turned away at the door."""
    key, name = asked.rule.table.key, asked.rule.table.id
    own = sql.call("COALESCE", col("ended", "v"), lit(0))
    more = sql.bits_of(col("take", "a"), exp.BitwiseNot(this=exp.Paren(this=own)))
    acted = exp.select(*(col(one, "a") for one in key), col("take", "a")).from_(sql.table(ACTIONS, name, alias="a"))
    acted = acted.join(sql.table(VERDICTS, name, alias="v"), on=sql.same_key(key, "a", "v"), join_type="left")
    acted = acted.where(exp.NEQ(this=more, expression=lit(0)))
    if not session.one(exp.select(exp.Exists(this=acted)))[0]:
        return []
    rows = exp.select().from_(asked.frame()).join(acted.subquery("t"), on=sql.same_key(key, "f", "t"))
    return [(codes, take, number) for *codes, take, number in session.rows(_counted(asked, rows, "take"))]


def _falling(asked: _Asked, codes: Iterable[int]) -> Iterable[tuple[str, int]]:
    """(month, cluster) of what ends for rows with these codes after tonight."""
    before, *later = map(asked.ended, codes)
    for day, ended in zip(asked.days[1:], later, strict=True):
        fresh = ended & ~before
        yield from ((f"{day:%Y-%m}", number) for number in range(len(asked.rule.clusters)) if fresh >> number & 1)
        before |= ended


def _consented(session: Session, asked: _Asked, left: list[tuple[list[int], int, int]]) -> Iterable[Consented]:
    """Who stays, by the codes that the night has counted, less those who leave with another row."""
    rule = asked.rule
    wanted = [number for number, purpose in enumerate(rule.purposes) if _needs_standing(purpose.purpose)]
    codes = session.rows(f"SELECT code, sum(rows) FROM {NIGHT}.codes WHERE tab = ? GROUP BY code", [rule.table.id]) if wanted else []
    counts: Counter[int] = Counter()
    for code, rows in codes:
        counts[asked.verdict(code).in_force] += 0 if asked.verdict(code).row_ended else int(rows)
    for (tonight, *_), take, rows in left:
        leaves = take == (1 << len(rule.clusters)) - 1 and not asked.verdict(tonight).row_ended
        counts[asked.verdict(tonight).in_force] -= rows if leaves else 0
    for number in wanted:
        stands = sum(rows for in_force, rows in counts.items() if in_force >> number & 1)
        yield Consented(rule.table.id, rule.purposes[number].purpose.name, stands, counts.total())


def _needs_standing(purpose: Purpose) -> bool:
    """Whether a consent must stand for it now; one that once had to be given says nothing about today."""
    return bool(purpose.starting_point.consents or purpose.requires_consent) and purpose.nature == "policy"

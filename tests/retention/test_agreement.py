"""Two answers to one question agree: the dates that `explain` shows, and the levels that the engine computes for the night."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings, strategies as st
from sqlglot import exp

from privacy_pipelines.retention.calendar import Dates, Level, Rule, dates
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.dates import Found, Record, notice_rule, purpose_dates
from privacy_pipelines.retention.levels import code_expression, unpack
from privacy_pipelines.retention.reach import Kind, Reach
from privacy_pipelines.retention.rules import PurposeRule, TableRule
from privacy_pipelines.sql import text
from privacy_pipelines.store.engine import session
from privacy_pipelines.values import OPEN, Period
from tests.retention.policies import in_folder
from tests.retention.rules import COMPANY, DAYS, RULES, WINDOWS

START, END, GATE = (Reach(kind, name, "crm.prospects") for kind, name in ((Kind.OWN, "start"), (Kind.OWN, "end"), (Kind.CONSENT, "gate")))
COMPILED = compile_rules(in_folder(Path(__file__).parents[2] / "policies")).of("crm.prospects")

Row = tuple[date | None, date | None, date | None, date | None, date | None, date]
"""Start, missing since, end, consent and gone, each a day or nothing; and when it was collected."""
MAYBE = st.one_of(st.none(), DAYS)
ROWS = st.tuples(st.one_of(st.none(), st.just(OPEN), DAYS), MAYBE, MAYBE, MAYBE, MAYBE, DAYS)


@st.composite
def questions(draw: st.DrawFn) -> tuple[TableRule, list[Row], date]:
    """A rule, some records, and a day that is often exactly a boundary of one of them."""
    rule, end = draw(RULES), replace(draw(RULES), offset=(), period_first=False)
    ceiling = draw(st.one_of(st.none(), st.builds(Rule, st.builds(Period, st.integers(0, 36), st.integers(0, 60)), WINDOWS)))
    vanished = draw(st.one_of(st.none(), st.builds(Rule, st.just(Period()), WINDOWS, st.just(Period(0, 14)))))
    older = draw(st.dictionaries(DAYS, RULES, max_size=2))
    versions = [
        *sorted(older.items(), key=lambda one: one[0]),
        (max([*older, date(1990, 1, 1)]) + timedelta(days=draw(st.integers(1, 900))), rule),
    ]
    statutory = draw(st.booleans())
    same = [
        (first, replace(one, settle=rule.settle, execution_window=rule.execution_window, statutory=statutory)) for first, one in versions
    ]
    purpose = PurposeRule(
        COMPILED.purposes[0].purpose, (START,), rule, ceiling,
        ((END, end),) if draw(st.booleans()) else (), (GATE,) if draw(st.booleans()) else (), vanished, tuple(same) if older else (),
    )  # fmt: skip
    rows = draw(st.lists(ROWS, min_size=1, max_size=25))
    table = replace(COMPILED, purposes=(purpose,))
    asked = draw(DAYS)
    boundaries = [
        day for row in rows if (found := exact(table, row, asked)) for day in (found.retain_until, found.collect_from, found.erase_by)
    ]
    near = [day + timedelta(days=step) for day in boundaries if day < date(2200, 1, 1) for step in (-1, 0, 1)]
    return table, rows, draw(st.sampled_from([asked, *near]))


@settings(max_examples=60)
@given(questions())
def test_the_dates_and_the_engines_levels_agree(question: tuple[TableRule, list[Row], date]) -> None:
    rule, rows, as_of = question
    assert levels(rule, rows, as_of) == [expected(rule, row, as_of) for row in rows]


def record(row: Row, as_of: date) -> Record:
    start, missing, end, gate, gone, noticed = row
    found = {START: Found(start, missing), END: Found(end, None), GATE: Found(gate, None)}
    return Record(found, gone, noticed, as_of)


def exact(rule: TableRule, row: Row, as_of: date) -> Dates | None:
    return purpose_dates(rule.purposes[0], record(row, as_of), COMPANY)


def expected(rule: TableRule, row: Row, as_of: date) -> Level:
    """The level that the exact dates stand for (LAW §1); undetermined where only a missing date's ceiling is still running."""
    found = exact(rule, row, as_of)
    if found is None:
        return Level.NOT_APPLICABLE
    if as_of <= found.retain_until:
        start = row[0]
        runs = (
            start is not None and as_of <= dates(notice_rule(rule.purposes[0], START, record(row, as_of))[1], start, COMPANY).retain_until
        )
        return Level.IN_FORCE if runs else Level.UNDETERMINED
    if as_of < found.collect_from:
        return Level.SETTLING
    return Level.ERASABLE if as_of <= found.erase_by else Level.OVERDUE


def levels(rule: TableRule, rows: list[Row], as_of: date) -> list[Level]:
    """One scan of a frame with these rows."""
    reaches = {reach: number for number, reach in enumerate(rule.reaches)}
    columns = ["n", "flags", "since", "gone", "noticed", *(f"{kind}{number}" for kind in "dm" for number in reaches.values())]
    frame = []
    for number, (start, missing, end, gate, gone, noticed) in enumerate(rows):
        days = {START: start, END: end, GATE: gate}
        missings = [missing if reach == START else None for reach in reaches]
        frame.append([number, 1, None, gone, noticed, *(days[reach] for reach in reaches), *missings])
    types = ["INT", "BIGINT", *("DATE" for _ in columns[2:])]
    with session(None) as opened:
        opened.run(f"CREATE TABLE frame ({', '.join(f'{name} {kind}' for name, kind in zip(columns, types, strict=True))})")
        opened.insert(exp.to_table("frame"), frame)
        codes = opened.rows(f"SELECT {text(code_expression(rule, as_of, COMPANY))} FROM frame ORDER BY n")
    return [unpack(rule, code).purposes[0] for (code,) in codes]

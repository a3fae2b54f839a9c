"""Rules and days for the calendar's tests, and a compiled table rule to put them in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from privacy_pipelines.policy.model import Company, Entity, IrregularYear
from privacy_pipelines.retention.calendar import Rule
from privacy_pipelines.values import Period
from tests.retention.policies import in_folder

CHANGES = (IrregularYear(date(2018, 7, 1), date(2019, 12, 31)), (12, 31), IrregularYear(date(2025, 1, 1), date(2025, 8, 31)), (8, 31))
"""From years that end on 30 June over an extended one to calendar years, and over a shortened one to years that end on 31 August."""
ACME = Entity("acme", ("1000",), (4, 30), ())
COMPANY: Company = replace(
    in_folder(Path(__file__).parents[1] / "policy" / "small").company,
    fiscal_year_end=(6, 30), fiscal_changes=CHANGES, vacation_year_end=(3, 31), entities=(ACME,),
)  # fmt: skip

EDGES = [
    date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2025, 1, 31), date(2025, 2, 28), date(2025, 12, 31), date(2026, 1, 1),
    date(2028, 2, 29), date(2026, 6, 30), date(2026, 7, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 21),
]  # fmt: skip
DAYS = st.one_of(st.sampled_from(EDGES), st.dates(date(1990, 1, 1), date(2060, 12, 31)))
"""Month ends, leap days and year ends, and any other day."""

OFFSETS = st.sampled_from(
    [
        (), ("end_of_month",), ("end_of_calendar_year",), ("end_of_fiscal_year",), ("end_of_vacation_year",),
        ("end_of_fiscal_year", "end_of_calendar_year"), ("end_of_month", "end_of_vacation_year"),
    ]
)  # fmt: skip
PERIODS = st.one_of(
    st.sampled_from([Period(), Period(1), Period(12), Period(24), Period(84), Period(0, 14), Period(3, 5)]),
    st.builds(Period, st.integers(0, 120), st.integers(0, 400)),
)
SETTLES = st.sampled_from([Period(), Period(0, 1), Period(0, 14), Period(0, 27)])
WINDOWS = st.sampled_from([Period(1), Period(3), Period(0, 30), Period(0, 28), Period(2, 3)])
"""Never shorter than the settling days, as the policy's own check demands."""
RULES = st.builds(
    Rule,
    PERIODS,
    WINDOWS,
    SETTLES,
    OFFSETS,
    period_first=st.booleans(),
    roll=st.booleans(),
    lead=st.sampled_from([0, 0, -1]),
    entity=st.sampled_from(["", "", "acme"]),
)


CHANGED = st.builds(
    lambda rule, later, statutory: replace(rule, later=tuple(sorted(later, key=lambda one: one[0])), statutory=statutory),
    RULES,
    st.lists(st.tuples(DAYS, RULES), max_size=3),
    st.booleans(),
)
"""Rules with newer versions."""


def in_a_year_ending(fiscal: tuple[int, int], vacation: tuple[int, int] = (3, 31)) -> Company:
    """The company with other years."""
    return replace(COMPANY, fiscal_year_end=fiscal, fiscal_changes=(), vacation_year_end=vacation)

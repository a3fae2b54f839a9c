"""Nights with holds, cell by cell: what a hold keeps, and that a released one finishes what it suspended (LAW §5, 58)."""

from __future__ import annotations

from tests.oracle.held import held_nights
from tests.oracle.trial import trials


def test_a_hold_keeps_what_it_names_erases_nothing_more_and_once_released_finishes_what_it_suspended() -> None:
    """`python -m tests.oracle --what holds` draws others."""
    found = trials(1, 20, seed=2026, asked=held_nights)
    assert found.differences == []

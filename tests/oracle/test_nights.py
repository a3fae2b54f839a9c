"""Whole nights: what the next generation holds, and what a later night remembers of the first."""

from __future__ import annotations

from tests.oracle.trial import trials, two_nights


def test_the_next_generation_holds_the_cells_that_live_and_the_next_night_remembers() -> None:
    """Since when a date was missing, and since when nothing was known, count from the first night on every later one.
    `python -m tests.oracle --what nights` draws others."""
    found = trials(2, 40, seed=2026, asked=two_nights)
    assert found.differences == []

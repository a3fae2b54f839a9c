"""A naive reading of LAW.md, row by row, and the product decide every cell alike: states, dates, what is overdue."""

from __future__ import annotations

from tests.oracle.trial import trials


def test_oracle_and_product_agree_on_every_cell_of_drawn_policies_and_facts() -> None:
    """Fixed seeds, so that a change is judged by what it changed. `python -m tests.oracle` draws as many others as one likes."""
    found = trials(4, 150, seed=2026)
    assert found.differences == []
    assert found.cells >= 10_000

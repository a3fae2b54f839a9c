"""No drawn policy and facts are decided otherwise on a day that the product calls quiet."""

from __future__ import annotations

from tests.oracle.quiet import quiet_days
from tests.oracle.trial import trials


def test_until_the_last_quiet_day_every_record_is_decided_as_it_was() -> None:
    """`python -m tests.oracle --what quiet` draws as many others as one likes."""
    found = trials(1, 4, seed=7, asked=quiet_days)
    assert found.differences == []
    assert found.cells > 0

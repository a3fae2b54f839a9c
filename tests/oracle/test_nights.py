"""Whole nights: what the next generation holds, and what a later night remembers of the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings

from tests.oracle.cells import cell_differences
from tests.oracle.compare import compare
from tests.oracle.extracts import as_rows, rows, write
from tests.oracle.law import read
from tests.oracle.memory import remember
from tests.oracle.policies import Policy, policies
from tests.oracle.product import rehearse, run
from tests.oracle.reach import World
from tests.oracle.trial import SEEDS, prepare


@settings(max_examples=1, deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(policies(), SEEDS)
def test_the_next_generation_holds_the_cells_that_live_and_the_next_night_remembers(policy: Policy, seed: int) -> None:
    """Since when a date was missing, and since when nothing was known, count from the first night on every later one."""
    policy, facts = replace(policy, holds=[]), rows(policy, seed, 60)
    with TemporaryDirectory() as folder:
        paths = prepare(policy, facts, Path(folder) / "company")
        world = World(read(paths.policies), as_rows(policy, facts, policy.as_of))
        first = run(paths, policy.as_of, first_load=True)
        assert list(cell_differences(world, first, policy.as_of)) == []
        remember(world, policy.as_of)
        later = policy.as_of + timedelta(days=1)
        write(policy, paths.extracts, facts, later)
        assert compare(world, rehearse(paths, later), later, stored=True).differences == []

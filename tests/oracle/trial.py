"""One trial: a policy and facts as files, a plan of the product, and the oracle's answer for every cell of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, seed as seeded, settings, strategies as st

from privacy_pipelines.values import Paths
from tests.oracle.cells import cell_differences
from tests.oracle.compare import Comparison, compare
from tests.oracle.evidence import keep_evidence
from tests.oracle.extracts import Text, as_rows, rows, write
from tests.oracle.later import corrected, next_night, thinned, with_the_vanished
from tests.oracle.law import read
from tests.oracle.memory import remember
from tests.oracle.policies import Policy, policies
from tests.oracle.product import rehearse, run
from tests.oracle.reach import World
from tests.oracle.states import decisions

SEEDS = st.integers(0, 2**32)
Asked = Callable[[Policy, dict[str, list[Text]], Path], Comparison]
"""What is compared of a policy and facts, in a folder."""


@dataclass(slots=True)
class Tally:
    """What all trials together compared."""

    policies: int = 0
    cells: int = 0
    differences: list[str] = field(default_factory=list)


def prepare(policy: Policy, facts: dict[str, list[Text]], root: Path) -> Paths:
    """The policy folder and the day's extracts, in a place without a store."""
    shutil.rmtree(root, ignore_errors=True)
    paths = Paths(root / "policies", root / "store", root / "extracts")
    policy.write(paths.policies)
    write(policy, paths.extracts, facts, policy.as_of)
    return paths


def compared(policy: Policy, facts: dict[str, list[Text]], root: Path) -> Comparison:
    """A first night on the policy's day, as the product plans it and as the oracle reads it."""
    paths = prepare(policy, facts, root)
    world = World(read(paths.policies), as_rows(policy, facts, policy.as_of))
    return compare(decisions(world, policy.as_of), rehearse(paths, policy.as_of))


def two_nights(policy: Policy, facts: dict[str, list[Text]], root: Path) -> Comparison:
    """A first night whole, its next generation cell by cell; and of the night after it what is remembered of the first."""
    policy = replace(policy, holds=[])
    paths = prepare(policy, facts, root)
    world = World(read(paths.policies), as_rows(policy, facts, policy.as_of))
    first = run(paths, policy.as_of, first_load=True)
    found = list(cell_differences(world, first, policy.as_of))
    remember(world, policy.as_of)
    later = policy.as_of + timedelta(days=1)
    write(policy, paths.extracts, facts, later)
    world = next_night(world, policy, facts, first, later)
    answer = compare(decisions(world, later), rehearse(paths, later), stored=True)
    return Comparison(answer.cells, [*found, *answer.differences])


def several_nights(policy: Policy, facts: dict[str, list[Text]], root: Path) -> Comparison:
    """Four nights with other entries in the registers of each, every record as it is planned."""
    policy = replace(policy, holds=[])
    paths = prepare(policy, facts, root)
    world, day = World(read(paths.policies), as_rows(policy, facts, policy.as_of)), policy.as_of
    told = run(paths, day, first_load=True)
    answer = Comparison()
    for number, later in enumerate((1, 2, 40), start=1):
        remember(world, day)
        day = policy.as_of + timedelta(days=later)
        facts = corrected(policy, facts, number)
        write(policy, paths.extracts, facts, day)
        world = next_night(world, policy, facts, told, day)
        told = run(paths, day, first_load=False)
        found = compare(decisions(world, day), told, stored=True)
        answer = Comparison(answer.cells + found.cells, [*answer.differences, *(f"night {number}: {said}" for said in found.differences)])
    return answer


def vanishing_nights(policy: Policy, facts: dict[str, list[Text]], root: Path) -> Comparison:
    """Four nights on each of which the sources send less, every stored record as it is planned."""
    policy = replace(policy, holds=[])
    paths = prepare(policy, facts, root)
    world, day = World(read(paths.policies), as_rows(policy, facts, policy.as_of)), policy.as_of
    told, answer = run(paths, day, first_load=True), Comparison()
    for number, later in enumerate((1, 2, 40), start=1):
        remember(world, day)
        keep_evidence(world, told, day)
        day = policy.as_of + timedelta(days=later)
        facts = thinned(facts, number)
        write(policy, paths.extracts, facts, day)
        before, stored = world, told
        world = next_night(before, policy, facts, stored, day)
        with_the_vanished(world, before, stored, day)
        told = run(paths, day, first_load=False)
        found = compare(decisions(world, day), told, stored=True)
        answer = Comparison(answer.cells + found.cells, [*answer.differences, *(f"night {number}: {said}" for said in found.differences)])
    return answer


def trials(examples: int, people: int, *, seed: int, asked: Asked = compared, seen: Callable[[Tally], None] = lambda _: None) -> Tally:
    """So many policies, each with so many people; every difference is kept, none stops the others."""
    tally = Tally()

    @seeded(seed)
    @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(policies(), SEEDS)
    def one(policy: Policy, number: int) -> None:
        with TemporaryDirectory() as folder:
            found = asked(policy, rows(policy, number, people), Path(folder) / "company")
        tally.policies += 1
        tally.cells += found.cells
        tally.differences += [f"{policy} facts {number}: {said}" for said in found.differences]
        seen(tally)

    one()
    return tally

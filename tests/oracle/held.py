"""Nights with holds: on classes, as a policy is drawn with them, and on persons, as `hold add` takes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from privacy_pipelines.holding.adding import add_hold, release_hold
from privacy_pipelines.holding.asked import Asked
from privacy_pipelines.store.generations import Store
from privacy_pipelines.values import Paths
from tests.oracle.cells import cell_differences
from tests.oracle.compare import Comparison
from tests.oracle.extracts import Text, as_rows, write
from tests.oracle.holding import Held, Stored, kept
from tests.oracle.later import next_night
from tests.oracle.law import Law, read, serves, subjects
from tests.oracle.memory import remember
from tests.oracle.policies import Policy
from tests.oracle.product import run
from tests.oracle.reach import World
from tests.oracle.trial import prepare

PERSONS = 6
"""Held of each table of persons: every other one for some purposes only."""


def held_nights(policy: Policy, facts: dict[str, list[Text]], root: Path) -> Comparison:
    """A night without holds; a later one on which they stand; and the one after, when all are over. Each next generation cell by cell."""
    random, day = Random(f"{policy} {len(policy.source)}"), policy.as_of  # noqa: S311  facts, not keys
    paths = prepare(replace(policy, holds=[]), facts, root)
    world = World(read(paths.policies), as_rows(policy, facts, day))
    told = run(paths, day, first_load=True)
    answer = Comparison(0, [f"before: {said}" for said in cell_differences(world, told, day)])
    persons = _persons(world.law, told.after, random)
    names = [_hold(paths, one, day) for one in persons]
    for when, holds, days in (("held", policy.holds, random.choice((1, 40, 400))), ("released", [], 1)):
        remember(world, day)
        day += timedelta(days=days)
        replace(policy, holds=holds).write(paths.policies)
        write(policy, paths.extracts, facts, day)
        if when == "released":
            _release(paths, names, day)
        world, stored = next_night(World(read(paths.policies), world.rows), policy, facts, told, day), told.after
        told = run(paths, day, first_load=False)
        held = kept(world, stored, persons if when == "held" else (), day)
        answer.cells += sum(len(row) for found in stored.values() for row in found.values())
        answer.differences += [f"{when}: {said}" for said in cell_differences(world, told, day, held=held, stored=stored)]
    return answer


def _persons(law: Law, stored: Stored, random: Random) -> list[Held]:
    found = []
    for table, said in law.tables.items():
        keys = sorted(stored[table]) if subjects(said) else []
        purposes = sorted({name for column in said["fields"] for name in serves(said, column)})
        for number, key in enumerate(random.sample(keys, min(PERSONS, len(keys)))):
            found.append(Held(table, key, frozenset(random.sample(purposes, 1)) if number % 2 else frozenset()))
    return found


def _hold(paths: Paths, held: Held, day: date) -> str:
    key = tuple(str(value) for value in held.key)
    review = day + timedelta(days=1000)
    asked = Asked(held.table, key, "A claim in court", "Legal", review, "dpo", tuple(sorted(held.purposes)))
    return add_hold(Store(paths.store), asked, today=day, at=datetime(day.year, day.month, day.day, 8, tzinfo=UTC)).name


def _release(paths: Paths, names: list[str], day: date) -> None:
    for name in names:
        release_hold(Store(paths.store), name, by="dpo", reason="Settled", at=datetime(day.year, day.month, day.day, 1, tzinfo=UTC))

"""Nights with holds: on classes, as a policy is drawn with them, and on persons, as `hold add` takes them."""

from __future__ import annotations

import shutil
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
from tests.oracle.records import Told
from tests.oracle.trial import prepare

PERSONS = 6
"""Held of each table of persons: every other one for some purposes only."""


def held_nights(policy: Policy, facts: dict[str, list[Text]], root: Path) -> Comparison:
    """A night without holds; a later one on which they stand; and the one after, when all are over. Each next generation cell by cell; and
    beside the second the same night over the same store without a hold, of which nothing may be missing."""
    random, day = Random(f"{policy} {len(policy.source)}"), policy.as_of  # noqa: S311  facts, not keys
    paths = prepare(replace(policy, holds=[]), facts, root)
    world = World(read(paths.policies), as_rows(policy, facts, day))
    told = run(paths, day, first_load=True)
    answer = Comparison(0, [f"before: {said}" for said in cell_differences(world, told, day)])
    beside = Path(shutil.copytree(root, root.with_name("free"), dirs_exist_ok=True))
    persons = _persons(world.law, told.after, random)
    names = [_hold(paths, one, day) for one in persons]
    held: dict[int, set[str]] = {}
    for holds, days in ((policy.holds, random.choice((1, 40, 400))), ([], 1)):
        remember(world, day, held)
        day += timedelta(days=days)
        replace(policy, holds=holds).write(paths.policies)
        world, stored = next_night(World(read(paths.policies), world.rows), policy, facts, told, day), told.after
        told = _night(policy, facts, root, day)
        held = kept(world, stored, persons, day)
        answer.cells += sum(len(row) for found in stored.values() for row in found.values())
        answer.differences += [f"{day}: {said}" for said in cell_differences(world, told, day, held=held, stored=stored)]
        if persons and not _cells(_night(policy, facts, beside, day)) <= _cells(told):
            answer.differences.append(f"{day}: a hold erased what would have stayed without it")
        _release(paths, names, day)
        persons, names = [], []
    return answer


def _night(policy: Policy, facts: dict[str, list[Text]], root: Path, day: date) -> Told:
    paths = Paths(root / "policies", root / "store", root / "extracts")
    write(policy, paths.extracts, facts, day)
    return run(paths, day, first_load=False)


def _cells(told: Told) -> set[tuple[object, ...]]:
    """Every cell of a next generation that is not empty."""
    rows = ((table, key, row) for table, found in told.after.items() for key, row in found.items())
    return {(table, key, name) for table, key, row in rows for name, value in row.items() if value is not None}


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
        release_hold(Store(paths.store), name, by="dpo", reason="Settled", at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))

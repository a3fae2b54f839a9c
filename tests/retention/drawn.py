"""Policies and facts as hypothesis draws them, each with the oracle's decisions: once for all tests, and for all mutants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy
from tests.oracle.extracts import as_rows, rows
from tests.oracle.facts import Row
from tests.oracle.law import read
from tests.oracle.policies import Policy as Drawing, policies
from tests.oracle.reach import World
from tests.oracle.states import Decided, decisions

HOW_MANY, PEOPLE = 5, 25
"""Policies, and people of each group of tables."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A policy as the product reads it, a day, rows as they stand in the engine, and what the oracle decides of each."""

    policy: Policy
    as_of: date
    rows: dict[str, list[dict[str, Any]]]
    decisions: list[tuple[Row, Decided]]


@cache
def drawn() -> tuple[Drawn, ...]:
    """The same ones each time."""
    found: list[Drawn] = []

    @seed(4)
    @settings(max_examples=HOW_MANY, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(policies())
    def one(drawing: Drawing) -> None:
        found.append(_decided(drawing, len(found)))

    one()
    return tuple(found)


def _decided(drawing: Drawing, number: int) -> Drawn:
    with TemporaryDirectory() as folder:
        drawing.write(Path(folder))
        world = World(read(Path(folder)), as_rows(drawing, rows(drawing, number, PEOPLE), drawing.as_of))
        policy = load(Path(folder))
    arrived = {table: [_arrived(row) for row in some] for table, some in world.rows.items()}
    return Drawn(policy, drawing.as_of, arrived, list(decisions(world, drawing.as_of)))


def _arrived(row: Row) -> dict[str, Any]:
    """A row as it stands in the engine, where instants are UTC's."""
    plain = {name: value.replace(tzinfo=None) if isinstance(value, datetime) else value for name, value in row.values.items()}
    return {**plain, "_in_store": False}

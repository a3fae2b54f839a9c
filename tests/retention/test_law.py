"""The oracle's reading of the law against the deciding rooms alone: drawn policies and facts: no files, no night (see tests/oracle)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from privacy_pipelines.policy.load import load
from tests.oracle.compare import compare
from tests.oracle.extracts import as_rows, rows
from tests.oracle.facts import Row
from tests.oracle.law import read
from tests.oracle.policies import Policy, policies
from tests.oracle.product import Key, Record, Told, records
from tests.oracle.reach import World
from tests.oracle.trial import SEEDS
from tests.retention.memory import gathered


@seed(4)
@settings(max_examples=5, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(policies(), SEEDS)
def test_oracle_and_rooms_agree_on_drawn_policies_and_facts(policy: Policy, number: int) -> None:
    with TemporaryDirectory() as folder:
        policy.write(Path(folder))
        world = World(read(Path(folder)), as_rows(policy, rows(policy, number, 25), policy.as_of))
        loaded = load(Path(folder))
    found = {table: [_arrived(row) for row in some] for table, some in world.rows.items()}
    told: dict[tuple[str, Key], Record] = {}
    with gathered(loaded, policy.as_of, found) as (opened, rules):
        for rule in rules.tables:
            answers = records(opened, rules, rule, policy.as_of, found[rule.table.id])
            told |= {(rule.table.id, key): one for key, one in answers}
    compared = compare(world, Told(told, {}, {}, None, {}), policy.as_of)
    assert compared.differences[:3] == []
    assert compared.cells > 100


def _arrived(row: Row) -> dict[str, Any]:
    """A row as it stands in the engine, where instants are UTC's."""
    plain = {name: value.replace(tzinfo=None) if isinstance(value, datetime) else value for name, value in row.values.items()}
    return {**plain, "_in_store": False}

"""What must hold of every plan, whatever the policy and the facts: more grounds never erase more (holds: `test_held`), and order decides
nothing."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from privacy_pipelines.values import Paths
from tests.oracle.days import span
from tests.oracle.extracts import Text, rows, write
from tests.oracle.law import Json
from tests.oracle.policies import Policy, policies
from tests.oracle.product import rehearse, run
from tests.oracle.records import Told
from tests.oracle.trial import SEEDS, prepare

PEOPLE = 40
LASTING = ("sale", "party", "reader", "supply")
"""Groups of tables of which each row can last as long as what is found over it."""
ALIVE = ("in_force", "settling", "undetermined")
one = settings(
    max_examples=1, deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
two = settings(one, max_examples=2)
Facts = dict[str, list[Text]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that each example empties and uses."""
    return tmp_path_factory.mktemp("properties")


@two
@given(policies(), SEEDS)
def test_a_longer_period_never_erases_more(place: Path, policy: Policy, seed: int) -> None:
    facts = rows(policy, seed, PEOPLE)
    longer = {name: {**said, "period": _longer(said["period"])} for name, said in policy.purposes.items()}
    assert _living(_plan(policy, facts, place)) <= _living(_plan(replace(policy, purposes=longer), facts, place))


@two
@given(policies(), SEEDS)
def test_one_more_consent_or_open_event_never_ends_a_purpose(place: Path, policy: Policy, seed: int) -> None:
    """Of the purposes that applied: what nothing was known of may be decided, and so ended, by what is added."""
    facts = rows(policy, seed, PEOPLE)
    before = _alive(_plan(policy, facts, place))
    given = str(policy.as_of - timedelta(days=1))
    permits = [
        {"id": f"new{n}", "email": f"r{n}@x.example", "what": "letters", "status": "Given", "given_on": given + "T12:00:00Z"}
        for n in range(PEOPLE)
    ]
    contracts = [{"country": "NO", "number": str(n), "account_id": f"A{n}", "status": "active"} for n in range(PEOPLE)]
    more = {**facts, "permissions": facts["permissions"] + _padded(facts, "permissions", permits)}
    more["contracts"] = facts["contracts"] + _padded(facts, "contracts", contracts)
    assert before <= _alive(_plan(policy, more, place))


@one
@given(policies(lasts=("policy", "claims", "duty"), groups=LASTING), SEEDS)
def test_what_is_held_stays_whole_and_deciding_twice_is_deciding_once(place: Path, policy: Policy, seed: int) -> None:
    """Where rows last as long as what is found over them: what a policy's purpose found over a row goes with that row, if nothing keeps it.
    Whom a row is about is found so, too; and a row that was collected under a shorter notice than another's lasts less long."""
    facts, dropped = rows(policy, seed, PEOPLE), ("subjects", "earlier", "effective_from")
    of_all = {name: {key: said for key, said in one.items() if key not in dropped} for name, one in policy.purposes.items()}
    of_one_notice = {name: {**said, "effective_from": "1990-01-01"} for name, said in of_all.items()}
    policy = replace(policy, purposes=of_one_notice, holds=[])
    paths = prepare(policy, facts, place / "one")
    once = run(paths, policy.as_of, first_load=True)
    assert _cells(run(paths, policy.as_of, first_load=False)) == _cells(once)
    hold: dict[str, Any] = {"hold": "all", "ground": "a claim", "owner": "legal", "review_by": "2040-01-01", "effective_from": "2020-01-01"}
    hold["tables"] = [f"crm.{name}" for name in facts if name != "accounts"]
    replace(policy, holds=[hold]).write(paths.policies)
    later = run(paths, policy.as_of + timedelta(days=400), first_load=False)
    assert _cells(later) == _cells(once)


@one
@given(policies(), SEEDS)
def test_deciding_on_a_day_and_on_the_next_is_deciding_on_the_next_alone(place: Path, policy: Policy, seed: int) -> None:
    """Where the source sends the same, no night erases more for one before it. Ceilings count from the first and end none within a day."""
    facts, later = rows(policy, seed, PEOPLE), policy.as_of + timedelta(days=1)
    patient = {name: {**said, **_patient(said, "on_missing_event")} for name, said in policy.purposes.items()}
    policy = replace(policy, holds=[], purposes=patient, company={**policy.company, **_patient(policy.company, "undetermined")})
    paths = prepare(policy, facts, place / "one")
    run(paths, policy.as_of, first_load=True)
    write(policy, paths.extracts, facts, later)
    alone = prepare(replace(policy, as_of=later), facts, place / "other")
    assert _cells(run(paths, later, first_load=False)) == _cells(run(alone, later, first_load=True))


@one
@given(policies(), SEEDS)
def test_the_order_of_rows_and_of_keys_decides_nothing(place: Path, policy: Policy, seed: int) -> None:
    """Not even the digests by which a person approves a part."""
    facts = rows(policy, seed, PEOPLE)
    paths = prepare(policy, facts, place / "one")
    run(paths, policy.as_of, first_load=True)
    shutil.rmtree(place / "other", ignore_errors=True)
    shutil.copytree(place / "one", place / "other")
    other = Paths(place / "other" / "policies", place / "other" / "store", place / "other" / "extracts")
    day = policy.as_of + timedelta(days=1)
    write(policy, paths.extracts, facts, day)
    random = Random(seed)  # noqa: S311  an order, not a key
    write(policy, other.extracts, {name: random.sample(found, len(found)) for name, found in reversed(facts.items())}, day)
    for path in other.policies.rglob("*.yaml"):
        path.write_text(json.dumps(_reversed(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
    assert rehearse(other, day).plan.digest == rehearse(paths, day).plan.digest


def _plan(policy: Policy, facts: Facts, place: Path) -> Told:
    return rehearse(prepare(policy, facts, place / "one"), policy.as_of)


def _patient(said: Json, name: str) -> Json:
    return {name: {**said[name], "restrict": "P12M"}} if name in said and said[name]["restrict"] == "P0D" else {}


def _longer(period: str) -> str:
    months, days = span(period)
    return f"P{months + 7}M{days}D"


def _living(told: Told) -> set[tuple[object, ...]]:
    return {(at, name) for at, one in told.records.items() for name, found in one.clusters.items() if found.state not in ("ended", "empty")}


def _alive(told: Told) -> set[tuple[object, ...]]:
    return {(at, name) for at, one in told.records.items() for name, found in one.purposes.items() if found.level in ALIVE}


def _cells(told: Told) -> dict[str, dict[Any, dict[str, Any]]]:
    return {
        table: {key: {name: value for name, value in row.items() if not name.startswith("_")} for key, row in found.items()}
        for table, found in told.after.items()
    }


def _padded(facts: Facts, table: str, found: list[dict[str, str]]) -> list[Text]:
    return [{name: one.get(name, "") for name in facts[table][0]} for one in found]


def _reversed(document: Any) -> Any:
    if isinstance(document, dict):
        return {name: _reversed(value) for name, value in reversed(document.items())}
    return [_reversed(one) for one in document] if isinstance(document, list) else document

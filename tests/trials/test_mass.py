"""A few of the faults of `python -m tests.trials.mass`, of which docs/trials.md reports a long run; and that such a trial can fail."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.trials.company import GUARDS, HEADERS
from tests.trials.faults import FAULTS, drawn, whole
from tests.trials.mass import another_month, outcome, prepared, right, wrongly_erased
from tests.way.house import Company

SEEDS = (1, 2, 3)
UNGUARDED = "guards: {unexpected_share: 1.0, unexpected_count: 100000, row_drop: 1.0, vanished_share: 1.0, clock_lead: P5D}"
RIGHT = {table: whole(table, lines) for table, lines in right().items()}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Company, dict[str, set[str]]]:
    """A company after its first night, and what the next ones leave without a fault."""
    root = tmp_path_factory.mktemp("guarded")
    company = prepared(root / "start", GUARDS)
    return company, outcome(company, root / "right", RIGHT)


@pytest.mark.parametrize("name", ["another month's", "columns shifted", "cut at a byte", "rows lost"])
def test_a_fault_erases_nobody(guarded: tuple[Company, dict[str, set[str]]], tmp_path: Path, name: str) -> None:
    company, expected = guarded
    fault = dict(FAULTS)[name]
    files = {**RIGHT, "contracts": fault(draws(7), "contracts", right(), another_month())}
    assert wrongly_erased(expected, outcome(company, tmp_path / "wrong", files)) == {}


def test_the_trial_finds_who_would_be_erased_if_nothing_were_guarded(tmp_path: Path) -> None:
    company = prepared(tmp_path / "start", UNGUARDED)
    files = {**RIGHT, "contracts": whole("contracts", another_month()["contracts"])}
    found = wrongly_erased(outcome(company, tmp_path / "right", RIGHT), outcome(company, tmp_path / "wrong", files))
    assert len(found["contacts after 2026-01-21"]) >= 20


def test_every_fault_changes_the_files() -> None:
    for name, fault in FAULTS:
        changed = [fault(draws(seed), table, right(), another_month()) != RIGHT[table] for seed in SEEDS for table in HEADERS]
        assert sum(changed) > len(changed) // 2, name
    assert {drawn(draws(seed), right(), another_month())[0] for seed in range(100)} == {name for name, _ in FAULTS}


def draws(seed: int) -> Random:
    return Random(seed)  # noqa: S311  a fault, not a secret

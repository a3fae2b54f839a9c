"""What was disposed of is called sanitised only when a person says what was done, and what the product cannot reach is stated in days."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cli.place import Place, write_extracts

DONE = ("evidence", "sanitised", "--method", "purge", "--how", "fstrim of the volume", "--by", "Operations")


@pytest.fixture(scope="module")
def here(small: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The small company after a second night: its first generation is disposed of."""
    here = small.copy(tmp_path_factory.mktemp("levels"))
    write_extracts(here.extracts, date(2026, 3, 11))
    here.night(date(2026, 3, 11))
    return here


def _beyond(here: Place) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(here.run("status", "--json").stdout)["beyond"]
    return found


def _check(here: Place) -> dict[str, Any]:
    checks = json.loads(here.run("verify", "--json", "--as-of", "2026-03-12").stdout)["checks"]
    return next(dict(one) for one in checks if one["name"] == "beyond")


def test_nothing_is_sanitised_until_somebody_says_so_and_then_through_that_generation(here: Place, tmp_path: Path) -> None:
    before = _beyond(here)
    assert (before["disposed"], before["on_device"]) == (1, 1)
    assert "nobody has recorded that" in before["device"]
    assert (_check(here)["right"], before["device"] in _check(here)["what"]) == (None, True)
    done = here.run(*DONE)
    assert (done.exit_code, done.output.split(".")[0]) == (0, "store: sanitised (purge) through gen-000001")
    assert (_beyond(here)["on_device"], _beyond(here)["device"][:46]) == (0, "device sanitised (purge) through gen-000001.du")
    log = here.store / "evidence.jsonl"
    assert '"kind":"sanitised"' in log.read_text()


def test_what_is_still_there_or_was_said_before_is_refused(here: Place) -> None:
    current = here.run(*DONE, "--through", "gen-000002.duckdb")
    assert (current.exit_code, "is not disposed of" in current.output) == (2, True)
    here.run(*DONE, "--medium", "backups")
    again = here.run(*DONE, "--medium", "backups")
    assert (again.exit_code, "already" in again.output) == (2, True)


def test_who_did_it_is_no_identity_number(here: Place) -> None:
    wrong = here.run("evidence", "sanitised", "--method", "clear", "--how", "19800101-1234", "--by", "Operations", "--medium", "extracts")
    assert wrong.exit_code == 2
    assert "19800101" not in wrong.output

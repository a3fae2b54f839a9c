"""A few of the kills of `python -m tests.trials.crash`, of which docs/trials.md reports a long run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_a_killed_quiet_night_does_not_either(tmp_path: Path) -> None:
    """What is copied and not flipped is swept, and the next night is a quiet one all the same."""
    found = _tried(tmp_path / "crash", "--steps", "25", "--moments", "0", "--quiet")
    assert (found["quiet"], found["wrong"]) == (1, 0)
    assert found["step"] > 2


def test_a_killed_night_loses_nothing_leaves_nothing_half_done_and_the_next_one_completes_it(tmp_path: Path) -> None:
    """Nights in processes of their own, forked from one that has never opened a database: this one has."""
    found = _tried(tmp_path / "crash", "--steps", "30", "--moments", "1", "--seed", "5")
    assert found["step"] >= found["steps_of_a_night"] // 30 > 2
    assert (found["moment"], found["wrong"]) == (1, 0)


def _tried(folder: Path, *asked: str) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.trials.crash", str(folder), *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    *wrong, summary = done.stdout.splitlines()
    assert (wrong, done.stderr) == ([], "")
    return dict(json.loads(summary))

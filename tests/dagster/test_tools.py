"""Dagster's own tools over the front door, and the shell, each as a person starts it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from privacy_pipelines.demo import write_demo
from tests.dagster.conftest import ROOT, TODAY
from tests.marks.cockpit import cockpit

BIN = Path(sys.executable).parent


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    folders = {f"PRIVACY_PIPELINES_{name.upper()}": str(tmp_path / name) for name in ("store", "extracts")}
    return {**os.environ, **folders, "DAGSTER_HOME": str(tmp_path / "home"), "PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": ""}


def ran(*command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)


def home_of(env: dict[str, str]) -> None:
    assert ran(sys.executable, "-m", "schedules.home", env=env).returncode == 0


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("dg", "check", "defs"), "All definitions loaded successfully"),
        (("dg", "list", "defs"), "plan_is_sane"),
        (("dagster", "definitions", "validate", "-w", "workspace.yaml"), "Validation successful"),
    ],
    ids=lambda value: "" if isinstance(value, str) else "_".join(value[:3]),
)
def test_the_tools_know_the_way_in(command: tuple[str, ...], says: str, environment: dict[str, str]) -> None:
    home_of(environment)

    done = ran(*command, env=environment)

    assert done.returncode == 0, done.stderr
    assert says in done.stdout + done.stderr


def test_the_shell_runs_a_night_twice_and_the_ui_shows_both(environment: dict[str, str], tmp_path: Path) -> None:
    write_demo(tmp_path / "extracts", people=200, nights=1, seed=1, until=TODAY)

    first, again = (ran(sys.executable, "-m", "schedules.shell", env=environment) for _ in range(2))

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert "DEBUG" not in first.stderr
    assert "Rows staged" in first.stdout
    assert numbers(again.stdout, "Rows erased", "Rows staged") == ["0", "0"]
    assert numbers(again.stdout, "Rows kept") == numbers(first.stdout, "Rows kept")
    assert [(run["jobName"], run["status"]) for run in runs_in_the_ui(environment, tmp_path / "printed")] == [("night", "SUCCESS")] * 2


def test_the_shell_says_what_is_wrong_with_its_input_and_leaves_the_store_alone(environment: dict[str, str], tmp_path: Path) -> None:
    environment["PRIVACY_PIPELINES_EXTRACTS"] = str(tmp_path / "nowhere")

    done = ran(sys.executable, "-m", "schedules.shell", env=environment)

    assert done.returncode == 2
    assert "nowhere: no such folder." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "store" / "CURRENT").exists()


def numbers(summary: str, *titles: str) -> list[str]:
    return [line.split()[-1] for title in titles for line in summary.splitlines() if line.startswith(title)]


def runs_in_the_ui(environment: dict[str, str], printed: Path) -> list[dict[str, str]]:
    """Start the UI as `make ui` does, on a free port, ask it for its runs, and stop it."""
    with cockpit(environment, printed) as ui:
        found: list[dict[str, str]] = ui.ask("{ runsOrError { ... on Runs { results { jobName status } } } }")["runsOrError"]["results"]
        return found

"""The front door: what `--help` costs, and how a command ends when something goes wrong."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from privacy_pipelines.cli import main
from privacy_pipelines.cli.exits import Refused, told
from privacy_pipelines.cli.group import COMMANDS
from privacy_pipelines.errors import PolicyErrors, Problem
from tests.cli.place import NIGHT, Place

HEAVY = ("matplotlib", "prometheus_client", "duckdb", "sqlglot", "pydantic", "numpy", "rich", "pandas", "great_expectations", "dagster")


def python(code: str, *, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, cwd=cwd)


def test_help_imports_nothing_that_takes_time() -> None:
    done = python(
        "import sys; from privacy_pipelines.cli import main; main(['--help'], standalone_mode=False);"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    assert done.stderr.strip() == "[]"
    assert "nightly" in done.stdout


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_every_command_explains_itself(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command.name == name
    for part in command.commands if isinstance(command, click.Group) else ("",):
        result = CliRunner().invoke(main, [name, *part.split(), "--help"])
        assert result.exit_code == 0
        assert "--store" in result.output


def test_an_unknown_command_or_option_or_day_is_a_usage_error() -> None:
    for arguments in (["nightli"], ["status", "--no-such"], ["nightly", "--as-of", "2026-02-30"]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 2
        assert "Traceback" not in result.output


def test_an_unforeseen_error_tells_its_type_and_never_its_message() -> None:
    with pytest.raises(Refused) as caught, told():
        raise ValueError("Anna Andersson")
    assert "ValueError" in caught.value.message
    assert "Anna" not in caught.value.message
    assert caught.value.__cause__ is None
    assert caught.value.exit_code == 2


def test_every_problem_of_a_policy_is_a_line() -> None:
    with pytest.raises(Refused) as caught, told():
        raise PolicyErrors((Problem("b.yaml", 2, "second"), Problem("a.yaml", 1, "first", "Hint")))
    assert caught.value.message.splitlines() == ["a.yaml:1: first. Hint", "b.yaml:2: second"]


def test_interrupting_is_an_exit_code_of_its_own() -> None:
    with pytest.raises(Refused) as caught, told():
        raise KeyboardInterrupt
    assert caught.value.exit_code == 130


def test_the_installed_command_ends_with_the_exit_code_and_no_traceback(tmp_path: Path) -> None:
    done = python("from privacy_pipelines.cli import main; main(['status', '--store', 'nowhere'])", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("nowhere: there is no store.")


def test_a_night_imports_neither_great_expectations_nor_pandas_nor_dagster(company: Place) -> None:
    arguments = ["nightly", "--as-of", str(NIGHT)]
    for name in ("policies", "store", "extracts"):
        arguments += [f"--{name}", str(getattr(company, name))]
    done = python(
        f"import sys; from privacy_pipelines.cli import main; main({arguments}, standalone_mode=False);"
        "print([name for name in ('great_expectations', 'pandas', 'dagster') if name in sys.modules], file=sys.stderr)"
    )
    assert done.stderr.strip() == "[]"
    assert "Rows kept" in done.stdout


def test_people_at_a_terminal_see_the_same_numbers_in_a_drawn_table(company: Place) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-W", "error", "-m", "privacy_pipelines.cli", "nightly", "--as-of", str(NIGHT)]
    for name in ("policies", "store", "extracts"):
        command += [f"--{name}", str(getattr(company, name))]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "140"}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = _read(ours)
    assert process.returncode == 0
    assert "Rows kept" in shown
    assert "generation" in shown
    assert "\x1b[" in shown


def _read(terminal: int) -> str:
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            part = b""
        if not part:
            os.close(terminal)
            return b"".join(parts).decode()
        parts.append(part)

"""docs/adopting.md, followed line by line: its files are written, its commands are run, and what it shows is what is seen."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from privacy_pipelines.cli import main
from tests.examples.sets import DATA, ROOT, needs

pytestmark = needs("northwind")

PAGE = ROOT / "docs" / "adopting.md"


def test_the_page_can_be_followed_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(DATA / "northwind", tmp_path / "files")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    commands = 0
    for kind, block in _blocks(PAGE.read_text(encoding="utf-8")):
        if kind == "yaml":
            name, _, text = block.partition("\n")
            Path(name.removeprefix("# ")).write_text(text, encoding="utf-8")
        else:
            for command, shown in _commands(block):
                _assert_shown(command, shown, _run(command))
                commands += 1
    assert commands > 20
    assert (tmp_path / "northwind/store/reports/latest.html").is_file()


def test_the_lines_it_quotes_are_those_of_the_draft_and_of_the_example() -> None:
    """What stands in the page without a command: the draft's lines of step 2 are compared where the command is run; these are files."""
    quoted = [block for kind, block in _blocks(PAGE.read_text(encoding="utf-8"), "") if "order_shipped" in block]
    example = (ROOT / "examples/northwind/policies/sources/northwind.yaml").read_text(encoding="utf-8")
    (orders,) = quoted
    for line in orders.splitlines():
        assert line.strip() == "…" or line.strip() in example, line


def _blocks(page: str, *kinds: str) -> Iterator[tuple[str, str]]:
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL):
        if kind in (kinds or ("yaml", "console")):
            yield kind, block


def _commands(block: str) -> Iterator[tuple[str, list[str]]]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield command, shown


def _run(command: str) -> str:
    program, *arguments = shlex.split(command)
    if program == "privacy-pipelines":
        result = CliRunner().invoke(main, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), command
        assert result.exit_code in (0, 1) or arguments[0] == "check", result.output
        return result.output
    if program == "mkdir":
        Path(arguments[-1]).mkdir(parents=True)
    elif program == "rm":
        Path(arguments[-1]).unlink()
    else:
        assert program == "cp", command
        shutil.copy(arguments[0], arguments[1])
    return ""


def _assert_shown(command: str, shown: list[str], seen: str) -> None:
    """Each line that the page shows is seen, in this order; `…` stands for anything."""
    lines = iter([" ".join(line.split()) for line in seen.splitlines()])
    for line in shown:
        wanted = " ".join(line.split()).split("…")
        if wanted == ["", ""]:
            continue
        assert any(_fits(wanted, found) for found in lines), f"{command}\n  does not show: {line}"


def _fits(wanted: list[str], found: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, wanted)), found) is not None

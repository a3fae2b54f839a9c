"""The table of scenarios says the truth: every scenario has its line, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)`")
DECIDING = {*range(1, 55), *range(58, 62)}
ELSEWHERE = {*range(15, 21), 34}
"""Due dates of requests and breaches, and a request for erasure: another capability's, although their numbers lie among the others."""


def lines() -> dict[int, str]:
    """Number → what its line says in the last column."""
    return {int(number): said for number, _, said in LINE.findall((ROOT / "docs/scenarios.md").read_text(encoding="utf-8"))}


def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_scenario_has_one_line_in_order() -> None:
    text = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    assert [int(number) for number, *_ in LINE.findall(text)] == list(range(1, 66))


def test_every_test_that_the_table_names_is_there() -> None:
    named = [found for said in lines().values() for found in TEST.findall(said)]
    assert named
    assert [f"{path}::{name}" for path, name in named if name not in functions(path)] == []
    assert sum(said.count("::") for said in lines().values()) == len(named), "what names a test is written as one"


def test_every_scenario_about_deciding_has_a_test_that_goes_the_real_way() -> None:
    without = {number for number, said in lines().items() if not any(path.startswith("tests/way/") for path, _ in TEST.findall(said))}
    assert DECIDING & without == ELSEWHERE


def test_a_scenario_without_a_test_says_where_it_belongs() -> None:
    assert [number for number, said in lines().items() if not TEST.search(said) and "later capability" not in said] == []

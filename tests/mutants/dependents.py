"""Which loaded modules must be loaded again when one of them is otherwise."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

OURS = ("privacy_pipelines", "tests")


def dependents(module: str) -> frozenset[str]:
    """A module and everything that imports it, directly or not, wherever in its file. What is not loaded is not looked at."""
    imports = {name: _imported(file) for name, file in _loaded()}
    found = {module}
    while more := {name for name, others in imports.items() if name not in found and others & found}:
        found |= more
    return frozenset(found & imports.keys())


def forget(modules: Iterable[str]) -> None:
    """Have these modules loaded again when they are imported."""
    for name in modules:
        del sys.modules[name]
        package, _, last = name.rpartition(".")
        if package in sys.modules and hasattr(sys.modules[package], last):
            delattr(sys.modules[package], last)


def _loaded() -> list[tuple[str, str]]:
    found = [(name, getattr(module, "__file__", None)) for name, module in sys.modules.items() if name.startswith(OURS)]
    return [(name, file) for name, file in found if file]


@cache
def _imported(file: str) -> frozenset[str]:
    """Every module that a file may import; a package's own names are taken for modules, too."""
    return frozenset(_named(ast.parse(Path(file).read_text(encoding="utf-8"))))


def _named(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)

"""One mutant against the tests that should notice it, in a fork that has loaded what does not depend on its room."""

from __future__ import annotations

import gc
import importlib
import os
import resource
import signal
import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType

from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import HypothesisSideeffectWarning

from tests.mutants.dependents import forget

QUIETLY = ("-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:dagster", "-p", "no:anyio")
LONG_S = 40
"""CPU seconds that no room's tests take: a mutant that goes on for ever is noticed."""


def warm(tests: Iterable[str]) -> None:
    """Import what the trials need, and read the policies of these tests and draw those of the oracle, which no mutant changes. Drawn
    examples are the same in every trial, and are not made smaller: that a test fails is enough."""
    for name in ("pytest", "_hypothesis_pytestplugin", "holidays"):  # the plugin before any strategy is used
        importlib.import_module(name)
    settings.register_profile(
        "mutants", deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    for test in tests:
        module = importlib.import_module(test.removesuffix(".py").replace("/", "."))
        getattr(module, "law", lambda: None)()
    if "tests.retention.drawn" in sys.modules:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", HypothesisSideeffectWarning)  # it is meant to happen before a trial begins
            sys.modules["tests.retention.drawn"].drawn()
    gc.collect()
    gc.freeze()


@dataclass(frozen=True, slots=True)
class Room:
    """A module, its file, what must be loaded again with it, and the tests that should notice."""

    module: str
    path: Path
    dependents: frozenset[str]
    tests: Sequence[str]


def notices(room: Room, source: str | None) -> bool:
    """Whether a test fails, cannot be collected or takes too long with this source in the module's place; None is the module's own."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return status != 0
    resource.setrlimit(resource.RLIMIT_CPU, (LONG_S, LONG_S))
    signal.alarm(20 * LONG_S)
    forget(room.dependents)
    if source is not None:  # what the tests say of the room itself is shown
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        sys.meta_path.insert(0, _Instead(room.module, room.path, source))
    import pytest

    os._exit(int(pytest.main([*QUIETLY, "--hypothesis-profile=mutants", *room.tests])))


class _Instead(MetaPathFinder):
    """Finds one module, with another source."""

    def __init__(self, module: str, path: Path, source: str) -> None:
        self.module, self.loader = module, _Loader(module, path, source)

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, self.loader) if fullname == self.module else None


class _Loader(SourceFileLoader):
    def __init__(self, module: str, path: Path, source: str) -> None:
        super().__init__(module, str(path))
        self.mutated = source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.mutated, self.path, "exec")

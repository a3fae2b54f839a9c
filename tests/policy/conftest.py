"""A small policy that tests copy and break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privacy_pipelines.errors import PolicyErrors
from privacy_pipelines.policy.load import load


class PolicyFolder:
    """A policy folder of its own, seen from the folder around it so that messages hold no path of the machine."""

    path = Path("policies")

    def write(self, name: str, text: str) -> None:
        """Put a file there."""
        (self.path / name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace the one place where `old` stands."""
        text = (self.path / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def problems(self) -> list[str]:
        """Every problem of the folder, as it is printed."""
        try:
            load(self.path)
        except PolicyErrors as error:
            return [str(problem).removeprefix("policies/") for problem in error.problems]
        return []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PolicyFolder:
    """A copy of the small policy."""
    shutil.copytree(Path(__file__).parent / "small", tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    return PolicyFolder()

"""A small company after its first night, and before it."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cli.place import NIGHT, Place, decidable, place, write_extracts


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The small company after its first night. Read only: take a copy to change it."""
    here = decidable(tmp_path_factory.mktemp("small"))
    write_extracts(here.extracts, NIGHT)
    result = here.night(NIGHT, "--first-load")
    assert result.exit_code == 0, result.output
    return here


@pytest.fixture
def company(small: Place, tmp_path: Path) -> Place:
    """A copy of the small company, for one test."""
    return small.copy(tmp_path)


@pytest.fixture
def unstarted(small: Place, tmp_path: Path) -> Place:
    """The small company before its first night."""
    shutil.copytree(small.policies, tmp_path / "policies")
    shutil.copytree(small.extracts, tmp_path / "extracts")
    return place(tmp_path)


@pytest.fixture
def tomorrow() -> date:
    return NIGHT + timedelta(days=1)

"""A company for each test, and a second one to compare it with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.way.house import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """An empty company."""
    return Company(tmp_path / "one")


@pytest.fixture
def other(tmp_path: Path) -> Company:
    """Another empty company."""
    return Company(tmp_path / "other")

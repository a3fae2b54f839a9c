"""A company for each test, and one PostgreSQL for those that need it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.formats.server import Server, running, why_not
from tests.way.house import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """An empty company."""
    return Company(tmp_path / "one")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running PostgreSQL; skipped where there is none to run."""
    pytest.importorskip("adbc_driver_postgresql", reason="the extra [postgresql] is not installed")
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with running() as started:
        yield started

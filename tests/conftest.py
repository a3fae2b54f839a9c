"""What holds for every test: a slow machine fails none of them, and no worker is left alone with a long one at the end."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

LONGEST = ("trials", "comparing", "oracle", "report", "dagster")
"""Folders with the longest tests: they begin first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which workers take files."""
    items.sort(key=lambda item: LONGEST.index(name) if (name := item.path.parent.name) in LONGEST else len(LONGEST))

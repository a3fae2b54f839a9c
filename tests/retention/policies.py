"""The policies of this room's fixtures, each written and read once for all tests, and for all mutants (tests/mutants)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy
from tests.way.folder import write_policy


@cache
def policy(source: str, *, company: str = "", **purposes: str) -> Policy:
    """The policy of one source `crm` with these purposes."""
    with TemporaryDirectory() as folder:
        write_policy(Path(folder), source, company=company, **purposes)
        return load(Path(folder))


@cache
def in_folder(folder: Path) -> Policy:
    """A policy that is there."""
    return load(folder)

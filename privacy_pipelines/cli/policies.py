"""The policy as the commands find it: usable, or every problem with its file and line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from privacy_pipelines.errors import PolicyErrors, Problem

if TYPE_CHECKING:
    from privacy_pipelines.policy.model import Policy


def require_policy(folder: Path) -> Policy:
    """The policy in that folder. Raises PolicyErrors for problems in its files, or else for purposes that its tables cannot decide."""
    from privacy_pipelines.policy.load import load
    from privacy_pipelines.retention.compiling import compile_rules

    policy = load(folder)
    try:
        compile_rules(policy)
    except PolicyErrors as error:
        raise PolicyErrors(tuple(_placed(folder, problem) for problem in error.problems)) from None
    return policy


def _placed(folder: Path, problem: Problem) -> Problem:
    """A compiler's problem names a table; people look for a line."""
    from privacy_pipelines.policy.reading import read_file

    source, _, table = problem.where.partition(".")
    file = folder / "sources" / f"{source}.yaml"
    if not file.is_file():
        return problem
    return read_file(file).problem(("tables", table), f"{problem.where}: {problem.what}", problem.hint)

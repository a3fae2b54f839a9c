"""A night that stands still: its store as it was after the plan, to measure single stations on as often as needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.nights.record import plan_of
from privacy_pipelines.policy.load import load_document
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.plan import Plan
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.night import Night, open_night
from privacy_pipelines.store.views import stored_views


@dataclass(frozen=True, slots=True)
class Frozen:
    """An open night with its compiled rules and its plan."""

    night: Night
    rules: Rules
    plan: Plan


@contextmanager
def opened(folder: Path) -> Iterator[Frozen]:
    """The frozen night in `folder`, open for measuring."""
    with open_night(Store(folder)) as night:
        policy = load_document(night.note("policy"))
        stored_views(night.session, policy)
        yield Frozen(night, compile_rules(policy), plan_of(night))

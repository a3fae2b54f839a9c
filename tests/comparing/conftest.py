"""The example company after a night, to be compared over; nothing here changes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from privacy_pipelines.demo import write_demo
from privacy_pipelines.pipeline import night
from privacy_pipelines.store.generations import Store
from privacy_pipelines.values import Paths
from tests.comparing.apart import Planned, planned
from tests.comparing.edits import edited

NIGHT = date(2026, 3, 10)
LATER = NIGHT + timedelta(days=45)
"""When some of what was in force on that night is over."""


@dataclass
class Compared:
    """A store, and policies over it as folders by their edits; each plan is made once."""

    root: Path
    store: Store
    extracts: Path
    plans: dict[frozenset[str], Planned] = field(default_factory=dict)

    def policy(self, edits: frozenset[str]) -> Path:
        folder = self.root / "policies" / ("-".join(sorted(edits)) or "none")
        return folder if folder.is_dir() else edited(folder, edits)

    def plan(self, edits: frozenset[str]) -> Planned:
        from privacy_pipelines.policy.load import load

        if edits not in self.plans:
            self.plans[edits] = planned(self.store, load(self.policy(edits)), LATER, self.extracts)
        return self.plans[edits]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    """Four hundred people, one night."""
    root = tmp_path_factory.mktemp("compared")
    extracts, empty = root / "extracts", root / "empty"
    write_demo(extracts, people=400, nights=1, seed=7, until=NIGHT)
    empty.mkdir()
    policies = edited(root / "policies" / "none", ())
    at = datetime.combine(NIGHT, datetime.min.time(), tzinfo=UTC).replace(hour=2)
    for _ in night(Paths(policies, root / "store", extracts), run="night-1", as_of=NIGHT, at=at, first_load=True):
        pass
    return Compared(root, Store(root / "store"), empty)

"""What an edit marks, against what two judges find: the comparison of the two policies, and two whole plans that were made apart and are
compared cell by cell in Python (`tests/comparing/apart.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from privacy_pipelines.comparing.compare import marked
from privacy_pipelines.comparing.difference import Difference
from privacy_pipelines.demo import write_demo
from privacy_pipelines.pipeline import night
from privacy_pipelines.policy.load import load
from privacy_pipelines.store.generations import Store
from privacy_pipelines.values import Paths
from tests.comparing.apart import Planned, planned
from tests.comparing.edits import edited
from tests.redeciding.drawn_edits import Edit, drawn_edits

NIGHT = date(2026, 3, 10)


@dataclass(frozen=True)
class Company:
    """The demo company after a night, under the example policy with open guards."""

    root: Path
    store: Store

    @property
    def policies(self) -> Path:
        return self.root / "policies"

    def edits(self, count: int, seed: int) -> Iterator[Edit]:
        """Drawn edits of its policy."""
        return drawn_edits(self.policies, self.root / "edited", count, seed)

    def plan(self, edit: Edit | None) -> Planned:
        """A whole plan in which nothing arrives, read cell by cell."""
        nothing = self.root / "nothing"
        nothing.mkdir(exist_ok=True)
        return planned(self.store, edit.policy if edit else load(self.policies), NIGHT, nothing)


@dataclass(frozen=True)
class Trial:
    """Cohorts by who found them."""

    edit: str
    marked: frozenset[str]
    differing: frozenset[str]
    """By the comparison: with a record that fares otherwise."""
    apart: frozenset[str]
    """By two plans made apart: with a record of which a cell fares otherwise, the cohort it was in and the one that it is in."""
    moved: frozenset[str]
    """With a record that stands in another cohort."""

    @property
    def missed(self) -> frozenset[str]:
        """That a judge finds and nobody marked."""
        return (self.differing | self.apart | self.moved) - self.marked

    @property
    def excess(self) -> frozenset[str]:
        """Marked although no judge finds a record that fares otherwise there."""
        return self.marked - self.differing - self.apart

    @property
    def unexplained(self) -> frozenset[str]:
        """Of these, those without a record that came or went."""
        return self.excess - self.moved


def company(root: Path, people: int) -> Company:
    """Write its extracts and run its first night."""
    write_demo(root / "extracts", people=people, nights=1, seed=7, until=NIGHT)
    made = Company(root, Store(root / "store"))
    edited(made.policies, ())
    at = datetime.combine(NIGHT, datetime.min.time(), tzinfo=UTC).replace(hour=2)
    for _ in night(Paths(made.policies, made.store.root, root / "extracts"), run="night-1", as_of=NIGHT, at=at, first_load=True):
        pass
    return made


def tried(made: Company, edit: Edit, before: Planned | None) -> Trial:
    """One edit; without the plan `before` by the comparison alone, which is quick."""
    difference, marks = marked(made.store, load(made.policies), edit.policy, NIGHT)
    if before is None:
        return Trial(edit.said, frozenset(marks), _differing(difference), frozenset(), frozenset())
    after = made.plan(edit)
    concerned = {cell[:2] for cell in before.kinds.keys() | after.kinds.keys() if before.kinds.get(cell) != after.kinds.get(cell)}
    moved = {record for record, name in before.cohorts.items() if after.cohorts.get(record, name) != name}
    return Trial(edit.said, frozenset(marks), _differing(difference), _cohorts(concerned, before, after), _cohorts(moved, before, after))


Record = tuple[str, tuple[object, ...]]


def _cohorts(records: set[Record], *plans: Planned) -> frozenset[str]:
    return frozenset(plan.cohorts[record] for record in records for plan in plans if record in plan.cohorts)


def _differing(found: Difference) -> frozenset[str]:
    return frozenset(one.name for one in found.counts.by_cohort)

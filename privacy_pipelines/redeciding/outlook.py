"""Which cohorts the policy in the folder decides otherwise than the last night did: the comparison of the two policies on the current
generation and that night's day says so, record by record. The day does not move between nights, so nothing is out of date for having
grown older.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from privacy_pipelines.comparing.compare import marked
from privacy_pipelines.comparing.difference import Difference, shareable
from privacy_pipelines.comparing.markdown import markdown
from privacy_pipelines.errors import NotSealed
from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.redeciding.kept import Kept, Seal, keep, kept
from privacy_pipelines.redeciding.versions import night_version
from privacy_pipelines.retention.cohorts import COHORTS
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader
from privacy_pipelines.values import Paths

PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """The current generation under the policy of version `policy`."""

    generation: str
    as_of: date
    """The day that the night decided."""
    written_under: str
    policy: str
    known: Kept

    def version(self, cohort: str) -> str:
        """What the policy says of the cohort's records, as a digest: another one where it says something else of any of them."""
        return self.known.marks.get(cohort, night_version(self.written_under))

    @property
    def affected(self) -> tuple[str, ...]:
        """Cohorts with a record that fares otherwise than on the night, or stands in another cohort."""
        return tuple(name for name in COHORTS if name in self.known.marks)

    @property
    def seals(self) -> dict[str, Seal]:
        """Cohorts that were decided since the night."""
        return self.known.seals

    @property
    def out_of_date(self) -> tuple[str, ...]:
        """Cohorts whose last decision, the night's or one since, is not what the policy says now."""
        marks, seals = self.known.marks, self.known.seals
        return tuple(name for name in COHORTS if marks.get(name, "") != (seals[name].mark if name in seals else ""))


def outlook(paths: Paths) -> Outlook:
    """The policy folder over the store.

    Raises:
        PolicyErrors: the policy does not compile, or is not in force yet.
        NotSealed: no night has been completed.
        StoreError, StoreBusy: the store cannot be used.
    """
    return outlook_of(Store(paths.store), load(paths.policies))


def outlook_of(store: Store, policy: Policy) -> Outlook:
    """The same of a policy that is loaded. Compared once for each policy and generation, and kept."""
    with reader(store) as current:
        if current is None:
            raise NotSealed(f"{store.root}: no night has been completed yet, so there is nothing to decide again. Run one (nightly)")
        intent, name = current.intent, current.generation.name
        before = intent.rules_document()
    found = kept(store, name)
    if found.policy != policy.version:
        found = _told(found, store, before, policy, intent.as_of)
        with store.writing(PATIENCE_S):
            keep(store, found)
    return Outlook(name, intent.as_of, intent.policy_version, policy.version, found)


def _told(found: Kept, store: Store, before: Policy, policy: Policy, as_of: date) -> Kept:
    if before.version == policy.version:
        return replace(found, policy=policy.version, marks={}, changes={}, impact="")
    difference, marks = marked(store, before, policy, as_of)
    return replace(found, policy=policy.version, marks=marks, changes=_changes(difference), impact=markdown(difference))


def _changes(found: Difference) -> dict[str, list[list[str]]]:
    changes: dict[str, list[list[str]]] = {}
    for one in found.counts.by_cohort:
        changes.setdefault(one.name, []).append([one.what, str(shareable(one.records)), str(shareable(one.cells))])
    return changes

"""Decides cohorts again under the policy in the folder: the night's own stations, over the current generation and on the night's day, as a
rehearsal in which nothing arrives. What comes of it is sealed; nothing is planned, collected or erased.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace

from privacy_pipelines.deciding.seals import CohortCount
from privacy_pipelines.errors import StoreError
from privacy_pipelines.nights.rehearsal import rehearse
from privacy_pipelines.policy.load import load
from privacy_pipelines.redeciding.kept import Seal, keep, kept
from privacy_pipelines.redeciding.outlook import PATIENCE_S, Outlook, outlook_of
from privacy_pipelines.retention.cohorts import COHORTS, number_of
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.stations.deciding import decide_tonight, gather_tonight
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import NIGHT
from privacy_pipelines.store.night import Night, Pin
from privacy_pipelines.store.views import standing_views, stored_views
from privacy_pipelines.values import Paths


def redecide(paths: Paths, cohorts: Collection[str] | None = None) -> tuple[CohortCount, ...]:
    """Decide these cohorts, or all that are out of date, and seal each: what was sealed before an interruption stays sealed.

    Raises as `outlook` does; StoreError also where a night completed meanwhile, for it decided every cohort.
    """
    policy, store = load(paths.policies), Store(paths.store)
    rules, now = compile_rules(policy), outlook_of(store, policy)
    chosen = set(now.out_of_date if cohorts is None else cohorts)
    if not chosen:
        return ()
    with rehearse(store, Pin("redecide", now.as_of, now.generation, policy.version, first_load=False)) as night:
        stored_views(night.session, policy)
        standing_views(night.session, policy)
        gather_tonight(night, rules)
        counts = decide_tonight(night, rules, [name for name in COHORTS if name in chosen])
        seals = {one.cohort: _seal(night, rules, now, one) for one in counts}
    _keep(store, now, seals)
    return counts


def _seal(night: Night, rules: Rules, now: Outlook, one: CohortCount) -> Seal:
    rows = night.session.rows(f"SELECT tab, code, rows FROM {NIGHT}.codes WHERE cohort = ? ORDER BY ALL", [number_of(one.cohort)])
    decided = hashlib.sha256(repr(rows).encode()).hexdigest()
    return Seal(now.known.marks.get(one.cohort, ""), rules.policy.version, one.records, one.ended, decided)


def _keep(store: Store, now: Outlook, seals: dict[str, Seal]) -> None:
    with store.writing(PATIENCE_S):
        current = store.current()
        if current is None or current.name != now.generation:
            raise StoreError(
                f"{store.root}: a night was completed meanwhile, and decided every cohort. There is nothing left to decide again"
            )
        known = kept(store, now.generation)
        keep(store, replace(known, seals={**known.seals, **seals}))

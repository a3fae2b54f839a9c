"""Quiet days: until the day that the product names, a later night over the same rows decides every one of them as the first did."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from privacy_pipelines.nights.rehearsal import rehearse
from privacy_pipelines.policy.load import load
from privacy_pipelines.quiet.days import last_day
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.stations.arriving import arrive_tonight, check_tonight
from privacy_pipelines.stations.deciding import decide_tonight, gather_tonight, plan_tonight
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.layout import NIGHT
from privacy_pipelines.store.night import Pin
from privacy_pipelines.store.views import stored_views
from privacy_pipelines.values import Paths
from tests.oracle.compare import Comparison
from tests.oracle.extracts import Text, write
from tests.oracle.policies import Policy
from tests.oracle.trial import prepare as prepared

TRIED, APART = 8, 23
"""So many first nights, so many days apart, until one is found that has a quiet day after it: facts are drawn around days that count."""


def quiet_days(policy: Policy, facts: dict[str, list[Text]], root: Path) -> Comparison:
    """The night of a day and those that would repeat it: the counts of every code and cohort, the steps, and the tallies."""
    paths = prepared(policy, facts, root)
    for number in range(TRIED):
        day = policy.as_of + timedelta(days=APART * number)
        decided, last = _night(policy, facts, paths, day)
        later = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
        if later:
            rows = sum(count for *_, count in decided[0])
            differences = [
                f"{one} is not decided as {day}, though it was said to be"
                for one in later
                if _night(policy, facts, paths, one)[0] != decided
            ]
            return Comparison(rows * len(later), differences)
    return Comparison()


def _night(policy: Policy, facts: dict[str, list[Text]], paths: Paths, as_of: date) -> tuple[tuple[Any, ...], date]:
    """A first night to which these facts are sent; what it decided, and the last day that it calls quiet."""
    shutil.rmtree(paths.extracts)
    write(policy, paths.extracts, facts, as_of)
    rules = compile_rules(load(paths.policies))
    with rehearse(Store(paths.store), Pin("rehearsal", as_of, "", rules.policy.version, True)) as night:
        stored_views(night.session, rules.policy)
        arrive_tonight(paths.extracts, night, rules, ())
        check_tonight(night, rules)
        gather_tonight(night, rules)
        decide_tonight(night, rules, None)
        plan = plan_tonight(night, rules)
        codes = night.session.rows(f"SELECT tab, cohort, code, rows FROM {NIGHT}.codes ORDER BY ALL")
        steps = [(one.table, one.cluster, one.action, one.rows, one.cells, one.overdue) for one in plan.steps]
        return (codes, steps, plan.tallies), last_day(night.session, rules, as_of)

"""What a night asks and writes the index of the departed with."""

from __future__ import annotations

from privacy_pipelines.collector.answering import Answers
from privacy_pipelines.collector.departed import Index
from privacy_pipelines.extracts.landing import newest_landed
from privacy_pipelines.nights.memory import remembered
from privacy_pipelines.nights.record import inbox_of
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.store.layout import DEPARTED_KEY
from privacy_pipelines.store.night import Night


def departed_index(night: Night, policy: Policy) -> Index:
    """Its key, and what tonight's extracts tell of what the sources were asked to delete."""
    arrivals = inbox_of(night).arrivals
    return Index(night.store.secret(DEPARTED_KEY), Answers(arrivals, newest_landed(policy, remembered(night.session), arrivals)))

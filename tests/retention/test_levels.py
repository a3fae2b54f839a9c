"""Levels together: what an objection that is to be weighed does to a purpose, whatever else is said of its record (GDPR Art. 18, 21)."""

from __future__ import annotations

import pytest

from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Policy
from tests.retention.memory import decided
from tests.way.house import Company

SOURCE = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: profile}
      mail: {category: user.contact.email, serves: profile, type: email}
      seen_on: {category: user.content, serves: profile, type: date}
    events: {seen: seen_on}
  refusals:
    key: id
    fields:
      id: {category: user.unique_id, serves: proof}
      mail: {category: user.contact.email, serves: proof, type: email}
      made_on: {category: user.content, serves: proof, type: date}
    events: {refused: made_on}
objections:
  profiling: {table: refusals, match: {mail: people.mail}, from: made_on}
"""
PROFILE = """
starting_point: {event: seen, of: record}
period: P1M
settle: P14D
execution_window: P1M
objections: {profiling: restrict}
on_missing_event: {restrict: P6M, from: first_seen}
"""
PROOF = "nature: claims\nstarting_point: {event: refused, of: record}\nperiod: P1Y"


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return load(Company(tmp_path_factory.mktemp("company")).policy(SOURCE, profile=PROFILE, proof=PROOF).paths.policies)


def found(policy: Policy, seen: str, refusal: str = "", since: str = "") -> tuple[str, str]:
    """The level of the profile, and the state of its cells, on 2026-01-10."""
    people = f"id,mail,seen_on,_undetermined_since\nP1,ada@x.se,{seen},{since}\nP2,bo@x.se,2026-01-05,"
    one = decided(policy, "2026-01-10", people=people, refusals=f"id,mail,made_on\n{refusal or 'R2,di@x.se,2026-01-01'}")["people"]["P1"]
    return one.purposes["profile"].level.name, one.states["profile"]


@pytest.mark.parametrize(
    ("seen", "since", "alone", "objected"),
    [
        ("2025-12-31", "", ("IN_FORCE", "keep"), ("SETTLING", "restrict")),
        ("2025-12-01", "", ("SETTLING", "restrict"), ("SETTLING", "restrict")),
        ("2025-11-20", "", ("ERASABLE", "ended"), ("ERASABLE", "ended")),
        ("2025-10-31", "", ("OVERDUE", "ended"), ("OVERDUE", "ended")),
        ("", "", ("UNDETERMINED", "undetermined"), ("UNDETERMINED", "undetermined")),  # a date is wanting, and a person must find it
        ("", "2025-07-01", ("SETTLING", "restrict"), ("SETTLING", "restrict")),
        ("", "2025-05-01", ("OVERDUE", "ended"), ("OVERDUE", "ended")),
    ],
)
def test_an_objection_that_is_weighed_restricts_what_runs_and_hides_nothing_that_is_undetermined(
    policy: Policy, seen: str, since: str, alone: tuple[str, str], objected: tuple[str, str]
) -> None:
    assert found(policy, seen, since=since) == alone
    assert found(policy, seen, "R1,ada@x.se,2026-01-08", since) == objected
    assert found(policy, seen, "R1,ada@x.se,", since) == objected  # counts from the night that first saw it

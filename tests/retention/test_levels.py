"""Levels together: what an objection that is to be weighed does to a purpose, whatever else is said of its record (GDPR Art. 18, 21)."""

from __future__ import annotations

import pytest

from privacy_pipelines.policy.model import Policy
from tests.retention.memory import decided
from tests.retention.policies import policy as written

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
def policy() -> Policy:
    return law()


def law() -> Policy:
    """The policy of these tests."""
    return written(SOURCE, profile=PROFILE, proof=PROOF)


CASES = [
    ("2025-12-31", "", ("IN_FORCE", "keep"), ("SETTLING", "restrict")),
    ("2025-12-01", "", ("SETTLING", "restrict"), ("SETTLING", "restrict")),
    ("2025-11-20", "", ("ERASABLE", "ended"), ("ERASABLE", "ended")),
    ("2025-10-31", "", ("OVERDUE", "ended"), ("OVERDUE", "ended")),
    ("", "", ("UNDETERMINED", "undetermined"), ("UNDETERMINED", "undetermined")),  # a date is wanting, and a person must find it
    ("", "2025-07-01", ("SETTLING", "restrict"), ("SETTLING", "restrict")),
    ("", "2025-05-01", ("OVERDUE", "ended"), ("OVERDUE", "ended")),
]
"""The day of the event, since when it was undetermined, and the level and state without and with an objection."""


def found(policy: Policy, refused_on: str | None) -> list[tuple[str, str]]:
    """Of each case the level of the profile, and the state of its cells, on 2026-01-10; where they objected, on that day."""
    people = [f"{n},p{n}@x.se,{seen},{since}" for n, (seen, since, _, _) in enumerate(CASES)]
    refusals = [f"{n},p{n}@x.se,{refused_on}" for n in range(len(CASES)) if refused_on is not None]
    answer = decided(
        policy,
        "2026-01-10",
        people="\n".join(["id,mail,seen_on,_undetermined_since", *people, "P2,bo@x.se,2026-01-05,"]),
        refusals="\n".join(["id,mail,made_on", "R2,di@x.se,2026-01-01", *refusals]),
    )["people"]
    return [(one.purposes["profile"].level.name, one.states["profile"]) for one in (answer[str(n)] for n in range(len(CASES)))]


def test_an_objection_that_is_weighed_restricts_what_runs_and_hides_nothing_that_is_undetermined(policy: Policy) -> None:
    assert found(policy, None) == [alone for _, _, alone, _ in CASES]
    assert found(policy, "2026-01-08") == [objected for _, _, _, objected in CASES]
    assert found(policy, "") == [objected for _, _, _, objected in CASES]  # counts from the night that first saw it

"""Values that name several rows, by the statements alone: what they would find is nobody's, and its date is missing (LAW §5, 53)."""

from __future__ import annotations

from privacy_pipelines.policy.model import Policy
from tests.retention.memory import Decided, decided
from tests.retention.policies import policy as written

SOURCE = """
tables:
  readers:
    key: id
    subject: prospect
    fields:
      id: {category: user.unique_id, serves: [of_row, of_person]}
      mail: {category: user.contact.email, serves: [of_row, of_person], type: email}
      kind: {category: user.content, serves: of_row}
      seen_on: {category: user.content, serves: of_row, type: date}
    events: {seen: {at: seen_on, when: "kind <> 'draft'"}}
  visits:
    key: id
    links: {reader: readers}
    fields:
      id: {category: user.unique_id, serves: of_person}
      reader: {category: user.unique_id, serves: of_person}
      came_on: {category: user.content, serves: of_person, type: date}
    events: {came: came_on}
  letters:
    key: id
    links: {mail: {to: readers, column: mail}}
    scopes: {of_row: record, of_person: subject}
    fields:
      id: {category: user.unique_id, serves: [of_row, of_person]}
      mail: {category: user.contact.email, serves: [of_row, of_person], type: email}
      text: {category: user.content, serves: of_row}
      more: {category: user.content, serves: of_person}
"""
MISSING = "on_missing_event: {restrict: P6M, from: first_seen}"
PURPOSES = {
    "of_row": f"starting_point: {{event: seen, of: record}}\nperiod: P1M\n{MISSING}",
    "of_person": f"starting_point: {{event: came, of: subject}}\nperiod: P2M\n{MISSING}",
}


def law() -> Policy:
    """The policy of these tests."""
    return written(SOURCE, **PURPOSES)


def said(one: Decided) -> list[str]:
    """The last day kept and the level, by the row's own date and by its person's."""
    return [f"{found.until} {found.level.name}" if found.until else "none" for found in one.purposes.values()]


def test_what_a_shared_value_would_find_is_missing_since_it_was_first_so() -> None:
    """B and D share an address, E has one, nobody has that of L4, and F's day is empty."""
    readers = "id,mail,kind,seen_on\nB,b@x.se,a,2025-12-20\nD,b@x.se,a,2025-12-25\nE,e@x.se,a,2025-12-20\nF,f@x.se,a,"
    visits = "id,reader,came_on\nV1,B,2025-12-20\nV2,D,2025-12-20\nV3,E,2025-12-20"
    lines = ["L1,b@x.se,x,x,2026-01-05", "L2,b@x.se,x,x,", "L3,e@x.se,x,x,2026-01-05", "L4,z@x.se,x,x,", "L5,f@x.se,x,x,"]
    letters = "\n".join(["id,mail,text,more,_undetermined_since", *lines])
    found = decided(law(), "2026-01-10", readers=readers, visits=visits, letters=letters)["letters"]
    assert {key: said(one) for key, one in found.items()} == {
        "L1": ["2026-07-05 UNDETERMINED"] * 2,
        "L2": ["2026-07-10 UNDETERMINED"] * 2,
        "L3": ["2026-02-20 IN_FORCE", "2026-01-20 IN_FORCE"],
        "L4": ["none", "none"],
        "L5": ["none", "2026-07-10 UNDETERMINED"],
    }
    assert [key for key, one in found.items() if one.verdict.undetermined] == ["L1", "L2", "L4", "L5"]

"""Whom a row is about, by the statements alone: over one of several ways, of which kind, and by whose consent."""

from __future__ import annotations

import pytest

from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.ways import Hop, subjects_of, ways_to
from tests.retention.memory import Decided, decided
from tests.retention.policies import policy as written

SOURCE = """
tables:
  people:
    key: id
    subject: {kind: person, when: "role = 'P'", otherwise: legal_person}
    links: {boss: {to: staff, optional: true}}
    fields:
      id: {category: user.unique_id, serves: mailing}
      boss: {category: user.unique_id, serves: mailing}
      role: {category: user.content, serves: mailing}
  staff:
    key: id
    subject: member
    merged_into: master
    entity: code
    fields:
      id: {category: user.unique_id, serves: [joined, came, news]}
      mail: {category: user.contact.email, serves: joined, type: email}
      code: {category: system.operations}
      master: {category: user.unique_id, serves: joined}
      joined_on: {category: user.content, serves: joined, type: date}
    events: {joined: joined_on}
  visits:
    key: id
    links: {staff_id: staff}
    fields:
      id: {category: user.unique_id, serves: came}
      staff_id: {category: user.unique_id, serves: came}
      came_on: {category: user.content, serves: came, type: date}
    events: {visit: came_on}
  cards:
    key: id
    links: {who: {to: staff, columns: {staff_id: id, mail: mail}}}
    fields:
      id: {category: user.unique_id, serves: [joined, came]}
      staff_id: {category: user.unique_id, serves: [joined, came]}
      mail: {category: user.contact.email, serves: joined, type: email}
  keys:
    key: id
    links: {staff_id: staff}
    fields:
      id: {category: user.unique_id, serves: [joined, news]}
      staff_id: {category: user.unique_id, serves: [joined, news]}
  notes:
    key: id
    links: {person_id: {to: people, optional: true}, staff_id: {to: staff, optional: true}}
    fields:
      id: {category: user.unique_id, serves: [noted, of_member]}
      person_id: {category: user.unique_id, serves: noted}
      staff_id: {category: user.unique_id, serves: noted}
      noted_on: {category: user.content, serves: noted, type: date}
    events: {noted: noted_on}
  posts:
    key: id
    links: {of_id: {kind: of_type, to: {Person: people, Staff: staff}}}
    fields:
      id: {category: user.unique_id, serves: mailing}
      of_type: {category: user.content, serves: mailing}
      of_id: {category: user.unique_id, serves: mailing}
  letters:
    key: id
    links: {person_id: people, answer_to: {to: papers, optional: true}}
    fields:
      id: {category: user.unique_id, serves: mailing}
      answer_to: {category: user.unique_id, serves: mailing}
      person_id: {category: user.unique_id, serves: mailing}
  papers:
    key: id
    links: {letter_id: letters}
    fields:
      id: {category: user.unique_id, serves: mailing}
      letter_id: {category: user.unique_id, serves: mailing}
  doors:
    key: id
    links: {room: rooms}
    fields:
      id: {category: system.operations}
      room: {category: system.operations}
  rooms:
    key: id
    links: {part_of: {to: rooms, optional: true}}
    fields:
      id: {category: system.operations}
      part_of: {category: system.operations}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: proof}
      who: {category: user.unique_id, serves: proof}
      what: {category: user.content, serves: proof}
      status: {category: user.content, serves: proof}
      given_on: {category: user.content, serves: proof, type: date}
      until: {category: user.content, serves: proof, type: date}
consents:
  mailing: {table: consents, match: {who: people.id}, status: status, valid: [Given], from: given_on, until: until, when: "what = 'mail'"}
  news: {table: consents, match: {who: staff.id}, status: status, valid: [Given], from: given_on, until: until, when: "what = 'news'"}
objections:
  stop: {table: consents, match: {who: staff.id}, status: status, valid: [Objected], from: given_on, when: "what = 'stop'"}
"""
OF_ROW = "on_missing_event: {{restrict: P6M, from: first_seen}}\nstarting_point: {{event: {}, of: {}}}"
CONSENTED = "legal_basis: eu-gdpr:A6-1-a\nstarting_point: {{consent: {}}}"
PURPOSES = {
    "joined": OF_ROW.format("joined", "record").replace("record", "record, offset: end_of_fiscal_year"),
    "came": OF_ROW.format("visit", "subject") + "\nobjections: {stop: end}",
    "noted": OF_ROW.format("noted", "record"),
    "of_member": OF_ROW.format("noted", "record") + "\nsubjects: [member]",
    "mailing": CONSENTED.format("mailing"),
    "news": CONSENTED.format("[mailing, news]"),
    "proof": "nature: claims\nstarting_point: {consent: [mailing, news]}\nperiod: P1Y",
}
COMPANY = 'entities: {acme: {fiscal_year_end: "12-31", values: ["1"]}, beta: {fiscal_year_end: "04-30", values: ["2"]}}'
TODAY = "2026-01-10"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return law()


def law() -> Policy:
    """The policy of these tests."""
    return written(SOURCE, company=COMPANY, **PURPOSES)


def until(found: dict[str, Decided], purpose: str) -> dict[str, str]:
    """Key → the last day kept."""
    return {key: str(one.purposes[purpose].until) for key, one in found.items()}


def ways(found: tuple[tuple[Hop, ...], ...]) -> list[str]:
    """Each way by the tables that it comes to."""
    return sorted(" > ".join(hop.said.removeprefix("crm.") for hop in hops) for hops in found)


def test_a_row_is_about_the_nearest_persons_and_whoever_is_behind_one_of_them_is_somebody_else(policy: Policy) -> None:
    """Letters and papers name each other, and rooms one another; behind a person of a letter stands a boss."""
    nearest = {name: ways(subjects_of(policy, policy.table(f"crm.{name}"))) for name in ("papers", "notes", "people", "doors", "letters")}
    assert nearest == {
        "papers": ["letters (by letter_id) > people (by person_id)"],
        "notes": ["people (by person_id)", "staff (by staff_id)"],
        "people": [],
        "doors": [],
        "letters": ["people (by person_id)"],
    }
    every = {(name, to): ways(ways_to(policy, policy.table(f"crm.{name}"), f"crm.{to}")) for name in nearest for to in ("people", "staff")}
    assert every == {
        ("papers", "people"): nearest["papers"],
        ("papers", "staff"): [],
        ("notes", "people"): ["people (by person_id)"],
        ("notes", "staff"): ["staff (by staff_id)"],
        ("people", "people"): [""],
        ("people", "staff"): [],
        ("doors", "people"): [],
        ("doors", "staff"): [],
        ("letters", "people"): ["people (by person_id)"],
        ("letters", "staff"): [],
    }


def test_a_row_is_about_a_person_where_one_of_several_ways_leads_to_one(policy: Policy) -> None:
    """P is a person, F a firm, S of the staff. What is about a firm alone is kept, whatever has ended."""
    notes = {"P": ("P", ""), "F": ("F", ""), "S": ("", "S"), "FS": ("F", "S"), "PS": ("P", "S"), "X": ("", ""), "FX": ("F", "X")}
    lines = [f"{key},{person},{staff},2025-06-01" for key, (person, staff) in notes.items()]
    people, staff = "id,role\nP,P\nF,C", "id\nS"
    found = decided(policy, TODAY, people=people, staff=staff, notes="\n".join(["id,person_id,staff_id,noted_on", *lines]))["notes"]
    assert [key for key, one in found.items() if set(one.states.values()) == {"keep"}] == ["F", "FX"]
    assert until(found, "of_member") == {  # it excludes whose kind another row says, and nothing that no row says
        **dict.fromkeys(["P", "F", "S", "FS", "PS", "X", "FX"], "2025-06-01")
    }


def test_what_is_found_in_a_persons_own_row_is_of_its_legal_entity_and_of_the_whole_link(policy: Policy) -> None:
    """A is of acme, B of beta, C of none that is declared; D's card names another address than D has, so it names nobody."""
    staff = "id,code,mail,joined_on\nA,1,a@x.se,2026-01-05\nB,2,b@x.se,2026-01-05\nC,9,c@x.se,2026-01-05\nD,1,d@x.se,2026-01-05"
    cards = "id,staff_id,mail\nA,A,a@x.se\nB,B,b@x.se\nC,C,c@x.se\nD,D,other@x.se"
    keys = "id,staff_id\nA,A\nB,B\nC,C\nD,D"
    found = decided(policy, TODAY, staff=staff, cards=cards, keys=keys, visits="id,staff_id,came_on\nV,A,2026-01-05\nW,D,2026-01-05")
    ends = {"A": "2026-12-31", "B": "2026-04-30", "C": "2026-07-10"}
    assert until(found["staff"], "joined") == until(found["keys"], "joined") == {**ends, "D": "2026-12-31"}
    assert until(found["cards"], "joined") == {**ends, "D": "None"}
    assert until(found["cards"], "came") == {"A": "2026-01-05", "B": "None", "C": "None", "D": "None"}


def test_a_consent_by_a_persons_key_is_found_over_links_of_that_kind_even_where_the_person_has_left(policy: Policy) -> None:
    """1 is a person, and one of the staff, too; 2 has left."""
    consents = "id,who,what,status,given_on,until\nC1,1,mail,Given,2026-01-02,2026-03-01\nC2,2,mail,Given,2026-01-02,2026-04-01"
    posts = "id,of_type,of_id\nP1,Person,1\nP2,Staff,1\nP3,Person,3"
    letters = "id,person_id\nL1,1\nL2,2\nL3,3"
    papers = "id,letter_id\nA1,L1\nA2,L2\nA3,L3\nA4,L4"
    found = decided(policy, TODAY, people="id,role\n1,P", staff="id\n1", posts=posts, letters=letters, papers=papers, consents=consents)
    assert until(found["posts"], "mailing") == {"P1": "2026-02-28", "P2": "None", "P3": "None"}
    assert until(found["letters"], "mailing") == {"L1": "2026-02-28", "L2": "2026-03-31", "L3": "None"}
    assert until(found["papers"], "mailing") == {"A1": "2026-02-28", "A2": "2026-03-31", "A3": "None", "A4": "None"}


def test_what_was_said_for_a_merged_record_counts_beside_what_was_said_for_the_one_that_stays(policy: Policy) -> None:
    """M was merged into N, in three cases: by whose consent ends first, and by whose objection is the first."""
    cases = [("2026-03-01", "2026-04-01", "", ""), ("2026-04-01", "2026-03-01", "", ""), ("2026-03-01", "2026-03-01", "", "2026-01-08")]
    cases += [("2026-03-01", "2026-03-01", "2026-01-07", "2026-01-08"), ("2026-03-01", "2026-03-01", "2026-01-08", "2026-01-06")]
    staff, consents, keys, visits = ["id,master"], ["id,who,what,status,given_on,until"], ["id,staff_id"], ["id,staff_id,came_on"]
    for number, (of_n, of_m, stop_n, stop_m) in enumerate(cases):
        visits.append(f"V{number},N{number},2026-06-01")
        for key, ends, stop in (("N", of_n, stop_n), ("M", of_m, stop_m)):
            staff.append(f"{key}{number},{f'N{number}' if key == 'M' else ''}")
            keys.append(f"{key}{number},{key}{number}")
            consents.append(f"C{key}{number},{key}{number},news,Given,2026-01-02,{ends}")
            consents += [f"O{key}{number},{key}{number},stop,Objected,{stop},"] if stop else []
    rows = {"staff": staff, "consents": consents, "keys": keys, "visits": visits}
    found = decided(policy, TODAY, **{name: "\n".join(lines) for name, lines in rows.items()})
    consented, came = until(found["staff"], "news"), until(found["staff"], "came")
    assert [(consented[f"N{n}"], consented[f"M{n}"]) for n in range(2)] == [("2026-02-28", "2026-02-28"), ("2026-03-31", "2026-02-28")]
    stops = [("2026-06-01", "2026-01-07"), ("2026-01-06", "2026-01-06"), ("2026-01-07", "2026-01-05")]
    assert [(came[f"N{n}"], came[f"M{n}"]) for n in (2, 3, 4)] == stops
    assert [until(found["keys"], "news")[key] for key in ("N1", "M1")] == ["2026-03-31", "2026-03-31"]


def test_what_has_ended_for_everybody_counts_beside_what_lives_for_some(policy: Policy) -> None:
    """Of two consents the last to end: A withdrew the only one she gave, as B did before he gave another."""
    given = "C1,A,mail,Given,2022-01-02,2023-03-01\nC2,B,mail,Given,2022-01-02,2023-03-01\nC3,B,news,Given,2026-01-02,"
    found = decided(policy, TODAY, consents=f"id,who,what,status,given_on,until\n{given}")["consents"]
    assert until(found, "proof") == {"C1": "2024-03-01", "C2": "9999-12-31", "C3": "9999-12-31"}
    assert [one.purposes["proof"].level.name for one in found.values()] == ["OVERDUE", "IN_FORCE", "IN_FORCE"]

"""What rows say, by the statements alone: dates that count and dates that do not, fallbacks, notices, entities, kinds, shared values."""

from __future__ import annotations

import pytest

from privacy_pipelines.policy.model import Policy
from privacy_pipelines.values import OPEN
from tests.retention.memory import Decided, decided
from tests.retention.policies import policy as written

SOURCE = """
tables:
  people:
    key: id
    subject:
      - {kind: customer, when: "role = 'C'"}
      - {kind: supplier, when: "role = 'S'", otherwise: legal_person}
    merged_into: master
    fields:
      id: {category: user.unique_id, serves: [care, supply]}
      role: {category: user.content, serves: [care, supply]}
      master: {category: user.unique_id, serves: care}
      mail: {category: user.contact.email, serves: [care, letter], type: email}
      name: {category: user.name, serves: [care, supply]}
  deals:
    key: id
    links: {person_id: {to: people, optional: true}}
    collected: noted_on
    fields:
      id: {category: user.unique_id, serves: deal}
      person_id: {category: user.unique_id, serves: deal}
      status: {category: user.content, serves: deal}
      ended_at: {category: user.content, serves: deal, type: timestamp}
      cancelled_on: {category: user.content, serves: deal, type: date}
      changed_on: {category: user.content, serves: deal, type: date}
      noted_on: {category: user.content, serves: deal, type: date}
    events:
      deal_end: {at: [cancelled_on, ended_at], open_if: "status = 'open'", when: "status <> 'draft'", fallback: changed_on}
  visits:
    key: id
    links: {mail: {to: people, column: mail}}
    fields:
      id: {category: user.unique_id, serves: visit}
      mail: {category: user.contact.email, serves: visit, type: email}
      came_on: {category: user.content, serves: visit, type: date}
      left_on: {category: user.content, serves: visit, type: date}
    events: {visit: {at: {latest: [came_on, left_on]}}}
  papers:
    key: id
    links: {mail: {to: people, column: mail}}
    entity: code
    fields:
      id: {category: user.unique_id, serves: books}
      mail: {category: user.contact.email, serves: books, type: email}
      code: {category: user.content, serves: books}
      on_day: {category: user.content, serves: books, type: date}
    events: {paper: on_day}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: proof}
      mail: {category: user.contact.email, serves: proof, type: email}
      status: {category: user.content, serves: proof}
      given_on: {category: user.content, serves: proof, type: date}
consents:
  letter: {table: consents, match: {mail: people.mail}, status: status, valid: [Given], from: given_on}
"""
MISSING = "on_missing_event: {restrict: P6M, from: first_seen}"
PURPOSES = {
    "care": f"starting_point: {{event: deal_end, of: subject}}\nsubjects: [customer]\nperiod: P1M\n{MISSING}",
    "supply": f"starting_point: {{event: visit, of: subject}}\nsubjects: [supplier]\nperiod: P2M\nnature: claims\n{MISSING}",
    "letter": "legal_basis: eu-gdpr:A6-1-a\nstarting_point: {consent: letter}",
    "proof": "nature: claims\nstarting_point: {consent: letter}\nperiod: P1Y",
    "deal": f"""starting_point: {{event: deal_end, of: record}}
period: P1M
settle: P14D
effective_from: 2026-01-01
earlier: [{{effective_from: 2020-01-01, period: P3M, source: a test, approved_by: dpo}}]
{MISSING}""",
    "visit": f"starting_point: {{event: visit, of: record}}\nperiod: P1M\n{MISSING}",
    "books": f"""nature: duty
legal_basis: eu-gdpr:A6-1-c
starting_point: {{event: paper, of: record, offset: end_of_fiscal_year}}
{MISSING}""",
}
COMPANY = """
fiscal_year_end: "12-31"
plausible_dates: {ahead: P2Y, earliest: "2000-01-01"}
entities:
  acme: {fiscal_year_end: "04-30", values: ["1000", "1001"]}
"""
TODAY = "2026-01-10"
NIGHT = "2026-07-10"
"""The ceiling of what is missing since tonight."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return law()


def law() -> Policy:
    """The policy of these tests."""
    return written(SOURCE, company=COMPANY, **PURPOSES)


def said(one: Decided, purpose: str) -> str:
    """The last day kept, with a question mark where it is a ceiling's; open, or none."""
    found = one.purposes[purpose]
    if found.until is None:
        return "none"
    return "open" if found.until == OPEN else f"{found.until}{'?' if found.level.name == 'UNDETERMINED' else ''}"


DEALS = [
    ("ended,2026-01-05 12:00,,,", "2026-02-05"),
    ("ended,2026-01-05 23:30,,,", "2026-02-06"),  # C5: already the 6th in Stockholm
    ("ended,2026-01-05 12:00,2026-01-02,,", "2026-02-02"),  # the first that is filled
    ("open,2026-01-05 12:00,,,", "open"),  # asked first
    ("draft,2026-01-05 12:00,,,", "none"),  # no event
    ("draft,,,,", "none"),
    ("open,2026-01-05 12:00,,,2026-01-08", "2026-01-08"),  # deleted at its source: over, and settling
    ("ended,2026-01-05 12:00,,,2026-01-08", "2026-01-08"),
    ("ended,,,,", f"{NIGHT}?"),
    (",2026-01-05 12:00,,,", "none"),  # whether it is a draft is not known
    ("ended,9999-12-31 00:00,,,", f"{NIGHT}?"),
    ("ended,,1900-01-01,,", f"{NIGHT}?"),
    ("ended,,1999-12-31,,", f"{NIGHT}?"),  # before the earliest day that is believed
    ("ended,,2000-01-01,,", "2000-02-01"),
    ("ended,,2028-01-10,,", "2028-02-10"),  # the last day that is believed
    ("ended,,2028-01-11,,", f"{NIGHT}?"),
    ("ended,,,2025-12-01,", "2026-06-01?"),  # a missing date's ceiling counts from the day that the source knows
    ("ended,,,2026-01-10,", f"{NIGHT}?"),
    ("ended,,,2026-01-11,", f"{NIGHT}?"),  # if that is not to come
    ("ended,,,1999-12-31,", f"{NIGHT}?"),  # nor implausible
    ("ended,,2026-01-05,2025-12-01,", "2026-02-05"),  # and only then
]
"""`status,ended_at,cancelled_on,changed_on,_gone_since`, and the last day kept."""


@pytest.fixture(scope="module")
def deals(policy: Policy) -> dict[str, Decided]:
    """All of them, each with its number for a key."""
    header = "id,status,ended_at,cancelled_on,changed_on,_gone_since,_first_seen"
    lines = [f"{number},{row},2026-01-02" for number, (row, _) in enumerate(DEALS)]
    return decided(policy, TODAY, deals="\n".join([header, *lines]))["deals"]


@pytest.mark.parametrize("number", range(len(DEALS)), ids=[row for row, _ in DEALS])
def test_a_rows_date_counts_if_it_is_known_and_has_come_about(deals: dict[str, Decided], number: int) -> None:
    assert said(deals[str(number)], "deal") == DEALS[number][1]


def test_a_row_that_is_open_wants_no_date(policy: Policy) -> None:
    """Nothing is undetermined about D1, so no person has to look for one; about D2 and about an open one that vanished there is."""
    header = "id,status,cancelled_on,_gone_since"
    lines = ["D1,open,,", "D2,ended,,", "D3,ended,2026-01-05,", "D4,open,,2026-01-08", "D5,open,2026-01-05,2026-01-08"]
    found = decided(policy, TODAY, deals="\n".join([header, *lines]))["deals"]
    undetermined = {"D1": False, "D2": True, "D3": False, "D4": True, "D5": True}  # whatever day an open one still carries
    assert {key: one.verdict.undetermined for key, one in found.items()} == undetermined


NOTICES = [
    ("", "2025-12-31", "2025-12-31"),  # P3M to 2026-02-20, cut by P1M: on the new version's eve
    ("", "2026-01-01", "2025-12-20"),  # collected under the new notice: P1M alone
    ("2025-12-31", "2026-01-05", "2025-12-31"),  # an earlier day that the source knows
    ("2026-01-05", "2025-12-31", "2025-12-31"),  # not a later one
    ("1900-01-01", "2026-01-05", "2025-12-20"),  # nor one that stands for an unknown
    ("1999-12-31", "2026-01-05", "2025-12-20"),
]
"""When the source says it was collected, when it was first seen, and the last day kept."""


def test_the_notice_of_a_row_is_that_of_the_day_on_which_it_was_collected(policy: Policy) -> None:
    lines = [f"{number},ended,2025-11-20,{noted},{seen}" for number, (noted, seen, _) in enumerate(NOTICES)]
    found = decided(policy, TODAY, deals="\n".join(["id,status,cancelled_on,noted_on,_first_seen", *lines]))["deals"]
    assert [said(found[str(number)], "deal") for number in range(len(NOTICES))] == [until for _, _, until in NOTICES]


def test_the_first_day_of_a_notice_is_its_own_where_no_row_is_newer(policy: Policy) -> None:
    lines = [f"{number},ended,2025-11-20,{seen}" for number, (_, seen, _) in enumerate(NOTICES[:2])]
    found = decided(policy, TODAY, deals="\n".join(["id,status,cancelled_on,_first_seen", *lines]))["deals"]
    assert [said(found[str(number)], "deal") for number in range(2)] == [until for _, _, until in NOTICES[:2]]


def test_of_three_notices_each_counts_for_its_own_rows_though_two_of_them_have_ended() -> None:
    """P1M, then P2M from 2022, then P24M from 2025: all of 2025-06-01, so only what was collected under the last lives on."""
    earlier = [
        f"{{period: {period}, effective_from: {since}, approved_by: dpo}}"
        for period, since in (("P1M", "2020-01-01"), ("P2M", "2022-01-01"))
    ]
    deal = f"starting_point: {{event: deal_end, of: record}}\nperiod: P24M\neffective_from: 2025-01-01\nearlier: [{', '.join(earlier)}]"
    rows = "id,status,cancelled_on,_first_seen\nA,ended,2025-06-01,2025-07-01\nB,ended,2025-06-01,2023-07-01\nC,ended,2025-06-01,2021-07-01"
    found = decided(written(SOURCE, company=COMPANY, **{**PURPOSES, "deal": deal}), TODAY, deals=rows)["deals"]
    assert [said(found[key], "deal") for key in "ABC"] == ["2027-06-01", "2025-08-01", "2025-07-01"]
    assert [found[key].purposes["deal"].level.name for key in "ABC"] == ["IN_FORCE", "OVERDUE", "OVERDUE"]


VISITS = [
    ("2026-01-01", "2025-12-01", "2026-02-01"),
    ("2025-12-01", "2026-01-01", "2026-02-01"),
    ("2026-01-01", "", "2026-02-01"),
    ("", "2026-01-01", "2026-02-01"),
    ("", "", f"{NIGHT}?"),
    ("2026-01-01", "1900-01-01", f"{NIGHT}?"),  # of the latest of several, none may be unknown
    ("9999-12-31", "2026-01-01", f"{NIGHT}?"),
]
"""Two days of one visit, and the last day kept."""


def test_the_latest_of_several_dates_counts_if_none_is_unknown(policy: Policy) -> None:
    lines = [f"{number},{came},{left}" for number, (came, left, _) in enumerate(VISITS)]
    found = decided(policy, TODAY, visits="\n".join(["id,came_on,left_on", *lines]))["visits"]
    assert [said(found[str(number)], "visit") for number in range(len(VISITS))] == [until for _, _, until in VISITS]


PAPERS = [
    ("1000", "2025-05-01", "2026-04-30"),
    ("1001", "2025-04-30", "2025-04-30"),
    ("2000", "2025-05-01", f"{NIGHT}?"),  # an entity that nobody declared has no calendar
    ("", "2025-05-01", f"{NIGHT}?"),
    ("1000", "", f"{NIGHT}?"),
    ("2000", "", f"{NIGHT}?"),
]
"""A legal entity's code, a day, and the last day kept."""


def test_a_rows_legal_entity_says_which_fiscal_year_counts(policy: Policy) -> None:
    lines = [f"{number},{code},{on}" for number, (code, on, _) in enumerate(PAPERS)]
    found = decided(policy, TODAY, papers="\n".join(["id,code,on_day", *lines]))["papers"]
    assert [said(found[str(number)], "books") for number in range(len(PAPERS))] == [until for _, _, until in PAPERS]


PEOPLE = "id,role,master,mail,name\nA,C,,a@x.se,Ada\nB,S,,b@x.se,Bo\nF,,,f@x.se,Firm\nM,C,A,m@x.se,Ada"


def test_each_kind_of_person_lives_by_its_own_purposes_and_a_legal_person_by_none(policy: Policy) -> None:
    deals = "id,person_id,status,cancelled_on\nD1,A,ended,2025-12-31\nD2,B,ended,2026-01-31\nD3,M,ended,2026-03-31\nD4,F,ended,2026-03-31"
    visits = "id,mail,came_on,left_on\nV1,a@x.se,2026-01-05,\nV2,b@x.se,2025-12-05,\nV3,b@x.se,2025-11-05,"
    found = decided(policy, TODAY, people=PEOPLE, deals=deals, visits=visits)["people"]
    assert {key: (said(one, "care"), said(one, "supply")) for key, one in found.items() if key != "F"} == {
        "A": ("2026-04-30", "none"),  # M was merged into A: the later of their deals
        "B": ("none", "2026-02-05"),  # the later of two visits
        "M": ("2026-04-30", "none"),
    }
    assert set(found["F"].states.values()) == {"keep"}
    assert [found[key].states["care+supply"] for key in "ABM"] == ["keep", "restrict", "keep"]


def test_a_missing_date_of_a_persons_row_waits_beside_the_latest_that_is_known(policy: Policy) -> None:
    deals = "id,person_id,status,cancelled_on,changed_on\nD1,A,ended,2025-12-31,\nD2,A,ended,,2025-12-01\nD3,M,draft,,"
    found = decided(policy, TODAY, people=PEOPLE, deals=deals)["people"]
    assert {key: said(found[key], "care") for key in "AM"} == {"A": "2026-06-01", "M": "2026-06-01"}
    later = deals + "\nD4,A,ended,,2025-12-05"  # the last of the days that rows say
    found = decided(policy, TODAY, people=PEOPLE, deals=later)["people"]
    assert said(found["A"], "care") == "2026-06-05"
    both = deals + "\nD4,A,ended,,"  # one of them has no such day: tonight's
    found = decided(policy, TODAY, people=PEOPLE, deals=both)["people"]
    assert said(found["A"], "care") == NIGHT


def test_a_record_is_undetermined_by_its_own_date_and_is_known_to_have_been_and_to_be_in_the_store(policy: Policy) -> None:
    """Not by that of another row: A's deal is on the steward's list, and A is not."""
    lines = ["D1,A,ended,,,true", "D2,A,ended,2026-01-05,2026-01-09,false", "D3,A,ended,,2026-01-09,false"]
    deals = "\n".join(["id,person_id,status,cancelled_on,_undetermined_since,_in_store", *lines])
    found = decided(policy, TODAY, people=PEOPLE, deals=deals)
    assert not found["people"]["A"].verdict.undetermined
    verdicts = [found["deals"][key].verdict for key in ("D1", "D2", "D3")]
    assert [(one.in_store, one.undetermined, one.was_undetermined) for one in verdicts] == [
        (True, True, False),
        (False, False, True),
        (False, True, True),
    ]
    assert said(found["deals"]["D3"], "deal") == "2026-07-09?"  # its ceiling counts from the night since which it has been so


def test_what_was_merged_ends_with_the_record_that_stays_and_does_not_outlast_its_own_end(policy: Policy) -> None:
    """By what was deleted at the source: N stays, M was merged into it; each pair has one, the other, or both gone."""
    gone = [("2026-01-05", "", "2026-01-05"), ("", "2026-01-06", "2026-01-06"), ("2026-01-05", "2026-01-03", "2026-01-03")]
    people = [
        f"{key}{n},C,{master},{day}"
        for n, (of_n, of_m, _) in enumerate(gone)
        for key, master, day in (("N", "", of_n), ("M", f"N{n}", of_m))
    ]
    deals = [f"D{n},N{n},ended,2025-12-31" for n in range(len(gone))]
    found = decided(
        policy,
        TODAY,
        people="\n".join(["id,role,master,_gone_since", *people]),
        deals="\n".join(["id,person_id,status,cancelled_on", *deals]),
    )["people"]
    assert [said(found[f"M{n}"], "care") for n in range(len(gone))] == [until for *_, until in gone]
    assert [said(found[f"N{n}"], "care") for n in range(len(gone))] == ["2026-01-05", "2026-01-31", "2026-01-05"]


def test_a_value_that_names_several_rows_names_nobody_and_what_it_would_find_is_missing(policy: Policy) -> None:
    people = "id,role,master,mail,name\nB,S,,b@x.se,Bo\nD,S,,b@x.se,Di\nE,S,,e@x.se,Ed"
    visits = "id,mail,came_on,left_on\nV1,b@x.se,2025-12-05,\nV2,e@x.se,2025-12-05,\nV3,,2025-12-05,"
    answer = decided(policy, TODAY, people=people, visits=visits)
    found = answer["people"]
    assert {key: said(one, "supply") for key, one in found.items()} == {"B": f"{NIGHT}?", "D": f"{NIGHT}?", "E": "2026-02-05"}
    assert {key: one.states["visit"] for key, one in answer["visits"].items()} == dict.fromkeys(("V1", "V2", "V3"), "ended")


def test_what_a_vanished_row_said_stays_evidence_beside_the_rows_that_are_there(policy: Policy) -> None:
    deals = ["D1,A,ended,2025-12-31,", "D2,A,ended,2026-01-20,2026-01-08", "D3,M,ended,2025-12-05,2026-01-08", "D4,M,ended,2026-01-25,"]
    people = "id,role\nA,C\nM,C"
    found = decided(policy, TODAY, people=people, deals="\n".join(["id,person_id,status,cancelled_on,_gone_since", *deals]))["people"]
    assert {key: said(one, "care") for key, one in found.items()} == {"A": "2026-02-20", "M": "2026-02-25"}


def test_a_merged_record_needs_both_consents(policy: Policy) -> None:
    """N has no address of its own. Each case has people of its own: of `both` the record that stays and the merged one consented."""
    given = {"both": "AM", "one": "A", "own": "M"}
    people = [f"{key}{case},C,{master and master + case},{mail and mail + case}@x.se" for case in given for key, master, mail in PERSONS]
    consents = [f"{case}{one},{one}{case}@x.se,Given,2026-01-01" for case, who in given.items() for one in who]
    rows = "\n".join(["id,role,master,mail", *people]).replace(",@x.se", ",")
    found = decided(policy, TODAY, people=rows, consents="\n".join(["id,mail,status,given_on", *consents]))["people"]
    assert {case: [said(found[f"{key}{case}"], "letter") for key in "AMN"] for case in given} == {
        "both": ["open", "open", "none"],
        "one": ["open", "none", "none"],
        "own": ["none", "none", "none"],
    }


PERSONS = (("A", "", "A"), ("M", "A", "M"), ("N", "A", ""))
"""A record, and two that were merged into it: key, master, and the name of an address."""


def test_a_record_about_which_nothing_is_known_waits_from_the_night_that_first_found_it_so(policy: Policy) -> None:
    """The company's ceiling is twelve months; a key that its source deleted is over after its table's longest settling days."""
    since = {"": "undetermined", "2025-01-10": "undetermined", "2025-01-09": "ended"}
    gone = {"2025-12-27": "undetermined", "2025-12-26": "ended"}
    lines = [*(f"since {day},draft,{day},,true" for day in since), *(f"gone {day},draft,,{day},true" for day in gone)]
    found = decided(policy, TODAY, deals="\n".join(["id,status,_undetermined_since,_gone_since,_in_store", *lines]))["deals"]
    assert {day: found[f"since {day}"].states["deal"] for day in since} == since
    assert {day: found[f"gone {day}"].states["deal"] for day in gone} == gone

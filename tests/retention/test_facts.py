"""What is known of a person's events, by the statements alone: over which rows, over which no more, and what departed rows had said."""

from __future__ import annotations

from datetime import date

import pytest
from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import tonight
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.retention.facts import facts_statement, latest_events, shortcut
from privacy_pipelines.retention.leaving import Leaving
from privacy_pipelines.retention.ways import Hop, event_route
from privacy_pipelines.values import OPEN
from tests.retention.memory import Decided, decided, gathered, read
from tests.retention.policies import policy as written

SOURCE = """
tables:
  people:
    key: id
    subject: customer
    merged_into: master
    fields:
      id: {category: user.unique_id, serves: [deals, stays]}
      master: {category: user.unique_id, serves: deals}
      mail: {category: user.contact.email, serves: stays, type: email}
      phone: {category: user.contact.phone_number, serves: stays}
  deals:
    key: id
    links: {person_id: people}
    entity: code
    fields:
      id: {category: user.unique_id, serves: deals}
      person_id: {category: user.unique_id, serves: deals}
      code: {category: system.operations}
      status: {category: user.content, serves: deals}
      begun_on: {category: user.content, serves: deals, type: date}
      ended_on: {category: user.content, serves: deals, type: date}
    events:
      begin: begun_on
      deal_end: {at: ended_on, open_if: "status = 'open'", when: "status <> 'draft'"}
  visits:
    key: id
    links: {who: {to: people, columns: {mail: mail, phone: phone}}}
    fields:
      id: {category: user.unique_id, serves: stays}
      mail: {category: user.contact.email, serves: stays, type: email}
      phone: {category: user.contact.phone_number, serves: stays}
      ref: {category: user.content, serves: stays}
  stays:
    key: id
    links: {ref: {to: visits, column: ref}}
    fields:
      id: {category: user.unique_id, serves: stays}
      ref: {category: user.content, serves: stays}
      left_on: {category: user.content, serves: stays, type: date}
    events: {stay: left_on}
  bills:
    key: id
    links: {ref: {to: visits, column: ref}}
    fields:
      id: {category: user.unique_id, serves: stays}
      ref: {category: user.content, serves: stays}
  houses:
    key: id
    fields:
      id: {category: system.operations}
  gifts:
    key: id
    links: {house_id: houses}
    scopes: {gifts: record}
    fields:
      id: {category: user.unique_id, serves: gifts}
      house_id: {category: user.unique_id, serves: gifts}
      given_on: {category: user.content, serves: gifts, type: date}
    events: {gift: given_on}
  readers:
    key: id
    subject: reader
    links: {of_id: {kind: of_type, to: {House: houses, Reader: readers}}}
    fields:
      id: {category: user.unique_id, serves: [gifts, notes, hints, calls]}
      of_type: {category: user.content, serves: notes}
      of_id: {category: user.unique_id, serves: notes}
      to_id: {category: user.content, serves: hints}
  notes:
    key: id
    links: {about_id: {kind: about, to: {Reader: readers, House: houses}}}
    fields:
      id: {category: user.unique_id, serves: notes}
      about: {category: user.content, serves: notes}
      about_id: {category: user.unique_id, serves: notes}
      noted_on: {category: user.content, serves: notes, type: date}
    events: {note: noted_on}
  hints:
    key: id
    links: {of_id: {kind: of_type, to: {Note: notes, Gift: gifts}}}
    fields:
      id: {category: user.unique_id, serves: hints}
      of_type: {category: user.content, serves: hints}
      of_id: {category: user.unique_id, serves: hints}
      given_on: {category: user.content, serves: hints, type: date}
    events: {hint: given_on}
  offices:
    key: id
    fields:
      id: {category: user.unique_id, serves: calls}
      closed_on: {category: user.content, serves: calls, type: date}
    events: {closing: closed_on}
  calls:
    key: id
    links: {reader_id: readers, to_id: {kind: to_type, to: {Office: offices, House: houses}}}
    scopes: {calls: record}
    fields:
      id: {category: user.unique_id, serves: calls}
      reader_id: {category: user.unique_id, serves: calls}
      to_type: {category: user.content, serves: calls}
      to_id: {category: user.unique_id, serves: calls}
      remark: {category: user.content, serves: notes}
"""
OF_SUBJECT = "starting_point: {{event: {}, of: subject}}\non_missing_event: {{restrict: P6M, from: first_seen}}"
PURPOSES = {
    "deals": OF_SUBJECT.format("deal_end").replace("of: subject", "of: subject, offset: end_of_fiscal_year"),
    "stays": OF_SUBJECT.format("stay"),
    "gifts": OF_SUBJECT.format("gift"),
    "notes": OF_SUBJECT.format("note"),
    "hints": OF_SUBJECT.format("hint"),
    "calls": OF_SUBJECT.format("closing"),
}
COMPANY = 'entities: {acme: {fiscal_year_end: "12-31", values: ["1"]}}'
TODAY = "2026-01-10"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return law()


def law() -> Policy:
    """The policy of these tests."""
    return written(SOURCE, company=COMPANY, **PURPOSES)


def until(found: dict[str, Decided], purpose: str) -> dict[str, str]:
    """Key → the last day kept, with a question mark where it is a ceiling's."""
    said = {key: one.purposes[purpose] for key, one in found.items()}
    return {key: f"{one.until}{'?' if one.level.name == 'UNDETERMINED' else ''}" for key, one in said.items()}


def test_what_a_row_names_as_another_kind_is_not_its_own(policy: Policy) -> None:
    """R2 is about a reader of the house's number, and N2 about a house of the reader's."""
    readers = "id,of_type,of_id\n1,House,7\n2,Reader,7\n3,House,8"
    gifts = "id,house_id,given_on\nG1,7,2026-01-08\nG2,8,2026-01-09"
    notes = "id,about,about_id,noted_on\nN1,Reader,1,2026-01-06\nN2,House,2,2026-01-07"
    hints = "id,of_type,of_id,given_on\nH1,Note,N1,2026-01-04\nH2,Gift,N1,2026-01-05\nH3,Note,N2,2026-01-05"
    offices, calls = "id,closed_on\n5,2026-01-03\n6,2026-01-02", "id,reader_id,to_type,to_id\nC1,1,House,5\nC2,1,Office,6\nC3,2,House,6"
    rows = {"houses": "id\n7\n8", "readers": readers, "gifts": gifts, "notes": notes, "hints": hints, "offices": offices, "calls": calls}
    found = decided(policy, TODAY, **rows)["readers"]
    assert until(found, "gifts") == {"1": "2026-01-08", "2": "None", "3": "2026-01-09"}
    assert until(found, "notes") == {"1": "2026-01-06", "2": "None", "3": "None"}
    assert until(found, "hints") == {"1": "2026-01-04", "2": "None", "3": "None"}
    assert until(found, "calls") == {"1": "2026-01-02", "2": "None", "3": "None"}


def test_a_draft_of_a_legal_entity_that_nobody_declared_has_no_missing_date(policy: Policy) -> None:
    deals = "id,person_id,code,status,ended_on\nD1,A,9,draft,\nD2,B,9,ended,2026-01-05\nD3,C,1,ended,2026-01-05"
    found = decided(policy, TODAY, people="id\nA\nB\nC", deals=deals)["people"]
    assert until(found, "deals") == {"A": "None", "B": "2026-07-10?", "C": "2026-12-31"}


def test_a_value_of_several_columns_names_several_rows_where_all_of_them_are_the_same(policy: Policy) -> None:
    """A and B share an address, B and C a number, D and E both, I and they one; visits V6 and V7 share a reference."""
    people = "id,mail,phone\nA,a@x.se,1\nB,a@x.se,2\nC,c@x.se,2\nD,d@x.se,4\nE,d@x.se,4\nF,f@x.se,6\nG,g@x.se,7\nH,h@x.se,8\nI,d@x.se,9"
    visits = [
        "V1,a@x.se,1,r1",
        "V2,a@x.se,2,r2",
        "V3,c@x.se,2,r3",
        "V4,d@x.se,4,r4",
        "V6,f@x.se,6,r6",
        "V7,g@x.se,7,r6",
        "V8,h@x.se,8,r8",
        "V9,d@x.se,9,r9",
    ]
    stays = ["S1,r1,2026-01-08", "S2,r2,2026-01-08", "S3,r3,2026-01-08", "S4,r4,", "S6,r6,2026-01-08", "S8,r8,", "S9,r9,2026-01-08"]
    bills = "id,ref\nB1,r1\nB4,r4\nB6,r6\nB8,r8\nB9,r9\nB0,r0"
    rows = {"visits": "\n".join(["id,mail,phone,ref", *visits]), "stays": "\n".join(["id,ref,left_on", *stays])}
    answer = decided(policy, TODAY, people=people, bills=bills, **rows)
    found = answer["people"]
    assert until(found, "stays") == {**dict.fromkeys("ABCI", "2026-01-08"), **dict.fromkeys("DEFGH", "2026-07-10?")}
    missing = dict.fromkeys(("B4", "B6", "B8"), "2026-07-10?")
    asked = [key for table in ("bills", "stays", "people") for key, one in answer[table].items() if one.verdict.undetermined]
    assert sorted(asked) == ["B0", "B4", "B6", "B8", "S4", "S8"]  # where somebody can say more: no person's own row
    assert until(answer["bills"], "stays") == {"B1": "2026-01-08", "B9": "2026-01-08", **missing, "B0": "None"}


OLD = """id,deal_end@acme_since,deal_end@acme_gone,deal_end@acme_lost,deal_end@?_since,deal_end@?_gone,deal_end@?_lost
A,2025-12-10,2025-11-01,2025-12-10,,,
M,2025-12-05,2025-12-01,2025-12-05,,2025-10-01,
B,2025-12-11,2025-12-24,2025-12-11,2025-12-20,,
D,2025-12-12,,,2025-12-13,,2025-12-01
X,2025-01-01,2026-01-09,2025-01-01,,,"""
"""What was known the night before: of A, of M that has since been merged into it, of B and D, and of X who is not there any more."""


PARTS = ("_since", "_gone", "_lost")


def test_what_departed_rows_said_is_known_beside_what_others_say_and_of_every_name(policy: Policy) -> None:
    """For each person the events of acme, then those of no legal entity: the latest day, since when one is missing, and of departed rows
    the latest day and since when one was missing. Of A the first night of a missing date and the last of the days; C is new. What was
    missing of a row of D's that is there still, the source has corrected or taken back."""
    people = read("id,master\nA,\nM,A\nB,\nC,\nD,")
    deals = read("id,person_id,code,status,ended_on\nD2,C,1,ended,\nD3,B,1,ended,2025-01-05\nD4,B,9,ended,\nD5,D,9,ended,")
    with gathered(policy, date.fromisoformat(TODAY), {"crm.people": people, "crm.deals": deals}) as (opened, rules):
        (subject, routes) = next((policy.table(name), routes) for name, routes in rules.facts if name == "crm.people")
        id_name, *names = OLD.splitlines()[0].split(",")
        days = ", ".join(f"{sql.text(sql.ident(name))} DATE" for name in names)
        opened.run(f"CREATE TABLE old ({id_name} VARCHAR, {days})")
        opened.insert(exp.to_table("old"), [list(row.values()) for row in read(OLD)])
        known = {"deal_end@acme", "deal_end@?"}
        statement = facts_statement(tonight(rules, date.fromisoformat(TODAY)), subject, routes, known, exp.to_table("old"))
        columns = [col for name in ("deal_end@acme", "deal_end@?") for col in (name, *(f"{name}{part}" for part in PARTS))]
        asked = exp.select("id", *(sql.col(name) for name in columns), *(f"stay{part}" for part in PARTS)).from_(statement.subquery("f"))
        found = {key: [str(value) if value else "" for value in said] for key, *said in opened.rows(asked)}
    assert found == {
        "A": ["", "2025-12-05", "2025-12-01", "2025-12-05", "", "", "2025-10-01", "", "", "", ""],
        "M": [""] * 11,  # what is said of it is said of A
        "B": ["2025-01-05", "2025-12-11", "2025-12-24", "2025-12-11", "", "2025-12-20", "", "", "", "", ""],
        "C": ["", TODAY, "", "", "", "", "", "", "", "", ""],
        "D": ["", "", "", "", "", "2025-12-13", "", "2025-12-01", "", "", ""],
    }


def test_what_rows_that_leave_had_said_is_a_day_or_missing_and_never_open(policy: Policy) -> None:
    """Of the deals of each person one leaves tonight, and F's stays."""
    deals = ["A1,A,ended,2026-01-05", "B1,B,open,2026-01-06", "C1,C,ended,", "F1,F,ended,2026-01-07", "A2,A,ended,2026-01-09"]
    rows = {"crm.deals": read("\n".join(["id,person_id,status,ended_on", *deals])), "crm.people": read("id\nA\nB\nC\nF")}
    with gathered(policy, date.fromisoformat(TODAY), rows) as (opened, rules):
        opened.run("CREATE SCHEMA going")
        for table in ("crm.people", "crm.deals"):
            opened.run(f'CREATE TABLE going."{table}" (id VARCHAR, row_gone BOOLEAN, take UBIGINT)')
        opened.insert(sql.table("going", "crm.deals"), [["A1", True, 0], ["B1", True, 0], ["C1", True, 0], ["F1", False, 0]])
        hops = next(route.hops for name, routes in rules.facts if name == "crm.people" for route in routes if route.event == "deal_end")
        events = latest_events(tonight(rules, date.fromisoformat(TODAY)), hops, "deal_end", leaving=Leaving("going", rules))
        found = {key: (str(latest) if latest else "", missing) for key, latest, missing in opened.rows(events)}
    assert found == {"A": ("2026-01-05", False), "B": ("", True), "C": ("", True)}
    assert str(OPEN) not in str(found)


def test_the_kind_by_which_a_link_is_taken_lives_as_long_as_what_is_found_over_it(policy: Policy) -> None:
    """A reader's gifts are found over `of_id`, where `of_type` says that it is a house."""
    (together,) = [cluster for cluster in compile_rules(policy).of("crm.readers").clusters if "of_id" in cluster.columns]
    assert (together.name, together.columns) == ("gifts+notes", ("of_id", "of_type"))


def test_of_a_way_to_an_event_only_the_first_step_is_read_from_a_persons_own_row(policy: Policy) -> None:
    """A reader's closings are found over her calls, and from those over their `to_id`: her own column of that name is another thing."""
    (alone,) = [cluster for cluster in compile_rules(policy).of("crm.readers").clusters if "to_id" in cluster.columns]
    assert alone.name == "hints"


def test_a_row_on_a_way_is_cut_where_it_is_found_and_where_it_leads_on(policy: Policy) -> None:
    """The call, of whatever number of steps the way is: by the cell that names its reader, and the one that names the office."""
    rules = compile_rules(policy)
    calls, on, far = (
        Hop(("id",), "crm.calls", ("reader_id",), down=True),
        Hop(("to_id",), "crm.offices", ("id",)),
        Hop(("id",), "crm.gifts", ("house_id",), down=True),
    )
    bits = {column: 1 << n for n, cluster in enumerate(rules.of("crm.calls").clusters) for column in cluster.columns}
    for hops, number, columns in (
        ((calls,), 0, ("reader_id",)),
        ((calls, on), 0, ("reader_id", "to_id")),
        ((calls, on, far), 0, ("reader_id", "to_id")),
        ((far, calls, on), 1, ("reader_id", "to_id")),
        ((far, calls, far), 1, ("reader_id",)),
    ):
        mask = sum({bits[column] for column in columns})
        assert f"& {mask})" in sql.text(Leaving("going", rules).cuts(hops, number, "x"))


def test_what_is_found_over_a_cell_that_goes_is_found_no_more(policy: Policy) -> None:
    """Of a call the cell that names the office, the one that names its reader, or a remark: only that one leads nowhere."""
    calls = read("id,reader_id,to_type,to_id\nto_id,1,Office,5\nreader_id,2,Office,5\nremark,3,Office,5")
    rows = {"crm.calls": calls, "crm.offices": read("id,closed_on\n5,2026-01-03"), "crm.readers": read("id\n1\n2\n3")}
    with gathered(policy, date.fromisoformat(TODAY), rows) as (opened, rules):
        opened.run("CREATE SCHEMA going")
        for table in ("crm.calls", "crm.offices"):
            opened.run(f'CREATE TABLE going."{table}" (id VARCHAR, row_gone BOOLEAN, take UBIGINT)')
        clusters = rules.of("crm.calls").clusters
        bits = {column: 1 << n for n, cluster in enumerate(clusters) for column in cluster.columns}
        assert len({bits[row["id"]] for row in calls}) == len(calls)
        opened.insert(sql.table("going", "crm.calls"), [[row["id"], False, bits[row["id"]]] for row in calls])
        hops = event_route(policy, policy.table("crm.readers"), "closing")
        assert hops is not None
        events = latest_events(tonight(rules, date.fromisoformat(TODAY)), hops, "closing", leaving=Leaving("going", rules))
        assert sorted(key for key, *_ in opened.rows(events)) == ["1", "2"]


UP, DOWN = Hop(("house_id",), "crm.houses", ("id",)), Hop(("id",), "crm.gifts", ("house_id",), down=True)
FAR = Hop(("person_id",), "crm.people", ("id",))


def test_a_table_through_which_a_way_only_passes_on_one_column_is_left_out() -> None:
    straight = Hop(("house_id",), "crm.gifts", ("house_id",))
    assert shortcut((UP, DOWN)) == (straight,)
    assert shortcut((FAR, UP, DOWN)) == (FAR, straight)
    assert shortcut((UP, DOWN, FAR)) == (straight, FAR)
    assert shortcut((FAR, UP)) == (FAR, UP)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Hop(UP.columns, UP.to, UP.to_columns, kind=("of_type", "House")), DOWN),
        (UP, Hop(DOWN.columns, DOWN.to, DOWN.to_columns, kind=("about", "House"), down=True)),
        (Hop(UP.columns, UP.to, UP.to_columns, shared="crm.houses"), DOWN),
        (UP, Hop(DOWN.columns, DOWN.to, DOWN.to_columns, down=True, shared="crm.houses")),
    ],
)
def test_no_table_is_left_out_that_says_whether_a_step_is_taken(first: Hop, second: Hop) -> None:
    assert shortcut((first, second)) == (first, second)

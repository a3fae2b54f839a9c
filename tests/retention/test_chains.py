"""What follows what, by the statements alone: contracts that others continue, and merged records (LAW §5, 26 to 28, 54)."""

from __future__ import annotations

from datetime import date

from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.chains import circle_statement, merges
from privacy_pipelines.retention.compiling import compile_rules
from privacy_pipelines.store.layout import TONIGHT
from privacy_pipelines.values import OPEN
from tests.retention.memory import decided, gathered
from tests.retention.policies import policy as written

CONTRACTS = """
tables:
  contracts:
    key: [branch, no]
    subject: customer
    links: {next: {to: contracts, columns: {next_branch: branch, next_no: no}, optional: true}}
    fields:
      branch: {category: user.unique_id, serves: relationship}
      no: {category: user.unique_id, serves: relationship}
      next_branch: {category: user.unique_id, serves: relationship}
      next_no: {category: user.unique_id, serves: relationship}
      status: {category: user.content, serves: relationship}
      starts_on: {category: user.content, serves: relationship, type: date}
      ends_on: {category: user.content, serves: relationship, type: date}
    events:
      contract_end: {at: ends_on, open_if: "status = 'active'", when: "status <> 'draft'", continued_by: {link: next, begins: starts_on}}
"""
HEADER = "branch,no,status,starts_on,ends_on,next_branch,next_no"
RELATIONSHIP = "starting_point: {event: contract_end, of: record}\non_missing_event: {restrict: P12M, from: first_seen}"


def ends(*rows: str, source: str = CONTRACTS) -> dict[str, object]:
    """Key → the last day kept, or the level where it is undetermined or does not apply."""
    found = decided(written(source, relationship=RELATIONSHIP), "2026-01-10", contracts="\n".join([HEADER, *rows]))["contracts"]
    said = {key: one.purposes["relationship"] for key, one in found.items()}
    return {key: one.level.name if one.level.name in ("UNDETERMINED", "NOT_APPLICABLE") else one.until for key, one in said.items()}


def test_a_chain_is_followed_by_the_whole_key_and_not_over_its_members() -> None:
    """n:1 → n:2 → n:3; s:2 has a number of the chain's, and s:1 a branch and a number of others."""
    rows = ("n,1,ended,,2024-12-31,n,2", "n,2,ended,2025-01-01,2025-12-31,n,3", "n,3,ended,2026-01-01,2026-06-30,,")
    others = ("s,2,ended,,2027-01-31,,", "s,1,ended,,2025-03-31,s,3", "s,4,ended,,2025-04-30,n,")
    found = ends(*rows, *others)
    chain = dict.fromkeys(("n,1", "n,2", "n,3"), date.fromisoformat("2026-06-30"))
    assert found == {
        **chain,
        "s,2": date.fromisoformat("2027-01-31"),
        "s,1": date.fromisoformat("2025-03-31"),
        "s,4": date.fromisoformat("2025-04-30"),
    }


def test_contracts_and_leases_are_each_continued_by_their_own() -> None:
    other = CONTRACTS.replace("\ntables:\n", "").replace("contract", "lease").replace("relationship", "leasing")
    policy = written(CONTRACTS + other, relationship=RELATIONSHIP, leasing=RELATIONSHIP.replace("contract", "lease"))
    rows = "\n".join([HEADER, "n,1,ended,,2024-12-31,n,2", "n,2,ended,2025-01-01,2025-12-31,,"])
    found = decided(policy, "2026-01-10", contracts=rows, leases=rows.replace("2025-12-31", "2026-06-30"))
    assert {one.purposes["relationship"].until for one in found["contracts"].values()} == {date(2025, 12, 31)}
    assert {one.purposes["leasing"].until for one in found["leases"].values()} == {date(2026, 6, 30)}
    structural = {rule.table.name: rule.structural for rule in compile_rules(policy).tables}
    assert structural == dict.fromkeys(("contracts", "leases"), ("ends_on", "next_branch", "next_no", "starts_on", "status"))


GAPS = {
    "2025-12-31": "2026-06-30",  # on the last day
    "2026-01-01": "2026-06-30",  # on the day after it
    "2026-01-02": "2025-12-31",  # a day too late
    "2025-06-01": "2026-06-30",  # before the old one ended
    "": "2026-06-30",  # not known: the link alone says it
    "9999-12-31": "2026-06-30",  # a sentinel says nothing
    "2120-01-01": "2026-06-30",  # nor does what cannot be
}
"""The day on which the successor begins, and the last day of both."""


def test_a_gap_is_a_day_between_the_end_and_the_beginning() -> None:
    pairs = [(f"n{number},1,ended,,2025-12-31,n{number},2", f"n{number},2,ended,{day},2026-06-30,,") for number, day in enumerate(GAPS)]
    found = ends(*(row for pair in pairs for row in pair))
    assert [found[f"n{number},1"] for number in range(len(GAPS))] == [date.fromisoformat(last) for last in GAPS.values()]
    assert {found[f"n{number},2"] for number in range(len(GAPS))} == {date(2026, 6, 30)}


def test_what_has_no_known_end_is_continued_all_the_same() -> None:
    """n:1 ended, nobody knows when; its successor says until when both are kept."""
    found = ends("n,1,ended,,,n,2", "n,2,ended,2025-01-01,2026-06-30,,")
    assert found == {"n,1": date.fromisoformat("2026-06-30"), "n,2": date.fromisoformat("2026-06-30")}


def test_what_a_row_without_a_known_end_continues_is_undetermined_with_it() -> None:
    found = ends("n,1,ended,,2025-12-31,n,2", "n,2,ended,2026-01-01,,,")
    assert found == {"n,1": "UNDETERMINED", "n,2": "UNDETERMINED"}


def test_a_row_without_the_event_continues_nothing() -> None:
    """A draft is no contract."""
    found = ends("n,1,ended,,2025-12-31,n,2", "n,2,draft,2026-01-01,2026-06-30,,")
    assert found == {"n,1": date.fromisoformat("2025-12-31"), "n,2": "NOT_APPLICABLE"}


def test_what_still_runs_by_its_own_row_is_continued_by_nothing() -> None:
    found = ends("n,0,ended,,2025-01-31,n,1", "n,1,active,,,n,2", "n,2,ended,2026-01-01,2026-01-05,,")
    assert found == {"n,0": OPEN, "n,1": OPEN, "n,2": date.fromisoformat("2026-01-05")}


def test_a_circle_has_no_end_nor_what_leads_into_it_and_who_is_beside_it_has_his_own() -> None:
    rows = ("n,1,ended,,2025-12-31,n,2", "n,2,ended,,2025-12-31,n,3", "n,3,ended,,2025-12-31,n,2", "n,4,ended,,2025-12-31,n,4")
    found = ends(*rows, "s,2,ended,,2026-02-28,,")
    assert found == {**dict.fromkeys(("n,1", "n,2", "n,3", "n,4"), "UNDETERMINED"), "s,2": date.fromisoformat("2026-02-28")}


def test_of_two_that_continue_one_the_last_counts_and_an_unknown_one_leaves_it_undetermined_only_if_nothing_ends_later() -> None:
    backward = CONTRACTS.replace("continued_by", "continues")
    rows = ("n,1,ended,,2024-12-31,,", "n,2,ended,2025-01-01,2025-06-30,n,1", "n,3,ended,2025-01-01,2026-06-30,n,1")
    found = ends(*rows, source=backward)
    assert found == {
        "n,1": date.fromisoformat("2026-06-30"),
        "n,2": date.fromisoformat("2025-06-30"),
        "n,3": date.fromisoformat("2026-06-30"),
    }
    found = ends(*rows[:2], "n,3,ended,2025-01-01,,n,1", source=backward)
    assert found == {"n,1": "UNDETERMINED", "n,2": date.fromisoformat("2025-06-30"), "n,3": "UNDETERMINED"}


PEOPLE = """
tables:
  people:
    key: id
    subject: customer
    merged_into: {table: merges, name: old, into: new}
    fields:
      id: {category: user.unique_id, serves: relationship}
      left_on: {category: user.content, serves: relationship, type: date}
    events: {left: left_on}
  calls:
    key: id
    links: {person_id: people}
    fields:
      id: {category: user.unique_id, serves: relationship}
      person_id: {category: user.unique_id, serves: relationship}
  merges:
    key: id
    links: {new: {to: people, when_target_ends: end_too}}
    fields:
      id: {category: user.unique_id, serves: relationship}
      old: {category: user.unique_id, serves: relationship}
      new: {category: user.unique_id, serves: relationship}
"""
LEFT = {"A": "2026-01-31", "B": "2026-02-28", "C": "2026-03-31", "D": "2026-04-30"}


def law() -> Policy:
    """Whom people were merged into."""
    return written(PEOPLE, relationship="starting_point: {event: left, of: subject}")


MERGES = [
    (("A,B",), {"A": "B", "B": "B", "C": "C", "D": "D"}),
    (("A,B", "B,C"), {"A": "C", "B": "C", "C": "C", "D": "D"}),  # a chain
    (("Z,Y", "Y,C"), {"A": "A", "B": "B", "C": "C", "D": "D", "Z": "C", "Y": "C"}),  # names whose records are gone
    (("A,B", "B,A"), {"A": "A", "B": "B", "C": "C", "D": "D"}),  # a circle
    (("D,A", "A,B", "B,A"), {"A": "A", "B": "B", "C": "C", "D": "D"}),  # what leads into one
    (("A,A", "B,B"), {"A": "A", "B": "B", "C": "C", "D": "D"}),  # itself is nobody else
    (("A,B", "A,C"), {"A": "A", "B": "B", "C": "C", "D": "D"}),  # several
    (("A,B", "A,C", "B,D", "C,D"), {"A": "D", "B": "D", "C": "D", "D": "D"}),  # two ways to one
    (("A,X",), {"A": "A", "B": "B", "C": "C", "D": "D"}),  # into one that is not there
    (("A,", ",B"), {"A": "A", "B": "B", "C": "C", "D": "D"}),  # said by halves
]
"""Who was merged into whom, and what each name means."""


def test_a_name_means_the_record_that_it_was_merged_into_and_else_itself() -> None:
    """A call belongs to the person that its name means; `calls` are asked for every name, and each case has people of its own."""
    people, merged, calls, expected = ["id,left_on"], ["id,old,new"], ["id,person_id"], dict[str, date]()
    for case, (said, meant) in enumerate(MERGES):
        people += [f"{name}{case},{left}" for name, left in LEFT.items()]
        pairs = [[name and f"{name}{case}" for name in merge.split(",")] for merge in said]
        merged += [f"M{case}.{number},{old},{new}" for number, (old, new) in enumerate(pairs)]
        calls += [f"{name}{case},{name}{case}" for name in meant]
        expected |= {f"{name}{case}": date.fromisoformat(LEFT[other]) for name, other in meant.items()}
    found = decided(law(), "2026-01-10", people="\n".join(people), merges="\n".join(merged), calls="\n".join(calls))["calls"]
    assert {name: one.purposes["relationship"].until for name, one in found.items()} == expected


def test_what_is_merged_in_a_circle_or_leads_into_one_is_counted_and_what_is_merged_into_itself_is_no_circle() -> None:
    policy = law()
    merged = policy.table("crm.people").merged
    assert merged is not None
    for pairs, circles in ((["AA", "BC"], 0), (["AB", "BA", "DA", "CC"], 3)):
        rows = [{"id": pair, "old": pair[0], "new": pair[1]} for pair in pairs]
        with gathered(policy, date.fromisoformat("2026-01-10"), {"crm.merges": rows}) as (opened, _):
            assert opened.one(circle_statement(merges(TONIGHT, merged), 1)) == (circles,)

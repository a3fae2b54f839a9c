"""Which rows are exceptions, what each of them loses or is refused, and how many cells that is: rows of a store, rows that arrive, both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from privacy_pipelines import sql
from privacy_pipelines.deciding.weigh import Weighed, find_exceptions, tally_cohorts, weigh
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.sql import col
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.hashes import same_hash, short_hash
from privacy_pipelines.store.layout import CHANGES, CURRENT, EXCEPTIONS, NIGHT, PRIOR, STORED, VERDICTS
from tests.retention.memory import gathered, read
from tests.retention.policies import policy as written

SOURCE = """
tables:
  people:
    key: [id, part]
    subject: customer
    fields:
      id: {category: user.unique_id, serves: [use, claim, awards]}
      part: {category: user.unique_id, serves: [use, claim, awards]}
      name: {category: user.name, serves: [use, claim, awards]}
      mail: {category: user.contact.email, serves: use, type: email}
      phone: {category: user.contact.phone_number, serves: use}
      paper: {category: user.content, serves: claim}
      award: {category: user.content, serves: awards}
      status: {category: system.operations}
      ended_on: {category: user.content, serves: [use, claim], type: date}
      given_on: {category: user.content, serves: awards, type: date}
    events:
      end: {at: ended_on, when: "status <> 'draft'"}
      given: {at: given_on, when: given_on IS NOT NULL}
  houses:
    key: id
    fields:
      id: {category: system.operations}
"""
PURPOSES = {
    "use": "starting_point: {event: end, of: record}\nperiod: P1Y",
    "claim": "nature: claims\nstarting_point: {event: end, of: record}\nperiod: P3Y",
    "awards": "starting_point: {event: given, of: record}\nperiod: P3Y",
}
TODAY = date(2026, 1, 10)
KEY = b"k" * 32
HEADER = "id,part,name,mail,phone,paper,award,status,ended_on,given_on"
STORE = """
alive,1,Ada,a@x.se,1,p,g,ended,2025-06-01,2025-06-01
half,1,Ada,a@x.se,1,p,g,ended,2024-06-01,2024-06-01
half,2,Ada,a@x.se,,p,g,ended,2024-06-01,2024-06-01
half,3,Ada,,,p,g,ended,2024-06-01,2024-06-01
half,4,Ada,a@x.se,1,p,g,ended,2024-06-01,2020-06-01
all,1,Ada,a@x.se,1,p,g,ended,2020-06-01,2020-06-01
all,2,,,,,,ended,2020-06-01,2020-06-01
fresh,1,Ada,,,p,g,ended,2024-06-01,2024-06-01
fresh,2,Ada,a@x.se,,p,g,ended,2024-06-01,2024-06-01
unknown,1,Ada,a@x.se,1,p,g,draft,,
unknown,2,Ada,a@x.se,1,p,g,draft,,
unknown,3,Ada,a@x.se,1,p,g,draft,,
partly,1,Ada,a@x.se,1,p,g,ended,2025-06-01,
partly,2,Ada,a@x.se,1,p,g,ended,2025-06-01,
partly,3,Ada,a@x.se,1,p,g,ended,2020-06-01,
partly,4,Ada,a@x.se,1,p,g,ended,2020-06-01,
partly,5,,a@x.se,1,p,g,ended,2020-06-01,
"""
ARRIVED = """
fresh,1,Ada,new@x.se,2,p,g,ended,2024-06-01,2024-06-01
fresh,2,Ada,new@x.se,2,p,g,ended,2024-06-01,2024-06-01
door,1,Ada,a@x.se,1,p,g,ended,2024-06-01,2024-06-01
door,2,Ada,,,p,g,ended,2024-06-01,2024-06-01
door,3,Ada,a@x.se,1,p,g,ended,2020-06-01,2020-06-01
door,4,,,,,,ended,2020-06-01,2020-06-01
again,1,Ada,a@x.se,1,p,g,draft,,
again,2,Ada,a@x.se,1,p,g,draft,,
again,3,Ada,a@x.se,1,p,g,draft,,
"""
ROW, USE, CLAIM, AWARDS = "awards+claim+use", "use", "claim", "awards"


def law() -> Policy:
    """The policy of these tests."""
    return written(SOURCE, **PURPOSES)


@contextmanager
def weighing(*, departed: bool = True) -> Iterator[tuple[Session, Rules]]:
    """Frames over the store's rows and what arrives.

    `unknown` 2 and 3 and `partly` 2 and 4 wait since an earlier night, `unknown` 3 with all that it has; `again` 1 and 3 were sent
    away once.
    """
    stored, came = read(f"{HEADER}\n{STORE.strip()}"), read(f"{HEADER}\n{ARRIVED.strip()}")
    known = {(row["id"], row["part"]) for row in stored}
    new: list[dict[str, Any]] = [{**row, "_in_store": (row["id"], row["part"]) in known} for row in came]
    changed = {(row["id"], row["part"]) for row in new}
    rows = [*(row for row in stored if (row["id"], row["part"]) not in changed), *new]
    with gathered(law(), TODAY, {"crm.people": rows}) as (opened, rules):
        for schema in (STORED, CHANGES, PRIOR, VERDICTS, EXCEPTIONS):
            opened.run(f"CREATE SCHEMA {schema}")
        for schema, every in ((STORED, stored), (CHANGES, came)):
            columns = ", ".join(f"{name} VARCHAR" for name in HEADER.split(","))
            opened.run(f'CREATE TABLE {schema}."crm.people" ({columns})')
            opened.insert(sql.table(schema, "crm.people"), [list(row.values()) for row in every])
        opened.run(f'CREATE TABLE {PRIOR}."crm.people" (id VARCHAR, part VARCHAR, purpose VARCHAR, mask BIGINT)')
        bits = masks(rules)
        rest = bits[CLAIM] | bits[AWARDS] | bits[ROW]
        waits = [["unknown", "2", "a", bits[USE]], ["unknown", "3", "a", bits[USE]], ["unknown", "3", "b", rest]]
        waits += [["partly", "2", "a", bits[AWARDS]], ["partly", "3", "a", bits[USE]], ["partly", "4", "a", bits[AWARDS]]]
        waits += [["again", "3", "a", bits[USE]]]
        opened.insert(sql.table(PRIOR, "crm.people"), waits)
        opened.run(f"ATTACH ':memory:' AS {CURRENT}")
        opened.run(f"CREATE SCHEMA {CURRENT}.{NIGHT}")
        if departed:
            (rule,) = rules.tables
            hashes = (make(KEY, rule.table.id, rule.table.key) for make in (short_hash, same_hash))
            named = (sql.named(value, name) for value, name in zip(hashes, ("key_hash", "same_hash"), strict=True))
            left = sql.select(*named, sql.named(sql.lit(rule.table.id), "table", quoted=True), sql.named(sql.lit(""), "cluster"))
            left = left.from_(sql.table(CHANGES, "crm.people")).where("id = 'again' AND part <> '2'")
            opened.run(f"CREATE TABLE {CURRENT}.{NIGHT}.departed AS {sql.text(left)}")
        yield opened, rules


def masks(rules: Rules) -> dict[str, int]:
    """Cluster → its bit."""
    (rule,) = rules.tables
    return {cluster.name: 1 << number for number, cluster in enumerate(rule.clusters)}


def exceptions(opened: Session, rules: Rules) -> dict[str, tuple[str, ...]]:
    """Key → (what is lost, what is refused, the cells of each), by the clusters' names."""
    (rule,) = rules.tables
    names = [cluster.name for cluster in rule.clusters]
    cells = [col(f"cells{number}") for number in range(len(names))]
    columns = [*(col(name) for name in ("id", "part", "lost", "refused", "row_ended")), *cells]
    rows = opened.rows(sql.select(*columns).from_(sql.table(EXCEPTIONS, rule.table.id)))

    def said(mask: int) -> str:
        return " ".join(name for number, name in enumerate(names) if mask >> number & 1)

    def counted(mask: int, found: list[int]) -> str:
        return " ".join(f"{names[number]}:{cells}" for number, cells in enumerate(found) if mask >> number & 1)

    return {
        f"{key}{part}": (said(lost), said(refused), counted(lost | refused, found), "row" if row_ended else "")
        for key, part, lost, refused, row_ended, *found in rows
    }


def test_the_clusters_of_these_rows() -> None:
    with weighing() as (_, rules):
        assert {one.name: {*one.columns} for one in rules.tables[0].clusters} == {
            USE: {"mail", "phone"},
            CLAIM: {"paper"},
            AWARDS: {"award"},
            ROW: {"name"},
        }
        assert {*rules.tables[0].structural} == {"status", "ended_on", "given_on"}


ALL = f"{AWARDS} {ROW} {CLAIM} {USE}"
EXPECTED = {
    "half1": (USE, "", f"{USE}:2", ""),
    "half2": (USE, "", f"{USE}:1", ""),
    "half3": ("", "", "", ""),
    "half4": (f"{AWARDS} {USE}", "", f"{AWARDS}:1 {USE}:2", ""),
    "all1": (ALL, "", f"{AWARDS}:1 {ROW}:6 {CLAIM}:1 {USE}:2", "row"),
    "all2": (ROW, "", f"{ROW}:5", "row"),
    "fresh1": ("", USE, f"{USE}:2", ""),
    "fresh2": (USE, "", f"{USE}:1", ""),
    "door1": ("", USE, f"{USE}:2", ""),
    "door2": ("", "", "", ""),
    "door3": ("", ALL, f"{AWARDS}:1 {ROW}:6 {CLAIM}:1 {USE}:2", "row"),
    "door4": ("", ROW, f"{ROW}:5", "row"),
    "unknown1": ("", "", "", ""),
    "unknown2": (USE, "", f"{USE}:2", ""),
    "unknown3": (ALL, "", f"{AWARDS}:1 {ROW}:4 {CLAIM}:1 {USE}:2", "row"),
    "partly1": ("", "", "", ""),
    "partly2": (AWARDS, "", f"{AWARDS}:1", ""),
    "partly3": (f"{ROW} {CLAIM} {USE}", "", f"{ROW}:1 {CLAIM}:1 {USE}:2", ""),
    "partly5": (f"{CLAIM} {USE}", "", f"{CLAIM}:1 {USE}:2", ""),
    "partly4": (ALL, "", f"{AWARDS}:1 {ROW}:5 {CLAIM}:1 {USE}:2", "row"),
    "again2": ("", "", "", ""),
}
"""`alive,1` is none. A row that goes takes its key of two columns, and what is only there to find dates by."""


@pytest.mark.parametrize("departed", [True, False])
def test_what_an_exception_loses_and_what_it_is_refused(departed: bool) -> None:
    """What the index of the departed knows goes again, and what it does not know, or where there is none yet, waits for what is unknown."""
    with weighing(departed=departed) as (opened, rules):
        weigh(opened, rules, TODAY)
        find_exceptions(opened, rules, KEY)
        gone = ("", ALL, f"{AWARDS}:1 {ROW}:4 {CLAIM}:1 {USE}:2", "row")
        again = {"again1": gone, "again3": gone} if departed else {"again1": ("", "", "", ""), "again3": ("", USE, f"{USE}:2", "")}
        found, expected = exceptions(opened, rules), {**EXPECTED, **again}
        for key in sorted({*found, *expected}):
            assert (key, found.get(key)) == (key, expected.get(key))


DUE = ("half", "all", "fresh", "door", "partly3", "partly4", "partly5")
"""The records of which a purpose has ended, whether or not a cell of it is filled."""


def counts(weighed: tuple[Weighed, ...]) -> list[tuple[int, int]]:
    return sorted((item.rows, item.cohort) for item in weighed)


def test_every_record_is_counted_with_its_cohort_and_of_each_cohort_what_is_due() -> None:
    with weighing() as (opened, rules):
        weighed = weigh(opened, rules, TODAY)
        tallied = tally_cohorts(weighed)
        cohorts = dict(opened.rows('SELECT id || part, cohort FROM frame."crm.people"'))
    records: dict[int, int] = {}
    for cohort in cohorts.values():
        records[cohort] = records.get(cohort, 0) + 1
    assert {cohort: number for cohort, (number, _) in tallied.items()} == records
    due = {cohort: sum(key.startswith(DUE) for key, at in cohorts.items() if at == cohort) for cohort in records}
    assert {cohort: number for cohort, (_, number) in tallied.items()} == due


def test_cohorts_that_are_decided_again_replace_their_verdicts_and_leave_the_others() -> None:
    """Some first into no verdicts at all, then the rest; then one of them on a later day, when what lived has ended."""
    with weighing() as (opened, rules):
        whole = weigh(opened, rules, TODAY)
        name = sql.text(sql.table(VERDICTS, "crm.people"))
        once = sorted(opened.rows(f"SELECT * FROM {name}"))
        opened.run(f"DROP TABLE {name}")
        every = sorted({item.cohort for item in whole})
        cohorts = dict(opened.rows("SELECT id || part, cohort FROM frame.\"crm.people\" WHERE id IN ('alive', 'all')"))
        first = weigh(opened, rules, TODAY, every[:1])
        assert {item.cohort for item in first} == set(every[:1])
        assert sorted(opened.rows(f"SELECT * FROM {name}")) == [row for row in once if row[3] in every[:1]]
        rest = weigh(opened, rules, TODAY, every[1:])
        assert counts((*first, *rest)) == counts(whole)
        assert sorted(opened.rows(f"SELECT * FROM {name}")) == once
        weigh(opened, rules, TODAY, every[1:])
        assert sorted(opened.rows(f"SELECT * FROM {name}")) == once
        assert weigh(opened, rules, TODAY, []) == ()
        assert sorted(opened.rows(f"SELECT * FROM {name}")) == once
        weigh(opened, rules, date(2027, 1, 10), [cohorts["alive1"]])
        later = {(row[0], row[1]) for row in opened.rows(f"SELECT * FROM {name}")}
    assert later == {(row[0], row[1]) for row in once} | {("alive", "1")}

"""Levels together: what an objection that is to be weighed does to a purpose, and a consent that must stand or once have stood, whatever
else is said of its record (GDPR Art. 7, 18, 21); and that what is known of all rows together changes no answer for any."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from random import Random

import pytest
from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.deciding.gather import look_over
from privacy_pipelines.policy.model import Policy
from privacy_pipelines.retention.levels import code_expression
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.layout import FRAME
from tests.retention.drawn import drawn
from tests.retention.memory import decided, gathered
from tests.retention.policies import policy as written

SOURCE = """
tables:
  people:
    key: id
    subject: customer
    fields:
      id: {category: user.unique_id, serves: profile}
      mail: {category: user.contact.email, serves: profile, type: email}
      name: {category: user.name, serves: profile}
      topics: {category: user.content, serves: letter}
      seen_on: {category: user.content, serves: profile, type: date}
    events: {seen: seen_on}
  refusals:
    key: id
    fields:
      id: {category: user.unique_id, serves: proof}
      mail: {category: user.contact.email, serves: proof, type: email}
      made_on: {category: user.content, serves: proof, type: date}
    events: {refused: made_on}
  consents:
    key: id
    fields:
      id: {category: user.unique_id, serves: proof}
      mail: {category: user.contact.email, serves: proof, type: email}
      what: {category: user.content, serves: proof}
      given_on: {category: user.content, serves: proof, type: date}
      status: {category: user.content, serves: proof}
      until: {category: user.content, serves: proof, type: date}
    events: {refused: given_on}
consents:
  letters: {table: consents, match: {mail: people.mail}, status: status, valid: Given, from: given_on, until: until, when: "what = 'mail'"}
  pool: {table: consents, match: {mail: people.mail}, status: status, valid: Given, from: given_on, until: until, when: "what = 'pool'"}
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
LETTER = "starting_point: {event: seen, of: record}\nperiod: P1M\nrequires_consent: letters\nadmitted_by_consent: pool"
PROOF = "nature: claims\nstarting_point: {event: refused, of: record}\nperiod: P1Y"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return law()


def law() -> Policy:
    """The policy of these tests."""
    return written(SOURCE, profile=PROFILE, letter=LETTER, proof=PROOF)


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
    people = [f"{n},p{n}@x.se,Ada,{seen},{since}" for n, (seen, since, _, _) in enumerate(CASES)]
    refusals = [f"{n},p{n}@x.se,{refused_on}" for n in range(len(CASES)) if refused_on is not None]
    answer = decided(
        policy,
        "2026-01-10",
        people="\n".join(["id,mail,name,seen_on,_undetermined_since", *people, "P2,bo@x.se,Bo,2026-01-05,"]),
        refusals="\n".join(["id,mail,made_on", "R2,di@x.se,2026-01-01", *refusals]),
    )["people"]
    return [(one.purposes["profile"].level.name, one.states["profile"]) for one in (answer[str(n)] for n in range(len(CASES)))]


def test_an_objection_that_is_weighed_restricts_what_runs_and_hides_nothing_that_is_undetermined(policy: Policy) -> None:
    assert found(policy, None) == [alone for _, _, alone, _ in CASES]
    assert found(policy, "2026-01-08") == [objected for _, _, _, objected in CASES]
    assert found(policy, "") == [objected for _, _, _, objected in CASES]  # counts from the night that first saw it


@pytest.mark.parametrize(
    ("seen", "others", "objected"),
    [
        ("2026-01-01", ("IN_FORCE", "keep"), ("SETTLING", "restrict")),
        ("2025-11-20", ("ERASABLE", "ended"), ("ERASABLE", "ended")),
        ("", ("UNDETERMINED", "undetermined"), ("UNDETERMINED", "undetermined")),
    ],
)
def test_it_is_the_same_where_all_are_alike(policy: Policy, seen: str, others: tuple[str, str], objected: tuple[str, str]) -> None:
    """Then what need not be asked of each is not asked."""
    people = f"id,mail,name,seen_on\nP1,ada@x.se,Ada,{seen}\nP2,bo@x.se,Bo,{seen}"
    for refusals, first in (("R1,ada@x.se,2026-01-08", objected), ("R1,di@x.se,2026-01-08", others)):
        found = decided(policy, "2026-01-10", people=people, refusals=f"id,mail,made_on\n{refusals}")["people"]
        answers = [(one.purposes["profile"].level.name, one.states["profile"]) for one in (found["P1"], found["P2"])]
        assert answers == [first, others]


GATES = [
    (("2026-01-01", ""), ("2026-01-01", ""), "IN_FORCE"),
    (("2026-01-01", ""), ("2025-01-01", "2025-02-01"), "IN_FORCE"),  # what admitted it need not stand any more
    (("2026-01-01", "2026-01-05"), ("2026-01-01", ""), "ERASABLE"),  # what it requires has to
    (("2026-01-01", ""), None, "NOT_APPLICABLE"),
    (None, ("2026-01-01", ""), "NOT_APPLICABLE"),
    (None, None, "NOT_APPLICABLE"),
]
"""When the consent that the letter requires was given and withdrawn, and that which admits it; and the letter's level."""


@pytest.mark.parametrize("cases", [range(len(GATES)), [0, 1], [3, 4], [4], [5]])
def test_a_consent_must_stand_and_another_once_have_stood(policy: Policy, cases: Sequence[int]) -> None:
    people = [f"{n},p{n}@x.se,cats,2026-01-05" for n in cases]
    said = {f"{what}{n},p{n}@x.se,{what}": GATES[n][which] for n in cases for which, what in enumerate(("mail", "pool"))}
    consents = [f"{entry},Given,{','.join(days)}" for entry, days in said.items() if days]
    rows = "\n".join(["id,mail,topics,seen_on", *people])
    found = decided(policy, "2026-01-10", people=rows, consents="\n".join(["id,mail,what,status,given_on,until", *consents]))["people"]
    assert [found[str(n)].purposes["letter"].level.name for n in cases] == [GATES[n][2] for n in cases]
    assert all(one.verdict.in_store and not one.verdict.was_undetermined for one in found.values())


@pytest.mark.parametrize("number", [1, 3])
def test_what_is_known_of_all_rows_changes_no_answer(number: int) -> None:
    """Some rows of each drawn frame, alone: only what their dates leave open is asked of them."""
    one, random = drawn()[number], Random(number)  # noqa: S311  which rows, not a key
    with gathered(one.policy, one.as_of, one.rows) as (opened, rules):
        for rule in rules.tables:
            asked = partial(code_expression, rule, one.as_of, rules.policy.company)
            every = dict(opened.rows(sql.select(col("rowid"), sql.named(asked(), "code")).from_(sql.table(FRAME, rule.table.id))))
            for size in (1, 1, 2, 3, 9):
                some = random.sample(sorted(every), min(size, len(every)))
                alone = sql.table(FRAME, "alone")
                among = exp.In(this=col("rowid"), expressions=[lit(row) for row in some])
                picked = sql.select(exp.Star(), sql.named(col("rowid"), "row")).from_(sql.table(FRAME, rule.table.id)).where(among)
                opened.create(alone, picked)
                _, spans = look_over(opened, alone, digested=False)
                found = dict(opened.rows(sql.select(col("row"), sql.named(asked(spans), "code")).from_(alone)))
                assert found == {row: every[row] for row in some}

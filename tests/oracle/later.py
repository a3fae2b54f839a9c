"""Later nights: rows that are corrected, consents that are given and taken back in between, and what is still known of each row."""

from __future__ import annotations

from datetime import date
from random import Random

from tests.oracle.extracts import Text, as_rows, rows
from tests.oracle.facts import Row
from tests.oracle.law import listed
from tests.oracle.policies import Policy
from tests.oracle.product import Told
from tests.oracle.reach import World

CHANGED = 0.15
"""Of the rows of a night."""


def corrected(policy: Policy, facts: dict[str, list[Text]], seed: int, people: int) -> dict[str, list[Text]]:
    """The same keys, some of them with other values."""
    random, others = Random(seed), rows(policy, seed, people)  # noqa: S311  facts, not keys
    answer = {}
    for table, found in facts.items():
        columns = listed(policy.source["tables"][table]["key"])
        drawn = {tuple(one[column] for column in columns): one for one in others[table]}
        known = [(one, drawn.get(tuple(one[column] for column in columns), one)) for one in found]
        answer[table] = [other if random.random() < CHANGED else one for one, other in known]
    return answer


def next_night(world: World, policy: Policy, facts: dict[str, list[Text]], told: Told, day: date) -> World:
    """Every row is sent again. Of those in the store it is known since when; what was left behind comes as if for the first time."""
    known = {(table, row.key): row for table, found in world.rows.items() for row in found if row.key in told.after[table]}
    sent = as_rows(policy, facts, day)
    return World(world.law, {table: [_again(known.get((table, row.key)), row) for row in found] for table, found in sent.items()})


def _again(known: Row | None, row: Row) -> Row:
    if known is not None:
        row.first_seen = known.first_seen
        row.missing_since, row.unknown_since = dict(known.missing_since), dict(known.unknown_since)
    return row

"""Later nights: consents that are given and objections that are lifted in between, and what is still known of each row."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from random import Random

from tests.oracle.evidence import stored_row
from tests.oracle.extracts import Text, as_rows, rows
from tests.oracle.facts import Row
from tests.oracle.policies import Policy
from tests.oracle.reach import World
from tests.oracle.records import Key, Told

CHANGED = 0.3
"""Of a register's rows, from one night to the next."""
VANISHING = 0.12
"""Of every table's rows, from one night to the next."""
REGISTERS = ("permissions", "refusals")


def corrected(policy: Policy, facts: dict[str, list[Text]], seed: int) -> dict[str, list[Text]]:
    """The registers with some of their entries otherwise; everything else as it was."""
    random, others = Random(seed), rows(policy, seed, len(facts["readers"]))  # noqa: S311  facts, not keys
    answer = dict(facts)
    for table in REGISTERS:
        pairs = zip(facts.get(table, []), others.get(table, []), strict=True)
        answer[table] = [other if random.random() < CHANGED else one for one, other in pairs]
    return answer


def thinned(facts: dict[str, list[Text]], seed: int) -> dict[str, list[Text]]:
    """Every table with some of its rows less: their sources have deleted them. Who was merged stays so."""
    random = Random(seed)  # noqa: S311  facts, not keys
    return {table: [row for row in found if table == "merges" or random.random() >= VANISHING] for table, found in facts.items()}


def next_night(world: World, policy: Policy, facts: dict[str, list[Text]], told: Told, day: date) -> World:
    """Every row is sent again. Of those in the store it is known since when; what was left behind comes as if for the first time."""
    before = {(table, row.key): row for table, found in world.rows.items() for row in found}
    sent = as_rows(policy, facts, day)
    return World(
        world.law, {table: [_again(before.get((table, row.key)), row, told.after[table]) for row in found] for table, found in sent.items()}
    )


def with_the_vanished(world: World, before: World, told: Told, day: date) -> None:
    """Put the rows of the store that are not sent any more beside those that are: they are known to be gone since the first such night."""
    for table, found in before.rows.items():
        sent = {row.key for row in world.rows[table]}
        for row in found:
            if row.key not in sent and row.key in told.after[table]:
                kept = stored_row(row, told.after[table][row.key])
                kept.gone, kept.departed = row.gone or day, False
                world.rows[table].append(kept)


def _again(known: Row | None, row: Row, stored: Container[Key]) -> Row:
    if known is not None and row.key not in stored:
        row.departed = True
    elif known is not None:
        row.first_seen = known.first_seen
        row.suspended, row.evidence = known.suspended, known.evidence
        row.missing_since, row.unknown_since = dict(known.missing_since), dict(known.unknown_since)
    return row

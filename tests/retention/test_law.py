"""The oracle's reading of the law against the deciding rooms alone: drawn policies and facts: no files, no night (see tests/oracle)."""

from __future__ import annotations

import pytest

from tests.oracle.compare import compare
from tests.oracle.records import Key, Record, Told, records
from tests.retention.drawn import HOW_MANY, drawn
from tests.retention.memory import gathered


@pytest.mark.parametrize("number", range(HOW_MANY))
def test_oracle_and_rooms_agree_on_drawn_policies_and_facts(number: int) -> None:
    one = drawn()[number]
    told: dict[tuple[str, Key], Record] = {}
    with gathered(one.policy, one.as_of, one.rows) as (opened, rules):
        for rule in rules.tables:
            answers = records(opened, rules, rule, one.as_of, one.rows[rule.table.id])
            told |= {(rule.table.id, key): record for key, record in answers}
    compared = compare(one.decisions, Told(told, {}, {}, None, {}))
    assert compared.differences[:3] == []
    assert compared.cells > 100

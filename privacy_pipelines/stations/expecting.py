"""What the station CHECK does row by row with an open night: begin the tests beside it, and take in what came of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from privacy_pipelines.checks.beside import Beside, begin
from privacy_pipelines.checks.expectations import TableExpectations
from privacy_pipelines.quiet.tonight import repeat_of
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.store.night import Night

FOLDER = "expected"
"""Of the rows that are tested, where the engine spills: it is empty when the night ends, and what a crash leaves there is swept."""
_begun: dict[str, Beside] = {}
"""Run → what this process has begun for it."""


def expect_beside(night: Night, rules: Rules) -> None:
    """Begin to test every table with personal data, unless it is a quiet night. Raises StoreError."""
    if repeat_of(night) is None:
        _begun[night.pin.run] = _begin(night, rules, [table.id for table in rules.policy.tables if table.personal])


def expect_tonight(night: Night, rules: Rules, table_ids: Collection[str]) -> tuple[TableExpectations, ...]:
    """What came of these tables; a quiet night has it of the full one. Raises StoreError."""
    asked = [table.id for table in rules.policy.tables if table.id in table_ids]
    repeat = repeat_of(night)
    if repeat:
        return tuple(repeat.of.expected_of(table) for table in asked)
    begun = _begun.pop(night.pin.run, None)
    if begun is None or not begun.tables.issuperset(asked):
        begun = _begin(night, rules, asked)
    found = tuple(one for one in begun.answer() if one.table in asked)
    night.keep("expected", [*(night.note("expected") or ()), *(asdict(one) for one in found)])
    return found


def _begin(night: Night, rules: Rules, table_ids: Collection[str]) -> Beside:
    tables = [table for table in rules.policy.tables if table.id in table_ids]
    return begin(night.session, rules.policy, tables, night.pin.as_of, night.store.spill / FOLDER)

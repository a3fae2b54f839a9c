"""What the station CHECK does row by row: begin the tests beside an open night, and take in what came of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from privacy_pipelines.checks.beside import Beside, begin
from privacy_pipelines.checks.expectations import TableExpectations
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.store.night import Night

_begun: dict[str, Beside] = {}
"""Run → what this process has begun for it, and nobody has taken yet."""


def begin_expecting(night: Night, rules: Rules, table_ids: Collection[str]) -> None:
    """Begin to test these tables. Raises StoreError."""
    end_expecting(night.pin.run)
    tables = [table for table in rules.policy.tables if table.id in table_ids]
    _begun[night.pin.run] = begin(night.session, rules.policy, tables, night.pin.as_of, night.store.spill)


def begun(night: Night, rules: Rules, table_ids: Collection[str]) -> Beside:
    """What tests these tables, begun now where it was not begun for all of them. It is the caller's, who waits for it without holding up
    the store. Raises StoreError."""
    asked = {table.id for table in rules.policy.tables} & set(table_ids)
    found = _begun.get(night.pin.run)
    if found is None or not found.tables >= asked:
        begin_expecting(night, rules, asked)
    return _begun.pop(night.pin.run)


def keep_expected(night: Night, found: Collection[TableExpectations]) -> None:
    """Note what came of some tables, for the record and for a quiet night."""
    night.keep("expected", [*(night.note("expected") or ()), *(asdict(one) for one in found)])


def end_expecting(run: str) -> None:
    """What was begun for this run and nobody has taken is not wanted any more."""
    if (found := _begun.pop(run, None)) is not None:
        found.end()

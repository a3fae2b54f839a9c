"""CHECK, what follows what: rows that are followed by others round in a circle, and keys that were merged into several records."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from privacy_pipelines.checks.found import Circle
from privacy_pipelines.policy.model import Table
from privacy_pipelines.retention.chains import circle_statement, merges, successions
from privacy_pipelines.sql import col
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import TONIGHT


def circles(session: Session, table: Table) -> Iterator[Circle]:
    """One for each event that is continued, and for merged records; only those that are there. Raises StoreError."""
    for event in table.events:
        if event.succession:
            rows = session.one(circle_statement(successions(TONIGHT, table, event), len(table.key)))[0]
            yield Circle(event.name, rows)
    if table.merged:
        rows = session.one(circle_statement(merges(TONIGHT, table.merged), 1))[0]
        yield Circle("merged_into", rows, session.one(_several(table))[0])


def _several(table: Table) -> exp.Select:
    """How many keys were merged into more than one record."""
    assert table.merged is not None
    twice = exp.select(col("o0")).from_(merges(TONIGHT, table.merged).subquery("m")).group_by(col("o0")).having("count(*) > 1")
    return exp.select(exp.Count(this=exp.Star())).from_(twice.subquery("t"))

"""How much of a file stays outside because nothing declares it (GDPR Art. 25(2)): a share of bytes, by its first rows. No value is kept."""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import StoreError
from privacy_pipelines.extracts.columns import Columns
from privacy_pipelines.extracts.readers.reader import Content, column_name
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session

ROWS = 1_000
"""Looked at: enough for a share, and no second reading of a large file."""


def share_outside(session: Session, content: Content, columns: Columns) -> float:
    """0 where every column is declared; by columns where the first rows cannot be read once more."""
    if columns.are_all(content.header):
        return 0.0
    names = [column_name(number) for number in range(len(content.header))]
    read = {*columns.relation.values(), columns.marker}
    left = [name for name in names if name not in read]
    some = exp.select(*(col(name) for name in names)).from_(content.relation).limit(ROWS)
    try:
        outside, every = session.one(exp.select(_bytes(left), _bytes(names)).from_(some.subquery("s")))
    except StoreError:
        outside, every = len(left), len(names)
    return round(int(outside) / int(every), 6) if every else 0.0


def _bytes(names: list[str]) -> Sql:
    total: Sql = lit(0)
    for name in names:
        length = exp.Anonymous(this="STRLEN", expressions=[sql.cast(col(name), "TEXT")])
        total = exp.Add(this=total, expression=sql.call("COALESCE", length, lit(0)))
    return sql.call("COALESCE", exp.Sum(this=total), lit(0))

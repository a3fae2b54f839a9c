"""What the tables of a generation hold, each as one digest, whatever the order of its rows: two generations with the same digests hold the
same. The digests say nothing of a row and stay in the store."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.sql import Sql, col
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import NIGHT

DEPARTED = f"{NIGHT}.departed"
_LASTING = ("key_hash", "same_hash", "table", "cluster", "fields", "left_on", "was_stored", "asked_on")
"""What of the index of the departed stays as it is while the same records are turned away night after night."""


def contents(session: Session, catalog: str) -> dict[str, str]:
    """Table → digest, of every table of an attached generation but those about the night itself. Raises StoreError."""
    found = session.rows(
        "SELECT schema_name, table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() WHERE database_name = ? "
        "AND NOT internal AND (schema_name <> ? OR table_name = 'departed') GROUP BY ALL ORDER BY ALL",
        [catalog, NIGHT],
    )
    tables = [(schema, name, _LASTING if schema == NIGHT else columns) for schema, name, columns in found]
    works = (partial(_digest, sql.table(schema, name, catalog=catalog), columns) for schema, name, columns in tables)
    return {f"{schema}.{name}": digest for (schema, name, _), digest in zip(tables, session.together(works), strict=True)}


def _digest(table: exp.Table, columns: Sequence[str], session: Session) -> str:
    hashed = exp.Anonymous(this="HASH", expressions=[col(name) for name in columns])
    together: list[Sql] = [exp.Count(this=exp.Star()), exp.Anonymous(this="BIT_XOR", expressions=[col("h")]), exp.Sum(this=col("h"))]
    rows, xored, summed = session.one(exp.select(*together).from_(exp.select(exp.alias_(hashed, "h")).from_(table).subquery("t")))
    names = ",".join(columns)
    return f"{names}:{rows}:{xored}:{summed}"

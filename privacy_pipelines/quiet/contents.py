"""What the tables of a generation hold, each as one digest, whatever the order of its rows: two generations with the same digests hold the
same. The digests say nothing of a row and stay in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.retention.rules import Rules
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import KEPT_FACTS, NIGHT

_LASTING = ("key_hash", "same_hash", "table", "cluster", "fields", "left_on", "was_stored", "asked_on")
"""What of the index of the departed stays as it is while the same records are turned away night after night."""


@dataclass(frozen=True, slots=True)
class Written:
    """An attached generation: the `catalog`, the day that its night decided for, and the rules of that night."""

    catalog: str
    as_of: date
    rules: Rules


def contents(session: Session, written: Written) -> dict[str, str]:
    """Table → digest, of every table of a generation but those about the night itself. Raises StoreError."""
    found = session.rows(
        "SELECT schema_name, table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() WHERE database_name = ? "
        "AND NOT internal AND (schema_name <> ? OR table_name = 'departed') GROUP BY ALL ORDER BY ALL",
        [written.catalog, NIGHT],
    )
    works = [partial(_digest, written, schema, name, _LASTING if schema == NIGHT else columns) for schema, name, columns in found]
    return {f"{schema}.{name}": digest for (schema, name, _), digest in zip(found, session.together(works), strict=True)}


def missing_since(rules: Rules) -> dict[str, tuple[str, ...]]:
    """Subject → the columns of its facts that say since which night a date is missing. What is sent every night and turned away every night
    says so anew on each: such a fact is always that night's."""
    return {subject: tuple(f"{route.name}_since" for route in routes) for subject, routes in rules.facts}


def _digest(written: Written, schema: str, name: str, columns: Sequence[str], session: Session) -> str:
    anew = missing_since(written.rules).get(name, ()) if schema == KEPT_FACTS else ()
    values: list[Sql] = [_or_tonight(column, written.as_of) if column in anew else col(column) for column in columns]
    hashed = exp.Anonymous(this="HASH", expressions=values)
    rows = exp.select(sql.named(hashed, "h")).from_(sql.table(schema, name, catalog=written.catalog))
    together: list[Sql] = [exp.Count(this=exp.Star()), exp.Anonymous(this="BIT_XOR", expressions=[col("h")]), exp.Sum(this=col("h"))]
    number, xored, summed = session.one(exp.select(*together).from_(rows.subquery("t")))
    return f"{','.join(columns)}:{number}:{xored}:{summed}"


def _or_tonight(column: str, as_of: date) -> Sql:
    """The day, or the first of all days where it is the night's own."""
    return sql.case((exp.EQ(this=col(column), expression=lit(as_of)), lit(date.min)), default=col(column))

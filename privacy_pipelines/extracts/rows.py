"""A file's rows as texts, each with its hash and its key. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.extracts.columns import Columns
from privacy_pipelines.extracts.line import PLAIN, joined, written
from privacy_pipelines.extracts.readers.records import BLANKS
from privacy_pipelines.extracts.typed import Reading, typed_value
from privacy_pipelines.policy.model import ROW_KEY, Extract, Table
from privacy_pipelines.sql import Sql, col, lit, named
from privacy_pipelines.store.hashes import row_digest


@dataclass(frozen=True, slots=True)
class Source:
    """A file's rows: `relation` has every column as text, `columns` says which of them each declared one is."""

    table: Table
    relation: exp.Expr
    columns: Columns
    salt: str
    secret: bytes = b""
    """By which a row is hashed that is its own key."""
    masks: tuple[str, ...] = ()
    """The kinds of identifier that are masked in free text."""


def line_hash(salt: str, line: Sql) -> Sql:
    """A keyed hash of a row's text: pseudonymous personal data, kept beside its row and gone with it."""
    return exp.Anonymous(this="HASH", expressions=[lit(salt), line])


def raw_rows(source: Source) -> exp.Select:
    """The declared columns as text, under their declared names, NULL where the text says that there is nothing; and `_row_hash`."""
    extract = source.table.extract
    columns = [named(line_hash(source.salt, written(*_fields(source))), "_row_hash")]
    for column in source.table.read:
        value: Sql = col(source.columns.relation[column.name])
        if extract.trim:
            value = sql.call("NULLIF", exp.Anonymous(this="TRIM", expressions=[value, lit(BLANKS)]), lit(""))
        if filled := [token for token in extract.null_values if token]:
            value = sql.case((exp.Not(this=exp.In(this=value, expressions=[lit(token) for token in filled])), value))
        columns.append(named(value, column.name, quoted=True))
    if source.table.extract.deletes is not None:
        values = [lit(value) for value in source.table.extract.deletes.values]
        marked = exp.In(this=sql.call("TRIM", col(source.columns.marker)), expressions=values)
        columns.append(named(sql.call("COALESCE", marked, exp.false()), "_deleted"))
    plain = named(joined(*_fields(source)), PLAIN)
    return sql.select(*columns).from_(sql.select(exp.Star(), plain).from_(source.relation).subquery("f", copy=False), copy=False)


def keyed_rows(source: Source, reading: Reading) -> exp.Select:
    """The rows, and the columns of their key with its values."""
    return _by_content(source, reading.day) if source.table.keyless else _by_key(source, reading)


def key_column(name: str) -> str:
    """What the typed value of a key's column is called."""
    return f"_key_{name}"


def _by_key(source: Source, reading: Reading) -> exp.Select:
    """The rows, with the columns of their key typed."""
    columns = [source.table.column(name) for name in source.table.key]
    keys = [named(typed_value(reading, column, col(column.name, "r")), key_column(column.name)) for column in columns]
    rows = sql.select(exp.Column(this=exp.Star(), table=exp.to_identifier("r")), *keys)
    return rows.from_(raw_rows(source).subquery("r", copy=False), copy=False)


def _by_content(source: Source, day: date) -> exp.Select:
    """The rows of a table without a key: each is what it holds, as the source sent it, and of several that are alike the first, the second
    and so on. A snapshot says the same rows again; what an increment holds is new, so its day is part of the row."""
    table = source.table
    texts: list[Sql] = [col(column.name) for column in table.read]
    if table.extract.mode == "increment":
        texts.insert(0, lit(day.isoformat()))
    digest = named(row_digest(source.secret, table.id, texts), "_digest")
    rows = sql.select(exp.Star(), digest).from_(raw_rows(source).subquery("r", copy=False), copy=False)
    number = exp.Window(this=exp.RowNumber(), partition_by=[col("_digest")])
    counted = sql.select(exp.Star(), named(number, "_alike")).from_(rows.subquery("d", copy=False), copy=False)
    which = exp.Anonymous(this="CONCAT", expressions=[col("_digest"), lit("-"), col("_alike")])
    key = sql.case((exp.EQ(this=col("_alike"), expression=lit(1)), col("_digest")), default=which)
    return sql.select(exp.Star(), named(key, key_column(ROW_KEY))).from_(counted.subquery("c", copy=False), copy=False)


def _fields(source: Source) -> tuple[Extract, list[Sql]]:
    """The declared fields as the file has them, in its order: neither trimmed nor compared with the words for nothing."""
    return source.table.extract, [col(source.columns.relation[name]) for name in source.columns.in_order]

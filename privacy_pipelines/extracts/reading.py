"""The statement that reads one extract: every declared column typed, every row judged, in one pass over the file. Pure.

A row is `same` where its keyed hash is the one that the store already has; its payload is then not written again, so the staged
table names every key that was seen and holds values only where they are new.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.extracts.freetext import masked
from privacy_pipelines.policy.model import Column, Table
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.views import engine_type


def staging_statement(table: Table, relation: exp.Expr, columns: Mapping[str, str], salt: str, zone: str, stored: exp.Table) -> exp.Select:
    """`relation` is the file, every column as text; `columns` says which of its columns each declared one is.

    Columns of the answer: the declared ones, `_row_hash`, `_arrival` (new, changed, same, or again: stored without a part of it, so read
    anew), `_fault` (a reason, or NULL) and `_masked` (free-text cells in which something was masked).
    """
    raw = raw_rows(table, relation, columns)
    hashed = exp.select(exp.Star(), exp.alias_(_hash(table, salt), "_row_hash")).from_(raw.subquery("raw"))
    typed = _typed(table, zone).from_(hashed.subquery("h"))
    arrival = sql.case(
        (sql.is_null(col("_known", "k")), lit("new")),
        (sql.is_null(col("_row_hash", "k")), lit("again")),
        (exp.EQ(this=col("_row_hash", "t"), expression=col("_row_hash", "k")), lit("same")),
        default=lit("changed"),
    )
    known = exp.select(*(col(key) for key in table.key), col("_row_hash"), exp.alias_(exp.true(), "_known")).from_(stored)
    joined = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("t")), exp.alias_(arrival, "_arrival"))
    joined = joined.from_(typed.subquery("t")).join(known.subquery("k"), on=sql.same_key(table.key, "t", "k"), join_type="left")
    return _payload(table).from_(joined.subquery("j"))


def raw_rows(table: Table, relation: exp.Expr, columns: Mapping[str, str]) -> exp.Select:
    """The declared columns of a file as text, under their declared names."""
    named = (exp.alias_(col(columns[column.name]), column.name, quoted=True) for column in table.columns)
    return exp.select(*named).from_(relation)


def numbered_statement(table: Table, relation: exp.Expr, columns: Mapping[str, str], salt: str, wanted: exp.Select) -> exp.Select:
    """(hash, record number from 1) of the rows whose hash is among `wanted`, in the file's order.

    A second look at the file, only for rows with a fault: numbering rows in the first would keep the engine from reading in parallel.
    """
    number = exp.alias_(exp.Window(this=exp.RowNumber()), "_record")
    hashed = exp.select(exp.alias_(_hash(table, salt), "_row_hash"), number).from_(raw_rows(table, relation, columns).subquery("raw"))
    found = exp.select(col("_row_hash"), col("_record")).from_(hashed.subquery("h"))
    return found.where(exp.In(this=col("_row_hash"), query=wanted.subquery())).order_by("_record")


def _payload(table: Table) -> exp.Select:
    same = exp.EQ(this=col("_arrival"), expression=lit("same"))
    columns = [
        col(c.name) if c.name in table.key else exp.alias_(sql.case((exp.not_(same), col(c.name))), c.name, quoted=True)
        for c in table.columns
    ]
    kept = ("_row_hash", "_arrival", "_fault")
    return exp.select(*columns, *(col(name) for name in kept), exp.alias_(sql.case((same, lit(0)), default=col("_masked")), "_masked"))


def _typed(table: Table, zone: str) -> exp.Select:
    faults: list[tuple[Sql, Sql]] = []
    columns: list[Sql] = []
    changed: list[Sql] = []
    for column in table.columns:
        raw = col(column.name, "h")
        value = typed_value(table, column, raw, zone)
        if column.name in table.key:
            faults.append((sql.is_null(value), lit("unreadable key")))
        elif column.required:
            faults.append((sql.is_null(raw), lit(f"required {column.name} is empty")))
        if engine_type(column) != "VARCHAR":
            faults.append((sql.all_of((sql.not_null(raw), sql.is_null(value))), lit(f"unreadable {column.type} in {column.name}")))
        if column.free_text:
            value = masked(raw, column.contains)
            changed.append(sql.case((exp.NEQ(this=value.copy(), expression=raw.copy()), lit(1)), default=lit(0)))
        columns.append(exp.alias_(value, column.name, quoted=True))
    count = changed[0] if changed else lit(0)
    for more in changed[1:]:
        count = exp.Add(this=count, expression=more)
    return exp.select(
        *columns, col("_row_hash", "h"), exp.alias_(sql.case(*faults), "_fault"), exp.alias_(count, "_masked")
    )  # fmt: skip


def typed_value(table: Table, column: Column, raw: Sql, zone: str) -> Sql:
    """The declared type of a raw text, or NULL where it does not read as that type. Instants become UTC."""
    trimmed = sql.call("TRIM", raw.copy())
    if column.type == "date":
        parsed = exp.func("TRY_STRPTIME", trimmed, lit(column.format or "%Y-%m-%d"), dialect="duckdb")
        return _written(_try_cast(parsed, "DATE"), trimmed)
    if column.type == "timestamp":
        return _written(_instant(column, trimmed, column.zone or zone), trimmed)
    if column.type in ("decimal", "integer"):
        plain = sql.call("REPLACE", trimmed, lit(","), lit(".")) if table.extract.decimal == "," and column.type == "decimal" else trimmed
        return _unrounded(plain, engine_type(column))
    if column.type == "boolean":
        return _try_cast(trimmed, engine_type(column))
    return raw.copy()


def _written(value: Sql, text: Sql) -> Sql:
    """NULL for words: the engine reads `infinity` and `epoch` as instants, and by any format as 1 January 1900."""
    starts = sql.all_of(
        (exp.GTE(this=text.copy(), expression=lit("0")), exp.LT(this=text.copy(), expression=lit(":")))
    )  # with a digit: fast
    holds = exp.Anonymous(this="REGEXP_MATCHES", expressions=[text.copy(), lit("[0-9]")])
    return sql.case((starts, value), (holds, value.copy()))


def _unrounded(text: Sql, kind: str) -> Sql:
    """NULL for a number that the type cannot hold as it is: the engine's cast would round it without a word."""
    value = _try_cast(text, kind)
    return sql.case((exp.EQ(this=value, expression=_try_cast(text.copy(), "DECIMAL(38, 18)")), value.copy()))


def _instant(column: Column, text: Sql, zone: str) -> Sql:
    """A stamp with an offset is an instant; one without is read in the column's zone. Kept as UTC without a zone."""
    local = _try_cast(text.copy(), "TIMESTAMP")
    if column.format:
        local = _try_cast(exp.Anonymous(this="TRY_STRPTIME", expressions=[text.copy(), lit(column.format)]), "TIMESTAMP")
    in_zone = exp.AtTimeZone(this=exp.AtTimeZone(this=local, zone=exp.Literal.string(zone)), zone=exp.Literal.string("UTC"))
    absolute = exp.AtTimeZone(this=_try_cast(text.copy(), "TIMESTAMPTZ"), zone=exp.Literal.string("UTC"))
    has_offset = exp.Anonymous(this="REGEXP_MATCHES", expressions=[text.copy(), lit(r"(Z|[+-]\d{2}(:?\d{2})?)$")])
    looks_timed = exp.Anonymous(this="CONTAINS", expressions=[text.copy(), lit(":")])
    return sql.case((sql.all_of((has_offset, looks_timed)), absolute), default=in_zone)


def _try_cast(value: Sql, to: str) -> Sql:
    return exp.TryCast(this=value, to=exp.DataType.build(to, dialect="duckdb"))


def _hash(table: Table, salt: str) -> Sql:
    """A keyed hash of the raw row: pseudonymous personal data, kept beside its row and gone with it."""
    return exp.Anonymous(this="HASH", expressions=[lit(salt), *(col(column.name) for column in table.columns)])

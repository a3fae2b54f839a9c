"""Parquet: read by the engine. Its columns have types; here each becomes the text that a CSV file of the same table would hold.

So one declared type is read in one way from every format, and a table whose format changes keeps its row hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.errors import ExtractError, StoreError
from privacy_pipelines.extracts.drop import ExtractFile, digest_of
from privacy_pipelines.extracts.readers.limits import unpacks_too_far
from privacy_pipelines.extracts.readers.named import boolean_text, columns_at
from privacy_pipelines.extracts.readers.reader import Content, Inspection, Rejected, Whole, column_name
from privacy_pipelines.policy.model import Column, Extract, Table
from privacy_pipelines.sql import Sql, col, lit
from privacy_pipelines.store.engine import Session, session

MAGIC = b"PAR1"
EXACT = float(1 << 53)
"""From here on, not every whole number is a floating-point number."""
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")
_FLOATS = ("FLOAT", "DOUBLE")
_NAIVE = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_ABSOLUTE = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS WITH TIME ZONE")
_TEXTS = ("VARCHAR", "JSON", "ENUM")
_FITTING: dict[str, tuple[str, ...]] = {
    "date": (*_TEXTS, "DATE", *_NAIVE),
    "timestamp": (*_TEXTS, "DATE", *_NAIVE, *_ABSOLUTE),
    "integer": (*_TEXTS, *_INTEGERS, *_FLOATS, "DECIMAL"),
    "decimal": (*_TEXTS, *_INTEGERS, *_FLOATS, "DECIMAL"),
    "boolean": (*_TEXTS, *_INTEGERS, "BOOLEAN"),
}
"""Declared type → the engine's types from which it can be read. A type that is not named here reads from everything but binary."""


@dataclass(frozen=True, slots=True)
class ParquetReader:
    """Reads `format: parquet`, and what was fetched from databases."""

    def inspect(self, file: ExtractFile, table: Table) -> Inspection:
        """Digest, and whether both ends of the file are there."""
        if not file.path.is_file():
            return Inspection("", 0, False, "not a file")
        try:
            fault, size = _ends(file.path), file.path.stat().st_size
        except OSError as error:
            return Inspection("", 0, False, f"cannot be read ({type(error).__name__})")
        return Inspection(digest_of(file), size, True, fault)

    def open(self, file: ExtractFile, table: Table, seen: Inspection, aside: Path) -> ParquetContent:
        """The columns are the footer's. Raises ExtractError where a declared one cannot hold what was declared."""
        with session(None) as opened:
            try:
                columns = _columns(opened, file.path)
                fault = unpacks_too_far(seen.size, _unpacked(opened, file.path))
            except StoreError:
                columns, fault = (), "damaged: the footer cannot be read"
            if fault:
                raise ExtractError(fault)
            header = tuple(found.name for found in columns)
            declared = [named[1] if named else None for named in columns_at(table, header)]
            _require_fitting(
                opened, file.path, [(one, column) for one, column in zip(columns, declared, strict=True) if column is not None]
            )
        texts = tuple(_text(found, column, table.extract) for found, column in zip(columns, declared, strict=True))
        return ParquetContent(file.path, header, texts)


@dataclass(frozen=True, slots=True)
class ParquetContent:
    """A Parquet file that the engine itself reads."""

    path: Path
    header: tuple[str, ...]
    texts: tuple[Sql, ...]

    @property
    def relation(self) -> exp.Expr:
        """Every column as text."""
        named = (sql.named(text.copy(), column_name(place)) for place, text in enumerate(self.texts))
        return exp.select(*named).from_(_file(self.path)).subquery("p")

    @property
    def whole(self) -> Whole | None:
        """Not as lines."""
        return None

    def instead(self, session: Session, records: int) -> Content | None:
        """Nothing: there is one way to read it."""
        return None

    def rejected(self, session: Session) -> tuple[Rejected, ...]:
        """None: a row of a Parquet file has its columns, or the file is damaged as a whole."""
        return ()

    def lines(self, session: Session, records: Sequence[int], rejected: Sequence[Rejected]) -> tuple[int, ...]:
        """There are no lines: the number of the row."""
        return tuple(records)


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    place: str
    """The engine's name for it, which is another one where a name repeats."""
    type: str

    @property
    def kind(self) -> str:
        """The type without its arguments; `NESTED` for what is no single value."""
        nested = self.type.endswith("]") or self.type.startswith(("STRUCT", "MAP", "UNION", "VARIANT"))
        return "NESTED" if nested else self.type.split("(")[0].strip()


def _ends(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(len(MAGIC))
        if not start:
            return "empty"
        if start != MAGIC:
            return "not a Parquet file"
        stream.seek(-min(len(MAGIC), stream.seek(0, 2)), 2)
        return "" if stream.read() == MAGIC and stream.tell() > 2 * len(MAGIC) else "truncated: the end of the Parquet file is missing"


def _columns(opened: Session, path: Path) -> tuple[_Found, ...]:
    """The file's own names beside the engine's: those may differ where names repeat."""
    described = opened.rows(f"DESCRIBE {sql.text(exp.select(exp.Star()).from_(_file(path)))}")
    schema = opened.rows("SELECT name, num_children FROM parquet_schema(?)", [str(path)])
    names, skip = list[str](), 0
    for name, children in schema[1:]:  # the first is the root; a nested column's own follow it
        if not skip:
            names.append(name)
        skip = max(0, skip - 1) + (children or 0)
    return tuple(_Found(name, place, kind) for name, (place, kind, *_) in zip(names, described, strict=True))


def _unpacked(opened: Session, path: Path) -> int:
    """Bytes that the pages unpack to, and at least one for each row: a column of one value packs to nothing."""
    (pages,) = opened.one("SELECT COALESCE(SUM(total_uncompressed_size), 0)::BIGINT FROM parquet_metadata(?)", [str(path)])
    (rows,) = opened.one("SELECT num_rows::BIGINT FROM parquet_file_metadata(?)", [str(path)])
    return max(int(pages), int(rows))


def _require_fitting(opened: Session, path: Path, columns: Sequence[tuple[_Found, Column]]) -> None:
    """Raises ExtractError where a declared type cannot be read from the file's."""
    for found, column in columns:
        fitting = _FITTING.get(column.type)
        fits = found.kind in fitting if fitting else found.kind != "BLOB" and (found.kind != "NESTED" or column.type == "text")
        if not fits:
            what = {"NESTED": "a nested value", "BLOB": "binary"}.get(found.kind, found.kind)
            raise ExtractError(f"column {found.name} is {what} in the file and was declared {column.type}")
        if found.kind in _ABSOLUTE and column.formats:
            raise ExtractError(f"column {found.name} is an instant in the file, which has no format. Leave `format` out")
        if found.kind in _FLOATS and column.type != "decimal":
            _require_exact(opened, path, found)


def _require_exact(opened: Session, path: Path, found: _Found) -> None:
    """A floating-point number that stands for a whole one, an identifier above all, must still be that one."""
    value = sql.cast(col(found.place), "DOUBLE")
    inexact = sql.any_of((sql.call("ISNAN", value), exp.GTE(this=sql.call("ABS", value.copy()), expression=_float(EXACT))))
    (count,) = opened.one(exp.select(sql.count_if(inexact)).from_(_file(path)))
    if count:
        raise ExtractError(f"column {found.name} holds {count} floating-point numbers that are no exact whole numbers or texts")


def _float(value: float) -> Sql:
    return sql.cast(exp.Literal.number(str(value)), "DOUBLE")


def _text(found: _Found, column: Column | None, extract: Extract) -> Sql:
    """The text of a value: dates as they were declared or ISO 8601, numbers with the declared decimal sign, instants in UTC."""
    value = col(found.place)
    dated = column.format if column is not None and column.format else ""
    if found.kind in _FLOATS:
        whole = exp.EQ(this=value, expression=sql.call("TRUNC", value.copy()))
        small = exp.LT(this=sql.call("ABS", value.copy()), expression=_float(EXACT))
        text = sql.case((sql.all_of((whole, small)), _varchar(sql.cast(value.copy(), "BIGINT"))), default=_signed(value.copy(), extract))
    elif found.kind == "BOOLEAN":
        words = [lit(boolean_text(value, column)) for value in (True, False)]
        text = sql.case((value, words[0]), (exp.not_(value.copy()), words[1]))
    elif found.kind == "DECIMAL":
        text = _signed(value, extract)
    elif found.kind == "NESTED":
        text = _varchar(exp.Anonymous(this="TO_JSON", expressions=[value]))
    elif found.kind == "DATE" and dated:
        text = _formatted(value, dated)
    elif found.kind in _NAIVE and column is not None and column.type == "date":
        midnight = exp.EQ(this=sql.cast(sql.cast(value, "DATE"), "TIMESTAMP"), expression=sql.cast(value.copy(), "TIMESTAMP"))
        day = sql.cast(value.copy(), "DATE")
        text = sql.case((midnight, _formatted(day, dated) if dated else _varchar(day)), default=_varchar(value.copy()))
    elif found.kind in _NAIVE and dated:
        text = _formatted(value, dated)
    elif found.kind in _ABSOLUTE:
        utc = exp.AtTimeZone(this=value, zone=exp.Literal.string("UTC"))
        text = exp.DPipe(this=_varchar(utc), expression=lit("+00"), safe=True)
    else:
        text = _varchar(value)
    return exp.Nullif(this=text, expression=lit(""))


def _signed(value: Sql, extract: Extract) -> Sql:
    return _varchar(value) if extract.decimal == "." else sql.call("REPLACE", _varchar(value), lit("."), lit(extract.decimal))


def _formatted(value: Sql, declared: str) -> Sql:
    return exp.Anonymous(this="STRFTIME", expressions=[value, lit(declared)])


def _varchar(value: Sql) -> Sql:
    return sql.cast(value, "VARCHAR")


def _file(path: Path) -> exp.Table:
    """No column is made of the folder's name."""
    plain = exp.EQ(this=exp.column("hive_partitioning"), expression=exp.false())
    return exp.Table(this=exp.Anonymous(this="READ_PARQUET", expressions=[lit(str(path)), plain]))

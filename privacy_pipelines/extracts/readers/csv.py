"""CSV: split by the engine, in parallel, in the dialect that the policy declares."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.drop import ExtractFile
from privacy_pipelines.extracts.readers.reader import Inspection, Rejected, column_name
from privacy_pipelines.policy.model import Extract, Table
from privacy_pipelines.sql import Sql, lit
from privacy_pipelines.store.engine import Session

_CHUNK = 1 << 20
_REJECTED = {
    "MISSING COLUMNS": "too few columns",
    "TOO MANY COLUMNS": "too many columns",
    "UNQUOTED VALUE": "a quote is not closed",
    "LINE SIZE OVER MAXIMUM": "a line is too long",
}


@dataclass(frozen=True, slots=True)
class CsvContent:
    """A CSV file that the engine itself reads."""

    path: Path
    header: tuple[str, ...]
    extract: Extract

    @property
    def relation(self) -> exp.Expr:
        """Every column of the file as text; rows that do not fit go to the engine's rejects."""
        dialect, count = self.extract, len(self.header)
        columns = exp.Struct(expressions=[exp.PropertyEQ(this=lit(column_name(n)), expression=lit("VARCHAR")) for n in range(count)])
        options: dict[str, Sql] = {
            "columns": columns, "auto_detect": exp.false(), "header": exp.true(), "delim": lit(dialect.delimiter),
            "quote": lit(dialect.quote), "escape": lit(dialect.quote), "encoding": lit(dialect.encoding), "nullstr": lit(""),
            "strict_mode": exp.true(), "null_padding": exp.false(), "store_rejects": exp.true(), "max_line_size": lit(16_777_216),
        }  # fmt: skip
        arguments = [lit(str(self.path)), *(exp.EQ(this=exp.column(name), expression=value) for name, value in options.items())]
        return exp.Table(this=exp.Anonymous(this="READ_CSV", expressions=arguments))

    def instead(self, session: Session, records: int) -> None:
        """Nothing else yet."""

    def rejected(self, session: Session) -> tuple[Rejected, ...]:
        """What the engine could not split, and forgets by being asked."""
        found = session.rows("SELECT DISTINCT line, CAST(error_type AS VARCHAR) FROM reject_errors ORDER BY ALL")
        _forget(session)
        return tuple(Rejected(line, _REJECTED.get(kind, "cannot be split into columns")) for line, kind in found)

    def lines(self, session: Session, records: Sequence[int], rejected: Sequence[Rejected]) -> tuple[int, ...]:
        """The header is line 1, and records that could not be split have lines of their own."""
        _forget(session)
        return tuple(line_of(record, [one.line for one in rejected]) for record in records)


@dataclass(frozen=True, slots=True)
class CsvReader:
    """Reads `format: csv`."""

    def inspect(self, file: ExtractFile, table: Table) -> Inspection:
        """Digest, encoding, NUL bytes, and whether the last line is whole."""
        return _inspect(file, table.extract.encoding)

    def open(self, file: ExtractFile, table: Table, seen: Inspection, aside: Path) -> CsvContent:
        """The column names are the first line's. Raises ExtractError where there is none."""
        return CsvContent(file.path, _header_of(file, table.extract), table.extract)


def line_of(record: int, rejected: list[int]) -> int:
    """The line of the n-th row that could be read: the header is line 1, and rows that could not be split have lines of their own.
    A field with line breaks counts as one line, as the engine counts.

    >>> line_of(1, []), line_of(2, [3]), line_of(3, [3, 4])
    (2, 4, 6)
    """
    line = record + 1
    for before in sorted(rejected):
        line += before <= line
    return line


def _forget(session: Session) -> None:
    """The engine keeps rejected lines, and adds to them with each reading."""
    for leftover in ("reject_errors", "reject_scans"):
        session.run(f"DROP TABLE IF EXISTS {leftover}")


def _inspect(file: ExtractFile, encoding: str) -> Inspection:
    if not file.path.is_file():
        return Inspection("", 0, False, "not a file")
    digest, size, last, fault = hashlib.sha256(), 0, b"", ""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(file.path):
            digest.update(chunk)
            size += len(chunk)
            last = chunk[-2:]
            if not fault:
                fault = _fault(decoder, chunk, encoding)
        if not fault:
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        fault = f"not {encoding}"
    except OSError as error:
        return Inspection("", size, False, f"cannot be read ({type(error).__name__})")
    return Inspection(digest.hexdigest(), size, b"\n" in last or b"\r" in last, fault or ("" if size else "empty"))


def _header_of(file: ExtractFile, extract: Extract) -> tuple[str, ...]:
    with file.path.open(encoding=_with_bom(extract.encoding), newline="") as lines:
        try:
            first = next(csv.reader(lines, delimiter=extract.delimiter, quotechar=extract.quote, strict=True), None)
        except csv.Error:
            first = None
    if not first:
        raise ExtractError("no header line")
    return tuple(first)


def _with_bom(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _fault(decoder: codecs.IncrementalDecoder, chunk: bytes, encoding: str) -> str:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return f"not {encoding}"
    return "NUL bytes" if encoding != "utf-16" and b"\0" in chunk else ""

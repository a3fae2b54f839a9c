"""Excel (.xlsx): one sheet, read by python-calamine, every value as the text that a CSV file of the same table would hold.

Numbers have the fifteen digits that Excel itself keeps; a whole number is written without a fraction, and one of more digits has been
rounded by Excel already, so its row cannot be read. Hidden rows and columns are data like any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.drop import ExtractFile, digest_of
from privacy_pipelines.extracts.readers.canonical import CanonicalContent, write_canonical
from privacy_pipelines.extracts.readers.named import boolean_text, columns_at
from privacy_pipelines.extracts.readers.objects import Fault
from privacy_pipelines.extracts.readers.reader import Inspection
from privacy_pipelines.extracts.readers.records import Record
from privacy_pipelines.extracts.readers.workbook import Sheet, look
from privacy_pipelines.policy.model import Column, Extract, Table

ROUNDED = 1e15
"""From here on, Excel has replaced digits by zeros."""
_PACKED = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class ExcelReader:
    """Reads `format: excel`."""

    def inspect(self, file: ExtractFile, table: Table) -> Inspection:
        """Digest, and whether it is a packed file at all; `open` looks further."""
        if not file.path.is_file():
            return Inspection("", 0, False, "not a file")
        try:
            size = file.path.stat().st_size
            with file.path.open("rb") as stream:
                packed = stream.read(len(_PACKED)) == _PACKED
        except OSError as error:
            return Inspection("", 0, False, f"cannot be read ({type(error).__name__})")
        fault = "" if packed else "not an .xlsx file" if size else "empty"
        return Inspection(digest_of(file), size, True, fault)

    def open(self, file: ExtractFile, table: Table, seen: Inspection, aside: Path) -> CanonicalContent:
        """Write the sheet anew; undeclared columns are named and stay empty. Raises ExtractError."""
        name, sheet = look(file.path, table.extract.sheet)
        left, rows = _rows(file.path, name)
        header = _header(rows)
        reading = _Reading(table.extract, sheet, left, tuple(columns_at(table, header)))
        return write_canonical(reading.records(rows), header, "quarantine", aside)


@dataclass(frozen=True, slots=True)
class _Reading:
    extract: Extract
    sheet: Sheet
    left: int
    """Empty columns before the table's first."""
    columns: tuple[tuple[str, Column | None] | None, ...]
    """For each column of the sheet what it is called and declared as, or None where it is not declared."""

    def records(self, rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Record]:
        """Every row that is not empty."""
        for number, cells in rows:
            if not any(cell != "" for cell in cells) and number not in self.sheet.faults:
                continue
            try:
                yield Record(number, self._fields(number, cells))
            except Fault as fault:
                yield Record(number, (), str(fault))

    def _fields(self, number: int, cells: list[Any]) -> tuple[str, ...]:
        if any(cell != "" for cell in cells[len(self.columns) :]):
            raise Fault("a value outside the columns that the header names")
        faults = self.sheet.faults.get(number, {})
        fields = []
        for place, declared in enumerate(self.columns):
            if declared is None:
                fields.append("")
                continue
            name, column = declared
            if (fault := faults.get(self.left + place + 1)) is not None:
                raise Fault(f"{fault} in {name}")
            fields.append(_text(cells[place] if place < len(cells) else "", name, column, self.extract))
        return tuple(fields)


def _rows(path: Path, sheet: str) -> tuple[int, Iterator[tuple[int, list[Any]]]]:
    """How many columns are empty before the first, and each row from that one on, with its number in the sheet. Raises ExtractError."""
    import python_calamine

    try:
        found = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet)
    except python_calamine.CalamineError:
        found = None
    if found is None:
        raise ExtractError("not a whole .xlsx file: truncated, damaged, encrypted, or of another format")
    return found.start[1] if found.start else 0, enumerate(found.iter_rows(), start=1)


def _header(rows: Iterator[tuple[int, list[Any]]]) -> tuple[str, ...]:
    """The first row that is not empty, up to its last name. Raises ExtractError where there is none."""
    for _, cells in rows:
        names = [str(cell).strip() for cell in cells]
        while names and not names[-1]:
            names.pop()
        if names:
            return tuple(names)
    raise ExtractError("no header row")


def _text(value: Any, name: str, column: Column | None, extract: Extract) -> str:
    """Raises Fault for a number that Excel has rounded."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return boolean_text(value, column)
    if isinstance(value, int | float):
        return _number(value, name).replace(".", extract.decimal)
    if isinstance(value, dt.datetime):
        return _stamp(value, column)
    if isinstance(value, dt.date):
        return _stamp(dt.datetime.combine(value, dt.time()), column)
    return str(value)


def _number(value: float, name: str) -> str:
    if abs(value) >= ROUNDED:
        raise Fault(f"a number of more than fifteen digits in {name}: Excel has rounded it. Have it stored as text")
    return str(int(value)) if value == int(value) else f"{value:.15g}"


def _stamp(value: dt.datetime, column: Column | None) -> str:
    """In the first declared format, else ISO 8601: the day alone where it is midnight and no timestamp is declared."""
    if column is not None and column.format:
        return value.strftime(column.format)
    if value.time() == dt.time() and (column is None or column.type != "timestamp"):
        return value.date().isoformat()
    return str(value).rstrip("0") if value.microsecond else str(value)

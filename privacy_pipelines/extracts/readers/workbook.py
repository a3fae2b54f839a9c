"""The inside of an .xlsx file, looked at before its values are read: which sheet, how large, and the cells that have no value to read.

The library that reads the values gives an error value, and a formula that was never calculated, as an empty cell, and lays the sheet out
as one full rectangle: a single cell in its last corner would ask for half a terabyte.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO
from xml.parsers import expat

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.readers.limits import unpacks_too_far

MOST_BYTES = 1 << 30
"""What an Excel file may unpack to. A table that is larger is better sent as CSV or Parquet."""
MOST_CELLS = 20_000_000
"""Rows times columns of a sheet, empty cells included: about 640 MB while it is read."""
_CHUNK = 1 << 16
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass
class Sheet:
    """What was found in a sheet; rows and columns count from 1."""

    rows: int = 0
    columns: int = 0
    faults: dict[int, dict[int, str]] = field(default_factory=dict)
    """Row → column → why there is no value to read."""


def look(path: Path, wanted: str | None) -> tuple[str, Sheet]:
    """The name of the sheet to read, and what is in it. Raises ExtractError."""
    try:
        with zipfile.ZipFile(path) as packed:
            _require_sound(packed, path.stat().st_size)
            name, member = _chosen(packed, wanted)
            with packed.open(member) as stream:
                return name, _scanned(stream)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, NotImplementedError, OSError, expat.ExpatError, ValueError):
        failure = ExtractError("not a whole .xlsx file: truncated, damaged, encrypted, or of another format")
    raise failure


def _require_sound(packed: zipfile.ZipFile, size: int) -> None:
    """Every part unpacks to what it says, and together they are not too much."""
    unpacked = sum(part.file_size for part in packed.infolist())
    fault = unpacks_too_far(size, unpacked)
    if unpacked > MOST_BYTES:
        fault = f"unpacks to {unpacked:,} bytes, more than the {MOST_BYTES:,} that an Excel file may have. Have it sent as CSV or Parquet"
    if fault:
        raise ExtractError(fault)
    if packed.testzip() is not None:
        raise zipfile.BadZipFile


def _chosen(packed: zipfile.ZipFile, wanted: str | None) -> tuple[str, str]:
    """The name and the part of the sheet that is declared, or of the only one that can be seen."""
    book = next((part for part in packed.namelist() if part.lower() == "xl/workbook.xml"), "xl/workbook.xml")
    targets = {one["Id"]: one["Target"] for one in _elements(packed, "xl/_rels/workbook.xml.rels", "Relationship")}
    sheets = list(_elements(packed, book, "sheet"))
    seen = [sheet for sheet in sheets if sheet.get("state", "visible") == "visible"]
    found = [sheet for sheet in sheets if sheet["name"] == wanted] if wanted else seen
    if wanted and not found:
        raise ExtractError(f"has no sheet {wanted!r}")
    if len(found) != 1:
        raise ExtractError(f"has {len(found)} visible sheets. Say `sheet`")
    return found[0]["name"], posixpath.normpath(posixpath.join("/xl", targets[found[0]["id"]])).lstrip("/")


def _elements(packed: zipfile.ZipFile, part: str, name: str) -> Iterator[dict[str, str]]:
    """The attributes of each element of that name, without their namespaces."""
    found: list[dict[str, str]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if _local(element) == name:
            found.append({_local(key): value for key, value in attributes.items()})

    parser = _parser()
    parser.StartElementHandler = start
    with packed.open(part) as stream:
        parser.ParseFile(stream)
    return iter(found)


def _scanned(stream: IO[bytes]) -> Sheet:
    scan, parser = _Scan(), _parser()
    parser.StartElementHandler, parser.EndElementHandler = scan.start, scan.end
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)
        if scan.sheet.rows * scan.sheet.columns > MOST_CELLS:
            size = f"{scan.sheet.rows:,} rows and {scan.sheet.columns:,} columns"
            raise ExtractError(f"a sheet of {size}, more than {MOST_CELLS:,} cells. Have it sent as CSV or Parquet")
    parser.Parse(b"", True)
    return scan.sheet


class _Scan:
    """Follows the cells of a sheet. Where a cell or a row does not say its place, it stands behind the one before."""

    def __init__(self) -> None:
        self.sheet = Sheet()
        self._row = self._column = 0
        self._error = self._formula = self._value = False

    def start(self, element: str, attributes: dict[str, str]) -> None:
        name = _local(element)
        if name == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            self._column = _number(letters) if letters else self._column + 1
            self.sheet.columns = max(self.sheet.columns, self._column)
            self._error, self._formula, self._value = attributes.get("t") == "e", False, False
        elif name in {"v", "is"}:
            self._value = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            self.sheet.rows = max(self.sheet.rows, self._row)
        elif name == "mergeCell":
            self._merged(attributes["ref"])

    def end(self, element: str) -> None:
        if not (self._error or self._formula) or _local(element) != "c":
            return
        if self._error:
            self._fault(self._row, self._column, "an error value")
        elif not self._value:
            self._fault(self._row, self._column, "a formula that was never calculated")
        self._error = self._formula = False

    def _merged(self, ref: str) -> None:
        """One value for several cells: which of them it belongs to, nobody can tell. Empty cells beyond the sheet's are of no interest."""
        first, _, last = ref.partition(":")
        start, end = _CELL.fullmatch(first), _CELL.fullmatch(last or first)
        if start is None or end is None:
            raise ValueError
        for row in range(int(start[2]), min(int(end[2]), self.sheet.rows) + 1):
            for column in range(_number(start[1]), min(_number(end[1]), self.sheet.columns) + 1):
                self._fault(row, column, "merged cells")

    def _fault(self, row: int, column: int, reason: str) -> None:
        self.sheet.faults.setdefault(row, {})[column] = reason


def _parser() -> expat.XMLParserType:
    """Without document types: an .xlsx file has none, and entities are how XML explodes."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise ValueError

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _local(name: str) -> str:
    """The name without its namespace's prefix."""
    return name.rpartition(":")[2] if ":" in name else name


@lru_cache(maxsize=1 << 15)
def _number(letters: str) -> int:
    """The number of a column. Raises ValueError for what is none.

    >>> _number("A"), _number("XFD")
    (1, 16384)
    """
    number = 0
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise ValueError
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number

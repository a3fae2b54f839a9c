"""A CSV extract: its dialect, and the first rows of it. Values stay in this room."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from privacy_pipelines.errors import ExtractError

ROWS = 20_000
"""A sample this large tells types well; whether a column is unique is only known for it."""
_HEAD = 32 << 20
"""Bytes that are read at most."""
_DELIMITERS = ",;\t|"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_VALUE = re.compile(r"@|^[\d\s.,:+-]+$")
"""A header cell that looks like this is no column name: the file has no header, and its first line is somebody's data."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A file's dialect, header and first rows. `encoding` is empty for plain ASCII, which all of them read; `path` is the policy's, with
    `{table}` and, where the name holds a day, `{day}`."""

    table: str
    path: str
    delimiter: str
    encoding: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    ragged: int

    def column(self, number: int) -> tuple[str, ...]:
        """One column's values, empty ones included."""
        return tuple(row[number] for row in self.rows)


def read_sample(file: Path, drop_folder: Path) -> Sample:
    """Raises ExtractError for what is no CSV file with a header."""
    text, encoding = _text(file)
    delimiter = _delimiter(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header, *rows = islice(lines, ROWS + 1)
    except (csv.Error, ValueError):
        raise ExtractError(f"{file}: cannot be read as CSV. init reads text files with one header line") from None
    _require_header(file, header)
    whole = tuple(tuple(row) for row in rows if len(row) == len(header))
    table, path = _names(file, drop_folder)
    return Sample(table, path, delimiter, encoding, tuple(header), whole, ragged=len(rows) - len(whole))


def _text(file: Path) -> tuple[str, str]:
    """The text and the declared name of its encoding, '' for plain ASCII. Latin-1 reads any bytes, so it comes last."""
    if not file.is_file():
        what = "a folder stands where a file should be" if file.is_dir() else "there is no such file"
        raise ExtractError(f"{file}: {what}. Name the CSV extracts to draft from")
    with file.open("rb") as stream:
        content = stream.read(_HEAD)
    if not content.strip():
        raise ExtractError(f"{file}: empty. init needs at least a header line")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _decoded(content, "utf-16"), "utf-16"
    if b"\0" in content:
        raise ExtractError(f"{file}: not a text file. init reads CSV")
    if content.isascii():
        return _decoded(content, "ascii"), ""
    try:
        return _decoded(content, "utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(content, "latin-1"), "latin-1"


def _decoded(content: bytes, encoding: str) -> str:
    """The text, without what the cut at `_HEAD` left of a last line."""
    whole = len(content) < _HEAD
    text = codecs.getincrementaldecoder(encoding)().decode(content, final=whole)
    return text if whole else text[: text.rfind("\n") + 1]


def _delimiter(text: str) -> str:
    """The one that splits most rows into as many fields as the header, and into the most fields."""
    lines = list(islice(io.StringIO(text, newline=""), 200))

    def score(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        alike = sum(width == widths[0] for width in widths)
        return (alike if widths[0] > 1 else 0, widths[0])

    return max(_DELIMITERS, key=score)


def _require_header(file: Path, header: list[str]) -> None:
    if any(not name.strip() for name in header):
        raise ExtractError(f"{file}: a column has no name in line 1. Have the header completed")
    if len(set(header)) != len(header):
        raise ExtractError(f"{file}: a column name stands twice in line 1. Have the header corrected")
    if any(_VALUE.search(name) for name in header):
        raise ExtractError(f"{file}: line 1 does not look like column names. An extract needs a header line")


def _names(file: Path, drop_folder: Path) -> tuple[str, str]:
    """The table's name, and the path below the drop folder with its placeholders."""
    stem = _DAY.sub("", file.stem, count=1).strip("-_. ")
    table = re.sub(r"[^a-z0-9_]+", "_", stem.lower()).strip("_") or "table_1"
    table = table if table[0].isalpha() else f"t_{table}"
    inside = file.resolve().is_relative_to(drop_folder.resolve())
    path = file.resolve().relative_to(drop_folder.resolve()).as_posix() if inside else file.name
    folder, _, name = path.rpartition("/")
    name = _DAY.sub("{day}", name, count=1)
    if stem == table:
        name = name.replace(stem, "{table}", 1)
    return table, f"{folder}/{name}" if folder else name

"""An extract: the names of its columns, and its first rows. Values stay in this room."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from privacy_pipelines.drafting.dialect import NO_TEXT, Dialect, dialect_of, read_text, require_file
from privacy_pipelines.drafting.records import endings_of, format_of, plain, read_records
from privacy_pipelines.errors import ExtractError
from privacy_pipelines.policy.model import ExtractFormat

ROWS = 20_000
"""A sample this large tells types well; whether a column is unique is only known for it."""
_LARGEST_FIELD = 16 << 20
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_VALUE = re.compile(r"@|^[\d\s.,:+-]+$")
"""A header cell that looks like this is no column name: the file has no header, and its first line is somebody's data."""
_COLUMN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ][A-Za-zÀ-ÖØ-öø-ÿ0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Sample:
    """A file's dialect, columns and first rows. `path` is the policy's, with `{table}` and `{day}`."""

    table: str
    path: str
    dated: bool
    """Whether the file's own name holds a day."""
    format: ExtractFormat
    dialect: Dialect
    headed: bool
    columns: tuple[str, ...]
    """Names as fields of a policy are called."""
    headers: tuple[str | int | None, ...]
    """What the file calls a column where that is not its field's name; its position where the file has no name of its own for it."""
    rows: tuple[tuple[str, ...], ...]
    ragged: int
    relation: str = ""
    """The table or view of a database that it is of."""

    def column(self, number: int) -> tuple[str, ...]:
        """One column's values, empty ones included."""
        return tuple(row[number] for row in self.rows)


def read_sample(file: Path, drop_folder: Path) -> Sample:
    """Raises ExtractError for what cannot be read as what its name says."""
    require_file(file)
    form = format_of(file.name)
    with plain(file) as unpacked:
        seen = _read_csv(unpacked, file) if form == "csv" else _read_other(unpacked, file, form)
    columns, headers = fields_of(seen.header)
    whole = tuple(tuple(row) for row in seen.rows if len(row) == len(columns))
    headers = headers if seen.headed else (None,) * len(columns)
    table, path, dated = _names(file, drop_folder)
    return Sample(table, path, dated, form, seen.dialect, seen.headed, columns, headers, whole, len(seen.rows) - len(whole))


def fields_of(header: list[str]) -> tuple[tuple[str, ...], tuple[str | int | None, ...]]:
    """A field's name for each column, and how the file calls it where it is called otherwise.

    >>> fields_of(["id", "First Name", "", "Id"])
    (('id', 'First_Name', 'column_3', 'Id_4'), (None, 'First Name', 3, 'Id'))
    """
    names: list[str] = []
    called: list[str | int | None] = []
    often = Counter(header)
    for number, said in enumerate(header, start=1):
        name = re.sub(r"[^A-Za-zÀ-ÖØ-öø-ÿ0-9]+", "_", said).strip("_")[:58] if _COLUMN.fullmatch(said) is None else said
        name = name if name and not name[0].isdigit() else f"column_{name or number}"
        if name.lower() in {other.lower() for other in names}:
            name = f"{name}_{number}"
        names.append(name)
        called.append(None if name == said else said if said.strip() and often[said] == 1 else number)
    return tuple(names), tuple(called)


def table_name(said: str) -> str:
    """What a policy may call a table that is called so.

    >>> table_name("Order Lines"), table_name("2nd")
    ('order_lines', 't_2nd')
    """
    name = re.sub(r"[^a-z0-9_]+", "_", said.lower()).strip("_")[:62] or "table_1"
    return name if name[0].isalpha() else f"t_{name}"[:62]


@dataclass(frozen=True, slots=True)
class _Seen:
    dialect: Dialect
    headed: bool
    header: list[str]
    rows: Sequence[Sequence[str]]


def _read_other(plain: Path, file: Path, form: ExtractFormat) -> _Seen:
    found = read_records(plain, file, form, ROWS)
    return _Seen(NO_TEXT, True, list(found.header), found.rows)


def _read_csv(plain: Path, file: Path) -> _Seen:
    text, encoding, sure = read_text(plain, file)
    dialect = dialect_of(text, encoding, sure=sure)
    stream = io.StringIO(text, newline="")
    for _ in range(dialect.before):
        stream.readline()
    csv.field_size_limit(_LARGEST_FIELD)
    try:
        records = [record for record in islice(csv.reader(stream, delimiter=dialect.delimiter), ROWS + 1) if record]
    except (csv.Error, ValueError):
        raise ExtractError(f"{file}: cannot be read as CSV. init reads text files of records") from None
    if not records:
        raise ExtractError(f"{file}: no records. init needs at least a header line")
    headed = not any(_VALUE.search(name) for name in records[0] if name)
    return _Seen(dialect, headed, records[0] if headed else [""] * len(records[0]), records[1:] if headed else records)


def _names(file: Path, drop_folder: Path) -> tuple[str, str, bool]:
    """The table's name, the path below the drop folder with its placeholders, and whether the file's name holds a day."""
    ending = "".join(endings_of(file.name))
    whole = file.name.removesuffix(ending)
    stem = _DAY.sub("", whole, count=1).strip("-_. ")
    table = table_name(stem)
    inside = file.resolve().is_relative_to(drop_folder.resolve())
    path = file.resolve().relative_to(drop_folder.resolve()).as_posix() if inside else file.name
    folder, _, name = path.rpartition("/")
    dated = _DAY.search(name) is not None
    name = _DAY.sub("{day}", name, count=1) if dated else f"{whole}-{{day}}{ending}"
    if stem == table:
        name = name.replace(stem, "{table}", 1)
    return table, f"{folder}/{name}" if folder else name, dated

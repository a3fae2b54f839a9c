"""The first rows of an extract that is no CSV, as texts: read by the reader of its format, as every night reads it. Values stay here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from privacy_pipelines import sql
from privacy_pipelines.errors import ExtractError, StoreError
from privacy_pipelines.extracts.drop import ExtractFile
from privacy_pipelines.extracts.readers.compressed import unpack
from privacy_pipelines.extracts.readers.reader import Content, column_name
from privacy_pipelines.extracts.readers.registry import reader_of
from privacy_pipelines.policy.documents import SourceDocument
from privacy_pipelines.policy.documents.extract import ExtractBlock
from privacy_pipelines.policy.documents.fields import FieldBlock
from privacy_pipelines.policy.documents.source import TableBlock
from privacy_pipelines.policy.freeze import freeze_tables
from privacy_pipelines.policy.model import ENDINGS, ExtractFormat, Table
from privacy_pipelines.sql import col
from privacy_pipelines.store.engine import session

FORMATS: tuple[tuple[str, ExtractFormat], ...] = (
    (".parquet", "parquet"),
    (".xlsx", "excel"),
    (".jsonl", "jsonl"),
    (".ndjson", "jsonl"),
    (".json", "jsonl"),
)
"""How names end, in lower case; anything else is CSV."""


@dataclass(frozen=True, slots=True)
class Records:
    """A file's own names of its columns, and its first rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def endings_of(name: str) -> tuple[str, str]:
    """The ending of a file's name that says its format, and the one that says its compression.

    >>> endings_of("people-2026-02-01.csv.GZ"), endings_of("people.parquet")
    (('.csv', '.GZ'), ('.parquet', ''))
    """
    packed = next((name[-len(ending) :] for ending, _ in ENDINGS if name.lower().endswith(ending)), "")
    return Path(name.removesuffix(packed)).suffix, packed


def format_of(name: str) -> ExtractFormat:
    """What the ending of a file's name says.

    >>> format_of("people.jsonl.zst"), format_of("people.txt")
    ('jsonl', 'csv')
    """
    return dict(FORMATS).get(endings_of(name)[0].lower(), "csv")


@contextmanager
def plain(file: Path) -> Iterator[Path]:
    """The file itself, or what it holds, unpacked into a folder of mode 0700 that is removed again. Raises ExtractError."""
    packed = endings_of(file.name)[1].lower()
    if not packed or not file.is_file():
        yield file
        return
    with TemporaryDirectory(prefix="drafting-") as aside:
        try:
            unpack(file, dict(ENDINGS)[packed], Path(aside) / "unpacked")
        except ExtractError as error:
            raise ExtractError(f"{file}: {error}") from None
        yield Path(aside) / "unpacked"


def read_records(file: Path, called: Path, form: ExtractFormat, most: int) -> Records:
    """At most so many rows of the file, which a message names as `called`. Raises ExtractError."""
    one = ExtractFile("draft.sample", date.min, called.name, file)
    try:
        header = _opened(one, replace(_table(form, ()), columns=()), most).header
        return _opened(one, _table(form, header), most)
    except StoreError:
        why = f"damaged, or not {form}"
    except ExtractError as error:
        why = str(error)
    raise ExtractError(f"{called}: {why}")


def _opened(file: ExtractFile, table: Table, most: int) -> Records:
    reader = reader_of(table.extract)
    seen = reader.inspect(file, table)
    if seen.fault:
        raise ExtractError(seen.fault)
    with TemporaryDirectory(prefix="drafting-") as aside:
        content = reader.open(file, table, seen, Path(aside))
        return Records(content.header, tuple(_rows(content, most)) if table.columns else ())


def _rows(content: Content, most: int) -> Iterator[tuple[str, ...]]:
    columns = [col(column_name(number)) for number in range(len(content.header))]
    with session(None) as opened:
        some = (row for rows in opened.stream(sql.select(*columns).from_(content.relation).limit(most)) for row in rows)
        for row in islice(some, most):
            yield tuple("" if value is None else str(value) for value in row)


def _table(form: ExtractFormat, header: tuple[str, ...]) -> Table:
    """A table in which every column of the file is declared as text."""
    fields = {f"c{number}": FieldBlock(category="system.operations", header=name or number + 1) for number, name in enumerate(header)}
    block = TableBlock(key=(), fields=fields or {"c0": FieldBlock(category="system.operations")})
    extract = ExtractBlock(path="{day}", format=form, keep=None, freshness=None)
    (table,) = freeze_tables({"draft": SourceDocument(source="draft", owner="nobody", extract=extract, tables={"sample": block})})
    return table

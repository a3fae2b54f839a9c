"""The top of a CSV file: what stands before its rows, and the names of its columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.readers.records import Record, dialect_of, records
from privacy_pipelines.extracts.readers.text import Edges, Lines, open_text
from privacy_pipelines.policy.model import Extract


@dataclass(frozen=True, slots=True)
class Top:
    """A file that is open at its first row."""

    names: tuple[str, ...]
    """Of the columns; empty ones where only positions name them."""
    rows: Iterator[tuple[int, str]]
    """The lines that are left, with their numbers."""
    first: int
    """The number of the first of them."""
    in_line_one: bool
    """Whether the header is the file's first line, and no more than that."""


@contextmanager
def begun(path: Path, extract: Extract) -> Iterator[Top]:
    """Read up to the first row. Raises ExtractError where there is no header, OSError, UnicodeError."""
    with open_text(path, extract.encoding, extract.line_end) as stream:
        lines = Lines(stream, Edges(extract.skip_before, extract.skip_after, extract.preamble, extract.footer))
        found, read = records(lines, dialect_of(extract)), list[Record]()
        while len(read) < extract.header and (record := next(found, None)) is not None:
            if record.fields or record.fault:
                read.append(record)
        if len(read) < extract.header:
            raise ExtractError("no header line" if not read else f"{len(read)} header lines where {extract.header} are declared")
        _require_names(read)
        last = lines.last
        rows: Iterator[tuple[int, str]] = lines
        if extract.columns:
            names: tuple[str, ...] = extract.columns
        elif read:
            names = tuple(name.strip() if extract.trim else name for name in read[-1].fields)
        else:
            names, rows = _unnamed(lines, extract)
        yield Top(names, rows, last + 1, in_line_one=extract.header == 1 and last == 1)


def _unnamed(lines: Iterator[tuple[int, str]], extract: Extract) -> tuple[tuple[str, ...], Iterator[tuple[int, str]]]:
    """As many columns as the first record has fields; its lines are given back."""
    taken: list[tuple[int, str]] = []

    def noted() -> Iterator[tuple[int, str]]:
        for line in lines:
            taken.append(line)
            yield line

    first = next((record for record in records(noted(), dialect_of(extract)) if record.fields), None)
    return ("",) * len(first.fields if first else ()), chain(taken, lines)


def _require_names(header: list[Record]) -> None:
    for record in header:
        if record.fault:
            raise ExtractError(f"the header on line {record.line} cannot be read: {record.fault}")

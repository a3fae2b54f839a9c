"""JSON lines, one object on each; also one JSON array of objects. Read by the standard library, for exactness: the engine rounds numbers,
takes the first of two equal keys, and lets a comma too many pass (measured on DuckDB 2.0).

A key that an object has not is NULL. Only declared keys are written anew; the others are reported by name.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlglot import exp

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.drop import ExtractFile
from privacy_pipelines.extracts.readers.canonical import CanonicalContent, write_canonical
from privacy_pipelines.extracts.readers.elements import elements
from privacy_pipelines.extracts.readers.named import boolean_text, named_columns
from privacy_pipelines.extracts.readers.objects import Fault, Number, nested_text, read_object
from privacy_pipelines.extracts.readers.reader import Content, Inspection, Rejected, Whole, column_name
from privacy_pipelines.extracts.readers.records import Record
from privacy_pipelines.extracts.readers.text import LONGEST, Decoding, open_text
from privacy_pipelines.policy.model import Table
from privacy_pipelines.sql import col, named, select
from privacy_pipelines.store.engine import Session

_CHUNK = 1 << 20
_NAMES = 1000
"""Undeclared names that are remembered. A file with more of them has values for keys."""


@dataclass(frozen=True, slots=True)
class JsonLinesReader:
    """Reads `format: jsonl`."""

    def inspect(self, file: ExtractFile, table: Table) -> Inspection:
        """Digest, encoding, and whether what stands last is whole."""
        if not file.path.is_file():
            return Inspection("", 0, False, "not a file")
        digest, size, decoding, last = hashlib.sha256(), 0, Decoding(table.extract.encoding), b""
        try:
            with file.path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    decoding.add(chunk)
                    last = chunk.rstrip(b" \t\r\n\0")[-1:] or last
        except OSError as error:
            return Inspection("", size, False, f"cannot be read ({type(error).__name__})")
        decoding.end()
        return Inspection(digest.hexdigest(), size, last in (b"}", b"]"), decoding.fault or ("" if size else "empty"))

    def open(self, file: ExtractFile, table: Table, seen: Inspection, aside: Path) -> ObjectsContent:
        """Write the declared keys anew. Raises ExtractError where nothing can be made of the file."""
        keys = _Keys(table)
        with open_text(file.path, table.extract.encoding) as stream:
            content = write_canonical(_records(stream, keys), keys.wanted, "quarantine", aside)
        return ObjectsContent(content, keys.header(content.written))


@dataclass(frozen=True, slots=True)
class ObjectsContent:
    """The declared keys as a file written anew, in the order in which objects have them; `header` names the undeclared ones behind them,
    which were not written."""

    canonical: CanonicalContent
    header: tuple[str, ...]

    @property
    def relation(self) -> exp.Expr:
        """The declared keys as text."""
        written = self.canonical.header
        places = (written.index(name) for name in self.header[: len(written)])
        columns = (named(col(column_name(place)), column_name(number)) for number, place in enumerate(places))
        return select(*columns).from_(self.canonical.relation).subquery("o")

    @property
    def whole(self) -> Whole | None:
        """Not as lines."""
        return None

    def instead(self, session: Session, records: int) -> Content | None:
        """Nothing. Raises StoreError where the engine did not read what was written."""
        return self.canonical.instead(session, records)

    def rejected(self, session: Session) -> tuple[Rejected, ...]:
        """The lines without an object that can be read."""
        return self.canonical.rejected(session)

    def lines(self, session: Session, records: Sequence[int], rejected: Sequence[Rejected]) -> tuple[int, ...]:
        """The line on which each object starts."""
        return self.canonical.lines(session, records, rejected)


@dataclass
class _Keys:
    table: Table
    present: set[str] = field(default_factory=set)
    others: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = named_columns(self.table)
        self.wanted = tuple(self.columns)
        self._shapes = set[tuple[str, ...]]()
        self._fullest: tuple[str, ...] = ()

    def fields(self, found: dict[str, Any]) -> tuple[str, ...]:
        """The declared values as texts. Raises Fault."""
        values = map(found.get, self.wanted)
        fields = tuple([value if type(value) is str else self._text(name, value) for name, value in zip(self.wanted, values, strict=True)])
        shape = tuple(found)
        if shape not in self._shapes:
            self._note(shape)
        return fields

    def _note(self, names: tuple[str, ...]) -> None:
        """Objects of one source have few shapes, so their names are looked at once for each."""
        if len(self._shapes) < _NAMES:
            self._shapes.add(names)
        declared = tuple(name for name in names if name in self.columns)
        self._fullest = max(self._fullest, declared, key=lambda some: (len(some), some))
        for name in names:
            if name in self.columns:
                self.present.add(name)
            elif len(self.others) < _NAMES:
                self.others[name] = None

    def header(self, objects: int) -> tuple[str, ...]:
        """Declared names first, as the object that has most of them has them. A declared key that not one object of a snapshot has is
        missing, as a column would be."""
        told = self.table.extract.mode == "snapshot" and objects > 0
        missing = sorted(name for name in self.wanted if told and name not in self.present)
        if missing:
            raise ExtractError(f"declared columns are missing, no object has them: {', '.join(missing)}")
        return (*self._fullest, *(name for name in self.wanted if name not in self._fullest), *self.others)

    def _text(self, name: str, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, Number):
            return value.replace(".", self.table.extract.decimal)
        if isinstance(value, str):
            return value
        column = self.columns[name]
        if isinstance(value, bool):
            return boolean_text(value, column)
        if column is None or column.type != "text":
            raise Fault(f"a nested value in {name}")
        return nested_text(value)


def _records(stream: io.TextIOBase, keys: _Keys) -> Iterator[Record]:
    """Every object's declared fields, or why it has none. Raises ExtractError."""
    for line, found in _objects(stream):
        if isinstance(found, str):
            yield Record(line, (), found)
            continue
        try:
            fields = keys.fields(found)
            if not (text := "".join(fields)).isascii():
                text.encode()
        except Fault as fault:
            yield Record(line, (), str(fault))
        except UnicodeEncodeError:
            yield Record(line, (), "a text that is no Unicode")
        else:
            yield Record(line, fields)


def _objects(stream: io.TextIOBase) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Each object, or the reason why it cannot be read, with the line on which it starts."""
    first = stream.readline(LONGEST + 1)
    if first.lstrip().startswith("["):
        yield from elements(first, stream)
        return
    number, line = 1, first
    while line:
        if len(line) > LONGEST:
            raise ExtractError(f"line {number} is longer than {LONGEST >> 20} million characters")
        if not line.isspace():
            yield number, read_object(line)
        number, line = number + 1, stream.readline(LONGEST + 1)

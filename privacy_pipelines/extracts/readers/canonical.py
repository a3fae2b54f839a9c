"""A file about which the engine may be in doubt, written anew as one about which it cannot be: every field quoted.

It is written into the night's folder for such things (mode 0700, swept) and removed when the file has been staged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlglot import exp

from privacy_pipelines.errors import ExtractError, StoreError
from privacy_pipelines.extracts.readers.reader import Content, Rejected, Whole
from privacy_pipelines.extracts.readers.records import Record
from privacy_pipelines.extracts.readers.scanning import scanned
from privacy_pipelines.policy.model import Ragged
from privacy_pipelines.store.engine import Session

MANY = 100_000
"""Records that may be rejected one by one; a file with more of them is not written as the policy says."""
_NUMBER = 8


@dataclass(frozen=True, slots=True)
class CanonicalContent:
    """A file written anew, and beside it the line of each record in the file as it came."""

    path: Path
    numbers: Path
    header: tuple[str, ...]
    unread: tuple[Rejected, ...]
    written: int
    spanning: bool

    @property
    def relation(self) -> exp.Expr:
        """Every column as text."""
        return scanned(self.path, len(self.header), header=False, parallel=not self.spanning, only_lf=True)

    @property
    def whole(self) -> Whole | None:
        """Not as lines."""
        return None

    def instead(self, session: Session, records: int) -> Content | None:
        """Nothing is surer than this. Raises StoreError where the engine did not read what was written."""
        if records != self.written:
            raise StoreError(f"{records} records were read where {self.written} were written")
        return None

    def rejected(self, session: Session) -> tuple[Rejected, ...]:
        """What could not be written anew."""
        return self.unread

    def lines(self, session: Session, records: Sequence[int], rejected: Sequence[Rejected]) -> tuple[int, ...]:
        """As noted when the file was written."""
        with self.numbers.open("rb") as stream:
            return tuple(_number_at(stream.fileno(), record) for record in records)


def write_canonical(found: Iterator[Record], header: tuple[str, ...], ragged: Ragged, aside: Path) -> CanonicalContent:
    """Raises ExtractError where the file as a whole is refused, OSError, UnicodeError."""
    path, numbers, unread, written, spanning = aside / "canonical.csv", aside / "lines.bin", list[Rejected](), 0, False
    with new_file(path) as out, new_file(numbers) as lines:
        for record in found:
            fault, fields = _fitted(record, len(header), ragged)
            if fault:
                _keep(unread, Rejected(record.line, fault))
            elif fields:
                row = '"' + '","'.join(field.replace('"', '""') for field in fields) + '"\n'
                spanning = spanning or "\n" in row[:-1] or "\r" in row
                out.write(row.encode())
                lines.write(record.line.to_bytes(_NUMBER, "little"))
                written += 1
    return CanonicalContent(path, numbers, header, tuple(unread), written, spanning)


def _fitted(record: Record, columns: int, ragged: Ragged) -> tuple[str, tuple[str, ...]]:
    """Why the record cannot be a row, or its fields; neither for a blank line, which is a row only where a row is one field."""
    fields = record.fields or ("",) * (columns == 1)
    if record.fault or not fields:
        return record.fault, ()
    if any("\0" in field for field in fields):
        return "a NUL byte", ()
    if len(fields) == columns:
        return "", fields
    if ragged == "pad" and not any(fields[columns:]):
        return "", (*fields[:columns], *("",) * (columns - len(fields)))
    fault = f"{len(fields)} fields where the header has {columns}"
    if ragged == "refuse":
        raise ExtractError(f"line {record.line}: {fault}. Declare the file's dialect, or ragged: quarantine or pad")
    return f"too {'few' if len(fields) < columns else 'many'} columns: {fault}", ()


def _keep(unread: list[Rejected], rejected: Rejected) -> None:
    if len(unread) >= MANY:
        first = f"The first on line {unread[0].line}: {unread[0].reason}"
        raise ExtractError(f"more than {MANY:,} records cannot be read. {first}. Is the dialect declared as it is?")
    unread.append(rejected)


def new_file(path: Path) -> BinaryIO:
    """A file that only this user can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=1 << 20)


def _number_at(file: int, record: int) -> int:
    return int.from_bytes(os.pread(file, _NUMBER, (record - 1) * _NUMBER), "little")

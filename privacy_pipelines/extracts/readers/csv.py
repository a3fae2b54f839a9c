"""CSV: split by the engine, in parallel, where the bytes leave no doubt how; by `records` where they do.

What is in no doubt is found in two steps. Before the rows are read, the bytes say whether quotes and line ends are in order, and how
many records there are (`shape`). Afterwards the engine must have rejected nothing and read exactly so many. Else the file is read anew
the slow way, which says for each line that it leaves out why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.drop import ExtractFile, digest_of
from privacy_pipelines.extracts.readers.canonical import new_file, write_canonical
from privacy_pipelines.extracts.readers.header import Top, begun
from privacy_pipelines.extracts.readers.reader import Content, Inspection, Rejected, Whole
from privacy_pipelines.extracts.readers.records import dialect_of, records
from privacy_pipelines.extracts.readers.scanning import rejects, scanned, whole_lines
from privacy_pipelines.extracts.readers.shape import BOM, CHUNK, Scan, Shape, Signs, lines_of, shape_of
from privacy_pipelines.extracts.readers.text import Decoding
from privacy_pipelines.policy.model import Extract, Table
from privacy_pipelines.store.engine import Session


@dataclass(frozen=True, slots=True)
class CsvContent:
    """A CSV file that the engine itself reads: as it came, its header in line 1, or a copy of its rows alone in UTF-8."""

    file: ExtractFile
    extract: Extract
    header: tuple[str, ...]
    path: Path
    above: int
    """Header records in `path`: 1 in the file as it came, 0 in a copy."""
    first: int
    """The line of the file that is line 1 of `path`."""
    shape: Shape
    aside: Path

    @property
    def relation(self) -> exp.Expr:
        """Every column of the file as text. Where a record spans lines, one thread reads: two would meet inside of one."""
        return scanned(
            self.path, len(self.header), header=bool(self.above), parallel=not self.shape.embedded,
            delimiter=self.extract.delimiter, quote=self.extract.quote,
        )  # fmt: skip

    @property
    def whole(self) -> Whole | None:
        """Not where a record spans lines, nor without a quote: then a line may look like the row hash's text of another record."""
        if self.shape.embedded or not self.extract.quote:
            return None
        columns = len(self.header)
        lines = whole_lines(self.path, header=bool(self.above))
        return Whole(lines, self.shape.records(columns) - self.above, self.extract.delimiter.join("x" * columns), self._fields)

    def _fields(self, path: Path) -> exp.Expr:
        delimiter, quote = self.extract.delimiter, self.extract.quote
        return scanned(path, len(self.header), header=True, parallel=True, delimiter=delimiter, quote=quote)

    def instead(self, session: Session, records: int) -> Content | None:
        """The slow reading, where the engine rejected something or did not read what the bytes say."""
        if rejects(session) or records != self.shape.records(len(self.header)) - self.above:
            return _slowly(self.file, self.extract, self.aside)
        return None

    def rejected(self, session: Session) -> tuple[Rejected, ...]:
        """None: else another content would stand in this one's place."""
        return ()

    def lines(self, session: Session, records: Sequence[int], rejected: Sequence[Rejected]) -> tuple[int, ...]:
        """Counted from the bytes once more."""
        rejects(session)
        found = lines_of(self.path, _signs(self.extract), len(self.header), [record + self.above for record in records])
        return tuple(line + self.first - 1 for line in found)


@dataclass(frozen=True, slots=True)
class CsvReader:
    """Reads `format: csv`."""

    def inspect(self, file: ExtractFile, table: Table) -> Inspection:
        """Digest, encoding, whether the last line is whole, and the shape of the lines where the engine can read the file as it came."""
        if not file.path.is_file():
            return Inspection("", 0, False, "not a file")
        decoding, scan = Decoding(table.extract.encoding), Scan(_signs(table.extract))
        size, last = 0, b""
        try:
            with ThreadPoolExecutor(1) as beside:  # neither digest nor scan holds the interpreter's lock
                digest = beside.submit(digest_of, file)
                for chunk in _chunks(file.path):
                    decoding.add(chunk)
                    if decoding.plain and (size or chunk != BOM):
                        scan.add(chunk)
                    size, last = size + len(chunk), chunk[-4:]
        except OSError as error:
            return Inspection("", size, False, f"cannot be read ({type(error).__name__})")
        decoding.end()
        shape = scan.shape() if decoding.plain else None
        whole = last.rstrip(b"\0")[-1:] in (b"\n", b"\r")  # a sign of UTF-16 is a byte and a NUL, in either order
        return Inspection(digest.result(), size, whole, decoding.fault if size else "empty", shape)

    def open(self, file: ExtractFile, table: Table, seen: Inspection, aside: Path) -> Content:
        """The header, and the way in which the rows are read. Raises ExtractError."""
        extract = table.extract
        if not _is_simple(extract):
            return _slowly(file, extract, aside)
        with _read(file, extract) as top:
            if isinstance(seen.notes, Shape) and top.in_line_one and not (extract.skip_after or extract.footer):
                content = CsvContent(file, extract, top.names, file.path, 1, 1, seen.notes, aside)
            else:
                path = _copied(top, aside)
                content = CsvContent(file, extract, top.names, path, 0, top.first, shape_of(path, _signs(extract)), aside)
        return content if content.shape.regular else _slowly(file, extract, aside)


def _slowly(file: ExtractFile, extract: Extract, aside: Path) -> Content:
    """Record by record."""
    with _read(file, extract) as top:
        return write_canonical(records(top.rows, dialect_of(extract)), top.names, extract.ragged, aside)


def _copied(top: Top, aside: Path) -> Path:
    """The rows alone, in UTF-8."""
    path = aside / "rows.csv"
    with new_file(path) as out:
        for _, line in top.rows:
            out.write(line.encode())
    return path


@contextmanager
def _read(file: ExtractFile, extract: Extract) -> Iterator[Top]:
    """The file at its first row. Raises ExtractError, in place of what the operating system and the codec say, which may quote it."""
    try:
        with begun(file.path, extract) as top:
            yield top
    except OSError as error:
        why = f"cannot be read ({type(error).__name__})"
    except UnicodeError:
        why = f"not {extract.encoding}. Declare the encoding that the source writes"
    else:
        return
    raise ExtractError(why)


def _is_simple(extract: Extract) -> bool:
    """Whether the engine knows the declared dialect, and reads it as `records` does: between blanks it does not."""
    signs = (extract.delimiter, extract.quote or ".")
    plain = all(len(sign) == 1 and sign.isascii() and sign != " " for sign in signs)
    return plain and not (extract.escape or extract.comment or extract.line_end)


def _signs(extract: Extract) -> Signs:
    """Only asked of simple dialects; others get an answer that nobody uses."""
    return Signs(extract.delimiter.encode()[0], extract.quote.encode()[0] if extract.quote else None)


def _chunks(path: Path) -> Iterator[bytes]:
    """A byte order mark by itself, as it is none of what `Scan` counts."""
    with path.open("rb") as stream:
        mark = stream.read(len(BOM))
        if first := mark if mark == BOM else mark + stream.read(CHUNK - len(mark)):
            yield first
        while chunk := stream.read(CHUNK):
            yield chunk

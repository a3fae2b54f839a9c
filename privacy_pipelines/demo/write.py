"""Frames to files: fast, in the source's dialect, and never half a file: written beside, then renamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from privacy_pipelines.demo.frames import Frame, Ints, Texts, rows_of, texts
from privacy_pipelines.demo.schema import Dialect, Sheet

_CHUNK = 100_000


def write_frame(path: Path, sheet: Sheet, frame: Frame, *, ragged: Ints | None = None, cut: bool = False) -> int:
    """Writes the frame and returns how many rows are in the file. `ragged` rows lose their last column; `cut` truncates the file."""
    columns = [_quoted(column, sheet.dialect) if name in sheet.prose else column for name, column in frame.items()]
    short = set() if ragged is None else set(ragged.tolist())

    encoding = sheet.dialect.encoding
    header = (sheet.dialect.delimiter.join(frame) + "\n").encode(encoding)
    body = (lines.encode(encoding) for lines in _chunks(columns, sheet.dialect.delimiter, short))
    replace_file(path, chain([header], body))
    return _truncate(path) if cut else rows_of(frame)


def replace_file(path: Path, content: Iterable[bytes]) -> None:
    """Writes the content to a file of another name in the same folder, then renames it to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.writelines(content)
    part.replace(path)


def _chunks(columns: list[Texts], delimiter: str, short: set[int]) -> Iterator[str]:
    for at in range(0, len(columns[0]), _CHUNK):
        lines = [delimiter.join(row) for row in zip(*(column[at : at + _CHUNK].tolist() for column in columns), strict=True)]
        for row in sorted(short & set(range(at, at + len(lines)))):
            lines[row - at] = lines[row - at].rpartition(delimiter)[0]
        yield "\n".join(lines) + "\n"


def _quoted(column: Texts, dialect: Dialect) -> Texts:
    """Quotes what a reader could mistake: the delimiter, a quote, a line break."""
    special = (dialect.delimiter, '"', "\n")
    return texts(['"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in special) else cell for cell in column.tolist()])


def _truncate(path: Path) -> int:
    """Cuts the file in the middle of a line, at about 55 % of its bytes; returns how many whole rows are left."""
    whole = path.read_bytes()
    start = whole.rfind(b"\n", 0, len(whole) * 55 // 100) + 1
    end = start + (whole.index(b"\n", start) - start) // 2
    while 0x80 <= whole[end] < 0xC0:  # not inside a UTF-8 character: the fault is the missing rest
        end -= 1
    replace_file(path, [whole[:end]])
    return whole[:end].count(b"\n") - 1

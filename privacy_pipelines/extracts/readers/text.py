"""A file's bytes as text: its encoding, checked and not guessed, and its lines with their numbers.

A file that is not in its declared encoding is refused as a whole: where one letter is wrong, no name in it can be trusted.
"""

from __future__ import annotations

import codecs
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from privacy_pipelines.errors import ExtractError

LONGEST = 16 << 20
"""Characters of a line, and of a record. What is longer is no record but a quote that was never closed, or no text at all."""
MOST_OF_A_FOOTER = 1000
"""Lines that are held while nobody knows whether they are the last."""
NEWLINES = {"lf": "\n", "crlf": "\r\n", "cr": "\r", None: ""}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks (Unicode 16, section 23.8), the longer of two that begin alike first."""
_CONTROLS = re.compile(rb"[\x80-\x9f]")


class Decoding:
    """Checks that bytes are in the declared encoding, chunk by chunk."""

    def __init__(self, encoding: str) -> None:
        self._declared = encoding
        self._encoding = codecs.lookup(encoding).name
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._extends_ascii = "a,\n".encode(encoding) == b"a,\n"
        self._ascii = True
        self._pending = self._begun = False
        self.fault = ""
        """Where the bytes are not in the declared encoding, and what to declare; empty while they are."""

    @property
    def plain(self) -> bool:
        """Whether the bytes so far are UTF-8, whatever they are called."""
        return self._extends_ascii and (self._ascii or self._encoding in ("utf-8", "utf-8-sig")) and not self.fault

    def add(self, chunk: bytes) -> None:
        """The next bytes; nothing is looked at once there is a fault."""
        if not self._begun:
            self._begun = True
            self.fault = self._mark(chunk)
        if self.fault or (self._extends_ascii and not self._pending and chunk.isascii()):
            return
        self._ascii = False
        self._decode(chunk, final=False)

    def end(self) -> None:
        """No more bytes come."""
        if not self.fault:
            self._decode(b"", final=True)

    def _decode(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._decoder.decode(chunk, final)
        except UnicodeError:
            self.fault = f"not {self._declared}. Declare the encoding that the source writes"
            return
        self._pending = bool(self._decoder.getstate()[0])
        if self._encoding == "iso8859-1" and _CONTROLS.search(chunk):
            self.fault = f"not {self._declared}: some of its bytes are letters in cp1252 only. Declare encoding: cp1252"

    def _mark(self, chunk: bytes) -> str:
        """A byte order mark that belongs to another encoding; and UTF-16 says its byte order with one."""
        found = next((name for mark, name in _MARKS if chunk.startswith(mark)), None)
        plain = self._encoding.removesuffix("-sig")
        if found and found != plain and not plain.startswith(f"{found}-"):
            return f"not {self._declared}: it begins with the byte order mark of {found}. Declare encoding: {found}"
        if found is None and plain in ("utf-16", "utf-32"):
            return f"not {self._declared}: it has no byte order mark. Declare encoding: {plain}-le or {plain}-be"
        if self._extends_ascii and chunk.count(b"\0") > max(8, len(chunk) // 5):
            return f"not {self._declared}: every other byte is NUL, as in UTF-16. Declare encoding: utf-16-le or utf-16-be"
        return ""


@dataclass(frozen=True, slots=True)
class Edges:
    """What stands around a file's table: so many lines, or lines that begin as an expression says (empty: none do)."""

    before: int = 0
    after: int = 0
    preamble: str = ""
    footer: str = ""


EDGES = Edges()


class Lines:
    """A text file's lines, each with its number from 1 and its own line end; a preamble and a footer left out.

    Raises ExtractError for a line that is too long and a footer that is too large, OSError, UnicodeError.
    """

    def __init__(self, stream: io.TextIOBase, edges: Edges = EDGES) -> None:
        self._lines = _numbered(stream)
        self._held: deque[tuple[int, str]] = deque()
        self._after = edges.after
        self.last = edges.before
        """The number of the line that was given last."""
        for _ in range(edges.before):
            next(self._lines, None)
        if edges.preamble:
            self._lines = _without_preamble(self._lines, re.compile(edges.preamble))
        if edges.footer:
            self._lines = _without_footer(self._lines, re.compile(edges.footer))

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return self

    def __next__(self) -> tuple[int, str]:
        while len(self._held) <= self._after:
            self._held.append(next(self._lines))
        self.last, line = self._held.popleft()
        return self.last, line


def open_text(path: Path, encoding: str, line_end: str | None = None) -> io.TextIOWrapper:
    """The file as text, without a byte order mark; lines end with any of LF, CRLF and CR, or only with the one that is declared."""
    name = codecs.lookup(encoding).name
    marked = {"utf-8": "utf-8-sig", "utf-16-le": "utf-16", "utf-16-be": "utf-16"} if has_mark(path) else {}
    return path.open(encoding=marked.get(name, name), newline=NEWLINES[line_end])


def has_mark(path: Path) -> bool:
    """Whether it begins with a byte order mark. Raises OSError."""
    with path.open("rb") as stream:
        head = stream.read(4)
    return any(head.startswith(mark) for mark, _ in _MARKS)


def _without_preamble(lines: Iterator[tuple[int, str]], begins: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    for number, line in lines:
        if not begins.match(line) and line.strip():
            yield number, line
            break
    yield from lines


def _without_footer(lines: Iterator[tuple[int, str]], begins: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """A line that begins so is held until a row follows, for then it was none of the footer's."""
    held: list[tuple[int, str]] = []
    for number, line in lines:
        if begins.match(line) or (held and not line.strip()):
            held.append((number, line))
            if len(held) > MOST_OF_A_FOOTER:
                raise ExtractError(
                    f"more than {MOST_OF_A_FOOTER:,} lines from line {held[0][0]} on begin as a footer does. Is `footer` right?"
                )
            continue
        yield from held
        held.clear()
        yield number, line


def _numbered(stream: io.TextIOBase) -> Iterator[tuple[int, str]]:
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            raise ExtractError(f"line {number} is longer than {LONGEST >> 20} million characters")
        yield number, line

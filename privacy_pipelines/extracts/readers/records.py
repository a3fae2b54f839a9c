"""The one definition of how a line of a CSV file falls into fields: RFC 4180, with what the policy declares otherwise.

The engine is faster and is asked first (`csv`); this is what reads every file about which it can be in doubt, and what says which lines
cannot be read and why. A quote means something only where a field begins. After a closing quote comes a delimiter or the line's end:
else the record is rejected and reading goes on with the next line. It reads one record at a time: memory does not grow with the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.readers.text import LONGEST
from privacy_pipelines.policy.model import Extract

BLANKS = " \t\u00a0"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line on which it starts and its fields, none of them on a blank line; or why it cannot be read."""

    line: int
    fields: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How fields are written. `quote` and `escape` are empty where there is none; a doubled quote then stands for one."""

    delimiter: str
    quote: str
    escape: str
    comment: str
    trim: bool
    null: tuple[str, ...] = ()
    """Texts for "nothing", which an escape character in them does not change (MySQL writes \\N)."""

    @property
    def blanks(self) -> str:
        """What may stand around a field where blanks are trimmed."""
        return "".join(blank for blank in BLANKS if blank not in self.delimiter)


def dialect_of(extract: Extract) -> Dialect:
    """The declared dialect."""
    return Dialect(extract.delimiter, extract.quote, extract.escape, extract.comment, extract.trim, extract.null_values)


def records(lines: Iterator[tuple[int, str]], dialect: Dialect) -> Iterator[Record]:
    """Every record, a blank line too. Raises ExtractError where a quote is never closed: nothing after it can be read."""
    reading = _Reading(lines, dialect)
    for number, line in lines:
        if not dialect.comment or not line.startswith(dialect.comment):
            yield reading.record(number, line)


class _Reading:
    """Cuts lines into fields, and takes more of them where a field goes on."""

    def __init__(self, lines: Iterator[tuple[int, str]], dialect: Dialect) -> None:
        self._lines = lines
        self._dialect = dialect
        self._special = tuple(sign for sign in (dialect.quote, dialect.escape) if sign)
        self._stops = re.compile("|".join(re.escape(sign) for sign in self._special)) if self._special else None
        ends = ([dialect.escape] if dialect.escape else []) + [dialect.delimiter]
        self._unquoted = re.compile("|".join([*map(re.escape, ends), r"[\r\n]+\Z"]))
        self._text, self._start, self._last, self._size = "", 0, 0, 0

    def record(self, number: int, line: str) -> Record:
        self._text, self._start, self._last, self._size = line, number, number, len(line)
        if not any(sign in line for sign in self._special):
            fields = tuple(map(self._trimmed, _bare(line).split(self._dialect.delimiter)))
            return Record(number, fields if fields != ("",) else ())
        try:
            return Record(number, tuple(self._fields()))
        except _Misplaced:
            span = f" (lines {number} to {self._last})" if self._last > number else ""
            return Record(number, (), f"text follows a closing quote{span}")

    def _fields(self) -> Iterator[str]:
        at, more = 0, True
        while more:
            start = self._skipped(at)
            if self._dialect.quote and self._text.startswith(self._dialect.quote, start):
                value, at = self._quoted(start + 1)
                at = self._skipped(at)
            else:
                value, at = self._plain(at)
            yield value
            more = self._text.startswith(self._dialect.delimiter, at)
            if not more and self._text[at:].strip("\r\n"):
                raise _Misplaced
            at += len(self._dialect.delimiter)

    def _quoted(self, at: int) -> tuple[str, int]:
        """The text up to the closing quote, and where it goes on behind it."""
        assert self._stops is not None
        parts: list[str] = []
        while True:
            found = self._stops.search(self._text, at)
            if found is None:
                parts.append(self._text[at:])
                at = self._continue()
                continue
            parts.append(self._text[at : found.start()])
            at = found.end()
            if found[0] == self._dialect.escape:
                at = self._escaped(parts, at)
            elif not self._dialect.escape and self._text.startswith(self._dialect.quote, at):
                parts.append(self._dialect.quote)
                at += 1
            else:
                return "".join(parts), at

    def _plain(self, at: int) -> tuple[str, int]:
        """The text up to the delimiter or the line's end. A quote in it is a letter."""
        parts: list[str] = []
        start, first = at, self._text
        while True:
            found = self._unquoted.search(self._text, at)
            end = found.start() if found else len(self._text)
            parts.append(self._text[at:end])
            if found is None or found[0] != self._dialect.escape:
                break
            at = self._escaped(parts, found.end())
        value = "".join(parts) if self._text is not first or self._text[start:end] not in self._dialect.null else self._text[start:end]
        return self._trimmed(value), end

    def _escaped(self, parts: list[str], at: int) -> int:
        """The character behind an escape stands for itself; a line end does, too."""
        if at >= len(self._text):
            at = self._continue()
        parts.append(self._text[at : at + 1])
        if at + 1 >= len(self._text) and self._text[at : at + 1] in ("\n", "\r"):
            return self._continue()
        return at + 1

    def _continue(self) -> int:
        number, self._text = next(self._lines, (0, ""))
        self._size += len(self._text)
        if not self._text or self._size > LONGEST:
            raise ExtractError(f"a quote that opens in the record on line {self._start} is never closed, so nothing after it can be read")
        self._last = number
        return 0

    def _skipped(self, at: int) -> int:
        if self._dialect.trim:
            while at < len(self._text) and self._text[at] in self._dialect.blanks:
                at += 1
        return at

    def _trimmed(self, value: str) -> str:
        return value.strip(self._dialect.blanks) if self._dialect.trim else value


class _Misplaced(Exception):
    """Something other than a delimiter follows a closing quote."""


def _bare(line: str) -> str:
    """The line without its end."""
    if line.endswith("\r\n"):
        return line[:-2]
    return line[:-1] if line.endswith(("\n", "\r")) else line

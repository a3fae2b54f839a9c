"""One clean table, and a writer of CSV files in any dialect that shares no code with what reads them."""

from __future__ import annotations

from dataclasses import dataclass

from tests.readers.desk import Landed, plain

Row = tuple[str, ...]
NAMES: Row = ("id", "name", "note", "city")
FIELDS = plain(*NAMES)
ROWS: tuple[Row, ...] = (
    ("1", "Åsa Öberg", "plain", "Malmö"),
    ("2", "O'Neill", 'said "yes", twice', "Lund"),
    ("3", "a;b", "two\nlines", ""),
    ("4", "tab\there", " blank ", "NULL"),
    ("5", "pipe|colon:", "back\\slash", "Växjö"),
)
"""What files trip over: delimiters, quotes, line breaks, blanks, an empty field, letters outside of ASCII."""
SIMPLE: tuple[Row, ...] = (("1", "Ada", "x", "Lund"), ("2", "Bo", "y", "Malmö"), ("3", "Cai", "z", "Umeå"))


@dataclass(frozen=True)
class Dialect:
    """How a file is written. Without a quote a sign with a meaning needs an escape."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    end: str = "\n"
    always: bool = False
    encoding: str = "utf-8"

    def write(self, *rows: Row) -> bytes:
        """The rows as bytes."""
        return "".join(self.delimiter.join(map(self._field, row)) + self.end for row in rows).encode(self.encoding)

    def _field(self, value: str) -> str:
        if not self.quote:
            special = (self.escape, self.delimiter[0], "\n", "\r")
            return "".join(self.escape + sign if sign in special else sign for sign in value)
        if not self.always and not any(sign in value for sign in (self.delimiter[0], self.quote, "\n", "\r", self.escape) if sign):
            return value
        doubled = value.replace(self.escape, self.escape * 2) if self.escape else value
        return self.quote + doubled.replace(self.quote, (self.escape or self.quote) + self.quote) + self.quote


PLAIN = Dialect()


def stored(rows: tuple[Row, ...]) -> list[tuple[str | None, ...]]:
    """The rows as the store has them: an empty text is NULL."""
    return sorted(tuple(value or None for value in row) for row in rows)


def read(landed: Landed) -> list[tuple[str | None, ...]]:
    """What was staged without a fault."""
    return sorted((tuple(row[name] for name in NAMES) for row in landed.rows), key=repr)

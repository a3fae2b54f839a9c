"""The objects of one JSON array, one at a time, so that memory holds one of them and not the file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.extracts.readers.objects import DECODER, LENIENT, Fault
from privacy_pipelines.extracts.readers.text import LONGEST

_CHUNK = 1 << 20


def elements(start: str, rest: io.TextIOBase) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Each object, or why it cannot be read, with the line on which it starts. `start` is what was read already.

    Raises ExtractError where the array itself is broken or cut: nothing behind that place can be read.
    """
    window = _Window(start, rest)
    window.take("[")
    more = window.sign() != "]"
    while more:
        if window.sign() != "{":
            raise window.broken()
        yield window.line, window.element()
        more = window.sign() == ","
        if more:
            window.take(",")
    window.take("]")
    if window.sign():
        raise window.broken()


class _Window:
    """What is read and not yet taken."""

    def __init__(self, text: str, rest: io.TextIOBase) -> None:
        self._text, self._rest, self._at = text, rest, 0
        self.line = 1

    def sign(self) -> str:
        """The next sign that is no blank; '' at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self.line += self._text[self._at] == "\n"
                self._at += 1
            if self._at < len(self._text) or not self._read():
                return self._text[self._at : self._at + 1]

    def take(self, sign: str) -> None:
        """Raises ExtractError where another one is next."""
        if self.sign() != sign:
            raise self.broken()
        self._at += 1

    def element(self) -> dict[str, Any] | str:
        """The object that begins here, or why it cannot be read. Raises ExtractError where it does not end."""
        while True:
            try:
                found, end = self._decoded()
            except RecursionError:
                raise self.broken() from None
            except ValueError:
                if len(self._text) - self._at > LONGEST or not self._read():
                    raise self.broken() from None
                continue
            self.line += self._text.count("\n", self._at, end)
            self._at = end
            return found

    def broken(self) -> ExtractError:
        """What is said of an array that cannot be read on."""
        where = f"on line {self.line}" if self._text[self._at :] else "truncated: at its end"
        return ExtractError(f"{where} the array of JSON objects is broken, so nothing after it can be read")

    def _decoded(self) -> tuple[dict[str, Any] | str, int]:
        try:
            return DECODER.raw_decode(self._text, self._at)
        except Fault as fault:
            return str(fault), LENIENT.raw_decode(self._text, self._at)[1]

    def _read(self) -> bool:
        """Whether there was more."""
        more = self._rest.read(_CHUNK)
        self._text, self._at = self._text[self._at :] + more, 0
        return bool(more)

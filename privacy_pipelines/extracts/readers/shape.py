"""What the bytes of a CSV file say about its lines and quotes, exactly, at about the speed of reading them.

The engine's own scanner is fast and, on files like these, wrong without a word (measured on DuckDB 2.0, strict mode): blanks beside a
quote, and line breaks inside quotes where two threads meet. So the bytes are asked first. Sixty-four of them stand in one word; the bits
that lie inside quotes are the running parity of the quotes (G. Langdale, D. Lemire, Parsing gigabytes of JSON per second, 2019).

numpy is imported when a file is read, not before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]

CHUNK = 1 << 17
"""Bytes at a time: a multiple of 64, and small enough for a processor's cache."""
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Signs:
    """The bytes with a meaning: one each, and no quote where fields are never quoted."""

    delimiter: int
    quote: int | None


@dataclass(frozen=True, slots=True)
class Shape:
    """`regular`: quotes stand around whole fields only, every line ends alike, no quote stays open, and there is no NUL.

    Counts are of a regular file.
    """

    regular: bool
    lines: int
    """Records, the header's and blank ones included."""
    blank: int
    embedded: bool
    """Whether some record spans lines."""

    def records(self, columns: int) -> int:
        """Records with the header's; a blank line is one only where a row is a single field."""
        return self.lines if columns == 1 else self.lines - self.blank


IRREGULAR = Shape(regular=False, lines=0, blank=0, embedded=False)


@dataclass(frozen=True, slots=True)
class _Block:
    """A chunk as bits: newlines; those that end a record; those of blank lines; and whether something in it is out of order."""

    newlines: Words
    ends: Words
    blank: Words
    broken: bool


def shape_of(path: Path, signs: Signs) -> Shape:
    """One pass over a file in an encoding that keeps ASCII bytes for ASCII characters. Raises OSError."""
    scan = Scan(signs)
    for chunk in chunks(path):
        scan.add(chunk)
    return scan.shape()


def lines_of(path: Path, signs: Signs, columns: int, records: Sequence[int]) -> tuple[int, ...]:
    """The line on which each record starts, in a regular file; `records` ascend, and 1 is the file's first record."""
    import numpy as np

    scan, found, wanted = _Scanner(signs), [], np.asarray(records, dtype=np.int64)
    lines, seen, before = 0, 0, 0  # newlines so far, records so far, the line on which the record before ended
    for chunk in chunks(path):
        block = scan.block(chunk)
        at = np.flatnonzero(_bits(block.newlines))
        ends, blank = _bits(block.ends)[at], _bits(block.blank)[at]
        numbers = lines + 1 + np.flatnonzero(ends)
        starts = np.concatenate(([before], numbers))[: len(numbers)] + 1
        whole = starts if columns == 1 else starts[~blank[ends]]
        inside = wanted[(wanted > seen) & (wanted <= seen + len(whole))]
        found += [int(line) for line in whole[inside - seen - 1]]
        lines, seen = lines + len(at), seen + len(whole)
        before = int(numbers[-1]) if len(numbers) else before
    return (*found, *([before + 1] * (len(records) - len(found))))


class Scan:
    """Adds up a file's chunks, each of `CHUNK` bytes but the last."""

    def __init__(self, signs: Signs) -> None:
        self._scanner = _Scanner(signs)
        self._regular = True
        self._lines = self._blank = self._newlines = 0

    def add(self, chunk: bytes) -> None:
        """The next chunk. Nothing more is counted once something is out of order."""
        if not self._regular:
            return
        block = self._scanner.block(chunk)
        self._regular = not block.broken
        self._newlines += _count(block.newlines)
        self._lines += _count(block.ends)
        self._blank += _count(block.blank)

    def shape(self) -> Shape:
        """What there was."""
        if not self._regular or self._scanner.open:
            return IRREGULAR
        return Shape(True, self._lines + self._scanner.unended, self._blank, embedded=self._newlines > self._lines)


class _Scanner:
    """Turns chunks into blocks; what it keeps is what the next chunk must know of the one before."""

    def __init__(self, signs: Signs) -> None:
        self._signs = signs
        self._inside = 0
        self._carry = {"separator": 1, "closer": 0, "start": 1, "cr": 0, "blank_cr": 0}
        self._crlf: bool | None = None
        self._last = 10

    @property
    def unended(self) -> bool:
        """Whether the last line has no end."""
        return self._last != 10

    @property
    def open(self) -> bool:
        """Whether a quote is open, or a carriage return is the last thing."""
        return bool(self._inside or self._last == 13)

    def block(self, chunk: bytes) -> _Block:
        import numpy as np

        data = np.frombuffer(chunk, np.uint8)
        valid = np.full((len(chunk) + 63) // 64, ~np.uint64(0))
        if len(chunk) % 64:
            valid[-1] = (np.uint64(1) << np.uint64(len(chunk) % 64)) - np.uint64(1)
        newlines = _words(data, 10)
        inside, broken = self._quoted(data, chunk, newlines, valid)
        ends = newlines & ~inside
        broken = self._line_ends(data, chunk, newlines, ends, valid) or broken or b"\0" in chunk
        start = self._after(ends, "start")
        blank = ends & start
        if b"\r" in chunk or self._carry["blank_cr"]:
            blank |= ends & self._after(_words(data, 13) & start, "blank_cr")
        self._last = chunk[-1]
        return _Block(newlines, ends, blank, broken)

    def _quoted(self, data: NDArray[np.uint8], chunk: bytes, newlines: Words, valid: Words) -> tuple[Words, bool]:
        """The bits inside quotes (an opening one is, a closing one is not), and whether a quote stands where none belongs."""
        import numpy as np

        quote = self._signs.quote
        if quote is None or (quote not in chunk and not self._inside and not self._carry["closer"]):
            self._carry["separator"] = int(chunk[-1] in (10, self._signs.delimiter))
            return np.zeros_like(valid), False
        quotes = _words(data, quote)
        inside = self._parity(quotes)
        openers, closers = quotes & inside, quotes & ~inside
        separators = _words(data, self._signs.delimiter) | newlines
        after_closer = self._after(closers, "closer")
        misplaced = openers & ~(self._after(separators, "separator") | after_closer)
        trailing = after_closer & ~(separators | quotes | _words(data, 13)) & valid
        return inside, bool(misplaced.any() or trailing.any())

    def _line_ends(self, data: NDArray[np.uint8], chunk: bytes, newlines: Words, ends: Words, valid: Words) -> bool:
        """Whether lines end in more than one way, or a carriage return stands alone."""
        import numpy as np

        if b"\r" not in chunk and not self._carry["cr"]:
            if not ends.any():
                return False
            mixed, self._crlf = self._crlf is True, False
            return mixed
        crs = _words(data, 13) if b"\r" in chunk else np.zeros_like(valid)
        after_cr = self._after(crs, "cr")
        alone = bool((after_cr & ~newlines & valid).any())
        kinds = {bool(kind) for kind in ((ends & after_cr).any(), not (ends & ~after_cr).any())} if ends.any() else set()
        if len(kinds) == 2 or (kinds and self._crlf is not None and kinds != {self._crlf}):
            return True
        self._crlf = next(iter(kinds), self._crlf)
        return alone

    def _parity(self, quotes: Words) -> Words:
        """For each bit the parity of the quotes up to and with it."""
        import numpy as np

        words = quotes.copy()
        for shift in (1, 2, 4, 8, 16, 32):
            words ^= words << np.uint64(shift)
        odd = np.bitwise_xor.accumulate(words >> np.uint64(63)) ^ np.uint64(self._inside)
        before = np.concatenate((np.array([self._inside], np.uint64), odd[:-1]))
        self._inside = int(odd[-1])
        return words ^ (np.uint64(0) - before)

    def _after(self, bits: Words, carry: str) -> Words:
        """Every bit moved to the byte after it; the last one waits for the next chunk."""
        import numpy as np

        last = bits >> np.uint64(63)
        moved = (bits << np.uint64(1)) | np.concatenate((np.array([self._carry[carry]], np.uint64), last[:-1]))
        self._carry[carry] = int(last[-1])
        return moved


def chunks(path: Path) -> Iterator[bytes]:
    """A file's bytes, a UTF-8 byte order mark left out. Raises OSError."""
    with path.open("rb") as stream:
        if stream.read(3) != BOM:
            stream.seek(0)
        while chunk := stream.read(CHUNK):
            yield chunk


def _words(data: NDArray[np.uint8], sign: int) -> Words:
    """A bit for each byte that is the sign, 64 to a word, the first byte lowest."""
    import numpy as np

    packed = np.packbits(data == sign, bitorder="little")
    if len(packed) % 8:
        packed = np.concatenate((packed, np.zeros(-len(packed) % 8, np.uint8)))
    return packed.view("<u8")


def _bits(words: Words) -> NDArray[np.bool_]:
    import numpy as np

    return np.unpackbits(words.view(np.uint8), bitorder="little").astype(bool)


def _count(words: Words) -> int:
    import numpy as np

    return int(np.bitwise_count(words).sum())

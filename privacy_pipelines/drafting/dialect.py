"""How a text file is written: its encoding, its delimiter, and the line on which its table begins. Values stay in this room."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from privacy_pipelines.errors import ExtractError

_HEAD = 32 << 20
"""Bytes that are read at most."""
_LOOKED_AT = 200
_PREAMBLE = 20
"""A title, a date of export, an empty line: more than so many lines before a header are no preamble."""
_DELIMITERS = ",;\t|"
_WESTERN = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859_15", "mac_roman", "cp850", "latin_1")
"""What extracts that are no Unicode are written in."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """`encoding` is empty for plain ASCII, which all of them read; `sure` is False where another one reads the bytes as well."""

    encoding: str
    sure: bool
    delimiter: str
    before: int
    """Lines before the header that are no part of the table."""


NO_TEXT = Dialect("", True, "", 0)
"""Of a file that has types, and no dialect."""


def require_file(file: Path) -> None:
    """Raises ExtractError where there is none."""
    if not file.is_file():
        what = "a folder stands where a file should be" if file.is_dir() else "there is no such file"
        raise ExtractError(f"{file}: {what}. Name the extracts to draft from")


def read_text(plain: Path, file: Path) -> tuple[str, str, bool]:
    """The text of `plain`, which a message names as `file`; its encoding as it is declared ('' for plain ASCII); whether that is sure.

    Raises ExtractError.
    """
    with plain.open("rb") as stream:
        content = stream.read(_HEAD)
    if not content.strip():
        raise ExtractError(f"{file}: empty. init needs at least a header line")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _decoded(content, "utf-16"), "utf-16", True
    if b"\0" in content or content[:4] == b"PK\x03\x04":
        raise ExtractError(f"{file}: not a text file. init knows other formats by their endings: .parquet, .xlsx, .jsonl, .gz, .zst")
    if content.isascii():
        return _decoded(content, "ascii"), "", True
    try:
        return _decoded(content, "utf-8-sig"), "utf-8", True
    except UnicodeDecodeError:
        encoding = _encoding(content)
        return _decoded(content, encoding), encoding, False


def dialect_of(text: str, encoding: str, *, sure: bool) -> Dialect:
    """The delimiter that splits most records into as many fields, into most fields; and where the first such record stands."""
    found = {delimiter: _shape(text, delimiter) for delimiter in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda sign: (found[sign][0], found[sign][1]))
    alike, width, before = found[delimiter]
    return Dialect(encoding, sure, delimiter, before if alike > 1 and width > 1 and before <= _PREAMBLE else 0)


def _shape(text: str, delimiter: str) -> tuple[int, int, int]:
    """(records of the commonest width above one, that width, the lines before the first of them)."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[tuple[int, int]] = []
    ended = 0
    try:
        for record in islice(lines, _LOOKED_AT):
            filled = sum(bool(field.strip()) for field in record)
            records.append((len(record) if filled > len(record) / 2 or ended else filled, ended))
            ended = lines.line_num
    except csv.Error:
        pass  # a field that is larger than any field is: what was read until here tells
    widths = Counter(width for width, _ in records if width > 1)
    if not widths:
        return 0, 1, 0
    width, alike = max(widths.items(), key=lambda one: (one[1], one[0]))
    return alike, width, next(line for found, line in records if found == width)


def _encoding(content: bytes) -> str:
    """A well-kept detector's answer; of the Western encodings that it cannot tell apart, the commonest."""
    from charset_normalizer import from_bytes

    matches = list(from_bytes(content[: 1 << 18], cp_isolation=list(_WESTERN)))
    if not matches:
        return "latin-1"
    best = [match.encoding for match in matches if (match.chaos, match.coherence) == (matches[0].chaos, matches[0].coherence)]
    encoding = "cp1252" if {"cp1252", "latin_1"} & set(best) else best[0].replace("_", "-")
    if encoding == "cp1252" and not any(0x80 <= byte <= 0x9F for byte in content):
        return "latin-1"
    try:
        _decoded(content, encoding)
    except UnicodeDecodeError:
        return "latin-1"  # which reads any bytes
    return encoding


def _decoded(content: bytes, encoding: str) -> str:
    """The text, without what the cut at `_HEAD` left of a last line."""
    whole = len(content) < _HEAD
    text = codecs.getincrementaldecoder(encoding)().decode(content, final=whole)
    return text if whole else text[: text.rfind("\n") + 1]

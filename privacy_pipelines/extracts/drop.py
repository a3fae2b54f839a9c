"""The drop folder: which file is which table's extract of which day. Reads names and bytes, never rows."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.policy.model import Policy, Table

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ExtractFile:
    """A landed file: `name` is relative to the drop folder and holds no personal data."""

    table: str
    day: date
    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the bytes of a file say before any row is read; `fault` is empty where it can be read."""

    digest: str
    size: int
    ends_with_line: bool
    fault: str


def require_folder(folder: Path) -> None:
    """Raises ExtractError where the drop folder is not there or is no folder."""
    if not folder.exists():
        raise ExtractError(f"{folder}: no such folder. Point --extracts at the drop folder, or write a demo with 'privacy-pipelines demo'")
    if not folder.is_dir():
        raise ExtractError(f"{folder}: not a folder. Point --extracts at the folder that holds the extracts")


def extracts_of(policy: Policy, table: Table, folder: Path) -> tuple[ExtractFile, ...]:
    """Every extract of the table in the drop folder, oldest day first."""
    template = table.extract.path.replace("{table}", table.name)
    before, after = template.split("{day}")
    pattern = re.compile(re.escape(before) + r"(\d{4}-\d{2}-\d{2})" + re.escape(after))
    found = []
    for path in (folder / template).parent.glob(Path(template.replace("{day}", "*")).name):
        name = path.relative_to(folder).as_posix()
        day = _day(pattern.fullmatch(name))
        if day is not None:
            found.append(ExtractFile(table.id, day, name, path))
    return tuple(sorted(found, key=lambda file: file.day))


def undeclared_files(policy: Policy, folder: Path) -> tuple[str, ...]:
    """Names of files that no declared table claims: they never enter, and are reported by name."""
    claimed = {file.path for table in policy.tables for file in extracts_of(policy, table, folder)}
    names = (path for path in folder.rglob("*") if path.is_file() and path not in claimed)
    return tuple(sorted(path.relative_to(folder).as_posix() for path in names if not path.name.startswith(".")))


def inspect(file: ExtractFile, encoding: str) -> Inspection:
    """One pass over the bytes: digest, encoding, NUL bytes, and whether the last line is whole."""
    if not file.path.is_file():
        return Inspection("", 0, False, "not a file")
    digest, size, last, fault = hashlib.sha256(), 0, b"", ""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(file.path):
            digest.update(chunk)
            size += len(chunk)
            last = chunk[-2:]
            if not fault:
                fault = _fault(decoder, chunk, encoding)
        if not fault:
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        fault = f"not {encoding}"
    except OSError as error:
        return Inspection("", size, False, f"cannot be read ({type(error).__name__})")
    return Inspection(digest.hexdigest(), size, b"\n" in last or b"\r" in last, fault or ("" if size else "empty"))


def header_of(file: ExtractFile, table: Table) -> tuple[str, ...]:
    """The column names in the first line. Raises ExtractError where there is none."""
    import csv

    with file.path.open(encoding=_with_bom(table.extract.encoding), newline="") as lines:
        try:
            first = next(csv.reader(lines, delimiter=table.extract.delimiter, quotechar=table.extract.quote, strict=True), None)
        except csv.Error:
            first = None
    if not first:
        raise ExtractError("no header line")
    return tuple(first)


def _with_bom(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _day(match: re.Match[str] | None) -> date | None:
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _fault(decoder: codecs.IncrementalDecoder, chunk: bytes, encoding: str) -> str:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return f"not {encoding}"
    return "NUL bytes" if encoding != "utf-16" and b"\0" in chunk else ""

"""The drop folder: which file is which table's extract of which day. Reads names, never rows."""

from __future__ import annotations

import glob
import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.policy.model import ENDINGS, PACKABLE, Policy, Table

OUTSIDE = "it leads out of the drop folder"
UNFINISHED = (".part", ".tmp")
"""How names end while their files are being written."""


@dataclass(frozen=True, slots=True)
class ExtractFile:
    """A landed file: `name` is relative to the drop folder and holds no personal data."""

    table: str
    day: date
    name: str
    path: Path
    fault: str = ""
    """Why it is not to be read, whatever it holds."""


def require_folder(folder: Path) -> None:
    """Raises ExtractError where the drop folder is not there or is no folder."""
    if not folder.exists():
        raise ExtractError(f"{folder}: no such folder. Point --extracts at the drop folder, or write a demo with 'privacy-pipelines demo'")
    if not folder.is_dir():
        raise ExtractError(f"{folder}: not a folder. Point --extracts at the folder that holds the extracts")


def extracts_of(policy: Policy, table: Table, folder: Path) -> tuple[ExtractFile, ...]:
    """Every extract of the table in the drop folder, oldest day first. Upper and lower case of an ending are one; so are, of a format that
    may be compressed, the ending that is declared with and without that of its compression."""
    place = _Place.of(table)
    root, found = folder.resolve(), list[ExtractFile]()
    for path in folder.glob(place.glob):
        name = path.relative_to(folder).as_posix()
        day = _day(place.pattern.fullmatch(name))
        if day is not None:
            fault = "" if path.resolve().is_relative_to(root) else OUTSIDE
            found.append(ExtractFile(table.id, day, name, path, fault))
    days = Counter(file.day for file in found)
    files = sorted(found, key=lambda file: (file.day, file.name))
    return tuple(file if days[file.day] == 1 else _one_of_several(file, files) for file in files)


def undeclared_files(policy: Policy, folder: Path) -> tuple[str, ...]:
    """Names of files that no declared table claims: they never enter, and are reported by name. One that is still being written is none."""
    claimed = {file.path for table in policy.tables for file in extracts_of(policy, table, folder)}
    known = [re.compile(re.escape(one.path).replace(re.escape("{day}"), r"\d{4}-?\d{2}-?\d{2}")) for one in policy.not_read]
    paths = (path for path in folder.rglob("*") if path.is_file() and path not in claimed and not _is_unfinished(path))
    names = (path.relative_to(folder).as_posix() for path in paths)
    return tuple(sorted(name for name in names if not any(one.fullmatch(name) for one in known)))


def stamp_of(file: ExtractFile) -> tuple[int, ...]:
    """What changes when somebody writes the file; empty where it is not there."""
    try:
        found = file.path.stat()
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def digest_of(file: ExtractFile) -> str:
    """SHA-256 of the file's bytes; empty where they cannot be read."""
    try:
        with file.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class _Place:
    glob: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, table: Table) -> _Place:
        """Where a table's extracts lie: a pattern for the folder, and one for the names that it gives."""
        before, after = table.extract.path.replace("{table}", table.name).split("{day}")
        stem, ending = _split_ending(after)
        if table.extract.format in PACKABLE:
            packed = [end for end, _ in ENDINGS if ending.lower().endswith(end)]
            plain = ending[: -len(packed[0])] if packed else ending
            endings = [plain, *(plain + end for end, _ in ENDINGS)]
        else:
            endings = [ending]
        some = "|".join(re.escape(end) for end in endings)
        pattern = rf"{re.escape(before)}(\d{{4}}-\d{{2}}-\d{{2}}){re.escape(stem)}(?i:{some})"
        around = f"*{glob.escape(stem)}*" if stem else "*"
        return cls(f"{glob.escape(before)}{around}", re.compile(pattern))


def _split_ending(after: str) -> tuple[str, str]:
    """What follows the day, before and from the first dot of the file's name.

    >>> _split_ending("/people.csv.gz"), _split_ending("-a")
    (('/people', '.csv.gz'), ('-a', ''))
    """
    start = after.find(".", after.rfind("/") + 1)
    return (after[:start], after[start:]) if start >= 0 else (after, "")


def _one_of_several(file: ExtractFile, files: list[ExtractFile]) -> ExtractFile:
    names = " and ".join(other.name for other in files if other.day == file.day)
    return replace(file, fault=f"the day has {names}. Remove all but one")


def _is_unfinished(path: Path) -> bool:
    return path.name.startswith(".") or path.name.lower().endswith(UNFINISHED)


def _day(match: re.Match[str] | None) -> date | None:
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None

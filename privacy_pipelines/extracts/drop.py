"""The drop folder: which file is which table's extract of which day. Reads names, never rows."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from privacy_pipelines.errors import ExtractError
from privacy_pipelines.policy.model import Policy, Table


@dataclass(frozen=True, slots=True)
class ExtractFile:
    """A landed file: `name` is relative to the drop folder and holds no personal data."""

    table: str
    day: date
    name: str
    path: Path


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


def digest_of(file: ExtractFile) -> str:
    """SHA-256 of the file's bytes; empty where they cannot be read."""
    try:
        with file.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _day(match: re.Match[str] | None) -> date | None:
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None

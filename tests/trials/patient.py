"""A company whose store is to be damaged: copied, put through a night on the command line, and looked at file by file."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from click.testing import CliRunner, Result

from privacy_pipelines.cli import main as command_line
from privacy_pipelines.pipeline import night
from tests.trials.company import THIRD
from tests.way.house import Company

Data = dict[str, list[tuple[object, ...]]]


def copy(company: Company, to: Path) -> Company:
    shutil.copytree(company.root, to, symlinks=True, dirs_exist_ok=True)
    return Company(to, nights=2)


def folders(company: Company) -> list[str]:
    paths = company.paths
    return ["--store", str(paths.store), "--extracts", str(paths.extracts), "--policies", str(paths.policies)]


def asked(company: Company, *words: str) -> Result:
    return CliRunner().invoke(command_line, [*words, *folders(company)])


def command(company: Company) -> list[str]:
    return [sys.executable, "-m", "privacy_pipelines.cli", "nightly", "--as-of", THIRD, *folders(company)]


def walk(company: Company, after: str, befalls: Callable[[], object]) -> None:
    """The third night, to which something happens after a station."""
    at = datetime.fromisoformat(f"{THIRD}T02:00:00").replace(tzinfo=UTC)
    for station, _ in night(company.paths, run="third", as_of=date.fromisoformat(THIRD), at=at):
        if station == after:
            befalls()


def fill(ballast: Path) -> None:
    """Until the volume is full."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            os.fsync(file.fileno())


def content(store: Path) -> dict[str, str]:
    """Every file that lasts, and the digest of its content."""
    files = (path for path in store.rglob("*") if path.is_file() and path.name != "LOCK" and path.parent.name not in ("staging", "spill"))
    return {path.relative_to(store).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def records(data: Data) -> Data:
    """The sources' tables: what a night notes of itself is another thing in a second night on the same day."""
    return {table: rows for table, rows in data.items() if table.startswith("crm.")}


def digest(data: Data) -> str:
    return hashlib.sha256(repr(data).encode()).hexdigest()

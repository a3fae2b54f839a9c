"""One demo for all tests of this room, and how to read its files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from privacy_pipelines.demo import Manifest, write_demo

UNTIL = date(2026, 3, 10)


@dataclass(frozen=True)
class Demo:
    folder: Path
    manifest: Manifest

    @property
    def first(self) -> date:
        return self.manifest.days[0]

    @property
    def last(self) -> date:
        return self.manifest.days[-1]

    def lines(self, table: str, day: date) -> list[list[str]]:
        """The header and the rows as they stand in the file."""
        path = next(file.path for file in self.manifest.files if (file.table, file.day) == (table, day))
        crm = table.startswith("crm.")
        with (self.folder / path).open(encoding="utf-8" if crm else "latin-1", newline="") as file:
            return list(csv.reader(file, delimiter="," if crm else ";"))

    def rows(self, table: str, day: date) -> list[dict[str, str]]:
        header, *rows = self.lines(table, day)
        return [dict(zip(header, row, strict=False)) for row in rows]

    def by_key(self, table: str, day: date) -> dict[str, dict[str, str]]:
        return {next(iter(row.values())): row for row in self.rows(table, day)}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    return Demo(folder, write_demo(folder, people=2000, nights=3, seed=1, until=UNTIL))

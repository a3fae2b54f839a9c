"""A published data set as a company: its files in a drop folder, the policy of `examples/`, nights through the real way, and what plain
SQL over the same files says must come out.

The SQL stands beside each test and knows nothing of the product: it makes one view per table with the rows and cells that must be in
the generation, and a view `states` with how many records keep which data cluster, and why. It is run by a bare DuckDB.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from privacy_pipelines.pipeline import LastNight, Paths, last_night, night
from privacy_pipelines.store.generations import Store
from privacy_pipelines.store.reading import reader

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DATA = ROOT.parent / "shared" / "data"

Rows = list[tuple[Any, ...]]


def needs(data: str) -> pytest.MarkDecorator:
    """Skip where the published files of a set are not at hand: they are no part of the project."""
    return pytest.mark.skipif(not (DATA / data).is_dir(), reason=f"the published files of {data} are not beside the project")


@dataclass
class Company:
    """The company of one set, below `root`. `files` is table → the published file's name."""

    root: Path
    example: str
    files: Mapping[str, str]
    data: Path
    nights: int = 0

    @property
    def paths(self) -> Paths:
        own = self.root / "policies"
        policies = own if own.is_dir() else ROOT / "examples" / self.example / "policies"
        return Paths(policies, self.root / "store", self.root / "extracts")

    @property
    def source(self) -> str:
        (file,) = (self.paths.policies / "sources").glob("*.yaml")
        return file.stem

    def extract(self, table: str, day: str, text: bytes | None = None) -> Path:
        """Put one table's file of a day into the drop folder: as published, or changed."""
        to = self.paths.extracts / f"{table}-{day}.csv"
        to.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            shutil.copyfile(self.data / self.files[table], to)
        else:
            to.write_bytes(text)
        return to

    def extracts(self, day: str, changed: Mapping[str, bytes] | None = None) -> None:
        """All of a day's files; `changed` holds those that are not as published."""
        for table in self.files:
            self.extract(table, day, (changed or {}).get(table))

    def edit_policy(self, file: str, old: str, new: str) -> None:
        """Edit the policy from now on: a copy of the example's."""
        shutil.copytree(self.paths.policies, self.root / "policies", dirs_exist_ok=True)
        path = self.root / "policies" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def published(self, table: str) -> bytes:
        return (self.data / self.files[table]).read_bytes()

    def night(self, as_of: str) -> LastNight:
        """A whole night; the first has leave for its first load."""
        self.nights += 1
        clock = datetime.combine(date.fromisoformat(as_of), datetime.min.time(), tzinfo=UTC).replace(hour=2)
        for _ in night(self.paths, run=f"night-{self.nights}", as_of=clock.date(), at=clock, first_load=self.nights == 1):
            pass
        found = last_night(self.paths)
        assert found is not None
        return found

    def rows(self, table: str, columns: Iterable[str]) -> Rows:
        """These columns of every row of the current generation, sorted."""
        names = ", ".join(f'"{name}"' for name in columns)
        with reader(Store(self.paths.store)) as current:
            assert current is not None
            return _sorted(current.session.rows(f'SELECT {names} FROM cur."{self.source}"."{table}"'))

    def columns(self, table: str) -> list[str]:
        """The declared columns of a table as the generation has them."""
        with reader(Store(self.paths.store)) as current:
            assert current is not None
            return [name for name in current.session.columns("cur", self.source, table) if not name.startswith("_")]


class Expected:
    """What the SQL beside the test says about the published files on one day, or about changed ones in `folder`."""

    def __init__(self, script: str, folder: Path, as_of: str, **variables: str) -> None:
        self._session = duckdb.connect()
        for name, value in {"data": str(folder), "as_of": as_of, **variables}.items():
            self._session.execute(f"SET VARIABLE {name} = '{value}'")
        self._session.execute((HERE / script).read_text(encoding="utf-8"))

    def rows(self, table: str) -> Rows:
        return _sorted(self._session.execute(f'FROM "{table}"').fetchall())

    def columns(self, table: str) -> list[str]:
        return [one[0] for one in self._session.execute(f'DESCRIBE "{table}"').fetchall()]

    def states(self) -> dict[tuple[str, str, str], int]:
        """(table, data cluster, state) → records."""
        return {(table, cluster, state): rows for table, cluster, state, rows in self._session.execute("FROM states").fetchall()}

    def count(self, table: str) -> int:
        (found,) = self._session.execute(f'SELECT count(*) FROM "{table}"').fetchall()
        return int(found[0])


def states(last: LastNight) -> dict[tuple[str, str, str], int]:
    """The same of a night's plan."""
    return {(one["table"].split(".")[1], one["cluster"], one["state"]): one["rows"] for one in last.record["plan"]["tallies"]}


def counted(last: LastNight) -> dict[str, tuple[int, int, int]]:
    """Table → rows kept, erased and refused."""
    return {one["table"].split(".")[1]: (one["kept"], one["erased"], one["refused"]) for one in last.record["copied"]}


def arrival(last: LastNight, table: str) -> dict[str, Any]:
    """What became of the one extract of a table."""
    (found,) = [one for one in last.record["inbox"]["arrivals"] if one["table"].endswith(f".{table}")]
    return dict(found)


def filled(company: Company, table: str, column: str) -> int:
    """How many cells of a column are filled in the current generation."""
    return sum(value is not None for (value,) in company.rows(table, [column]))


def edited(content: bytes, key: str, **cells: str) -> bytes:
    """A file with other cells in the one row whose first column is `key`."""
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    (row,) = [row for row in rows if row[0] == key]
    for name, value in cells.items():
        row[header.index(name)] = value
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue().encode()


def changed_files(folder: Path, company: Company, changed: Mapping[str, bytes]) -> Path:
    """The published files with some of them changed, for plain SQL to read."""
    for table, name in company.files.items():
        file = folder / "files" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(changed.get(table, company.published(table)))
    return folder / "files"


def without(content: bytes, start: bytes) -> bytes:
    """A file without the one line that starts so."""
    lines = content.splitlines(keepends=True)
    left = [line for line in lines if not line.startswith(start)]
    assert len(left) == len(lines) - 1
    return b"".join(left)


def assert_equal(company: Company, expected: Expected, tables: Iterable[str]) -> None:
    """Every row and cell of these tables is as the SQL says. A difference is told in counts: the sets hold people."""
    for table in tables:
        columns = expected.columns(table)
        assert sorted(columns) == sorted(company.columns(table)), f"{table}: other columns"
        found, wanted = company.rows(table, columns), expected.rows(table)
        assert len(found) == len(wanted), f"{table}: {len(found)} rows where plain SQL has {len(wanted)}"
        for number, column in enumerate(columns):
            unlike = sum(a[number] != b[number] for a, b in zip(found, wanted, strict=True))
            assert unlike == 0, f"{table}.{column}: {unlike} cells unlike plain SQL's"


def _sorted(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: tuple("" if value is None else str(value) for value in row))

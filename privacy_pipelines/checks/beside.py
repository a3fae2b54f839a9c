"""Great Expectations beside the night: in a process of its own, over a copy of tonight's new and changed rows, while the stations go on.
Importing it takes seconds of a core and hundreds of megabytes, testing a small table a tenth of a second; the night has a core to spare.

    python -m privacy_pipelines.checks.beside FOLDER AS_OF      the other end: what came of each table as JSON, and never a value
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.checks.expectations import TableExpectations, expect, expected_from
from privacy_pipelines.checks.specs import specs_of
from privacy_pipelines.errors import StoreError
from privacy_pipelines.policy.load import load_document
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.durable import make_folder
from privacy_pipelines.store.engine import Session, session
from privacy_pipelines.store.layout import CHANGES

DOCUMENT = "policy.json"


@dataclass(frozen=True, slots=True)
class Beside:
    """The process, the tables that it looks at, and the folder of their rows."""

    process: subprocess.Popen[bytes]
    tables: frozenset[str]
    folder: Path

    def answer(self) -> tuple[TableExpectations, ...]:
        """What came of each table, when it has. Raises StoreError where rows cannot be read, or the process ended before it answered."""
        try:
            said, _ = self.process.communicate()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        if self.process.returncode:
            raise StoreError(f"the process that tests expectations ended with {self.process.returncode} before it answered")
        found = json.loads(said)
        if isinstance(found, str):
            raise StoreError(found)
        return expected_from(found)


def begin(session: Session, policy: Policy, tables: Sequence[Table], as_of: date, folder: Path) -> Beside:
    """Copy the new and changed rows of these tables into an empty folder, and begin to test them. Raises StoreError."""
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    (folder / DOCUMENT).write_text(policy.document, encoding="utf-8")
    for table in tables:
        session.write(_news(policy, table, as_of), _rows(folder, table.id), "parquet")
    command = [sys.executable, "-m", __name__, str(folder), as_of.isoformat()]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603  ourselves
    return Beside(process, frozenset(table.id for table in tables), folder)


def _news(policy: Policy, table: Table, as_of: date) -> exp.Select:
    """The new and changed rows as they were staged, in the columns that an expectation asks for."""
    asked = {spec.column for spec in specs_of(policy, table, as_of)}
    columns = [col(column.name) for column in table.columns if column.name in asked]
    arrived = exp.In(this=col("_arrival"), expressions=[lit("new"), lit("changed")])
    return exp.select(*columns, col("_arrival")).from_(sql.table(CHANGES, table.id)).where(arrived)


def _rows(folder: Path, table: str) -> Path:
    return folder / f"{table}.parquet"


def _tested(folder: Path, as_of: date) -> list[dict[str, object]] | str:
    """What came of each table, or why its rows cannot be read. Rows are removed as soon as they were looked at."""
    policy = load_document((folder / DOCUMENT).read_text(encoding="utf-8"))
    found: list[dict[str, object]] = []
    with session(None) as opened:
        opened.schema(CHANGES)
        for table in policy.tables:
            rows = _rows(folder, table.id)
            if rows.exists():
                where = str(rows).replace("'", "''")
                opened.view(sql.table(CHANGES, table.id), exp.select("*").from_(f"read_parquet('{where}')"))
                try:
                    found.append(asdict(expect(opened, policy, table, as_of)))
                except StoreError as error:
                    return str(error)
                rows.unlink(missing_ok=True)
    return found


def main(arguments: Collection[str]) -> None:
    """The answer alone goes to the standard output: whatever a library prints there goes nowhere."""
    folder, as_of = arguments
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    gc.disable()  # it lives for seconds, and most of what it makes are the modules of a library
    try:
        json.dump(_tested(Path(folder), date.fromisoformat(as_of)), answer, default=str)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    answer.close()


if __name__ == "__main__":
    main(sys.argv[1:])

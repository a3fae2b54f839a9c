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
from tempfile import mkdtemp

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.checks.expectations import TableExpectations, expect, expected_from
from privacy_pipelines.checks.specs import specs_of
from privacy_pipelines.errors import StoreError
from privacy_pipelines.policy.load import load_document
from privacy_pipelines.policy.model import Policy, Table
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.durable import explained, make_folder
from privacy_pipelines.store.engine import Session, session
from privacy_pipelines.store.layout import CHANGES

DOCUMENT = "policy.json"
PATIENCE_S = 1800.0
"""How long a night waits for it. Then its checks fail and the night goes on."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The process, and the folder of the rows that it looks at."""

    process: subprocess.Popen[bytes]
    tables: frozenset[str]
    folder: Path

    def answer(self, patience_s: float = PATIENCE_S) -> tuple[TableExpectations, ...]:
        """What came of each table, when it has. Raises StoreError where rows cannot be read, or the process ended before it answered for
        all of them, or did not for so many seconds."""
        try:
            said, _ = self.process.communicate(timeout=patience_s)
        except subprocess.TimeoutExpired:
            raise StoreError(f"the process that tests expectations has not answered in {patience_s:.0f} seconds, and was ended") from None
        finally:
            self.end()
        if self.process.returncode:
            raise StoreError(f"the process that tests expectations ended with {self.process.returncode} before it answered")
        found = json.loads(said)
        if isinstance(found, str):
            raise StoreError(found)
        if missing := self.tables - {table["table"] for table in found}:
            raise StoreError(f"the process that tests expectations has not answered for {', '.join(sorted(missing))}")
        return expected_from(found)

    def end(self) -> None:
        """Nothing of it is left, whatever it was doing."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def begin(session: Session, policy: Policy, tables: Sequence[Table], as_of: date, spill: Path) -> Beside:
    """Copy the new and changed rows of these tables into a folder of their own in `spill`, and begin to test them. Raises StoreError:
    nothing was begun, and no row is left there."""
    make_folder(spill)
    with explained(spill):
        folder = Path(mkdtemp(prefix="expected-", dir=spill))
        try:
            (folder / DOCUMENT).write_text(policy.document, encoding="utf-8")
            for table in tables:
                session.write(_news(policy, table, as_of), _rows(folder, table.id), "parquet")
            command = [sys.executable, "-m", __name__, str(folder), as_of.isoformat()]
            nowhere = subprocess.DEVNULL
            process = subprocess.Popen(command, stdin=nowhere, stdout=subprocess.PIPE, stderr=nowhere)  # noqa: S603  ourselves
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
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
    """What came of each table, or why its rows cannot be read. Rows are removed as soon as they were looked at; whom nobody waits for any
    more looks at no other table."""
    policy, waiting = load_document((folder / DOCUMENT).read_text(encoding="utf-8")), os.getppid()
    found: list[dict[str, object]] = []
    with session(None, spill=folder / "spill") as opened:
        opened.schema(CHANGES)
        for table in policy.tables:
            rows = _rows(folder, table.id)
            if not rows.exists() or os.getppid() != waiting:
                continue
            where = str(rows).replace("'", "''")
            opened.view(sql.table(CHANGES, table.id), exp.select("*").from_(f"read_parquet('{where}')"))
            try:
                found.append(asdict(expect(opened, policy, table, as_of)))
            except StoreError as error:
                return str(error)
            rows.unlink(missing_ok=True)
            gc.collect()  # a library's frames refer to themselves, and would stay until there are many of them
    return found


def main(arguments: Collection[str]) -> None:
    """The answer alone goes to the standard output: whatever a library prints there goes nowhere."""
    folder, as_of = arguments
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    from privacy_pipelines.checks.great import ready

    gc.disable()  # what is made until it is ready are the modules of a library, which stay
    try:
        ready()
        gc.freeze()
        gc.enable()
        json.dump(_tested(Path(folder), date.fromisoformat(as_of)), answer, default=str)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    answer.close()


if __name__ == "__main__":
    main(sys.argv[1:])

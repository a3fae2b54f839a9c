"""A small company, and the command line upon it as a function."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from click.testing import CliRunner, Result

from privacy_pipelines.cli import main

NIGHT = date(2026, 3, 10)
"""In the past, so that the clock never stands in the way."""
SMALL = Path(__file__).parent.parent / "policy" / "small"
PEOPLE = 60
UNDECIDABLE = """      number: {category: user.government_id, serves: bookkeeping, type: personal_number}
      union: {category: user.membership.union, serves: bookkeeping}
"""
"""No voucher reaches a person in the small policy: it loads, and cannot be compiled."""
HOLDS = (SMALL / "holds.yaml").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Place:
    """The three folders of a company, and the command line upon them."""

    policies: Path
    store: Path
    extracts: Path

    def run(self, command: str, *arguments: object) -> Result:
        folders = ("--policies", self.policies, "--store", self.store, "--extracts", self.extracts)
        return CliRunner().invoke(main, [command, *map(str, arguments), *map(str, folders)])

    def night(self, day: date = NIGHT, *arguments: object) -> Result:
        return self.run("nightly", "--as-of", day, *arguments)

    def digest(self) -> str:
        """Every file of the store but its locks, and its content; nothing where there is no store."""
        files = sorted(path for path in self.store.rglob("*") if path.is_file() and path.name not in ("LOCK", "NIGHT"))
        listed = [(path.relative_to(self.store).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]
        return hashlib.sha256(repr(listed).encode()).hexdigest() if self.store.exists() else ""

    def copy(self, to: Path) -> Place:
        """The same company somewhere else; secrets keep their modes."""
        for name in ("policies", "store", "extracts"):
            if (source := getattr(self, name)).exists():
                shutil.copytree(source, to / name)
        return place(to)


def place(folder: Path) -> Place:
    return Place(folder / "policies", folder / "store", folder / "extracts")


def decidable(folder: Path) -> Place:
    """The small company's policy in that folder, without what cannot be decided and without holds."""
    here = place(folder)
    shutil.copytree(SMALL, here.policies)
    edit(here.policies / "sources/crm.yaml", UNDECIDABLE, "")
    edit(here.policies / "holds.yaml", HOLDS, "holds: []\n")
    return here


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def edit(path: Path, old: str, new: str) -> None:
    """Replace what must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def write_extracts(folder: Path, day: date, *, ended_on: str = "") -> None:
    """One night of the small company: every contract active, or ended on that day."""
    numbers = range(1, PEOPLE + 1)
    status = "ended" if ended_on else "active"
    write_csv(folder / f"crm/accounts-{day}.csv", ["account_id"], [[f"A{n}"] for n in numbers])
    people = [[f"P{n}", f"A{n}", f"p{n}@x.example", "", f"note {n}"] for n in numbers]
    write_csv(folder / f"crm/people-{day}.csv", ["person_id", "account_id", "email", "left_on", "notes"], people)
    contracts = [[f"C{n}", f"A{n}", status, ended_on] for n in numbers]
    write_csv(folder / f"crm/contracts-{day}.csv", ["contract_id", "account_id", "status", "ended_on"], contracts)
    write_csv(folder / f"crm/invoices-{day}.csv", ["invoice_id", "line_no", "dated_on"], [[f"I{n}", 1, "2025-05-05"] for n in numbers])
    consents = [[f"K{n}", f"p{n}@x.example", "newsletter", "Given", "2025-01-01T10:00:00", ""] for n in range(1, 11)]
    header = ["consent_id", "email", "kind", "status", "given_at", "withdrawn_at"]
    write_csv(folder / f"crm/consents-{day}.csv", header, consents)

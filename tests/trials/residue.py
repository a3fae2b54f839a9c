"""What is left of the erased on the disk: nothing, in any file that the product wrote, read in every way that it can be read.

python -m tests.trials.residue ROOT --people N

A company's second night erases, and after its third no extract is kept any more. Then every mark that was in the store once and is in
no table of it now is looked for: in the bytes of every file, in what they hold when they are unpacked, and in blocks that the engine could
still read. The same search over the store as it was before its disposal, and over a file in which the rows were deleted where they stood,
must find them: a search that cannot find is none.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from privacy_pipelines.report.write import write_report
from privacy_pipelines.store.generations import Store
from tests.trials.blocks import grafted, survived
from tests.trials.company import FIRST, HEADERS, SECOND, THIRD, build, rows_of
from tests.trials.opened import readings
from tests.way.house import Company

AFTER_KEEP = "2026-01-24"
"""All extracts have landed and are past their `keep`."""
_RUN, _NUMBER = re.compile(rb"[g-v]{8,}"), re.compile(rb"\d{16,20}")
_LENGTH, _STATISTIC = 16, 8
"""Of a mark; and of what the engine keeps of the least and the greatest text among a table's statistics."""


@dataclass(frozen=True)
class Marks:
    """What is looked for: texts of sixteen letters, their beginnings, and numbers."""

    texts: frozenset[bytes]
    numbers: frozenset[int]

    @property
    def beginnings(self) -> frozenset[bytes]:
        """Two persons' may be the same; whose mark lives is nobody's residue."""
        return frozenset(text[:_STATISTIC] for text in self.texts)


def main() -> int:
    """Prints what was found where nothing should be, and a summary as JSON."""
    asked = _asked()
    company = lived(asked.root, asked.people)
    gone = erased(company)
    found = residues([asked.root / "company"], gone, old=asked.root / "old.duckdb")
    shown = {way: sum(residues([asked.root / way], gone, old=asked.root / "old.duckdb").values()) for way in ("undisposed", "in place")}
    for where, marks in sorted(found.items()):
        print(f"{where}: {marks} marks of erased persons", flush=True)
    print(json.dumps({"marks": len(gone.texts) + len(gone.numbers), "residues": sum(found.values()), "found_where_there_are_some": shown}))
    return 1 if found or not all(shown.values()) else 0


def lived(root: Path, people: int) -> Company:
    """The company after its third night below `root / company`; beside it what the search must find something in:
    `old.duckdb`, the first generation; `undisposed`, with that one left lying; `in place`, that one less the rows of who left."""
    shutil.rmtree(root, ignore_errors=True)
    company = build(root / "company", people)
    company.night(FIRST)
    store = Store(company.paths.store)
    first = store.current()
    assert first is not None
    shutil.copyfile(first.path, root / "old.duckdb")
    company.night(SECOND)
    write_report(store.root, reports=company.paths.reports)
    shutil.copytree(store.root, root / "undisposed", symlinks=True)
    shutil.copyfile(root / "old.duckdb", root / "undisposed" / first.name)
    gone = set(_first_keys(root / "old.duckdb")) - set(company.keys("contacts"))
    _delete_in_place(root, gone)
    left = {"A": gone, "C": gone, "K": gone, "L": gone, "S": gone}
    for table, rows in rows_of(people, SECOND).items():
        kept = [row for row in rows if f"C{row.split(',')[0][1:]}" not in left[row[0]]]
        company.extract(table, THIRD, "\n".join((HEADERS[table], *kept)))
    company.night(AFTER_KEEP)
    write_report(store.root, reports=company.paths.reports)
    return company


def erased(company: Company) -> Marks:
    """Every mark that the first generation had and no table of the current one has."""
    store = Store(company.paths.store)
    current = store.current()
    assert current is not None
    before, after = _marks_in(company.root.parent / "old.duckdb"), _marks_in(current.path)
    return Marks(before.texts - after.texts, before.numbers - after.numbers)


def residues(roots: Iterable[Path], gone: Marks, *, old: Path) -> dict[str, int]:
    """`file, how it was read` → how many marks of who is gone it holds; files without any are left out."""
    found: dict[str, int] = {}
    for path in sorted(path for root in roots for path in root.rglob("*") if path.is_symlink() or path.is_file()):
        ways: dict[str, set[bytes | int]] = {}
        for how, content in readings(path):
            ways.setdefault(how, set()).update(_found(content, gone))
        if path.suffix == ".duckdb" and path.parent.name != "staging":
            ways["statistics"] = {*_beginnings(path.read_bytes(), gone)}
            ways["grafted"] = {mark for value in grafted(old, path, path.with_suffix(".hybrid")) for mark in _found(value, gone)}
            ways["blocks of before"] = {*survived(old, path)}
        found |= {f"{path.name}, {how}": len(marks) for how, marks in ways.items() if marks}
    return found


def _found(content: bytes, gone: Marks) -> set[bytes | int]:
    texts = {run[at : at + _LENGTH] for run in _RUN.findall(content) for at in range(len(run) - _LENGTH + 1)}
    wide = content.replace(b"\0", b"") if b"\0" in content else b""
    texts |= {run[at : at + _LENGTH] for run in _RUN.findall(wide) for at in range(len(run) - _LENGTH + 1)}
    numbers = {int(run) for run in _NUMBER.findall(content)}
    return {*(texts & gone.texts), *(numbers & gone.numbers), *_stored_numbers(content, gone)}


def _stored_numbers(content: bytes, gone: Marks) -> set[int]:
    """Numbers as the engine writes them: eight bytes, the least first, beginning anywhere."""
    wanted = np.array(sorted(gone.numbers), dtype=np.uint64)
    whole = (np.frombuffer(content[at : at + (len(content) - at) // 8 * 8], dtype="<u8") for at in range(min(8, len(content))))
    return {int(number) for numbers in whole for number in np.intersect1d(numbers, wanted)}


def _beginnings(content: bytes, gone: Marks) -> set[bytes]:
    starts = {run[at : at + _STATISTIC] for run in _RUN.findall(content) for at in range(len(run) - _STATISTIC + 1)}
    return starts & gone.beginnings


def _marks_in(path: Path) -> Marks:
    content = b"\n".join(told for how, told in readings(path) if how == "database")
    texts = {run[at : at + _LENGTH] for run in _RUN.findall(content) for at in range(0, len(run) - _LENGTH + 1, _LENGTH)}
    return Marks(frozenset(texts), frozenset(int(run) for run in _NUMBER.findall(content) if int(run) >> 62 == 1))


def _first_keys(path: Path) -> list[str]:
    with duckdb.connect(str(path), read_only=True) as opened:
        return [key for (key,) in opened.execute("SELECT id FROM crm.contacts").fetchall()]


def _delete_in_place(root: Path, gone: set[str]) -> None:
    """What a pipeline does that deletes: afterwards no table has the rows, and every block does."""
    place = root / "in place"
    place.mkdir()
    shutil.copyfile(root / "old.duckdb", place / "deleted.duckdb")
    with duckdb.connect(str(place / "deleted.duckdb")) as opened:
        numbers = [key[1:] for key in gone]
        for table in ("contacts", "contracts", "letters", "consents"):
            opened.execute(f"DELETE FROM crm.{table} WHERE list_contains(?, id[2:])", [numbers])
        opened.execute("CHECKPOINT")


def by_way(found: dict[str, int]) -> Counter[str]:
    """How many marks were found in which way."""
    ways: Counter[str] = Counter()
    for where, marks in found.items():
        ways[where.split(", ", 1)[1]] += marks
    return ways


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.trials.residue", description=__doc__)
    parser.add_argument("root", type=Path, help="an empty folder to work in")
    parser.add_argument("--people", type=int, default=20_000, help="how many persons the company knows")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

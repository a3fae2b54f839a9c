"""Files that nobody thought of: what the product reads and rejects is what Python's own csv module reads and rejects, record by record.

Small files of few signs meet every edge; whole nights' files are cut where threads meet. Python's module is the second implementation, by
other people, in another language.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from privacy_pipelines.errors import ExtractError, StoreError
from privacy_pipelines.extracts.drop import ExtractFile
from privacy_pipelines.extracts.readers.csv import CsvReader
from privacy_pipelines.extracts.readers.reader import Content
from privacy_pipelines.extracts.readers.records import Dialect, records
from privacy_pipelines.extracts.readers.text import Lines
from privacy_pipelines.policy.load import load
from privacy_pipelines.policy.model import Table
from privacy_pipelines.sql import text
from privacy_pipelines.store.engine import Session, session
from tests.readers.desk import DAY, land, plain

SIGNS = ["a", "b,", ",", '"', '""', "\n", "\r\n", "\r", " ", "å", '"x"', '"a,b"', '"a\nb"', "#", "\\", "'", "\t", "\0"]
FILES = st.lists(st.sampled_from(SIGNS), max_size=30).map("".join)
WELL = st.sampled_from(["a", "", "1", '"a"', '""', '"a,b"', '"a""b"', '"a\nb"', '"\r\n"', "å", '""""'])
EXAMPLES = settings(max_examples=150)


Found = tuple[list[tuple[int, tuple[str, ...]]], list[int], bool]


def theirs(content: str, *, blank: bool = False) -> Found:
    """(line, fields) of every record, those of blank lines only where asked for; the lines on which bad ones begin; and whether a quote is
    never closed."""
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    found, bad = [], []
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader, None)
        except csv.Error as error:
            if "unexpected end" in str(error):
                return found, bad, True
            bad.append(line)
            continue
        if fields is None:
            return found, bad, False
        if fields or blank:
            found.append((line, tuple(fields or [""])))


def ours(content: str) -> Found:
    found, bad = [], []
    try:
        for record in records(Lines(io.StringIO(content, newline="")), Dialect(",", '"', "", "", trim=False)):
            if record.fault:
                bad.append(record.line)
            elif record.fields:
                found.append((record.line, record.fields))
    except ExtractError:
        return found, bad, True
    return found, bad, False


@EXAMPLES
@given(FILES)
def test_lines_fall_into_fields_as_in_pythons_csv(content: str) -> None:
    found, bad, unclosed = ours(content)
    expected = theirs(content)
    assert (bad, unclosed) == expected[1:]
    assert [one for one in found if one in expected[0]] == expected[0] == found


@dataclass(frozen=True)
class Bench:
    """The reader of a table with so many columns, and a folder to work in."""

    table: Table
    folder: Path

    def read(self, content: bytes) -> tuple[list[tuple[int, tuple[str | None, ...]]], list[int]] | None:
        """(line, fields) of every row and the lines of rejected records; None for a file that is refused."""
        path = self.folder / "file.csv"
        path.write_bytes(content)
        for left in self.folder.glob("aside/*"):
            left.unlink()
        file = ExtractFile("crm.t", date.fromisoformat(DAY), path.name, path)
        with session(None) as opened:
            try:
                seen = CsvReader().inspect(file, self.table)
                assert not seen.fault
                return _rows(opened, CsvReader().open(file, self.table, seen, self.folder / "aside"))
            except ExtractError:
                return None


def _rows(opened: Session, content: Content) -> tuple[list[tuple[int, tuple[str | None, ...]]], list[int]]:
    try:
        rows = opened.rows(f"SELECT * FROM {text(content.relation)}")
        other = content.instead(opened, len(rows))
    except StoreError:
        other = content.instead(opened, -1)
    if other is not None:
        content = other
        rows = opened.rows(f"SELECT * FROM {text(content.relation)}")
        assert content.instead(opened, len(rows)) is None
    rejected = content.rejected(opened)
    lines = content.lines(opened, range(1, len(rows) + 1), rejected)
    return list(zip(lines, rows, strict=True)), [one.line for one in rejected]


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Bench]:
    """One for tables of one column, one for tables of two."""
    made = {}
    for columns in (1, 2):
        root = tmp_path_factory.mktemp(f"columns{columns}")
        land(root, b"", plain(*"ab"[:columns]), key="a")
        (root / "aside").mkdir()
        made[columns] = Bench(load(root / "policies").table("crm.t"), root)
    return made


def judged(content: str, columns: int) -> tuple[list[tuple[int, tuple[str | None, ...]]], list[int]] | None:
    """What the reader must answer, from Python's csv: a blank line is a row only where a row is a single field."""
    found, bad, unclosed = theirs(content, blank=columns == 1)
    if unclosed or found[0][0] != 1:
        return None
    fits = [len(fields) == columns and not any("\0" in field for field in fields) for _, fields in found]
    rows = [(line, tuple(field or None for field in fields)) for (line, fields), fit in zip(found, fits, strict=True) if fit]
    return rows[1:], sorted([*bad, *(line for (line, _), fit in zip(found, fits, strict=True) if not fit)])


@EXAMPLES
@given(FILES, st.sampled_from(["\n", "\r\n"]))
def test_a_file_of_anything_is_read_as_by_pythons_csv(benches: dict[int, Bench], content: str, end: str) -> None:
    assert benches[2].read(f"a,b{end}{content}".encode()) == judged(f"a,b{end}{content}", 2)


@EXAMPLES
@given(FILES.map(lambda content: content.replace(",", ";")))
def test_a_file_of_one_column_is_read_as_by_pythons_csv(benches: dict[int, Bench], content: str) -> None:
    assert benches[1].read(f"a\n{content}".encode()) == judged(f"a\n{content}", 1)


@EXAMPLES
@given(st.lists(st.tuples(WELL, WELL), max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans(), FILES, st.integers(0, 80))
def test_a_file_with_one_fault_is_read_as_by_pythons_csv(
    benches: dict[int, Bench], rows: list[tuple[str, str]], end: str, whole: bool, fault: str, at: int
) -> None:
    """Most of a file in order, and somewhere in it a few signs too many."""
    content = end.join(map(",".join, rows)) + (end if whole else "")
    content = f"a,b{end}" + (content[:at] + fault[:2] + content[at:] if at < len(content) else content)
    assert benches[2].read(content.encode()) == judged(content, 2)


@pytest.mark.parametrize("kind", ["looks like rows", "looks like quoted rows", "has no line breaks"])
def test_where_threads_meet_nothing_is_lost_or_made_up(benches: dict[int, Bench], kind: str) -> None:
    """The engine's threads begin somewhere in the file; inside of quotes each of these lines looks like the beginning of a row."""
    line = {"looks like rows": "7,seven\n", "looks like quoted rows": '""7"",""seven""\n', "has no line breaks": "7, seven "}[kind]
    content = "a,b\n" + "".join(f'{number},"{line * (number % 97)}"\n' for number in range(50_000))
    assert len(content) > 18_000_000
    answer = benches[2].read(content.encode())
    assert answer is not None
    rows, rejected = answer
    assert rejected == []
    assert [row[0] for _, row in rows] == [str(number) for number in range(50_000)]
    assert all(row[1] == (line.replace('""', '"') * (number % 97) or None) for number, (_, row) in enumerate(rows))
    step = line.count("\n")
    assert [at for at, _ in rows[:200]] == [2 + number + step * sum(n % 97 for n in range(number)) for number in range(200)]

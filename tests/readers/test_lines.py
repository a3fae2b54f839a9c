"""Arriving by lines gives what reading the whole file gives, row by row and fault by fault, and is done where it may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import event, given, settings, strategies as st

from tests.readers.desk import plain
from tests.readers.nights import Nights, Second
from tests.readers.table import Dialect

EXAMPLES = settings(max_examples=40)
ALWAYS, NEVER = 0.0, 2.0
NAMES = ("id", "name", "note", "paid", "made")
FIELDS = """
id: {category: system.operations}
name: {category: system.operations}
note: {category: user.content, free_text: true, serves: use}
paid: {category: system.operations, type: decimal}
made: {category: system.operations, type: date}
"""
TEXTS = ["", "a", "b", "a,b", "a;b", 'say "x"', '"', " blank ", "NULL", "å", "\u00a0", "\ufeffx", "#", "'", "anna@mail.example", "ö" * 40]
VALUES = st.tuples(
    st.sampled_from([f"k{n}" for n in range(7)] + ["", "å"]),
    st.sampled_from(TEXTS),
    st.sampled_from(TEXTS),
    st.sampled_from(["", "1", "1", "1.50", "1.50", "2", "1,50", "x"]),
    st.sampled_from(["", "", "2026-01-01", "2026-01-01", "2026-01-02", "2026-02-30"]),
)
TABLE = st.lists(VALUES, max_size=8)
STORED = st.one_of(TABLE, st.lists(VALUES, min_size=4, max_size=8, unique_by=lambda row: row[0]))
GOOD_LINES = ["", ",".join(NAMES), 'k9,"a",b,1,', 'k8,a,"",1,2026-01-01', ",,,,", "k1,a,b,1,", "k2,\x1d,a,,"]
BAD_LINES = [" ", "k1", "k9,a,b,1,2026-01-01,", 'k8,"a" ,b,,', "k1,\x1d\x1e\x1f\x1c,a,,", 'k7,"two\nlines",,,']
AT = st.integers(0, 8)
EXTRA = st.one_of(
    st.lists(st.tuples(AT, st.sampled_from(GOOD_LINES)), max_size=2),
    st.lists(st.tuples(AT, st.sampled_from(GOOD_LINES)), max_size=2),
    st.lists(st.tuples(AT, st.sampled_from(BAD_LINES)), max_size=1),
)
Row = tuple[str, ...]


@dataclass(frozen=True)
class File:
    """How a night's file is written."""

    dialect: Dialect
    names: Row = NAMES
    whole: bool = True
    undeclared: bool = False

    def bytes(self, rows: list[Row], extra: list[tuple[int, str]] = []) -> bytes:  # noqa: B006  never changed
        order = [NAMES.index(name) for name in self.names]
        more: Row = ("shoe",) if self.undeclared else ()
        lines = [self.dialect.write((*(row[place] for place in order), *more)) for row in rows]
        for at, line in extra:
            lines.insert(min(at, len(lines)), (line + self.dialect.end).encode(self.dialect.encoding))
        content = self.dialect.write((*self.names, *more)) + b"".join(lines)
        return content if self.whole or not rows else content.removesuffix(self.dialect.end.encode())


FILES = st.builds(
    File,
    st.builds(Dialect, end=st.sampled_from(["\n", "\n", "\r\n"]), always=st.sampled_from([False] * 4 + [True])),
    names=st.sampled_from([NAMES] * 5 + [NAMES[::-1]]),
    whole=st.booleans(),
    undeclared=st.sampled_from([False] * 7 + [True]),
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Nights]:
    """The same table under several extracts."""
    kinds = {
        "plain": "",
        "worded": "trim: true, null_values: ['NULL'], repeated_header: skip",
        "swedish": "delimiter: ';', decimal: ',', encoding: latin-1",
    }
    return {kind: Nights.of(tmp_path_factory.mktemp(kind), FIELDS, extract=extract) for kind, extract in kinds.items()}


def agreed(nights: Nights, first: bytes, second: bytes) -> Second:
    """What both ways give."""
    by_lines, whole = (nights.second(first, second, known=known) for known in (ALWAYS, NEVER))
    assert not whole.by_lines
    assert by_lines.arrival == whole.arrival
    assert by_lines.quarantined == whole.quarantined
    assert by_lines.rows == whole.rows
    assert by_lines.left == whole.left == []
    return by_lines


@EXAMPLES
@given(st.sampled_from(["plain", "worded"]), STORED, TABLE, FILES, FILES, EXTRA)
def test_both_ways_give_the_same(
    tables: dict[str, Nights], kind: str, old: list[Row], new: list[Row], before: File, after: File, extra: list[tuple[int, str]]
) -> None:
    kept = [row for place, row in enumerate(old) if place % 4 < 3]
    seen = agreed(tables[kind], before.bytes(old), after.bytes([*kept, *new], extra))
    event(f"by lines: {seen.by_lines}")


@EXAMPLES
@given(STORED, TABLE, st.booleans(), st.booleans())
def test_both_ways_give_the_same_of_a_swedish_file(
    tables: dict[str, Nights], old: list[Row], new: list[Row], crlf: bool, whole: bool
) -> None:
    dialect = Dialect(";", end="\r\n" if crlf else "\n", encoding="latin-1")
    latin = [tuple(value.replace("\ufeff", "") for value in row) for row in [*old, *new]]
    file = File(dialect, whole=whole)
    agreed(tables["swedish"], file.bytes(latin[: len(old)]), file.bytes(latin))


GOOD: list[Row] = [(f"k{n}", "Åsa, ö", 'said "yes"', "1.50", "2026-01-01") for n in range(1, 30)]
CHANGED: Row = ("k3", "Bo", "x", "2", "2026-01-01")
NEW: Row = ("n1", 'a "b", c', " ", "2", "")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("whole", [True, False])
def test_it_is_done_where_lines_are_records(tables: dict[str, Nights], end: str, whole: bool) -> None:
    file = File(Dialect(end=end), whole=whole)
    rows = [CHANGED if row[0] == CHANGED[0] else row for row in GOOD[1:]]
    second = agreed(tables["plain"], file.bytes(GOOD), file.bytes([*rows, NEW], [(4, "")]))
    assert second.by_lines
    arrival = second.arrival
    assert (arrival.rows, arrival.new, arrival.changed, arrival.same, arrival.quarantined) == (29, 1, 1, 27, 0)
    assert [(row[0], *row[2:4]) for row in second.rows if row[0] in ("n1", "k3")] == [CHANGED[:3], NEW[:3]]


@pytest.mark.parametrize(
    ("extra", "faults"),
    [
        ([(4, "n3,a,b,1,"), (9, "n3,a,c,1,")], [(6, "duplicate key"), (11, "duplicate key")]),
        ([(2, "n2,,,,x"), (9, ""), (20, "n2,,,,x")], [(4, "unreadable date in made"), (22, "unreadable date in made")]),
        ([(29, ",a,b,1,")], [(31, "unreadable key")]),
        ([(29, ",".join(NAMES))], [(31, "the header again")]),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_line_in_the_file(
    tables: dict[str, Nights], extra: list[tuple[int, str]], faults: list[tuple[int, str]]
) -> None:
    file = File(Dialect())
    second = agreed(tables["plain"], file.bytes(GOOD), file.bytes(GOOD, extra))
    assert second.by_lines
    assert [(fault.line, fault.reason) for fault in second.quarantined] == faults


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("k4,a,b,1,x", [(5, "duplicate key"), (11, "unreadable date in made")]),
        ('k1,"Åsa, ö","said ""yes""",1.50,2026-01-01', [(2, "duplicate key"), (11, "duplicate key")]),
        ('k1,"Åsa, ö",other,1.50,2026-01-01', [(2, "duplicate key"), (11, "duplicate key")]),
    ],
    ids=["a fault", "to the letter", "otherwise"],
)
def test_a_file_is_read_whole_where_the_key_of_a_known_line_stands_there_again(
    tables: dict[str, Nights], line: str, faults: list[tuple[int, str]]
) -> None:
    file = File(Dialect())
    second = agreed(tables["plain"], file.bytes(GOOD), file.bytes(GOOD, [(9, line)]))
    assert not second.by_lines
    assert [(fault.line, fault.reason) for fault in second.quarantined] == faults


@pytest.mark.parametrize(
    "after",
    [
        File(Dialect(), undeclared=True),
        File(Dialect(), names=NAMES[::-1]),
        replace(File(Dialect()), dialect=Dialect(always=True)),
    ],
    ids=["undeclared", "reordered", "quoted"],
)  # fmt: skip
def test_a_file_of_other_lines_is_read_whole_and_is_right(tables: dict[str, Nights], after: File) -> None:
    nights, first, second = tables["plain"], File(Dialect()).bytes(GOOD), after.bytes(GOOD)
    seen = nights.second(first, second, known=0.5)
    assert not seen.by_lines
    assert (seen.arrival.rows, seen.arrival.new, seen.arrival.quarantined) == (29, 0, 0)
    assert (seen.arrival.same == 29) == (after.names == NAMES)
    agreed(nights, first, second)


def test_fields_that_look_alike_when_joined_are_different_rows(tmp_path: Path) -> None:
    nights = Nights.of(tmp_path, plain("id", "a", "b"))
    first = b'id,a,b\nk1,"a,b",c\nk2,"""",x\nk3,x,y\n'
    second = agreed(nights, first, b'id,a,b\nk1,a,"b,c"\nk2,"""",x\nk3,x,y\n')
    assert second.by_lines
    assert (second.arrival.changed, second.arrival.same) == (1, 2)


def test_rows_of_a_single_field_may_be_blank_lines(tmp_path: Path) -> None:
    nights = Nights.of(tmp_path, plain("id"))
    assert agreed(nights, b"id\nk1\nk2\nk3\n", b"id\nk1\nk2\nk4\n").by_lines
    second = agreed(nights, b"id\nk1\nk2\nk3\n", b"id\nk1\n\nk2\n\nk4\n")
    assert not second.by_lines
    assert [(fault.line, fault.reason) for fault in second.quarantined] == [(3, "unreadable key"), (5, "unreadable key")]


def test_a_row_of_which_a_part_was_left_behind_is_read_again(tables: dict[str, Nights]) -> None:
    file = File(Dialect())
    rows = [("k0", *GOOD[0][1:]), *GOOD]
    second = agreed(tables["plain"], file.bytes(rows), file.bytes(rows))
    assert second.by_lines
    assert (second.arrival.again, second.arrival.same) == (1, 29)


@pytest.mark.parametrize("before", [(ALWAYS,), (NEVER,), (ALWAYS, NEVER, ALWAYS)])
@pytest.mark.parametrize("known", [ALWAYS, NEVER])
def test_a_day_that_arrives_again_takes_the_place_of_what_was_staged(
    tables: dict[str, Nights], before: tuple[float, ...], known: float
) -> None:
    file = File(Dialect())
    first, second = file.bytes(GOOD), file.bytes([*GOOD[1:], NEW, (NEW[0], *CHANGED[1:])])
    once, again = tables["plain"].second(first, second, known=known), tables["plain"].second(first, second, known=known, before=before)
    assert once == again
    assert once.by_lines == (known == ALWAYS)
    assert [fault.line for fault in once.quarantined] == [30, 31]


def test_a_file_that_is_refused_leaves_nothing_staged(tmp_path: Path) -> None:
    nights = Nights.of(tmp_path, FIELDS)
    file = File(Dialect())
    bad: list[Row] = [(f"x{n}", "", "", "", "never") for n in range(100_001)]
    second = agreed(nights, file.bytes(GOOD), file.bytes([*GOOD, *bad]))
    assert "100,001 rows have a fault" in second.arrival.refused


def test_texts_of_lines_are_not_kept(tmp_path: Path) -> None:
    """Free text is staged without what was masked in it, so neither may the line be there from which it was read."""
    nights = Nights.of(tmp_path, FIELDS)
    file = File(Dialect())
    second = agreed(nights, file.bytes(GOOD), file.bytes([*GOOD, ("n1", "", "write to anna@mail.example", "", "")]))
    assert second.by_lines
    assert second.arrival.masked == 1
    assert second.columns == {"id", "_known", "_stored", "_lines"}

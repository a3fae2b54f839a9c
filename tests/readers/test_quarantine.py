"""What cannot be read, by line and reason: a row that is left out is told, and a file of which the rest cannot be trusted is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.desk import land, plain
from tests.readers.table import FIELDS, NAMES, PLAIN, ROWS, Dialect, read, stored

HEAD = PLAIN.write(NAMES)
MANY = PLAIN.write(*ROWS)
"""Six lines: the third row has two."""

BAD_LINES = {
    "too few": (b"6,a,b\n", "too few columns: 3 fields where the header has 4"),
    "too many": (b"6,a,b,c,d\n", "too many columns: 5 fields where the header has 4"),
    "a trailing delimiter": (b"6,a,b,c,\n", "too many columns: 5 fields where the header has 4"),
    "a lone word": (b"Total\n", "too few columns: 1 fields where the header has 4"),
    "another delimiter": (b"6;a;b;c\n", "too few columns: 1 fields where the header has 4"),
    "another quote": (b"6,'a,b',c,d\n", "too many columns: 5 fields where the header has 4"),
    "text behind a quote": (b'6,"a"b,c,d\n', "text follows a closing quote"),
    "a blank behind a quote": (b'6,"a" ,c,d\n', "text follows a closing quote"),
    "another escape": (b'6,"a\\"b",c,d\n', "text follows a closing quote"),
    "a NUL": (b"6,a\0b,c,d\n", "a NUL byte"),
    "nothing but delimiters": (b",,,\n", "unreadable key"),
    "a key twice": (b"1,a,b,c\n", "duplicate key"),
    "an empty key": (b'"",a,b,c\n', "unreadable key"),
    "the header": (HEAD, "the header again"),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("kind", BAD_LINES)
def test_a_bad_line_is_left_out_by_its_number_and_the_others_come_in(tmp_path: Path, kind: str, end: str) -> None:
    """The line stands behind a row of two lines, where counting records is not enough."""
    line, reason = BAD_LINES[kind]
    before, after = Dialect(end=end).write(*ROWS[1:]), Dialect(end=end).write(("7", "x", "y", "z"))
    landed = land(tmp_path, Dialect(end=end).write(NAMES, ROWS[0]) + before + line.replace(b"\n", end.encode()) + after, FIELDS)
    faults = [(8, reason)] if kind != "a key twice" else [(2, reason), (8, reason)]
    assert landed.faults == faults
    kept = ROWS if kind != "a key twice" else ROWS[1:]
    assert read(landed) == stored((*kept, ("7", "x", "y", "z")))
    assert landed.left == []


def test_an_unreadable_row_leaves_no_key_to_vanish(tmp_path: Path) -> None:
    assert not land(tmp_path / "a", HEAD + MANY + b"6,a,b\n", FIELDS).arrival.trusted
    assert land(tmp_path / "b", HEAD + MANY + HEAD, FIELDS).arrival.trusted


def test_padding_leaves_out_nothing_that_is_filled(tmp_path: Path) -> None:
    landed = land(tmp_path, HEAD + b"1,a,b,c,d\n2,a\n", FIELDS, extract="ragged: pad")
    assert landed.faults == [(2, "too many columns: 5 fields where the header has 4")]
    assert read(landed) == stored((("2", "a", "", ""),))


def test_a_quote_that_swallows_lines_names_them_all(tmp_path: Path) -> None:
    landed = land(tmp_path, HEAD + b'1,"a,b,c\n2,a,b,c\n3,a,"b",c\n4,a,b,c\n', FIELDS)
    assert landed.faults == [(2, "text follows a closing quote (lines 2 to 4)")]
    assert read(landed) == [("4", "a", "b", "c")]


REFUSED = {
    "a quote is never closed": (HEAD + b'1,a,b,c\n2,"a,b,c\n3,a,b,c\n', "", "opens in the record on line 3 is never closed"),
    "an escape hides the closing quote": (HEAD + b'1,"a\\",b,c\n', "escape: '\\'", "opens in the record on line 2 is never closed"),
    "the last line is cut": (HEAD + MANY + b"6,a", "", "the last line is cut"),
    "empty": (b"", "", "empty"),
    "only line ends": (b"\n\r\n\n", "", "no header line"),
    "only a byte order mark": (b"\xef\xbb\xbf", "", "no header line"),
    "a preamble and nothing": (b"a\nb\n", "skip_before: 2", "no header line"),
    "fewer header lines": (HEAD, "header: 2", "1 header lines where 2 are declared"),
    "no header": (MANY, "", "none of the 4 declared columns is among the 4 of the header line"),
    "another delimiter": (Dialect(";").write(NAMES, *ROWS), "", "Is the delimiter right?"),
    "other case": (HEAD.upper() + MANY, "", "Is city the column 'CITY'? Then declare header: 'CITY'"),
    "a column is missing": (b"id,name,note\n1,a,b\n", "", "declared columns are missing: city"),
    "a name twice": (b"id,name,note,city,name\n", "", "declared columns stand twice in the header: name"),
    "ragged rows are not borne": (HEAD + MANY + b"6,a\n", "ragged: refuse", "line 8: 2 fields where the header has 4"),
    "latin-1 is not utf-8": (HEAD + "1,å,b,c\n".encode("latin-1"), "", "not utf-8"),
    "cp1252 is not latin-1": (HEAD + "1,€,b,c\n".encode("cp1252"), "encoding: latin-1", "Declare encoding: cp1252"),
    "utf-16 is not utf-8": (HEAD.decode().encode("utf-16"), "", "Declare encoding: utf-16"),
    "utf-16 without a mark is not utf-8": (HEAD.decode().encode("utf-16-le"), "", "as in UTF-16"),
    "utf-16 without a mark is not utf-16": (HEAD.decode().encode("utf-16-le"), "encoding: utf-16", "utf-16-le or utf-16-be"),
    "utf-8 is not cp1252": (b"\xef\xbb\xbf" + HEAD, "encoding: cp1252", "Declare encoding: utf-8"),
    "a letter of utf-8 is cut": (HEAD + "1,a,b,å".encode()[:-1], "", "not utf-8"),
    "undefined in cp1252": (HEAD + b"1,\x81,b,c\n", "encoding: cp1252", "not cp1252"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_trusted_is_refused_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    content, declared, why = REFUSED[kind]
    landed = land(tmp_path, content, FIELDS, extract=declared)
    assert why in landed.arrival.refused
    assert (landed.rows, landed.left) == ([], [])


def test_a_header_that_may_be_somebodys_data_is_not_told(tmp_path: Path) -> None:
    landed = land(tmp_path, b"1,Canary77,secret,Lund\n", FIELDS)
    assert "Canary77" not in landed.arrival.refused
    assert landed.arrival.undeclared == ()


def test_undeclared_columns_are_told_by_name_or_by_place(tmp_path: Path) -> None:
    landed = land(tmp_path, PLAIN.write(("shoe", *NAMES, "", " "), ("43", *ROWS[0], "x", "y")), FIELDS)
    assert landed.arrival.undeclared == ("(column 6, without a name)", "(column 7, without a name)", "shoe")


def test_a_file_that_is_wrong_in_every_row_is_refused_and_not_listed(tmp_path: Path) -> None:
    landed = land(tmp_path / "split", b"id,b\n" + b"1\n" * 100_002, plain("id", "b"))
    assert "more than 100,000 records cannot be read. The first on line 2: too few columns" in landed.arrival.refused
    landed = land(tmp_path / "typed", b"id,b\n" + b"1,x\n" * 100_001, plain("id", "b"))
    assert landed.arrival.refused == "100,001 rows have a fault, 100,001 of them: duplicate key"

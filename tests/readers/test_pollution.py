"""Each way in which a file departs from plain CSV: with its dialect declared, its rows come out exactly; without, nothing wrong comes out.

The classes are those that studies of CSV files name (RFC 4180; G. Vitagliano et al., Pollock: A Data Loading Benchmark, VLDB 2023). Every
file is made here from one table, so every answer is known.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.readers.desk import land
from tests.readers.table import FIELDS, NAMES, PLAIN, ROWS, SIMPLE, Dialect, Row, read, stored

SEPARATORS = ("1", "a\u2028b", "c\x0bd\x0ce", "f\x85g")
LINES = ("1", "n", "2,x,y,z\n" * 9_000, "c")
HEAD = PLAIN.write(NAMES)
BODY = PLAIN.write(*ROWS)
NONE = "none of the 4 declared columns"
MISSING = "declared columns are missing"


@dataclass(frozen=True)
class Case:
    """A file, the keys with which the policy declares its dialect, and the rows that are in it.

    `else_` is what becomes of the file where the policy declares nothing: a part of the reason for which it is refused, or the lines
    that are quarantined; None where nothing needs to be declared.
    """

    name: str
    content: bytes
    declared: str = ""
    rows: tuple[Row, ...] = ROWS
    else_: str | list[int] | None = None


def crlf(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(tuple(value.replace("\n", "\r\n") for value in row) for row in rows)


def delimited(delimiter: str) -> Case:
    return Case(f"delimiter {delimiter!r}", Dialect(delimiter).write(NAMES, *ROWS), f'delimiter: "{delimiter}"', else_=NONE)


def encoded(encoding: str, mark: bytes = b"", *, declared: str = "", rows: tuple[Row, ...] = ROWS, else_: str = "not utf-8") -> Case:
    content = mark + Dialect(encoding=encoding).write(NAMES, *rows)
    return Case(f"{encoding} {'with' if mark else 'without'} mark", content, f"encoding: {declared or encoding}", rows, else_)


UNDECLARED = (
    Case("plain", HEAD + BODY),
    Case("every field quoted", Dialect(always=True).write(NAMES, *ROWS)),
    Case("no last line end", (HEAD + BODY)[:-1]),
    Case("crlf", Dialect(end="\r\n").write(NAMES, *ROWS)),
    Case("crlf, inside of fields too", (HEAD + BODY).replace(b"\n", b"\r\n"), rows=crlf(ROWS)),
    Case("cr", Dialect(end="\r").write(NAMES, *ROWS)),
    Case("line ends mixed", HEAD + Dialect(end="\r\n").write(*ROWS[:2]) + PLAIN.write(ROWS[2]) + Dialect(end="\r").write(*ROWS[3:])),
    Case("one line ends otherwise", Dialect(end="\r\n").write(NAMES, *ROWS[:4]) + PLAIN.write(ROWS[4])),
    Case("empty lines", b"\n" + HEAD + b"\n" + PLAIN.write(*ROWS[:2]) + b"\n\n" + PLAIN.write(*ROWS[2:]) + b"\n"),
    Case("empty lines of crlf", b"\r\n".join((b"", *Dialect(end="\r\n").write(NAMES, *SIMPLE).split(b"\n"))), rows=SIMPLE),
    Case("byte order mark", codecs.BOM_UTF8 + HEAD + BODY),
    Case("byte order mark before a quote", codecs.BOM_UTF8 + Dialect(always=True).write(NAMES, *ROWS)),
    Case("columns in another order", PLAIN.write(*(row[::-1] for row in (NAMES, *ROWS)))),
    Case("a column more", PLAIN.write(*((*row[:2], "x", *row[2:]) for row in (NAMES, *ROWS)))),
    Case("a column without a name", PLAIN.write(*((*row, "") for row in (NAMES, *ROWS)))),
    Case("columns without a name at either end", PLAIN.write(*(("", *row, "", "") for row in (NAMES, *ROWS)))),
    Case("a name twice that is not declared", PLAIN.write(*(("x", *row, "x") for row in (NAMES, *ROWS)))),
    Case("a header and no rows", HEAD, rows=()),
    Case("a header without a line end", HEAD[:-1], rows=()),
    Case("a header of two lines", PLAIN.write((*NAMES, "not\ndeclared"), *((*row, "") for row in ROWS))),
    Case("quotes inside of fields", HEAD + b'1,5" nail,a "b" c,d"\n', rows=(("1", '5" nail', 'a "b" c', 'd"'),)),
    Case("a quote alone in a field", HEAD + b'1,"""",b,"a"""\n', rows=(("1", '"', "b", 'a"'),)),
    Case("a line end in the last field", HEAD + b'1,a,b,"c\n"\n', rows=(("1", "a", "b", "c\n"),)),
    Case("line separators of unicode", PLAIN.write(NAMES, SEPARATORS), rows=(SEPARATORS,)),
    Case("a huge field", PLAIN.write(NAMES, ("1", "n", "x" * 3_000_000, "c")), rows=(("1", "n", "x" * 3_000_000, "c"),)),
    Case("a field that looks like rows", PLAIN.write(NAMES, LINES), rows=(LINES,)),
    Case("a huge name that is not declared", PLAIN.write((*NAMES, "HEADER" * 100_000), *((*row, "") for row in ROWS))),
    Case("two thousand columns", PLAIN.write(*((*row, *(f"x{n}" for n in range(2_000))) for row in (NAMES, *SIMPLE))), rows=SIMPLE),
)  # fmt: skip
DECLARED = (
    *map(delimited, (";", "|", ":", "||", "§", "~~~")),
    replace(delimited(", "), else_=MISSING),
    Case("delimiter tab", Dialect("\t").write(NAMES, *ROWS), r'delimiter: "\t"', else_=NONE),
    Case("delimiter two tabs", Dialect("\t\t").write(NAMES, *ROWS), r'delimiter: "\t\t"', else_=NONE),
    Case("delimiter blank", Dialect(" ").write(NAMES, *ROWS), 'delimiter: " "', else_=NONE),
    Case("delimiter blank, trimmed", Dialect(" ").write(NAMES, *SIMPLE), 'delimiter: " ", trim: true', SIMPLE, NONE),
    Case("delimiter unit separator", Dialect("\x1f").write(NAMES, *ROWS), r'delimiter: "\x1F"', else_=NONE),
    Case("delimiter backslash t", Dialect("\\t").write(NAMES, *ROWS), r"delimiter: '\t'", else_=NONE),
    Case("quote '", Dialect(quote="'").write(NAMES, *ROWS), 'quote: "\'"', else_=[3, 4, 5]),
    Case("quote ', always", Dialect(quote="'", always=True).write(NAMES, *ROWS), 'quote: "\'"', else_="Is the quote declared?"),
    Case("no quotes", b"id|name|note|city\n1|\"a|b\"|c'\n", "quote: none, delimiter: '|'", (("1", '"a', 'b"', "c'"),), NONE),
    Case("escape", Dialect(escape="\\").write(NAMES, *ROWS[:4]), "escape: '\\'", ROWS[:4], [3]),
    Case("escape, every field quoted", Dialect(escape="\\", always=True).write(NAMES, *ROWS[:3]), "escape: '\\'", ROWS[:3], [3]),
    Case("escape and no quotes", Dialect("\t", "", "\\").write(NAMES, *ROWS), r"""quote: none, escape: '\', delimiter: "\t" """,
         else_=NONE),
    Case("escape ^", Dialect(escape="^").write(NAMES, *ROWS), "escape: '^'", else_=[3]),
    encoded("latin-1"),
    encoded("cp1252", rows=(("1", "Åsa – “ä” €", "", ""),)),
    encoded("mac-roman"),
    encoded("cp1251", rows=(("1", "Анна", "", ""),)),
    encoded("shift-jis", rows=(("1", "表計算ソ", 'a"b', ""),)),
    encoded("gb18030", rows=(("1", "张伟", "a,b", ""),)),
    encoded("utf-16-le", codecs.BOM_UTF16_LE, declared="utf-16"),
    encoded("utf-16-be", codecs.BOM_UTF16_BE, declared="utf-16"),
    encoded("utf-16-le"),
    encoded("utf-16-be"),
    encoded("utf-32-le", codecs.BOM_UTF32_LE, declared="utf-32"),
    Case("preamble", b"Report of today\n\n;;;\n" + HEAD + BODY, "skip_before: 3", else_=NONE),
    Case("preamble with delimiters", b"Report,,,\nof,today,,\n" + HEAD + BODY, "skip_before: 2", else_=NONE),
    Case("preamble with a quote", b'"Report\n' + HEAD + BODY, "skip_before: 1", else_="header on line 1 cannot be read"),
    Case("footer", HEAD + BODY + b"5 rows\nend of file\n", "skip_after: 2", else_=[8, 9]),
    Case("footer by its words", HEAD + BODY + b"\nTotal;5\n-- end of file\n\n", "footer: 'Total;|-- '", else_=[9, 10]),
    Case("preamble by its words", b"Report\n\nfrom today\n" + HEAD + BODY, "preamble: 'Report|from '", else_=NONE),
    Case("footer without a line end", HEAD + BODY + b"5 rows", "skip_after: 1", else_="cut"),
    Case("preamble, footer, crlf, latin-1", b"r\r\n" + Dialect(end="\r\n", encoding="latin-1").write(NAMES, *ROWS) + b"x\r\n",
         "skip_before: 1, skip_after: 1, encoding: latin-1", else_="not utf-8"),
    Case("comments", b"# made today\n" + HEAD + b"#,,\n" + BODY + b"# end, of, it\n", "comment: '#'", else_=NONE),
    Case("comments of two signs", HEAD + b"-- 1\n" + BODY, "comment: '--'", else_=[2]),
    Case("no header", BODY, "header: false, columns: [id, name, note, city]", else_=NONE),
    Case("two header rows", PLAIN.write(("who", "", "what", ""), NAMES, *ROWS), "header: 2", else_=NONE),
    Case("names, then units", PLAIN.write(NAMES, ("no", "text", "text", "place"), *SIMPLE), "header: 2, columns: [id, name, note, city]",
         SIMPLE),
    Case("header again", HEAD + PLAIN.write(*ROWS[:2]) + HEAD + PLAIN.write(*ROWS[2:]), "repeated_header: skip", else_=[4]),
    Case("header at the end", HEAD + BODY + HEAD, "repeated_header: skip", else_=[8]),
    Case("files behind one another, with marks", 2 * (codecs.BOM_UTF8 + HEAD), "repeated_header: skip", (), [2]),
    Case("words for nothing", HEAD + b'1,N/A,"NULL",x\n2,null,-,NULL\n', "null_values: ['NULL', N/A, '-']",
         (("1", "", "", "x"), ("2", "null", "", ""))),
    Case("null of MySQL", b"id\tname\tnote\tcity\n1\t\\N\ta\\tb\\\\N\tx\n",
         r"""quote: none, escape: '\', delimiter: "\t", null_values: '\N' """, (("1", "", "atb\\N", "x"),), NONE),
    Case("blanks around", b" id , name,note , city\n 1 ,\tAda , x y ,\xc2\xa0Lund \n", "trim: true",
         (("1", "Ada", "x y", "Lund"),), MISSING),
    Case("blanks around quotes", HEAD + b'1, "a, b" ,"c" , "d"\n', "trim: true", (("1", "a, b", "c", "d"),), [2]),
    Case("only blanks", HEAD + b"1, ,  ,x\n   \n", "trim: true", (("1", "", "", "x"),)),
    Case("short rows", HEAD + b"1,a\n2\n3,b,c,d\n", "ragged: pad", (("1", "a", "", ""), ("2", "", "", ""), ("3", "b", "c", "d")), [2, 3]),
    Case("trailing delimiters", HEAD + b"1,a,b,c,\n2,a,b,c,,,\n", "ragged: pad", (("1", "a", "b", "c"), ("2", "a", "b", "c")), [2, 3]),
    Case("cr inside of fields", b"id,name,note,city\r\n1,a\rb,c,d\r\n2,a,b\rc,d\r\n", "line_end: crlf",
         (("1", "a\rb", "c", "d"), ("2", "a", "b\rc", "d")), [2, 3, 4, 5]),
    Case("lf inside of fields", b"id,name,note,city\r\n1,a\nb,c,d\r\n", "line_end: crlf", (("1", "a\nb", "c", "d"),), [2, 3]),
)  # fmt: skip


def names(cases: tuple[Case, ...]) -> list[str]:
    return [case.name for case in cases]


@pytest.mark.parametrize("case", [*UNDECLARED, *DECLARED], ids=names((*UNDECLARED, *DECLARED)))
def test_with_the_dialect_declared_the_rows_come_out_exactly(tmp_path: Path, case: Case) -> None:
    landed = land(tmp_path, case.content, FIELDS, extract=case.declared)
    assert landed.arrival.refused == ""
    assert landed.faults == []
    assert read(landed) == sorted(stored(case.rows), key=repr)
    assert landed.left == []


@pytest.mark.parametrize("case", [case for case in DECLARED if case.else_], ids=[case.name for case in DECLARED if case.else_])
def test_without_it_the_file_is_refused_or_its_rows_are_quarantined(tmp_path: Path, case: Case) -> None:
    landed = land(tmp_path, case.content, FIELDS)
    if isinstance(case.else_, str):
        assert case.else_ in landed.arrival.refused
        assert landed.rows == []
    else:
        assert landed.arrival.refused == ""
        assert [line for line, _ in landed.faults] == case.else_
        assert set(read(landed)) <= set(stored(case.rows))
    assert landed.left == []

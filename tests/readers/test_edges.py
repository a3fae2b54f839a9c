"""What stands before the header and behind the last row: only there, and only what begins as the policy says."""

from __future__ import annotations

from pathlib import Path

import pytest

from privacy_pipelines.errors import PolicyErrors
from tests.readers.desk import land

FIELDS = "id: {category: user.unique_id, serves: use}\nname: {category: user.name, serves: use}"
FOOTER = "footer: 'Total|-- '"


def ids(folder: Path, content: bytes, extract: str = FOOTER) -> list[str]:
    landed = land(folder, content, FIELDS, extract=extract)
    assert (landed.arrival.refused, landed.faults) == ("", [])
    return sorted(row["id"] for row in landed.rows)


def test_a_row_between_rows_that_begins_as_a_footer_does_is_a_row(tmp_path: Path) -> None:
    assert ids(tmp_path, b"id,name\n1,a\nTotal,b\n\n-- 3,c\n2,d\nTotal,2\n") == ["-- 3", "1", "2", "Total"]


def test_a_preamble_ends_where_a_line_begins_otherwise(tmp_path: Path) -> None:
    assert ids(tmp_path, b"Report 1\n\nReport 2\nid,name\nReport 3,x\n", "preamble: 'Report'") == ["Report 3"]


def test_a_file_may_have_neither(tmp_path: Path) -> None:
    assert ids(tmp_path, b"id,name\n1,a\n2,b\n", f"{FOOTER}, preamble: Report") == ["1", "2"]


def test_a_file_that_is_all_preamble_has_no_header(tmp_path: Path) -> None:
    assert land(tmp_path, b"Report\n\n", FIELDS, extract="preamble: 'Report'").arrival.refused == "no header line"


def test_a_thousand_lines_are_no_footer(tmp_path: Path) -> None:
    """Else a wrong expression would leave out half a table without a word."""
    landed = land(tmp_path, b"id,name\n1,a\n" + b"Total,b\n" * 1001, FIELDS, extract=FOOTER)
    assert landed.arrival.refused == "more than 1,000 lines from line 3 on begin as a footer does. Is `footer` right?"
    assert landed.rows == []


@pytest.mark.parametrize(
    ("extract", "said"),
    [
        ("footer: '('", "'footer': is no regular expression: missing ), unterminated subpattern"),
        ("footer: 'x*'", "'footer': is met by every line, for it is met by an empty one"),
        ("footer: Total, skip_after: 1", "crm.t says both `skip_after` and `footer`. How many lines there are, or how they begin"),
        ("preamble: Report, skip_before: 1", "crm.t says both `skip_before` and `preamble`. How many lines there are, or how they begin"),
    ],
)
def test_what_cannot_be_meant_is_told(tmp_path: Path, extract: str, said: str) -> None:
    with pytest.raises(PolicyErrors) as caught:
        land(tmp_path, b"id,name\n", FIELDS, extract=extract)
    assert [str(problem).split(": ", 1)[1] for problem in caught.value.problems] == [said]
